/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <malloc.h>
#include <stdlib.h>

struct flight;
#define NTA_OUTGOING_MAGIC_T struct flight

#include <sofia-sip/msg.h>
#include <sofia-sip/nta.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "base/metric.h"
#include "sip/calls.h"
#include "sip/notify_out.h"
#include "sip/notify_stack.h"
#include "sip/notify_write.h"

enum {
	LATE_FACTOR = 16,  /* silent ones for one that is waited for */
	RETRY_MS = 10,     /* whether a full connection has room again */
	LOOKS = 1024,      /* items looked at in one turn */
	TRIM_AFTER = 5000, /* requests: then what the burst used goes back */
	TRIM_DELAY_S = 40, /* server transactions of UDP are gone by then */
};

struct line {
	struct notify_item *first, *last;
};

struct text {
	char *data;
	size_t size;
};

struct notify_out {
	nta_agent_t *agent;
	struct notify_out_handlers handlers;
	void *arg;
	struct calls *calls;
	unsigned limit, flying, late, waiting;
	unsigned since_trim, seen_by_trim; /* requests sent */
	struct line urgent, normal;
	struct line blocked; /* their connection takes no more just now */
	struct flight *spare;
	struct text said; /* the last one that went over a connection */
	struct timer timer, trim, retry;
};

static void line_add(struct line *line, struct notify_item *item)
{
	item->next = NULL;
	item->prev = line->last;
	if (line->last)
		line->last->next = item;
	else
		line->first = item;
	line->last = item;
}

static void line_remove(struct line *line, struct notify_item *item)
{
	if (item->prev)
		item->prev->next = item->next;
	else
		line->first = item->next;
	if (item->next)
		item->next->prev = item->prev;
	else
		line->last = item->prev;
	item->next = item->prev = NULL;
}

/* The silent ones are bounded too, by memory rather than by the wire. */
static bool has_room(const struct notify_out *out)
{
	return (out->urgent.first || out->normal.first) &&
	       out->flying < out->limit && out->late / LATE_FACTOR < out->limit;
}

static void on_round(void *arg);

static void wake(struct notify_out *out)
{
	if (has_room(out) && !timer_running(&out->timer))
		timer_start_ms(&out->timer, 0, on_round, out);
}

/*
 * A request that was sent, or is just being sent: by the stack, or by a call
 * of our own with its text.
 */
struct flight {
	struct notify_item *item;
	struct notify_out *out;
	nta_outgoing_t *transaction; /* NULL: it never left, or it is ours */
	int status;
	bool ours, late;
	struct timer timer; /* tells of one that never left */
	struct call call;
	struct flow_watch connection; /* of the call, if it goes over one */
	struct text text;
	struct flight *next; /* spare ones */
};

static struct flight *flight_new(struct notify_out *out,
				 struct notify_item *item)
{
	struct flight *flight = out->spare;

	if (flight)
		out->spare = flight->next;
	else
		flight = x_new(struct flight);

	flight->item = item;
	flight->out = out;
	flight->status = 503;
	flight->transaction = NULL;
	flight->ours = flight->late = false;
	item->flight = flight;
	out->flying++;
	return flight;
}

static void flight_end(struct flight *flight)
{
	struct notify_out *out = flight->out;

	if (flight->transaction)
		nta_outgoing_destroy(flight->transaction);
	timer_stop(&flight->timer);
	flow_unwatch(&flight->connection);
	if (flight->late)
		out->late--;
	else
		out->flying--;
	flight->item->flight = NULL;
	flight->next = out->spare;
	out->spare = flight;
}

static void free_spare(struct notify_out *out)
{
	struct flight *flight;

	while ((flight = out->spare)) {
		out->spare = flight->next;
		free(flight->text.data);
		free(flight);
	}
}

static void on_trim(void *arg)
{
	struct notify_out *out = arg;

	/* While it goes on, what the burst used is still used. */
	if (out->since_trim - out->seen_by_trim >= TRIM_AFTER) {
		out->seen_by_trim = out->since_trim;
		timer_start(&out->trim, TRIM_DELAY_S, on_trim, out);
		return;
	}

	out->since_trim = out->seen_by_trim = 0;
	free_spare(out);
	free(out->said.data);
	out->said = (struct text){ NULL, 0 };
	malloc_trim(0);
}

static void on_sent(struct notify_out *out)
{
	metric_add(METRIC_notify_total, NULL, 1);
	if (++out->since_trim >= TRIM_AFTER && !timer_running(&out->trim))
		timer_start(&out->trim, TRIM_DELAY_S, on_trim, out);
}

static void land(struct flight *flight, int status)
{
	struct notify_out *out = flight->out;
	struct notify_item *item = flight->item;

	flight_end(flight);
	item->stage = NOTIFY_IDLE;
	wake(out);
	out->handlers.done(item, status, out->arg);
}

static void on_landed(void *arg)
{
	struct flight *flight = arg;

	land(flight, flight->status);
}

static int on_answer(struct flight *flight, nta_outgoing_t *transaction,
		     sip_t const *sip)
{
	int status = sip && sip->sip_status ? sip->sip_status->st_status
					    : nta_outgoing_status(transaction);

	if (status < 200)
		return 0;

	/* The stack may answer for a dead connection while it still sends. */
	if (flight->transaction) {
		land(flight, status);
	} else {
		flight->status = status;
		timer_start_ms(&flight->timer, 0, on_landed, flight);
	}

	return 0;
}

/* Where we have no connection and no address: the stack finds the way. */
static nta_outgoing_t *send_by_stack(struct flight *flight,
				     const struct notify_request *notify)
{
	nta_agent_t *agent = flight->out->agent;
	const struct dialog *dialog = notify->dialog;
	nta_outgoing_t *transaction;
	msg_t *msg;

	if (!*dialog->next_hop)
		return NULL;

	msg = notify_stack_request(agent, notify);
	if (!msg)
		return NULL;

	transaction = nta_outgoing_mcreate(agent, on_answer, flight,
					   (void const *)dialog->next_hop, msg,
					   TAG_END());
	if (!transaction)
		msg_destroy(msg);
	return transaction;
}

static void on_call_done(struct call *call, int status, void *arg)
{
	(void)arg;
	land(HASH_ENTRY(call, struct flight, call), status);
}

static void on_call_late(struct call *call, void *arg)
{
	struct flight *flight = HASH_ENTRY(call, struct flight, call);
	struct notify_out *out = arg;

	flight->late = true;
	out->flying--;
	out->late++;
	wake(out);
}

static const struct calls_handlers call_handlers = {
	.done = on_call_done,
	.late = on_call_late,
};

/* What was to be answered over it will not be. */
static void on_hung_up(void *arg)
{
	struct flight *flight = arg;

	calls_end(flight->out->calls, &flight->call);
	land(flight, 503);
}

static char *text_room(struct text *text, size_t bytes)
{
	if (bytes > text->size) {
		free(text->data);
		text->data = x_zalloc(bytes);
		text->size = bytes;
	}

	return text->data;
}

/* Only what may have to be sent again is kept. */
static void make_text(struct flight *flight,
		      const struct notify_request *notify)
{
	struct flow *flow = flight->call.flow;
	struct text *text = flow ? &flight->out->said : &flight->text;
	char *room = text_room(text, notify_write_room(notify));
	char branch[BRANCH_SIZE];

	calls_begin(flight->out->calls, &flight->call, branch);
	flight->call.text = room;
	flight->call.bytes =
		notify_write(room, notify, flow ? flow_transport(flow) : "UDP",
			     branch);
}

static bool send_ourselves(struct flight *flight,
			   const struct notify_request *notify)
{
	const struct dialog *dialog = notify->dialog;
	struct flow *flow = dialog->flow.flow;

	if (!flow_is_open(flow))
		flow = NULL;
	if (!flow && (!dialog->share ||
		      !udp_address_read(&flight->call.to, dialog->next_hop)))
		return false;

	flight->ours = true;
	flight->call.flow = flow;
	flight->call.share = dialog->share;
	flow_watch(&flight->connection, flow, on_hung_up, flight);
	make_text(flight, notify);
	calls_send(flight->out->calls, &flight->call);
	return true;
}

static void send_one(struct notify_out *out, struct notify_item *item)
{
	struct notify_request notify = { 0 };
	struct flight *flight = flight_new(out, item);

	item->stage = NOTIFY_FLYING;
	out->handlers.compose(item, &notify, out->arg);

	if (!send_ourselves(flight, &notify))
		flight->transaction = send_by_stack(flight, &notify);
	if (flight->ours || flight->transaction)
		on_sent(out);
	else
		timer_start_ms(&flight->timer, 0, on_landed, flight);
}

static struct line *line_of(struct notify_out *out, bool urgent)
{
	return urgent ? &out->urgent : &out->normal;
}

static void on_retry(void *arg)
{
	struct notify_out *out = arg;
	struct notify_item *item;

	while ((item = out->blocked.first)) {
		line_remove(&out->blocked, item);
		item->blocked = false;
		line_add(line_of(out, item->urgent), item);
	}
	wake(out);
}

/* Until what was said before on its connection has left. */
static bool must_wait(struct notify_out *out, struct notify_item *item)
{
	const struct flow *flow =
		out->handlers.dialog(item, out->arg)->flow.flow;

	if (!flow_is_open(flow) || flow_has_room(flow))
		return false;

	calls_flush(out->calls);
	if (!flow_is_open(flow) || flow_has_room(flow))
		return false;

	item->blocked = true;
	line_add(&out->blocked, item);
	if (!timer_running(&out->retry))
		timer_start_ms(&out->retry, RETRY_MS, on_retry, out);
	return true;
}

static void on_round(void *arg)
{
	struct notify_out *out = arg;
	int sent = 0;

	for (int i = 0; i < LOOKS && sent < NOTIFY_BATCH && has_room(out);
	     i++) {
		struct line *line = line_of(out, out->urgent.first);
		struct notify_item *item = line->first;

		line_remove(line, item);
		if (must_wait(out, item))
			continue;
		out->waiting--;
		send_one(out, item);
		sent++;
	}

	calls_flush(out->calls);
	wake(out);
}

struct notify_out *notify_out_new(void *agent, unsigned in_flight,
				  const struct notify_out_handlers *handlers,
				  void *arg)
{
	struct notify_out *out = x_new(struct notify_out);

	out->agent = agent;
	out->limit = in_flight;
	out->handlers = *handlers;
	out->arg = arg;
	out->calls = calls_new(&call_handlers, out);
	return out;
}

void notify_out_free(struct notify_out **outp)
{
	struct notify_out *out = *outp;

	*outp = NULL;
	if (!out)
		return;

	timer_stop(&out->timer);
	timer_stop(&out->trim);
	timer_stop(&out->retry);
	free_spare(out);
	free(out->said.data);
	calls_free(&out->calls);
	free(out);
}

void notify_out_answer(struct notify_out *out, const char *data, size_t len)
{
	calls_answer(out->calls, data, len);
}

void notify_out_take(struct notify_out *out, const struct answer *answer)
{
	calls_take(out->calls, answer);
}

void notify_out_limit(struct notify_out *out, unsigned in_flight)
{
	out->limit = in_flight;
	wake(out);
}

void notify_out_queue(struct notify_out *out, struct notify_item *item,
		      bool urgent)
{
	item->stage = NOTIFY_QUEUED;
	item->urgent = urgent;
	line_add(line_of(out, urgent), item);
	out->waiting++;
	wake(out);
}

void notify_out_cancel(struct notify_out *out, struct notify_item *item)
{
	struct flight *flight = item->flight;

	if (item->stage == NOTIFY_QUEUED) {
		line_remove(item->blocked ? &out->blocked
					  : line_of(out, item->urgent),
			    item);
		item->blocked = false;
		out->waiting--;
	}
	if (flight) {
		if (flight->ours)
			calls_end(out->calls, &flight->call);
		flight_end(flight);
		wake(out);
	}

	item->stage = NOTIFY_IDLE;
}

unsigned notify_out_flying(const struct notify_out *out)
{
	return out->flying + out->late;
}

unsigned notify_out_waiting(const struct notify_out *out)
{
	return out->waiting;
}
