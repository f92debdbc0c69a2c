/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An item as RFC 5545 text, for clients that ask for MimeContent. */
#ifndef TESTS_EXCHANGE_ICAL_H
#define TESTS_EXCHANGE_ICAL_H

#include "tests/exchange/recur.h"

/* The whole series with its exceptions for a master. The caller frees it. */
char *ical_text(const struct occurrence *one);

/*
 * Sets what a client's MimeContent says of one event: times, rule, status,
 * class, subject, place, UID. zone: of floating times. False if there is no
 * event in it.
 */
bool ical_read(const char *text, const char *zone, struct appointment *what);

#endif
