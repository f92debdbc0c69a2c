/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/intern.h"
#include "base/metric.h"
#include "sip/publication_private.h"

#define LATER(a, b) ((a) > (b) ? (a) : (b))

static const char *name_of(const void *item)
{
	const struct publication *publication = item;

	return publication->entity;
}

static void on_round(void *arg);

/* While the server is troubled one request at a time finds out. */
static bool has_room(const struct publisher *publisher)
{
	unsigned limit = publisher->troubles ? 1 : publisher->throttle.window;

	return publisher->facts.waiting && publisher->facts.in_flight < limit;
}

void publisher_wake(struct publisher *publisher)
{
	uint64_t now_ms = clock_ms();
	uint64_t budget_ms = (publisher->budget_us + 999) / 1000;
	uint64_t at_ms = LATER(budget_ms, publisher->pause_ms);

	if (has_room(publisher))
		timer_start_ms(&publisher->timer,
			       at_ms > now_ms ? at_ms - now_ms : 0, on_round,
			       publisher);
}

void publication_leave_stage(struct publication *publication)
{
	struct publisher *publisher = publication->publisher;

	timer_stop(&publication->timer);
	if (publication->stage == LINED) {
		line_remove(publication->urgent ? &publisher->urgent
						: &publisher->normal,
			    &publication->place);
		publisher->facts.waiting--;
	} else if (publication->stage == FLYING) {
		publication->flight = NULL;
		publisher->facts.in_flight--;
	}
	publication->stage = IDLE;
}

void publication_line_up(struct publication *publication, bool urgent)
{
	struct publisher *publisher = publication->publisher;

	if (publication->stage == FLYING ||
	    (publication->stage == LINED && publication->urgent >= urgent))
		return;

	publication_leave_stage(publication);
	publication->stage = LINED;
	publication->urgent = urgent;
	line_add(urgent ? &publisher->urgent : &publisher->normal,
		 &publication->place);
	publisher->facts.waiting++;
	publisher_wake(publisher);
}

static void publication_free(struct publication *publication)
{
	intern_drop(&publication->entity);
	intern_drop(&publication->etag);
	sheet_drop(&publication->sheet);
	free(publication);
}

void publication_forget(struct publication *publication)
{
	struct publisher *publisher = publication->publisher;

	if (publication->flight)
		publisher->handlers.cancel(publication->flight, publisher->arg);
	publication_leave_stage(publication);
	index_take(publisher->index, publication->entity);
	publisher->facts.publications--;
	publication_free(publication);
}

void publication_due(void *arg)
{
	struct publication *publication = arg;

	publication_line_up(publication, publication->changed);
}

static void fill_body(const struct publication *publication,
		      struct publication_request *request)
{
	struct publisher *publisher = publication->publisher;

	request->body_bytes =
		sheet_bytes(publication->sheet, publication->entity);
	if (publisher->body_size <= request->body_bytes) {
		publisher->body_size = 2 * request->body_bytes + 1;
		publisher->body =
			x_realloc(publisher->body, publisher->body_size);
	}
	sheet_fill(publication->sheet, publication->entity, publisher->body);
	publisher->body[request->body_bytes] = '\0';
	request->body = publisher->body;
}

static void send_one(struct publication *publication)
{
	struct publisher *publisher = publication->publisher;
	bool leaving = publication->leaving;
	bool whole =
		!leaving && (publication->changed || !*publication->etag ||
			     !strcmp(publication->etag, PUBLICATION_OWN_TAG));
	struct publication_request request = {
		.entity = publication->entity,
		.etag = publication->etag,
		.expires_s = leaving ? 0 : publication->expires_s,
	};

	if (whole && publication->sheet)
		fill_body(publication, &request);
	publication_leave_stage(publication);
	publication->stage = FLYING;
	publication->carried = whole;
	publication->removing = leaving;
	publication->changed = false;
	publication->sent_ms = clock_ms();
	publisher->facts.in_flight++;
	publisher->facts.sent++;
	metric_add(METRIC_sip_publish_total, NULL, 1);
	publication->flight =
		publisher->handlers.send(publication, &request, publisher->arg);
}

/* What was not used is kept for a tenth of a second, and no longer. */
static bool spend(struct publisher *publisher)
{
	uint64_t now_ms = clock_ms();
	uint64_t from_ms = now_ms > 100 ? now_ms - 100 : 0;

	if (1000 * now_ms < publisher->budget_us ||
	    now_ms < publisher->pause_ms)
		return false;

	publisher->budget_us = LATER(publisher->budget_us, 1000 * from_ms) +
			       1000000 / publisher->settings.rate;
	return true;
}

static struct publication *next_of(const struct publisher *publisher)
{
	return (struct publication *)(publisher->urgent.first
					      ? publisher->urgent.first
					      : publisher->normal.first);
}

void publisher_go(struct publisher *publisher)
{
	while (has_room(publisher) && spend(publisher))
		send_one(next_of(publisher));
	publisher_wake(publisher);
}

static void on_round(void *arg)
{
	publisher_go(arg);
}

static struct publication *publication_of(struct publisher *publisher,
					  const char *entity)
{
	struct publication *publication = index_find(publisher->index, entity);

	if (publication)
		return publication;

	publication = x_new(struct publication);
	publication->publisher = publisher;
	publication->entity = intern(entity);
	publication->etag = intern("");
	publication->expires_s = publisher->settings.expires_s;
	index_put(publisher->index, publication);
	publisher->facts.publications++;
	return publication;
}

void publisher_publish(struct publisher *publisher, const char *entity,
		       const char *body, size_t body_bytes)
{
	struct publication *publication = publication_of(publisher, entity);
	struct sheet *before = publication->sheet;

	publication->sheet = sheet_keep(entity, body, body_bytes);
	sheet_drop(&before);
	publication->changed = true;
	publication->changed_ms = clock_ms();
	publication->leaving = false;
	if (publication->stage != WAITING)
		publication_line_up(publication, true);
}

void publisher_withdraw(struct publisher *publisher, const char *entity)
{
	struct publication *publication = index_find(publisher->index, entity);

	if (!publication)
		return;

	publication->leaving = true;
	publication->changed = false;
	if (publication->stage == FLYING)
		return;
	if (*publication->etag)
		publication_line_up(publication, true);
	else
		publication_forget(publication);
}

void publisher_known(struct publisher *publisher, const char *entity,
		     const char *etag, time_t until)
{
	struct publication *publication = publication_of(publisher, entity);

	(void)until;
	if (!*publication->etag)
		intern_replace(&publication->etag, etag);
}

void publisher_settle(struct publisher *publisher)
{
	struct publication *publication;
	size_t place = 0;

	while ((publication = index_walk(publisher->index, &place)))
		if (!publication->sheet && !publication->leaving) {
			publication->leaving = true;
			publication_line_up(publication, false);
		}
}

bool publisher_about(const struct publisher *publisher, const char *entity,
		     struct publication_about *about)
{
	static const char *const stages[] = {
		[IDLE] = "kept by the server",
		[LINED] = "waits for its turn",
		[FLYING] = "under way",
		[WAITING] = "waits to try again",
	};
	const struct publication *publication =
		index_find(publisher->index, entity);

	if (!publication)
		return false;
	*about = (struct publication_about){
		.stage = stages[publication->stage],
		.etag = publication->etag,
		.last_status = publication->last_status,
		.last_answer = publication->last_answer,
	};
	return true;
}

void publisher_facts(const struct publisher *publisher,
		     struct publisher_facts *facts)
{
	*facts = publisher->facts;
	facts->troubled = publisher->troubles > 0;
}

struct publisher *publisher_new(const struct publisher_settings *settings,
				const struct publisher_handlers *handlers,
				void *arg)
{
	struct publisher *publisher = x_new(struct publisher);

	publisher->settings = *settings;
	throttle_begin(&publisher->throttle, settings->in_flight);
	publisher->handlers = *handlers;
	publisher->arg = arg;
	publisher->index = index_new(name_of);
	return publisher;
}

void publisher_free(struct publisher **publisherp)
{
	struct publisher *publisher = *publisherp;
	struct publication *publication;
	size_t place = 0;

	*publisherp = NULL;
	if (!publisher)
		return;

	while ((publication = index_walk(publisher->index, &place))) {
		if (publication->flight)
			publisher->handlers.cancel(publication->flight,
						   publisher->arg);
		timer_stop(&publication->timer);
		publication_free(publication);
	}
	free(publisher->body);
	timer_stop(&publisher->timer);
	index_free(&publisher->index);
	free(publisher);
}
