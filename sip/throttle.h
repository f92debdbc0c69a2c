/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How many requests a server is given at once: as many as it answers without
 * their standing in line there. What is given to it beyond that it does not do
 * sooner, and one whose workers wait for each other by spinning, as
 * Kamailio's do, does less in all.
 *
 * The shortest answer of late says how long the way is; what others took
 * longer, they stood in line. A value without a clock.
 */
#ifndef SIP_THROTTLE_H
#define SIP_THROTTLE_H

#include <stdint.h>

enum {
	THROTTLE_FIRST = 16,
	THROTTLE_LEAST = 4,
	THROTTLE_SHORT_MS = 5,    /* in line: more may be given */
	THROTTLE_LONG_MS = 12,    /* in line: less */
	THROTTLE_LATE_MS = 60000, /* what the way was before is forgotten */
};

struct throttle {
	unsigned window; /* at once, as things are */
	unsigned most;
	unsigned well;      /* short ones since the window changed */
	uint64_t way_ms;    /* the shortest answer */
	uint64_t way_until; /* all of these by a steady clock */
	uint64_t narrowed_ms;
};

void throttle_begin(struct throttle *throttle, unsigned most);

/* An answer came after so long, when so many were under way. */
void throttle_answered(struct throttle *throttle, unsigned in_flight,
		       uint64_t took_ms, uint64_t now_ms);

/* None came, or one that says that it is too much. */
void throttle_overrun(struct throttle *throttle);

#endif
