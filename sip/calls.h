/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Client transactions of our own (RFC 3261, 17.1.2). Over a connection nothing
 * is sent again, else:
 *
 *   trying --1xx--> proceeding       timer E: sent again after 500 ms, then
 *     |                 |            after twice the time, up to 4 s; each 4 s
 *     +---------+-------+            when proceeding
 *      2xx-6xx  |  timer F: 32 s     timer K needs no state: an answer that
 *               v                    belongs to nothing is dropped
 *             done
 *
 * The stack's cost four times as much, linger for 5 s, and its timers are
 * quadratic in the number of those that are not answered.
 */
#ifndef SIP_CALLS_H
#define SIP_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "sip/udp_share.h"

struct answer;
struct calls;
struct flow;

enum { BRANCH_SIZE = 40 };

/* Embedded. The text stays the caller's, unchanged until it is done. */
struct call {
	struct call *next, *prev; /* of those that are sent again together */
	uint64_t due_ms;
	uint64_t secret; /* part of the branch, so that nobody guesses it */
	uint32_t place;
	unsigned round; /* how often it was sent again */
	bool proceeding;
	struct flow *flow; /* NULL: by datagrams of the share */
	struct udp_share *share;
	union udp_address to;
	const char *text;
	size_t bytes;
};

struct calls_handlers {
	/* Final answer, or 408. The call is over; the caller may free it. */
	void (*done)(struct call *call, int status, void *arg);
	/* Is sent again for the first time, or would be. */
	void (*late)(struct call *call, void *arg);
};

struct calls *calls_new(const struct calls_handlers *handlers, void *arg);
/* With no call under way. */
void calls_free(struct calls **callsp);

/* Names the call; then its text is written, then it is sent. */
void calls_begin(struct calls *calls, struct call *call,
		 char branch[BRANCH_SIZE]);

/* Goes out with the next flush at the latest. */
void calls_send(struct calls *calls, struct call *call);
void calls_flush(struct calls *calls);

/* Over, without a word to anybody. */
void calls_end(struct calls *calls, struct call *call);

/* What arrived, whatever it is. */
void calls_answer(struct calls *calls, const char *data, size_t len);
/* The same, read by somebody else. */
void calls_take(struct calls *calls, const struct answer *answer);

#endif
