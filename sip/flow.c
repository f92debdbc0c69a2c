/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct flow;
#define TP_CLIENT_T struct flow

#include <sofia-sip/msg.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "sip/flow_tport.h"
#include "sip/hash.h"

enum {
	CLOSE_DELAY_MS = 300,
	LOOK_MS = 10,          /* whether what waits has left */
	PATIENCE_MS = 10000,   /* with a reader who takes nothing of it */
	MESSAGE_MAX = 5 << 20, /* the largest watcher information */
};

struct flow {
	struct hash_link link; /* hash: the connection's address in memory */
	tport_t *tport;
	int pending; /* the stack's name for our wish to hear of its end */
	bool closed;
	struct flow_watch *watches;
	struct timer timer; /* until it is closed, or forgotten */
	const char *transport;
	struct buf said;           /* not yet the stack's */
	struct flow *next_to_hear; /* in line for the flush */
	bool in_line;
	uint64_t handed_ms; /* when the stack got the last of it */
	struct timer look;
};

static struct hash flows;
static struct flow *to_flush;

static void leave_line(struct flow *flow)
{
	struct flow **place = &to_flush;

	if (!flow->in_line)
		return;
	while (*place != flow)
		place = &(*place)->next_to_hear;
	*place = flow->next_to_hear;
	flow->in_line = false;
}

static void flow_free(struct flow *flow)
{
	leave_line(flow);
	buf_free(&flow->said);
	timer_stop(&flow->look);
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

static void cut(struct flow *flow, const char *why)
{
	log_info("connection of a user closed", KV("why", why),
		 KV("from", tport_name(flow->tport)->tpn_host),
		 KV("port", tport_name(flow->tport)->tpn_port));
	tport_shutdown(flow->tport, 2);
	flow->closed = true;
	timer_start_ms(&flow->timer, 0, tell_watches, flow);
}

static void close_now(void *arg)
{
	cut(arg, "the user was signed out");
}

/* The listener's own Via says it; see sip/agent.c for TLS. */
static const char *transport_of(const tport_t *tport)
{
	const sip_via_t *via =
		(const sip_via_t *)tport_magic(tport_parent(tport));

	return via && strstr(via->v_protocol, "/TLS") ? "TLS" : "TCP";
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
	flow->transport = transport_of(tport);
	flow->said = BUF(FLOW_BYTES_MAX + MESSAGE_MAX);
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

bool flow_has_room(const struct flow *flow)
{
	return flow->said.len < FLOW_BYTES_MAX;
}

const char *flow_transport(const struct flow *flow)
{
	return flow->transport;
}

void flow_say(struct flow *flow, const char *text, size_t bytes)
{
	buf_add(&flow->said, text, bytes);
	if (flow->in_line)
		return;

	flow->in_line = true;
	flow->next_to_hear = to_flush;
	to_flush = flow;
}

/* For the stack all of it is the first line of a message that has no more. */
static bool set_text(msg_t *msg, const struct buf *text)
{
	su_home_t *home = msg_home(msg);
	sip_request_t *line =
		sip_request_create(home, SIP_METHOD_NOTIFY,
				   (void const *)"sip:flow", NULL);
	char *all = su_alloc(home, (isize_t)text->len);

	if (!line || !all ||
	    msg_header_insert(msg, NULL, (msg_header_t *)line) < 0 ||
	    msg_serialize(msg, NULL) < 0)
		return false;

	memcpy(all, text->data, text->len);
	line->rq_common->h_data = all;
	line->rq_common->h_len = (usize_t)text->len;
	return true;
}

/* Through the stack's own line, so never in the middle of an answer of its. */
static bool hand_over(struct flow *flow)
{
	msg_t *msg = msg_create(sip_default_mclass(), 0);
	bool sent = set_text(msg, &flow->said) &&
		    tport_tsend(flow->tport, msg, tport_name(flow->tport),
				TAG_END());

	msg_destroy(msg);
	buf_free(&flow->said);
	flow->handed_ms = clock_ms();
	return sent;
}

/* One of our messages at a time in the stack's line. */
static void on_look(void *arg)
{
	struct flow *flow = arg;
	bool waits = tport_queuelen(flow->tport) != 0;

	if (flow->closed)
		return;
	if (!waits && flow->said.len) {
		if (!hand_over(flow)) {
			cut(flow, "it is broken");
			return;
		}
		waits = tport_queuelen(flow->tport) != 0;
	}

	if (waits && clock_ms() - flow->handed_ms >= PATIENCE_MS)
		cut(flow, "what is sent there is not read");
	else if (waits)
		timer_start_ms(&flow->look, LOOK_MS, on_look, flow);
}

void flow_flush(void)
{
	struct flow *flow;

	while ((flow = to_flush)) {
		leave_line(flow);
		if (!timer_running(&flow->look))
			on_look(flow);
	}
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
