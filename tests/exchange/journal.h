/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every change of a mailbox with its wall time in milliseconds, for whoever
 * measures how long the news takes. The last JOURNAL_MAX are kept.
 */
#ifndef TESTS_EXCHANGE_JOURNAL_H
#define TESTS_EXCHANGE_JOURNAL_H

#include "base/buf.h"
#include "tests/exchange/store.h"

enum { JOURNAL_MAX = 65536 };

struct journal;

struct journal *journal_new(void);
void journal_free(struct journal **journalp);
void journal_change(struct journal *journal, const struct store_change *change);
/* Something that is not in the store: what happened and to whom. */
void journal_note(struct journal *journal, const char *what, const char *whom);
/* Number of the last entry, from 1. */
uint64_t journal_last(const struct journal *journal);
/* JSON objects, a line each, of what came after that number. */
void journal_write(const struct journal *journal, uint64_t after,
		   struct buf *out);

/* Runs from the loop, after entries were added. One listener, NULL: none. */
typedef void journal_h(void *arg);
void journal_on_entry(struct journal *journal, journal_h *h, void *arg);

#endif
