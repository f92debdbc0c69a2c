/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From an item to the times at which it really takes place: a series is
 * counted out by the clock on the wall of its zone, so that nine o'clock
 * stays nine o'clock when daylight saving comes and goes. [MS-OXOCAL]
 * 2.2.1.44; the counting is libical's.
 */
#ifndef TESTS_EXCHANGE_RECUR_H
#define TESTS_EXCHANGE_RECUR_H

#include "tests/exchange/store.h"

enum kind { KIND_SINGLE, KIND_OCCURRENCE, KIND_EXCEPTION, KIND_MASTER };

/* Borrowed from the item: good until it changes. */
struct occurrence {
	const struct mailbox *mailbox;
	const struct item *item;
	const struct appointment *what; /* of the exception or the item */
	enum kind kind;
	time_t original; /* start by the rule; of a series only */
	time_t start, end;
};

struct occurrences {
	struct occurrence *list;
	size_t count, size;
};

enum { OCCURRENCES_MAX = 20000 };

/*
 * Adds all of the item that ends after from (or starts at from or later) and
 * starts before until. Call occurrences_sort() after the last item.
 */
void occurrences_add(struct occurrences *all, const struct mailbox *mailbox,
		     const struct item *item, time_t from, time_t until);
void occurrences_put(struct occurrences *all, const struct occurrence *one);
/* By start, then age of the item. */
void occurrences_sort(struct occurrences *all);
void occurrences_free(struct occurrences *all);

/* The item's zone, else the mailbox's, as an IANA name. */
const char *item_zone(const struct mailbox *mailbox,
		      const struct appointment *what);

/*
 * One occurrence by its start by the rule; false if the series has none then
 * or it was deleted.
 */
bool occurrence_find(const struct mailbox *mailbox, const struct item *item,
		     time_t original, struct occurrence *found);
/* Counted from 1; false past the end and where one was taken out. */
bool occurrence_nth(const struct mailbox *mailbox, const struct item *item,
		    unsigned n, struct occurrence *found);
/* First and last that are not deleted; last of an endless series: false. */
bool occurrence_first(const struct mailbox *mailbox, const struct item *item,
		      struct occurrence *found);
bool occurrence_last(const struct mailbox *mailbox, const struct item *item,
		     struct occurrence *found);

/* Moves start and end to the first by the rule; false if there is none. */
bool recurrence_settle(const struct mailbox *mailbox, struct appointment *what);

/* RFC 5545 RRULE text, up to 200 bytes. */
enum { RRULE_SIZE = 256 };
const char *recurrence_rrule(const struct recurrence *rule,
			     char text[RRULE_SIZE]);

#endif
