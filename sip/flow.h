/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The TCP or TLS connection a client came in on. Contacts and subscriptions
 * hold on to it: what we send them goes over it, NAT or not (RFC 5626, 5),
 * and a contact ends with it.
 */
#ifndef SIP_FLOW_H
#define SIP_FLOW_H

#include <stdbool.h>
#include <stddef.h>

struct flow;

/* What may wait to be said on one; then nothing else until some has left. */
enum { FLOW_BYTES_MAX = 64 << 10 };

/* Runs from the loop, once; the flow is closed then. */
typedef void flow_closed_h(void *arg);

/* Embedded; zeroed is one that watches nothing. */
struct flow_watch {
	struct flow *flow;
	struct flow_watch *next, *prev;
	flow_closed_h *handler;
	void *arg;
};

/* Keeps the flow; flow NULL (datagrams): watches nothing. h may be NULL. */
void flow_watch(struct flow_watch *watch, struct flow *flow, flow_closed_h *h,
		void *arg);
void flow_unwatch(struct flow_watch *watch);

bool flow_is_open(const struct flow *flow);

/*
 * False while what was said before waits: whoever reads too slowly for too
 * long loses the connection.
 */
bool flow_has_room(const struct flow *flow);

/* "TCP" or "TLS", for a Via. */
const char *flow_transport(const struct flow *flow);

/* A whole message, after those before it; leaves with the next flush. */
void flow_say(struct flow *flow, const char *text, size_t bytes);

/* Of all flows. */
void flow_flush(void);

/* Ends the connection once what was said on it had time to leave. */
void flow_close_soon(struct flow *flow);

#endif
