/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who may send a request to a gateway, and when.
 *
 * Everything that waits for the gateway stands in one queue per urgency.
 * The gate lets through as many at once as the gateway allows, one at a time
 * until the password has been seen to work or while the server is in trouble,
 * and nobody while it asked us to wait. After two refused passwords it stays
 * shut, so that no account gets locked: until gate_reopen(), or for an hour,
 * when one more is tried. A password that has been seen to work is tried a
 * third time a minute later, then every 35 minutes: longer than the half hour
 * for which directories usually count refusals.
 * What comes back after trouble comes back in the same single file, so a
 * gateway that recovers is not met by everybody at once.
 */
#ifndef CALENDAR_GATE_H
#define CALENDAR_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/backoff.h"
#include "base/err.h"
#include "base/loop.h"

enum gate_urgency {
	GATE_URGENT, /* somebody waits to see it */
	GATE_NORMAL,
	GATE_LOW, /* tidying up */
	GATE_URGENCIES
};

/*
 * ERR_OK: send now, then tell gate_answered(). Anything else: shut, do not
 * send and do not tell. From the loop, never from inside gate_ask().
 */
typedef void gate_h(const struct why *why, void *arg);

/* Zeroed stands nowhere. */
struct ticket {
	struct ticket *next, *prev;
	gate_h *handler;
	void *arg;
	enum gate_urgency urgency;
	enum { TICKET_IDLE, TICKET_WAITING, TICKET_INSIDE } place;
};

/* What an answer says about the gateway as a whole. */
struct verdict {
	struct why why;   /* ERR_OK: it works, whatever it said of a mailbox */
	unsigned wait_ms; /* ERR_THROTTLED: what it asked for; 0 nothing said */
};

struct gate;

/* verdicts: told each one, before anybody else is let in; may be NULL. */
typedef void gate_verdict_h(const struct verdict *verdict, unsigned wait_ms,
			    void *arg);

struct gate *gate_new(unsigned parallel, gate_verdict_h *verdicts, void *arg);
void gate_free(struct gate **gatep);

void gate_ask(struct gate *gate, struct ticket *ticket,
	      enum gate_urgency urgency, gate_h *h, void *arg);
void gate_answered(struct gate *gate, struct ticket *ticket,
		   const struct verdict *verdict);

/* Wherever it stands; what was sent is not judged. */
void gate_leave(struct gate *gate, struct ticket *ticket);

/* The credentials are new: earlier refusals count for nothing. */
void gate_reopen(struct gate *gate);

size_t gate_waiting(const struct gate *gate);
unsigned gate_inside(const struct gate *gate);

#endif
