/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a mailbox has been: each move with how it was noticed and how long it
 * took until the mailbox was followed at its new place.
 */
#ifndef CALENDAR_TRAIL_H
#define CALENDAR_TRAIL_H

#include <stdint.h>
#include <time.h>

#include "calendar/gateway.h"

enum { TRAIL_MOVES = 5, TRAIL_HOW_SIZE = 120 };

/* from and to: names of gateways, the same where one serves both servers. */
struct move {
	time_t when; /* it was noticed; UTC seconds */
	char from[65];
	char to[65]; /* "" no move */
	char how[TRAIL_HOW_SIZE];
	const char *located; /* how it was found: "Autodiscover" */
	unsigned took_ms;
};

struct trail {
	unsigned count;      /* ever */
	struct move *moves;  /* the last TRAIL_MOVES, newest first */
	const char *located; /* as found now; set before arriving */
	enum err err;        /* noticed, and not followed since */
	time_t when;
	uint64_t when_ms;
	char *how; /* NULL: nothing was noticed */
};

/* Most mailboxes never move: their trails hold nothing. */
void trail_clear(struct trail *trail);

/* Something is wrong where it was. */
void trail_notice(struct trail *trail, enum err err, const char *how);

/* It is followed again; from: NULL at first. */
void trail_arrive(struct trail *trail, const char *address,
		  const struct gateway *from, const struct gateway *to);

#endif
