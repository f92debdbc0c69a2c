/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the feed share; nobody else includes this. */
#ifndef CALENDAR_FEED_PRIVATE_H
#define CALENDAR_FEED_PRIVATE_H

#include "base/loop.h"
#include "calendar/feed.h"

/* Things to be done later; what DUTY_WAIT does is feed->then. */
enum duty {
	DUTY_WAIT, /* patience, or the end of waiting */
	DUTY_AUDIT,
	DUTY_GRACE,
	DUTY_ROLL,
	DUTY_AGE,
	DUTY_PROBE,
	DUTY_COUNT
};

/* What of struct feed_facts is not known otherwise. */
struct feed_counts {
	time_t live_since, last_read, last_change, last_event;
	unsigned reads, events, differences, renewals;
};

/* There may be a hundred thousand of these. */
struct feed {
	const struct feed_options *options; /* shared: see gateways, arg */
	struct gateway *const *gateways;
	void *arg;
	struct mailbox mailbox;  /* its texts by intern() */
	struct gateway *gateway; /* of sub */
	struct gateway *home;    /* where it was live last; NULL unknown */
	struct gateway *found;   /* by Autodiscover in this round */
	const char *found_word;
	struct locating *seeking; /* Autodiscover is being asked */
	struct subscription *sub;
	struct timer duty;
	uint64_t due_ms[DUTY_COUNT]; /* steady clock; 0 not at all */
	timer_h *then;
	struct why *why;     /* what went wrong last; NULL: nothing */
	struct trail *trail; /* NULL: it never moved, and nothing is wrong */
	struct timeline *timeline;
	struct parting *parting; /* NULL: nobody waits for the end */
	struct feed_counts facts;
	enum feed_state state;
	bool quiet;    /* its states are told no more */
	unsigned hash; /* of the address, to spread what is periodic */
	unsigned gateway_count;
	unsigned failures; /* in a row */
	unsigned asked;    /* candidates in this round of locating */
	unsigned gone;     /* of those, said there is no such mailbox */
	unsigned gone_rounds;
	unsigned silences; /* that only the audit noticed, in a row */
};

/* Again where it was going to be done already. */
void feed_duty_in(struct feed *feed, enum duty duty, unsigned wait_s);
void feed_duty_stop(struct feed *feed, enum duty duty);
void feed_duties_stop(struct feed *feed);
/* It is due, from the loop; may free the feed. */
void feed_do(struct feed *feed, enum duty duty);

/* Something is wrong where the mailbox was. */
void feed_notice(struct feed *feed, enum err err, const char *how);
/* It is followed again, perhaps elsewhere. */
void feed_arrive(struct feed *feed);

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
