/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The TCP or TLS connection a client came in on. Contacts and subscriptions
 * hold on to it: what we send them goes over it, NAT or not (RFC 5626, 5),
 * and a contact ends with it.
 */
#ifndef SIP_FLOW_H
#define SIP_FLOW_H

#include <stdbool.h>

struct flow;

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

/* Ends the connection once what was said on it had time to leave. */
void flow_close_soon(struct flow *flow);

#endif
