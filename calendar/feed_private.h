/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the feed share; nobody else includes this. */
#ifndef CALENDAR_FEED_PRIVATE_H
#define CALENDAR_FEED_PRIVATE_H

#include "base/loop.h"
#include "calendar/feed.h"

struct feed {
	struct feed_options options;
	struct mailbox mailbox;
	char *address, *grouping; /* of the mailbox */
	enum feed_state state;
	struct gateway *gateway; /* of sub */
	struct gateway *home;    /* where it was live last; NULL unknown */
	struct gateway *found;   /* by Autodiscover in this round */
	const char *found_word;
	struct locating *seeking; /* Autodiscover is being asked */
	struct subscription *sub;
	struct timer timer; /* patience, or the end of waiting */
	struct timer audit, grace, roll, age, probe;
	unsigned hash;     /* of the address, to spread what is periodic */
	unsigned failures; /* in a row */
	size_t asked;      /* candidates in this round of locating */
	size_t gone;       /* of those, said there is no such mailbox */
	unsigned gone_rounds;
	unsigned silences; /* that only the audit noticed, in a row */
	struct why *why;   /* what went wrong last; NULL: nothing */
	struct trail trail;
	struct timeline *timeline;
	struct feed_facts facts;
	struct parting parting;
};

enum { SILENCES_MAX = 2 }; /* then home is asked last */

/* The n-th to be asked where it is, NULL after the last. */
struct gateway *feed_candidate(const struct feed *feed, size_t n);

/* Kept until the feed is live again. */
void feed_blame(struct feed *feed, const struct why *why);

/* Whatever the old state held is let go. */
void feed_enter(struct feed *feed, enum feed_state state);

/* The next gateway in this round of locating. */
void feed_ask_next(struct feed *feed);

/* True: Autodiscover is asked, feed_ask_next() follows. */
bool feed_seek(struct feed *feed);

/* What Autodiscover said may be wrong; sure: it is, however young. */
void feed_doubt(struct feed *feed, bool sure);

/* How the gateway in use was found. */
const char *feed_located_word(const struct feed *feed);

#endif
