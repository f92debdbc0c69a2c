/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One mailbox's days as entries; pure data, no clock and no network.
 *
 * A timeline says for which span it was read: outside of that nothing is
 * known, which is not the same as free.
 */
#ifndef CALENDAR_TIMELINE_H
#define CALENDAR_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/err.h"
#include "calendar/busy.h"

enum entry_flags {
	ENTRY_MEETING = 1, /* with others */
	ENTRY_ALL_DAY = 2,
	ENTRY_PRIVATE = 4, /* sensitivity private or confidential */
	ENTRY_CANCELLED = 8,
	ENTRY_DECLINED = 16,
	ENTRY_RECURRING = 32,
	ENTRY_DETAILS = 64, /* the flags above are known, not assumed */
};

/* UTC seconds; from is inside, until is not. */
struct entry {
	time_t from;
	time_t until;
	enum busy busy;
	unsigned flags;
	const char *subject;    /* NULL unless the gateway was allowed to ask */
	const char *categories; /* a line each; NULL as above, or none */
};

/*
 * When the mailbox's owner works, as he set it himself: minutes of the local
 * day, on the days of the week whose bit is set, bit 0 Sunday.
 */
enum { WORK_ZONE_SIZE = 80 };
struct work_hours {
	unsigned char days;
	short from_min, until_min;
	char zone[WORK_ZONE_SIZE]; /* POSIX TZ */
};

struct timeline;

/* A mailbox with more entries than this in the window we fetch is an error. */
enum { TIMELINE_MAX = 1000, TIMELINE_SUBJECT_MAX = 255 };

/* from .. until: the span that was read. */
struct timeline *timeline_new(time_t from, time_t until);
struct timeline *timeline_copy(const struct timeline *timeline);
void timeline_free(struct timeline **timelinep);

/*
 * Copies subject and categories, each cut to TIMELINE_SUBJECT_MAX bytes at a
 * whole character.
 * Keeps entries in order of from, until, busy, flags.
 * ERR_MALFORMED if it ends before it begins, ERR_TOO_LARGE if full.
 */
enum err timeline_add(struct timeline *timeline, const struct entry *entry,
		      struct why *why);

/* Copied; NULL: not known. No part of what timeline_equal() compares. */
void timeline_set_hours(struct timeline *timeline,
			const struct work_hours *hours);
const struct work_hours *timeline_hours(const struct timeline *timeline);

size_t timeline_count(const struct timeline *timeline);
const struct entry *timeline_entry(const struct timeline *timeline, size_t i);
time_t timeline_from(const struct timeline *timeline);
time_t timeline_until(const struct timeline *timeline);

/*
 * The same entries where both spans overlap, counted from the moment `since`
 * on: what is over, or was rolled into the window, is no difference.
 */
bool timeline_equal(const struct timeline *a, const struct timeline *b,
		    time_t since);

/*
 * A server that tells free/busy only does not say what kind of entry it is:
 * then it is taken for a meeting, and what fills a day (23 hours when the
 * clocks go forward) for an all-day entry.
 */
bool entry_is_meeting(const struct entry *entry);
bool entry_is_all_day(const struct entry *entry);

/* Neither cancelled nor declined: what is not there does not keep one busy. */
bool entry_counts(const struct entry *entry);

/*
 * The strongest entry that counts and covers the moment, BUSY_FREE if none
 * does. An entry covers its first second and not its last moment.
 */
enum busy timeline_at(const struct timeline *timeline, time_t now);

/* First moment after now when timeline_at() changes, 0 if it never does. */
time_t timeline_next(const struct timeline *timeline, time_t now);

#endif
