/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/index.h"
#include "base/log.h"
#include "base/loop.h"
#include "sip/line.h"
#include "sip/publication.h"
/*
 *   IDLE --changed, due--> LINED --budget--> FLYING --KEPT--> IDLE
 *                            ^                 |
 *                            +----- AGAIN, LONGER, changed
 *                            +-- WAITING <--- TROUBLE, REFUSED
 */
enum stage { IDLE, LINED, FLYING, WAITING };

#define LATER(a, b) ((a) > (b) ? (a) : (b))

struct publication {
	struct line_place place; /* first: the line hands this one over */
	struct publisher *publisher;
	char *entity;
	char *body; /* NULL: known, but not published since */
	size_t body_bytes;
	char etag[PUBLICATION_ETAG_SIZE]; /* "" the server has nothing */
	enum stage stage;
	bool changed;  /* the server has not got the body */
	bool carried;  /* the request under way has */
	bool removing; /* the request under way does */
	bool leaving;
	bool urgent; /* which line it stands in */
	unsigned failures;
	unsigned expires_s; /* asked for */
	struct timer timer; /* renewal, or the end of a wait */
	void *flight;
};

struct publisher {
	struct publisher_settings settings;
	struct publisher_handlers handlers;
	void *arg;
	struct index *index;
	struct line urgent, normal;
	struct timer timer;
	uint64_t budget_ms; /* up to when the budget is spent */
	uint64_t pause_ms;  /* nothing is sent before */
	unsigned troubles;  /* in a row */
	uint64_t doubt_ms;  /* no doubt before */
	struct publisher_facts facts;
};

enum move { MOVE_KEPT, MOVE_AGAIN, MOVE_LONGER, MOVE_TROUBLE, MOVE_REFUSED };

static enum move move_of(int status)
{
	static const struct {
		int first, last;
		enum move move;
	} rows[] = {
#define PUBLICATION_ANSWER(first, last, move) { first, last, MOVE_##move },
#include "sip/publication.def"
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (status >= rows[i].first && status <= rows[i].last)
			return rows[i].move;

	return MOVE_REFUSED;
}

static const char *name_of(const void *item)
{
	const struct publication *publication = item;

	return publication->entity;
}

static unsigned dice(void)
{
	unsigned number;

	crypto_random((unsigned char *)&number, sizeof(number));
	return number;
}

static void on_round(void *arg);

/* While the server is troubled one request at a time finds out. */
static bool has_room(const struct publisher *publisher)
{
	unsigned limit =
		publisher->troubles ? 1 : publisher->settings.in_flight;

	return publisher->facts.waiting && publisher->facts.in_flight < limit;
}

static void wake(struct publisher *publisher)
{
	uint64_t now_ms = clock_ms();
	uint64_t at_ms = LATER(publisher->budget_ms, publisher->pause_ms);

	if (has_room(publisher))
		timer_start_ms(&publisher->timer,
			       at_ms > now_ms ? at_ms - now_ms : 0, on_round,
			       publisher);
}

static void leave_stage(struct publication *publication)
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

static void get_in_line(struct publication *publication, bool urgent)
{
	struct publisher *publisher = publication->publisher;

	if (publication->stage == FLYING ||
	    (publication->stage == LINED && publication->urgent >= urgent))
		return;

	leave_stage(publication);
	publication->stage = LINED;
	publication->urgent = urgent;
	line_add(urgent ? &publisher->urgent : &publisher->normal,
		 &publication->place);
	publisher->facts.waiting++;
	wake(publisher);
}

static void forget(struct publication *publication)
{
	struct publisher *publisher = publication->publisher;

	if (publication->flight)
		publisher->handlers.cancel(publication->flight, publisher->arg);
	leave_stage(publication);
	index_take(publisher->index, publication->entity);
	publisher->facts.publications--;
	free(publication->entity);
	free(publication->body);
	free(publication);
}

static void on_due(void *arg)
{
	struct publication *publication = arg;

	get_in_line(publication, publication->changed);
}

static void send_one(struct publication *publication)
{
	struct publisher *publisher = publication->publisher;
	bool leaving = publication->leaving;
	bool whole =
		!leaving && (publication->changed || !*publication->etag ||
			     !strcmp(publication->etag, PUBLICATION_OWN_TAG));
	const struct publication_request request = {
		.entity = publication->entity,
		.etag = publication->etag,
		.body = whole ? publication->body : NULL,
		.body_bytes = whole ? publication->body_bytes : 0,
		.expires_s = leaving ? 0 : publication->expires_s,
	};

	leave_stage(publication);
	publication->stage = FLYING;
	publication->carried = whole;
	publication->removing = leaving;
	publication->changed = false;
	publisher->facts.in_flight++;
	publisher->facts.sent++;
	publication->flight =
		publisher->handlers.send(publication, &request, publisher->arg);
}

/* What was not used is kept for a tenth of a second, and no longer. */
static bool spend(struct publisher *publisher)
{
	uint64_t now_ms = clock_ms();
	uint64_t step_ms = 1000 / publisher->settings.rate;
	uint64_t from_ms = now_ms > 100 ? now_ms - 100 : 0;

	if (now_ms < publisher->budget_ms || now_ms < publisher->pause_ms)
		return false;

	publisher->budget_ms =
		LATER(publisher->budget_ms, from_ms) + (step_ms ? step_ms : 1);
	return true;
}

static struct publication *next_of(const struct publisher *publisher)
{
	return (struct publication *)(publisher->urgent.first
					      ? publisher->urgent.first
					      : publisher->normal.first);
}

static void on_round(void *arg)
{
	struct publisher *publisher = arg;

	while (has_room(publisher) && spend(publisher))
		send_one(next_of(publisher));
	wake(publisher);
}

/* Between half and three quarters of the time that was granted. */
static void renew_later(struct publication *publication, unsigned granted_s)
{
	timer_start(&publication->timer,
		    granted_s / 2 + dice() % (granted_s / 4 + 1) + 1, on_due,
		    publication);
}

static void on_kept(struct publication *publication,
		    const struct publication_answer *answer)
{
	struct publisher *publisher = publication->publisher;
	unsigned granted_s = answer->expires_s > 0 ? (unsigned)answer->expires_s
						   : publication->expires_s;

	publication->failures = 0;
	publisher->troubles = 0;
	publisher->pause_ms = 0;
	if (answer->etag)
		snprintf(publication->etag, PUBLICATION_ETAG_SIZE, "%s",
			 answer->etag);
	if (publication->changed || publication->leaving)
		get_in_line(publication, true);
	else
		renew_later(publication, granted_s);
	wake(publisher);
	publisher->handlers.kept(publication->entity, publication->etag,
				 clock_now() + (time_t)granted_s,
				 publisher->arg);
}

/* Who lost one document may have lost all: renewals find out, in line. */
static void doubt(struct publisher *publisher)
{
	struct publication *publication;
	size_t place = 0;

	if (clock_ms() < publisher->doubt_ms)
		return;

	publisher->doubt_ms = clock_ms() + 1000 * PUBLICATION_DOUBT_S;
	log_warn("the presence server lost a document, all are asked after",
		 KN("documents", publisher->facts.publications));
	while ((publication = index_walk(publisher->index, &place)))
		if (publication->stage == IDLE)
			get_in_line(publication, false);
}

static void start_over(struct publication *publication)
{
	publication->etag[0] = '\0';
	publication->changed = true;
	get_in_line(publication, true);
}

static void on_again(struct publication *publication)
{
	start_over(publication);
	doubt(publication->publisher);
}

static void wait_s(struct publication *publication, unsigned seconds)
{
	publication->stage = WAITING;
	timer_start(&publication->timer, seconds, on_due, publication);
}

/* It goes to the end of the line, so another one is tried first. */
static void on_trouble(struct publication *publication,
		       const struct publication_answer *answer)
{
	struct publisher *publisher = publication->publisher;
	unsigned pause_s;

	if (!publisher->troubles++)
		log_warn("the presence server does not take documents",
			 KN("status", answer->status),
			 KV("entity", publication->entity));
	pause_s = backoff_s(&publisher->settings.backoff, publisher->troubles,
			    dice());
	if (answer->retry_after_s > pause_s &&
	    answer->retry_after_s <= publisher->settings.backoff.max_s)
		pause_s = answer->retry_after_s;
	publisher->pause_ms = clock_ms() + 1000 * (uint64_t)pause_s;
	get_in_line(publication, publication->changed);
	wake(publisher);
}

static void on_refused(struct publication *publication,
		       const struct publication_answer *answer)
{
	struct publisher *publisher = publication->publisher;

	log_warn("the presence server refuses a document",
		 KV("entity", publication->entity),
		 KN("status", answer->status));
	wait_s(publication, backoff_s(&publisher->settings.backoff,
				      publication->failures, dice()));
	wake(publisher);
}

static void on_longer(struct publication *publication,
		      const struct publication_answer *answer)
{
	if (answer->min_expires_s <= publication->expires_s) {
		on_refused(publication, answer);
		return;
	}
	publication->expires_s = answer->min_expires_s;
	get_in_line(publication, publication->changed);
}

/* It is gone, or was not there; or the server will notice by itself. */
static void on_left(struct publication *publication,
		    const struct publication_answer *answer)
{
	struct publisher *publisher = publication->publisher;
	char *entity;

	if (move_of(answer->status) == MOVE_TROUBLE &&
	    publication->failures < 5) {
		on_trouble(publication, answer);
		return;
	}

	entity = x_strdup(publication->entity);
	forget(publication);
	wake(publisher);
	publisher->handlers.kept(entity, "", 0, publisher->arg);
	free(entity);
}

void publisher_answer(struct publication *publication,
		      const struct publication_answer *answer)
{
	struct publisher *publisher = publication->publisher;
	enum move move = move_of(answer->status);

	leave_stage(publication);
	if (move != MOVE_KEPT) {
		publication->changed |= publication->carried;
		publication->failures++;
		publisher->facts.failures += move != MOVE_AGAIN;
	}
	if (publication->removing && publication->leaving)
		on_left(publication, answer);
	else if (publication->removing)
		start_over(publication); /* published again meanwhile */
	else if (move == MOVE_KEPT)
		on_kept(publication, answer);
	else if (move == MOVE_AGAIN)
		on_again(publication);
	else if (move == MOVE_LONGER)
		on_longer(publication, answer);
	else if (move == MOVE_TROUBLE)
		on_trouble(publication, answer);
	else
		on_refused(publication, answer);
}

static struct publication *publication_of(struct publisher *publisher,
					  const char *entity)
{
	struct publication *publication = index_find(publisher->index, entity);

	if (publication)
		return publication;

	publication = x_new(struct publication);
	publication->publisher = publisher;
	publication->entity = x_strdup(entity);
	publication->expires_s = publisher->settings.expires_s;
	index_put(publisher->index, publication);
	publisher->facts.publications++;
	return publication;
}

void publisher_publish(struct publisher *publisher, const char *entity,
		       const char *body, size_t body_bytes)
{
	struct publication *publication = publication_of(publisher, entity);

	free(publication->body);
	publication->body = x_zalloc(body_bytes + 1);
	memcpy(publication->body, body, body_bytes);
	publication->body_bytes = body_bytes;
	publication->changed = true;
	publication->leaving = false;
	if (publication->stage != WAITING)
		get_in_line(publication, true);
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
		get_in_line(publication, true);
	else
		forget(publication);
}

void publisher_known(struct publisher *publisher, const char *entity,
		     const char *etag, time_t until)
{
	struct publication *publication = publication_of(publisher, entity);

	(void)until;
	if (!*publication->etag)
		snprintf(publication->etag, PUBLICATION_ETAG_SIZE, "%s", etag);
}

void publisher_settle(struct publisher *publisher)
{
	struct publication *publication;
	size_t place = 0;

	while ((publication = index_walk(publisher->index, &place)))
		if (!publication->body && !publication->leaving) {
			publication->leaving = true;
			get_in_line(publication, false);
		}
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
		free(publication->entity);
		free(publication->body);
		free(publication);
	}
	timer_stop(&publisher->timer);
	index_free(&publisher->index);
	free(publisher);
}
