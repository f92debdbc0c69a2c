/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mailboxes that are to be read, as few requests as that needs.
 *
 * What somebody waits for is read at once when the gateway is idle; while
 * two such requests are under way the others gather, so that batches grow by
 * themselves under load. Audits have time: they gather until a request is
 * full or the first of them has waited as long as the gateway's gather says.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "calendar/ews_code.h"
#include "calendar/ews_pool.h"

enum {
	PARTIAL_MAX = 2, /* requests under way beside which one waits to fill */
	TRIES_MAX = 8,   /* of a mailbox, while requests get smaller */
	ALONE_MAX = 2,   /* once nobody else can be to blame */
};

struct reading_list {
	struct subscription *first, *last;
	size_t count;
};

struct ews_batches {
	struct backend_pool *pool;
	struct reading_list prompt, patient;
	struct ews_batch *running;
	unsigned running_count;
	size_t size; /* mailboxes in a request; less after it was too much */
	bool patient_due;
	struct timer flush, patience;
};

struct ews_batch {
	struct ews_batch *next, **place;
	struct ews_batches *batches;
	struct ews_call *call;
	struct window window;
	size_t count;
	struct subscription *subs[EWS_BATCH_MAX]; /* NULL: left meanwhile */
	char *addresses[EWS_BATCH_MAX];
	struct ews_availability answers[EWS_BATCH_MAX];
};

static struct reading_list *list_of(struct ews_batches *batches,
				    const struct subscription *sub)
{
	return sub->reading.cause == READ_AUDIT ? &batches->patient
						: &batches->prompt;
}

static void list_add(struct reading_list *list, struct subscription *sub)
{
	sub->reading.prev = list->last;
	sub->reading.next = NULL;
	*(list->last ? &list->last->reading.next : &list->first) = sub;
	list->last = sub;
	list->count++;
}

static void list_remove(struct reading_list *list, struct subscription *sub)
{
	struct ews_reading *r = &sub->reading;

	*(r->prev ? &r->prev->reading.next : &list->first) = r->next;
	*(r->next ? &r->next->reading.prev : &list->last) = r->prev;
	r->next = r->prev = NULL;
	list->count--;
}

static void on_flush(void *arg);

static void flush_soon(struct ews_batches *batches)
{
	if (!timer_running(&batches->flush))
		timer_start_ms(&batches->flush, 0, on_flush, batches);
}

static void on_patience(void *arg)
{
	struct ews_batches *batches = arg;

	batches->patient_due = batches->patient.count > 0;
	flush_soon(batches);
}

static void enqueue(struct subscription *sub, enum read_cause cause)
{
	struct ews_batches *batches = sub->pool->batches;

	sub->reading.state = READING_WAITS;
	sub->reading.cause = cause;
	list_add(list_of(batches, sub), sub);

	if (cause != READ_AUDIT || batches->patient.count >= batches->size)
		flush_soon(batches);
	else if (!timer_running(&batches->patience))
		timer_start(&batches->patience,
			    gateway_settings(batches->pool->gateway)->gather,
			    on_patience, batches);
}

static void batch_free(struct ews_batch *batch)
{
	struct ews_batches *batches = batch->batches;

	*batch->place = batch->next;
	if (batch->next)
		batch->next->place = batch->place;

	batches->running_count--;
	ews_call_free(&batch->call);
	for (size_t i = 0; i < batch->count; i++)
		free(batch->addresses[i]);
	free(batch);
}

static void write_batch(struct ews_letter *letter, const char *version,
			void *arg)
{
	const struct ews_heading heading = { .version = version };
	struct ews_batch *batch = arg;
	const char *addresses[EWS_BATCH_MAX];

	for (size_t i = 0; i < batch->count; i++)
		addresses[i] = batch->addresses[i];

	batch->window = window_at(clock_now());
	letter->operation = "GetUserAvailability";
	letter->anchor = addresses[0];
	ews_write_availability(&letter->body, &heading, addresses, batch->count,
			       &batch->window);
}

/* Whether details must be read, given what free/busy says now. */
static bool needs_details(const struct subscription *sub,
			  const struct timeline *now_seen)
{
	const struct ews_reading *r = &sub->reading;

	return !r->seen || !r->details || r->apart ||
	       r->wants != gateway_wants(sub->pool->gateway) ||
	       timeline_until(r->details) != timeline_until(now_seen) ||
	       !timeline_equal(r->seen, now_seen, clock_now());
}

/* Free/busy only shows whether details have to be read. */
static void compare(struct subscription *sub, struct timeline *timeline)
{
	bool needed = needs_details(sub, timeline);
	enum read_cause cause = sub->reading.cause;

	timeline_free(&sub->reading.seen);
	sub->reading.seen = timeline;
	sub->reading.apart = false;

	if (needed) {
		ews_find_start(sub);
		return;
	}

	timeline_set_hours(sub->reading.details, timeline_hours(timeline));
	ews_read_done(sub);
	ews_deliver(sub, sub->reading.details, cause);
}

static void read_well(struct subscription *sub, struct timeline *timeline)
{
	enum read_cause cause = sub->reading.cause;

	sub->reading.batch = NULL;
	sub->reading.tries = 0;
	if (!(gateway_wants(sub->pool->gateway) & WANT_HOURS))
		timeline_set_hours(timeline, NULL);

	if (gateway_settings(sub->pool->gateway)->details) {
		compare(sub, timeline);
		return;
	}

	ews_read_done(sub);
	ews_deliver(sub, timeline, cause);
	timeline_free(&timeline);
}

static void read_badly(struct subscription *sub, const struct why *why)
{
	sub->reading.batch = NULL;
	sub->reading.state = READING_NOT;
	sub->reading.again = false;
	ews_tell(sub, TELL_FAILED, why);
}

/* What the gateway sees to is no fault of the mailbox. */
static void read_again(struct subscription *sub,
		       const struct ews_answer *answer, unsigned tries_max)
{
	const struct why *why = &answer->trouble.why;
	bool hopeless = why->err == ERR_LOGIN && !answer->http;

	sub->reading.batch = NULL;

	if (!answer->everybody)
		sub->reading.tries++;
	else if (sub->live && ews_follows_by(sub, &ews_polling))
		ews_tell(sub, TELL_TROUBLED, why);

	if (hopeless || sub->reading.tries >= tries_max) {
		sub->reading.tries = 0;
		read_badly(sub, why);
		return;
	}

	enqueue(sub, sub->reading.cause);
}

static void all_again(struct ews_batch *batch, const struct ews_answer *answer)
{
	struct ews_batches *batches = batch->batches;

	if (!answer->everybody && batch->count > 1)
		batches->size = (batch->count + 1) / 2;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->subs[i])
			read_again(batch->subs[i], answer,
				   batch->count > 1 ? TRIES_MAX : ALONE_MAX);
}

static void grow(struct ews_batches *batches)
{
	batches->size += 10;
	if (batches->size > EWS_BATCH_MAX)
		batches->size = EWS_BATCH_MAX;
}

/* A handler may unsubscribe any mailbox of the batch: its place is NULL then. */
static void hand_out(struct ews_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct ews_availability *answer = &batch->answers[i];

		if (!batch->subs[i])
			timeline_free(&answer->timeline);
		else if (answer->timeline)
			read_well(batch->subs[i], answer->timeline);
		else
			read_badly(batch->subs[i], &answer->trouble.why);
	}
}

static void on_answer(const struct ews_answer *answer, void *arg)
{
	struct ews_batch *batch = arg;
	struct ews_batches *batches = batch->batches;
	struct ews_answer failure = *answer;

	batch->call = NULL;
	flush_soon(batches);

	if (!failure.trouble.why.err)
		ews_read_availability(answer->envelope, &batch->window,
				      batch->answers, batch->count,
				      &failure.trouble);

	if (failure.trouble.why.err) {
		all_again(batch, &failure);
	} else {
		grow(batches);
		hand_out(batch);
	}

	batch_free(batch);
}

static const struct ews_call_handlers batch_handlers = {
	.write = write_batch,
	.answered = on_answer,
};

static void take_from(struct reading_list *list, struct ews_batch *batch,
		      size_t size)
{
	while (list->first && batch->count < size) {
		struct subscription *sub = list->first;

		list_remove(list, sub);
		sub->reading.state = READING_RUNS;
		sub->reading.batch = batch;
		batch->addresses[batch->count] =
			x_strdup(sub->mailbox->address);
		batch->subs[batch->count++] = sub;
	}
}

/* Audits fill up what is sent anyway. */
static void start_batch(struct ews_batches *batches)
{
	struct ews_batch *batch = x_new(struct ews_batch);
	bool urgent = batches->prompt.first != NULL;

	batch->batches = batches;
	batch->place = &batches->running;
	batch->next = batches->running;
	if (batch->next)
		batch->next->place = &batch->next;
	batches->running = batch;
	batches->running_count++;

	take_from(&batches->prompt, batch, batches->size);
	take_from(&batches->patient, batch, batches->size);
	batch->call =
		ews_call_new(batches->pool, urgent ? GATE_URGENT : GATE_NORMAL,
			     &batch_handlers, batch);
}

static bool worth_a_request(const struct ews_batches *batches)
{
	unsigned parallel = gateway_settings(batches->pool->gateway)->parallel;
	bool full = batches->prompt.count >= batches->size ||
		    batches->patient.count >= batches->size;

	if (!batches->prompt.count && !full &&
	    !(batches->patient_due && batches->patient.count))
		return false;

	return batches->running_count < (full ? parallel : PARTIAL_MAX);
}

static void on_flush(void *arg)
{
	struct ews_batches *batches = arg;

	while (worth_a_request(batches))
		start_batch(batches);

	if (batches->patient.count)
		return;

	batches->patient_due = false;
	timer_stop(&batches->patience);
}

struct ews_batches *ews_batches_new(struct backend_pool *pool)
{
	struct ews_batches *batches = x_new(struct ews_batches);

	batches->pool = pool;
	batches->size = EWS_BATCH_MAX;
	return batches;
}

void ews_batches_free(struct ews_batches **batchesp)
{
	struct ews_batches *batches = *batchesp;

	if (!batches)
		return;

	assert(!batches->prompt.count && !batches->patient.count);
	while (batches->running)
		batch_free(batches->running);
	timer_stop(&batches->flush);
	timer_stop(&batches->patience);
	free(batches);
	*batchesp = NULL;
}

void ews_read(struct subscription *sub, enum read_cause cause)
{
	struct ews_batches *batches = sub->pool->batches;
	struct ews_reading *r = &sub->reading;

	if (r->state == READING_RUNS && cause != READ_AUDIT) {
		/* What is under way may have been read before the change. */
		if (!r->again || cause > r->again_cause)
			r->again_cause = cause;
		r->again = true;
	} else if (r->state == READING_WAITS && cause > r->cause) {
		list_remove(list_of(batches, sub), sub);
		enqueue(sub, cause);
	} else if (r->state == READING_NOT) {
		if (gateway_settings(sub->pool->gateway)->details &&
		    cause == READ_NOTIFIED) {
			r->cause = cause;
			r->apart = true;
			ews_find_start(sub);
		} else {
			enqueue(sub, cause);
		}
	}
}

void ews_read_done(struct subscription *sub)
{
	struct ews_reading *r = &sub->reading;

	r->state = READING_NOT;

	if (!r->again)
		return;

	r->again = false;
	ews_read(sub, r->again_cause);
}

void ews_read_stop(struct subscription *sub)
{
	struct ews_reading *r = &sub->reading;

	if (r->state == READING_WAITS)
		list_remove(list_of(sub->pool->batches, sub), sub);

	for (size_t i = 0; r->batch && i < r->batch->count; i++)
		if (r->batch->subs[i] == sub)
			r->batch->subs[i] = NULL;

	r->batch = NULL;
	r->state = READING_NOT;
	ews_find_stop(sub);
}
