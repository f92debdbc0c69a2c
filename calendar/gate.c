/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "calendar/gate.h"

enum {
	REFUSALS_MAX = 3,
	SECOND_MS = 1000,
	MINUTE_MS = 60 * SECOND_MS,
	WAIT_MAX_MS = 10 * MINUTE_MS, /* whatever the server asks for */
};

/*
 * How long nobody is let in after each refusal in a row; after the last of
 * them those who wait are sent away. A password that was good a moment ago is
 * most likely still, and the server means "slower": nobody can tell from a
 * 401. No more than three in half an hour, so that no account is locked: that
 * is as long as servers usually count, and no attempt renews the count.
 */
static const struct patience {
	unsigned refusals;
	unsigned wait_ms[REFUSALS_MAX];
} strange = { 2, { 5 * SECOND_MS, 60 * MINUTE_MS } },
  proven = { 3, { 5 * SECOND_MS, MINUTE_MS, 35 * MINUTE_MS } };

/* By one request at a time, so its return is seen within ten seconds. */
static const struct backoff trouble_backoff = { .min_s = 1, .max_s = 8 };
/* A server that is not there minds no question, and its return is waited for. */
static const struct backoff absence_backoff = { .min_s = 1, .max_s = 5 };

struct queue {
	struct ticket *first, *last;
};

struct gate {
	struct queue queues[GATE_URGENCIES];
	size_t waiting;
	unsigned inside;
	unsigned parallel;
	unsigned allowed;  /* of those, as things are */
	unsigned failures; /* in a row, of the gateway itself */
	unsigned refusals; /* in a row, of our credentials */
	bool proven;       /* they have been seen to work */
	uint64_t closed_until_ms;
	struct why shut; /* ERR_OK: those who wait may hope */
	struct timer timer;
	gate_verdict_h *verdicts;
	void *arg;
};

static void unlink_ticket(struct gate *gate, struct ticket *ticket)
{
	struct queue *queue = &gate->queues[ticket->urgency];

	*(ticket->prev ? &ticket->prev->next : &queue->first) = ticket->next;
	*(ticket->next ? &ticket->next->prev : &queue->last) = ticket->prev;
	ticket->next = ticket->prev = NULL;
	ticket->place = TICKET_IDLE;
	gate->waiting--;
}

static struct ticket *next_ticket(const struct gate *gate)
{
	for (int i = 0; i < GATE_URGENCIES; i++)
		if (gate->queues[i].first)
			return gate->queues[i].first;

	return NULL;
}

static void on_timer(void *arg);

static void look_again(struct gate *gate)
{
	uint64_t now_ms = clock_ms();
	uint64_t wait_ms = 0;

	if (!gate->waiting)
		return;

	if (!gate->shut.err && gate->closed_until_ms > now_ms)
		wait_ms = gate->closed_until_ms - now_ms;
	else if (!gate->shut.err && gate->inside >= gate->allowed)
		return; /* whoever comes out looks again */

	timer_start_ms(&gate->timer, wait_ms, on_timer, gate);
}

/* One ticket a turn, since its handler may do anything, even free us. */
static void on_timer(void *arg)
{
	const struct why welcome = { .err = ERR_OK };
	struct gate *gate = arg;
	struct ticket *ticket = next_ticket(gate);
	struct why why = gate->shut;

	if (!ticket)
		return;

	if (why.err && clock_ms() >= gate->closed_until_ms)
		gate->shut = why = welcome;

	if (!why.err && (clock_ms() < gate->closed_until_ms ||
			 gate->inside >= gate->allowed)) {
		look_again(gate);
		return;
	}

	unlink_ticket(gate, ticket);

	if (!why.err) {
		ticket->place = TICKET_INSIDE;
		gate->inside++;
	}

	look_again(gate);
	ticket->handler(&why, ticket->arg);
}

static unsigned close_for(struct gate *gate, unsigned wait_ms)
{
	uint64_t until_ms = clock_ms() + wait_ms;

	if (until_ms > gate->closed_until_ms)
		gate->closed_until_ms = until_ms;

	return wait_ms;
}

static unsigned back_off(struct gate *gate, enum err err)
{
	bool absent = err == ERR_NETWORK || err == ERR_TIMEOUT;
	unsigned wait_s =
		backoff_s(absent ? &absence_backoff : &trouble_backoff,
			  ++gate->failures, (unsigned)rand());

	return close_for(gate, wait_s * 1000 + (unsigned)rand() % 1000);
}

/* Those that were under way at the first refusal make no second one. */
static unsigned refused(struct gate *gate, const struct why *why)
{
	const struct patience *patience = gate->proven ? &proven : &strange;

	gate->allowed = 1;

	if (gate->refusals && clock_ms() < gate->closed_until_ms)
		return 0;

	if (gate->refusals < patience->refusals)
		gate->refusals++;
	if (gate->refusals == patience->refusals)
		gate->shut = *why;
	return close_for(gate, patience->wait_ms[gate->refusals - 1]);
}

static unsigned throttled(struct gate *gate, unsigned wait_ms)
{
	gate->allowed = (gate->allowed + 1) / 2;

	if (!wait_ms)
		return back_off(gate, ERR_THROTTLED);

	return close_for(gate, wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS);
}

static void went_well(struct gate *gate)
{
	gate->failures = 0;
	gate->refusals = 0;
	gate->proven = true;

	if (gate->allowed < gate->parallel)
		gate->allowed++;
}

static unsigned judge(struct gate *gate, const struct verdict *verdict)
{
	if (verdict->why.err == ERR_OK) {
		went_well(gate);
		return 0;
	}

	if (verdict->why.err == ERR_LOGIN)
		return refused(gate, &verdict->why);

	if (verdict->why.err == ERR_THROTTLED)
		return throttled(gate, verdict->wait_ms);

	/* Several that were under way fail for one and the same reason. */
	gate->allowed = 1;
	if (clock_ms() < gate->closed_until_ms)
		return 0;

	return back_off(gate, verdict->why.err);
}

struct gate *gate_new(unsigned parallel, gate_verdict_h *verdicts, void *arg)
{
	struct gate *gate = x_new(struct gate);

	gate->parallel = parallel;
	gate->allowed = 1;
	gate->verdicts = verdicts;
	gate->arg = arg;
	return gate;
}

void gate_free(struct gate **gatep)
{
	if (!*gatep)
		return;

	assert(!(*gatep)->waiting);
	timer_stop(&(*gatep)->timer);
	free(*gatep);
	*gatep = NULL;
}

void gate_ask(struct gate *gate, struct ticket *ticket,
	      enum gate_urgency urgency, gate_h *h, void *arg)
{
	struct queue *queue = &gate->queues[urgency];

	assert(ticket->place == TICKET_IDLE);
	*ticket = (struct ticket){
		.prev = queue->last,
		.handler = h,
		.arg = arg,
		.urgency = urgency,
		.place = TICKET_WAITING,
	};
	*(queue->last ? &queue->last->next : &queue->first) = ticket;
	queue->last = ticket;
	gate->waiting++;

	if (!timer_running(&gate->timer))
		look_again(gate);
}

void gate_answered(struct gate *gate, struct ticket *ticket,
		   const struct verdict *verdict)
{
	unsigned wait_ms;

	if (ticket->place != TICKET_INSIDE)
		return;

	ticket->place = TICKET_IDLE;
	gate->inside--;
	wait_ms = judge(gate, verdict);
	look_again(gate);

	if (gate->verdicts)
		gate->verdicts(verdict, wait_ms, gate->arg);
}

void gate_leave(struct gate *gate, struct ticket *ticket)
{
	if (ticket->place == TICKET_WAITING)
		unlink_ticket(gate, ticket);
	else if (ticket->place == TICKET_INSIDE)
		gate->inside--;

	ticket->place = TICKET_IDLE;
	look_again(gate);
}

void gate_reopen(struct gate *gate)
{
	gate->shut = (struct why){ .err = ERR_OK };
	gate->refusals = 0;
	gate->proven = false;
	gate->allowed = 1;
	gate->closed_until_ms = 0;
	look_again(gate);
}

size_t gate_waiting(const struct gate *gate)
{
	return gate->waiting;
}

unsigned gate_inside(const struct gate *gate)
{
	return gate->inside;
}
