/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NOTIFY requests on their way: who waits for a place, who waits for an
 * answer.
 *
 * An item stands in line until there is room; only then it is asked what it
 * has to say, so that the newest state is what goes out. At most in_flight
 * items wait for their first answer, and after a batch the loop gets its turn.
 * What has to be sent again no longer counts: those that are silent do not
 * hold up the others.
 *
 * It goes by transactions of our own (sip/calls.h), over UDP and over the
 * connection the watcher came in on; by the stack's where there is neither a
 * connection nor a numeric address.
 *
 * What a connection does not take waits here, in the item and not in memory,
 * and holds up nobody else. Who does not read at all loses the connection
 * (sip/flow.h) and with it, as by an answer of 503, the subscription.
 */
#ifndef SIP_NOTIFY_OUT_H
#define SIP_NOTIFY_OUT_H

#include "sip/dialog.h"

struct answer;
struct notify_out;

enum { NOTIFY_BATCH = 64 };

enum notify_stage { NOTIFY_IDLE, NOTIFY_QUEUED, NOTIFY_FLYING };

/* Embedded; zeroed is idle. */
struct notify_item {
	enum notify_stage stage;
	bool urgent, blocked;            /* which line it stands in */
	struct notify_item *next, *prev; /* in line */
	void *flight;
};

/* Borrowed until the item is asked again or the loop's next round. */
struct notify_request {
	struct dialog *dialog;
	const char *state; /* Subscription-State */
	const char *content_type;
	const char *body;
	size_t body_bytes;
};

struct notify_out_handlers {
	/* Whose it is, for one that waits. */
	const struct dialog *(*dialog)(const struct notify_item *item,
				       void *arg);
	void (*compose)(struct notify_item *item,
			struct notify_request *request, void *arg);
	/* status: of the final answer; 408 none came, 503 could not be sent. */
	void (*done)(struct notify_item *item, int status, void *arg);
};

/* agent: the nta_agent_t it goes out by. */
struct notify_out *notify_out_new(void *agent, unsigned in_flight,
				  const struct notify_out_handlers *handlers,
				  void *arg);
void notify_out_free(struct notify_out **outp);
/* What came over a dialog's share. */
void notify_out_answer(struct notify_out *out, const char *data, size_t len);
/* What came over a connection, or to the stack. */
void notify_out_take(struct notify_out *out, const struct answer *answer);

void notify_out_limit(struct notify_out *out, unsigned in_flight);

/* For an idle item; urgent ones go before the others. */
void notify_out_queue(struct notify_out *out, struct notify_item *item,
		      bool urgent);

/* Whatever stage it is in: idle now, and no handler runs for it. */
void notify_out_cancel(struct notify_out *out, struct notify_item *item);

unsigned notify_out_flying(const struct notify_out *out);
unsigned notify_out_waiting(const struct notify_out *out);

#endif
