/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>

struct flow;
#define TP_CLIENT_T struct flow

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "sip/flow_tport.h"
#include "sip/hash.h"

enum { CLOSE_DELAY_MS = 300 };

struct flow {
	struct hash_link link; /* hash: the connection's address in memory */
	tport_t *tport;
	int pending; /* the stack's name for our wish to hear of its end */
	bool closed;
	struct flow_watch *watches;
	struct timer timer; /* until it is closed, or forgotten */
};

static struct hash flows;

static void flow_free(struct flow *flow)
{
	timer_stop(&flow->timer);
	hash_remove(&flows, &flow->link);
	if (flow->pending > 0)
		tport_release(flow->tport, flow->pending, NULL, NULL, flow, 0);
	tport_unref(flow->tport);
	free(flow);
}

static void free_if_unwatched(void *arg)
{
	struct flow *flow = arg;

	if (!flow->watches)
		flow_free(flow);
}

static void tell_watches(void *arg)
{
	struct flow *flow = arg;

	while (flow->watches) {
		struct flow_watch *watch = flow->watches;
		flow_closed_h *handler = watch->handler;
		void *handler_arg = watch->arg;

		flow_unwatch(watch);
		if (handler)
			handler(handler_arg);
	}

	flow_free(flow);
}

static void on_end(tp_stack_t *stack, struct flow *flow, tport_t *tport,
		   msg_t *msg, int error)
{
	(void)stack;
	(void)tport;
	(void)msg;
	(void)error;

	/* The stack is in the middle of it; tell from the loop. */
	flow->closed = true;
	timer_start_ms(&flow->timer, 0, tell_watches, flow);
}

static void close_now(void *arg)
{
	struct flow *flow = arg;

	log_info("connection of the user closed",
		 KV("from", tport_name(flow->tport)->tpn_host),
		 KV("port", tport_name(flow->tport)->tpn_port));
	tport_shutdown(flow->tport, 2);
	flow->closed = true;
	timer_start_ms(&flow->timer, 0, tell_watches, flow);
}

struct flow *flow_of(tport_t *tport)
{
	struct hash_link *link;
	struct flow *flow;

	if (!tport || !tport_is_secondary(tport))
		return NULL;

	link = hash_first(&flows, (uintptr_t)tport >> 4);
	for (; link; link = hash_next(link)) {
		flow = HASH_ENTRY(link, struct flow, link);
		if (flow->tport == tport)
			return flow;
	}

	flow = x_new(struct flow);
	flow->tport = tport_ref(tport);
	flow->pending = tport_pend(tport, NULL, on_end, flow);
	hash_add(&flows, &flow->link, (uintptr_t)tport >> 4);
	timer_start_ms(&flow->timer, 0, free_if_unwatched, flow);
	return flow;
}

tport_t *flow_tport(const struct flow *flow)
{
	return flow->tport;
}

void flow_watch(struct flow_watch *watch, struct flow *flow, flow_closed_h *h,
		void *arg)
{
	flow_unwatch(watch);
	if (!flow)
		return;

	*watch = (struct flow_watch){
		.flow = flow, .next = flow->watches, .handler = h, .arg = arg
	};
	if (flow->watches)
		flow->watches->prev = watch;
	flow->watches = watch;
}

void flow_unwatch(struct flow_watch *watch)
{
	struct flow *flow = watch->flow;

	if (!flow)
		return;

	if (watch->prev)
		watch->prev->next = watch->next;
	else
		flow->watches = watch->next;
	if (watch->next)
		watch->next->prev = watch->prev;
	*watch = (struct flow_watch){ 0 };

	if (!flow->watches && !timer_running(&flow->timer))
		timer_start_ms(&flow->timer, 0, free_if_unwatched, flow);
}

bool flow_is_open(const struct flow *flow)
{
	return flow && !flow->closed && tport_is_clear_to_send(flow->tport);
}

void flow_close_soon(struct flow *flow)
{
	if (flow && !flow->closed)
		timer_start_ms(&flow->timer, CLOSE_DELAY_MS, close_now, flow);
}

void flow_forget_all(void)
{
	struct hash_link *link;

	while ((link = hash_each(&flows, NULL))) {
		struct flow *flow = HASH_ENTRY(link, struct flow, link);

		while (flow->watches)
			flow_unwatch(flow->watches);
		flow_free(flow);
	}
	hash_free(&flows);
}
