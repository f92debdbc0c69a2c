/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/intern.h"
#include "base/log.h"
#include "base/metric.h"
#include "sip/publication_private.h"

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

static unsigned dice(struct publisher *publisher)
{
	return (unsigned)crypto_number(&publisher->dice);
}

/* Between half and three quarters of the time that was granted. */
static void renew_later(struct publication *publication, unsigned granted_s)
{
	unsigned number = dice(publication->publisher);

	timer_start(&publication->timer,
		    granted_s / 2 + number % (granted_s / 4 + 1) + 1,
		    publication_due, publication);
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
		intern_replace(&publication->etag, answer->etag);
	if (publication->changed || publication->leaving)
		publication_line_up(publication, true);
	else
		renew_later(publication, granted_s);
	publisher->handlers.kept(publication->entity, publication->etag,
				 clock_now() + (time_t)granted_s,
				 publisher->arg);
	publisher_go(publisher);
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
			publication_line_up(publication, false);
}

static void start_over(struct publication *publication)
{
	intern_replace(&publication->etag, "");
	publication->changed = true;
	publication_line_up(publication, true);
}

static void on_again(struct publication *publication)
{
	start_over(publication);
	doubt(publication->publisher);
}

static void wait_s(struct publication *publication, unsigned seconds)
{
	publication->stage = WAITING;
	timer_start(&publication->timer, seconds, publication_due, publication);
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
			    dice(publisher));
	if (answer->retry_after_s > pause_s &&
	    answer->retry_after_s <= publisher->settings.backoff.max_s)
		pause_s = answer->retry_after_s;
	publisher->pause_ms = clock_ms() + 1000 * (uint64_t)pause_s;
	publication_line_up(publication, publication->changed);
	publisher_wake(publisher);
}

static void on_refused(struct publication *publication,
		       const struct publication_answer *answer)
{
	struct publisher *publisher = publication->publisher;

	log_warn("the presence server refuses a document",
		 KV("entity", publication->entity),
		 KN("status", answer->status));
	wait_s(publication, backoff_s(&publisher->settings.backoff,
				      publication->failures, dice(publisher)));
	publisher_wake(publisher);
}

static void on_longer(struct publication *publication,
		      const struct publication_answer *answer)
{
	if (answer->min_expires_s <= publication->expires_s) {
		on_refused(publication, answer);
		return;
	}
	publication->expires_s = answer->min_expires_s;
	publication_line_up(publication, publication->changed);
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
	publication_forget(publication);
	publisher_wake(publisher);
	publisher->handlers.kept(entity, "", 0, publisher->arg);
	free(entity);
}

/* A document that changed again meanwhile counts when it is carried. */
static void count(const struct publication *publication, enum move move)
{
	if (move == MOVE_KEPT && publication->carried && !publication->changed)
		metric_observe_ms(METRIC_sip_publish_seconds, NULL,
				  clock_ms() - publication->changed_ms);
	else if (move != MOVE_KEPT && move != MOVE_AGAIN)
		metric_add(METRIC_sip_publish_failed_total, NULL, 1);
}

void publisher_answer(struct publication *publication,
		      const struct publication_answer *answer)
{
	struct publisher *publisher = publication->publisher;
	enum move move = move_of(answer->status);

	if (move == MOVE_TROUBLE)
		throttle_overrun(&publisher->throttle);
	else
		throttle_answered(&publisher->throttle,
				  publisher->facts.in_flight,
				  clock_ms() - publication->sent_ms,
				  clock_ms());
	publication_leave_stage(publication);
	publication->last_status = answer->status;
	publication->last_answer = clock_now();
	count(publication, move);
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
