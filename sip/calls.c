/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/loop.h"
#include "sip/answer_read.h"
#include "sip/calls.h"
#include "sip/flow.h"

#define BRANCH_PREFIX "z9hG4bKd"

enum {
	T1_MS = 500,
	T2_MS = 4000,
	TIMEOUT_MS = 64 * T1_MS,
	ROUNDS =
		11, /* 0.5, 1, 2, 4 and six more times 4 s; then what is left */
	LAST = ROUNDS - 1,
	PATIENT = ROUNDS, /* on connections: all the rest of the time */
	LINES,
	PREFIX_BYTES = sizeof(BRANCH_PREFIX) - 1,
	PLACE_DIGITS = 8,
	SECRET_DIGITS = 16,
	PLACES_FIRST = 1024,
};

/* All in one line wait equally long, so the first is due first. */
struct line {
	struct call *first, *last;
};

struct calls {
	struct calls_handlers handlers;
	void *arg;
	struct line lines[LINES];
	struct timer timer;
	struct call **places; /* by number; empty ones form a list */
	uint32_t size, vacant_count;
	uint32_t *vacant;
	struct crypto_numbers secrets;
	struct udp_share *share; /* of what waits to be flushed */
	struct datagram batch[UDP_SHARE_BATCH];
	unsigned batch_count;
};

static uint64_t delay_ms(unsigned round)
{
	uint64_t passed = 0, delay = T1_MS;

	if (round == PATIENT)
		return TIMEOUT_MS - T1_MS;
	for (unsigned i = 0; i < round; i++) {
		passed += delay;
		delay = 2 * delay < T2_MS ? 2 * delay : T2_MS;
	}

	return passed + delay < TIMEOUT_MS ? delay : TIMEOUT_MS - passed;
}

static void line_add(struct line *line, struct call *call)
{
	call->next = NULL;
	call->prev = line->last;
	if (line->last)
		line->last->next = call;
	else
		line->first = call;
	line->last = call;
}

static void line_remove(struct line *line, struct call *call)
{
	if (call->prev)
		call->prev->next = call->next;
	else
		line->first = call->next;
	if (call->next)
		call->next->prev = call->prev;
	else
		line->last = call->prev;
	call->next = call->prev = NULL;
}

static void on_timer(void *arg);

/* A timer that comes too early does no harm, so it is not moved back. */
static void arm(struct calls *calls)
{
	uint64_t now_ms = clock_ms(), due_ms = UINT64_MAX;

	if (timer_running(&calls->timer))
		return;

	for (unsigned i = 0; i < LINES; i++)
		if (calls->lines[i].first &&
		    calls->lines[i].first->due_ms < due_ms)
			due_ms = calls->lines[i].first->due_ms;
	if (due_ms != UINT64_MAX)
		timer_start_ms(&calls->timer,
			       due_ms > now_ms ? due_ms - now_ms : 0, on_timer,
			       calls);
}

/* Waits for the next time it is sent, in the line of its round. */
static void await(struct calls *calls, struct call *call)
{
	call->due_ms = clock_ms() + delay_ms(call->round);
	line_add(&calls->lines[call->round], call);
}

static void flush_batch(struct calls *calls)
{
	if (calls->batch_count)
		udp_share_send(calls->share, calls->batch, calls->batch_count);
	calls->batch_count = 0;
}

static void post(struct calls *calls, struct call *call)
{
	if (call->flow) {
		flow_say(call->flow, call->text, call->bytes);
		return;
	}
	if (calls->batch_count == UDP_SHARE_BATCH ||
	    calls->share != call->share)
		flush_batch(calls);

	calls->share = call->share;
	calls->batch[calls->batch_count++] = (struct datagram){
		.to = &call->to, .data = call->text, .len = call->bytes
	};
}

/*
 * Proceeding, it is sent each 4 s (RFC 3261, 17.1.2.2): the shorter rounds
 * pass unused.
 */
static void send_again(struct calls *calls, struct call *call)
{
	bool first = !call->round;
	bool skip = call->flow ||
		    (call->proceeding && delay_ms(call->round) < T2_MS);

	call->round = call->flow ? PATIENT : call->round + 1;
	await(calls, call);
	if (!skip)
		post(calls, call);
	if (first)
		calls->handlers.late(call, calls->arg);
}

static void over(struct calls *calls, struct call *call, int status)
{
	calls_end(calls, call);
	calls->handlers.done(call, status, calls->arg);
}

static void give_up(struct calls *calls, const struct line *line,
		    uint64_t now_ms)
{
	struct call *call;

	while ((call = line->first) && call->due_ms <= now_ms)
		over(calls, call, 408);
}

static void on_timer(void *arg)
{
	struct calls *calls = arg;
	uint64_t now_ms = clock_ms();
	struct call *call;

	for (unsigned i = 0; i < LAST; i++)
		while ((call = calls->lines[i].first) &&
		       call->due_ms <= now_ms) {
			line_remove(&calls->lines[i], call);
			send_again(calls, call);
		}
	calls_flush(calls);

	give_up(calls, &calls->lines[LAST], now_ms);
	give_up(calls, &calls->lines[PATIENT], now_ms);
	arm(calls);
}

static void grow(struct calls *calls)
{
	uint32_t size = calls->size ? 2 * calls->size : PLACES_FIRST;
	struct call **places = x_zalloc(size * sizeof(struct call *));
	uint32_t *vacant = x_zalloc(size * sizeof(uint32_t));

	if (calls->size)
		memcpy(places, calls->places,
		       calls->size * sizeof(struct call *));
	for (uint32_t i = size; i > calls->size; i--)
		vacant[calls->vacant_count++] = i - 1;

	free(calls->places);
	free(calls->vacant);
	calls->places = places;
	calls->vacant = vacant;
	calls->size = size;
}

static char *put_hex(char *at, uint64_t number, int digits)
{
	while (digits--)
		*at++ = "0123456789abcdef"[number >> (4 * digits) & 15];

	return at;
}

void calls_begin(struct calls *calls, struct call *call,
		 char branch[BRANCH_SIZE])
{
	if (!calls->vacant_count)
		grow(calls);

	call->place = calls->vacant[--calls->vacant_count];
	call->secret = crypto_number(&calls->secrets);
	call->round = 0;
	call->proceeding = false;
	call->next = call->prev = NULL;
	calls->places[call->place] = call;

	memcpy(branch, BRANCH_PREFIX, PREFIX_BYTES);
	branch = put_hex(branch + PREFIX_BYTES, call->place, PLACE_DIGITS);
	branch = put_hex(branch, call->secret, SECRET_DIGITS);
	*branch = '\0';
}

void calls_send(struct calls *calls, struct call *call)
{
	post(calls, call);
	await(calls, call);
	arm(calls);
}

void calls_flush(struct calls *calls)
{
	flush_batch(calls);
	flow_flush();
}

void calls_end(struct calls *calls, struct call *call)
{
	struct line *line = &calls->lines[call->round];

	if (!call->flow)
		flush_batch(calls); /* its text may be in there */
	if (call->prev || line->first == call)
		line_remove(line, call);
	calls->places[call->place] = NULL;
	calls->vacant[calls->vacant_count++] = call->place;
}

static bool read_hex(uint64_t *number, const char *text, int digits)
{
	*number = 0;
	for (int i = 0; i < digits; i++) {
		char c = text[i];
		unsigned digit = c >= '0' && c <= '9'
					 ? (unsigned)(c - '0')
					 : (unsigned)(c - 'a') + 10;

		if (digit > 15)
			return false;
		*number = *number << 4 | digit;
	}

	return true;
}

static struct call *find(const struct calls *calls, const struct answer *answer)
{
	const char *branch = answer->branch;
	uint64_t place, secret;

	if (answer->branch_len != PREFIX_BYTES + PLACE_DIGITS + SECRET_DIGITS ||
	    memcmp(branch, BRANCH_PREFIX, PREFIX_BYTES) != 0 ||
	    answer->method_len != 6 || memcmp(answer->method, "NOTIFY", 6) != 0)
		return NULL;

	branch += PREFIX_BYTES;
	if (!read_hex(&place, branch, PLACE_DIGITS) ||
	    !read_hex(&secret, branch + PLACE_DIGITS, SECRET_DIGITS) ||
	    place >= calls->size || !calls->places[place] ||
	    calls->places[place]->secret != secret)
		return NULL;

	return calls->places[place];
}

void calls_take(struct calls *calls, const struct answer *answer)
{
	struct call *call = find(calls, answer);

	if (!call)
		return;

	if (answer->status < 200)
		call->proceeding = true;
	else
		over(calls, call, answer->status);
}

void calls_answer(struct calls *calls, const char *data, size_t len)
{
	struct answer answer;

	if (answer_read(&answer, data, len))
		calls_take(calls, &answer);
}

struct calls *calls_new(const struct calls_handlers *handlers, void *arg)
{
	struct calls *calls = x_new(struct calls);

	calls->handlers = *handlers;
	calls->arg = arg;
	return calls;
}

void calls_free(struct calls **callsp)
{
	struct calls *calls = *callsp;

	*callsp = NULL;
	if (!calls)
		return;

	timer_stop(&calls->timer);
	free(calls->places);
	free(calls->vacant);
	free(calls);
}
