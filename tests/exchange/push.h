/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Delivers the events of one push subscription to its URL, tries again after
 * 30 s and twice as long each time, and gives the subscription up when that
 * would pass StatusFrequency ([MS-OXWSNTIF] 3.1.4.4, StatusFrequency).
 */
#ifndef TESTS_EXCHANGE_PUSH_H
#define TESTS_EXCHANGE_PUSH_H

struct push;
struct subscription;

/* status_s: how often a StatusEvent goes out at least. */
struct push *push_new(struct subscription *subscription, const char *url,
		      unsigned status_s);
void push_free(struct push **pushp);
void push_stir(struct push *push);

#endif
