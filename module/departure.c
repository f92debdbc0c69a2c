/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/index.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/metric.h"
#include "module/departure.h"
#include "sip/pidf.h"

enum step {
#define DEPARTURE(name, wait_ms, text) STEP_##name,
#include "module/departure.def"
	STEP_COUNT
};

static const struct {
	unsigned wait_ms;
	const char *text;
} steps[] = {
#define DEPARTURE(name, wait_ms, text) { wait_ms, text },
#include "module/departure.def"
};

/* So many steps, then others have their turn. */
enum { STEPS_A_TURN = 50 };

struct departure {
	struct departures *departures;
	struct departure *before, *behind; /* of those who wait for theirs */
	bool waits;
	bool begun;
	char *entity;
	struct feed *feed; /* kept until Exchange has answered, or erased */
	enum step step;
	uint64_t began_ms;
	struct timer timer;
};

struct departures {
	const struct settings *settings;
	const struct host *host;
	struct index *index;
	struct departure *first, *last; /* of those whose step is due */
	unsigned taken;                 /* steps in this turn */
	struct timer turn;
};

static const char *departure_name(const void *item)
{
	return ((const struct departure *)item)->entity;
}

static void wait_for_turn(struct departure *departure)
{
	struct departures *departures = departure->departures;

	departure->waits = true;
	departure->before = departures->last;
	departure->behind = NULL;
	if (departures->last)
		departures->last->behind = departure;
	else
		departures->first = departure;
	departures->last = departure;
}

static void wait_no_more(struct departure *departure)
{
	struct departures *departures = departure->departures;

	if (!departure->waits)
		return;

	departure->waits = false;
	if (departure->before)
		departure->before->behind = departure->behind;
	else
		departures->first = departure->behind;
	if (departure->behind)
		departure->behind->before = departure->before;
	else
		departures->last = departure->before;
}

static void departure_free(struct departure *departure)
{
	wait_no_more(departure);
	timer_stop(&departure->timer);
	feed_free(&departure->feed);
	free(departure->entity);
	free(departure);
}

static void confirm(const struct departure *departure)
{
	log_info(steps[departure->step].text, KV("user", departure->entity),
		 KN("ms", clock_ms() - departure->began_ms));
}

static void publish_closed(const struct departure *departure)
{
	const struct settings *settings = departure->departures->settings;
	const struct host *host = departure->departures->host;
	const struct presence presence = { .state = STATE_OFFLINE,
					   .source = CLAIM_CLIENT,
					   .since = clock_now() };
	const struct pidf_options options = { .entity = departure->entity,
					      .lang = settings->language };
	struct buf body = BUF(PIDF_BYTES_MAX);

	pidf_write(&body, &presence, &options, clock_now());
	host->publish(departure->entity, buf_text(&body), body.len, host->arg);
	buf_free(&body);
}

static void on_next(void *arg);

static void next(struct departure *departure)
{
	timer_start_ms(&departure->timer, steps[departure->step].wait_ms,
		       on_next, departure);
}

static void on_parted(const struct why *why, void *arg)
{
	struct departure *departure = arg;

	if (why->err)
		log_warn("calendar not unsubscribed, Exchange will let it "
			 "expire",
			 KV("user", departure->entity), KWHY(why));
	else
		confirm(departure);
	feed_free(&departure->feed);
	if (departure->step == STEP_UNSUBSCRIBE)
		timer_start_ms(&departure->timer, 0, on_next, departure);
}

/* The timer of this step goes on if Exchange was asked. */
static void unsubscribe(struct departure *departure)
{
	next(departure);
	if (departure->feed && feed_part(departure->feed, on_parted, departure))
		return;

	feed_free(&departure->feed);
	log_info("calendar was not subscribed", KV("user", departure->entity));
	timer_start_ms(&departure->timer, 0, on_next, departure);
}

static void finish(struct departure *departure)
{
	index_take(departure->departures->index, departure->entity);
	metric_add(METRIC_revocations_total, NULL, 1);
	metric_observe_ms(METRIC_revocation_seconds, NULL,
			  clock_ms() - departure->began_ms);
	departure_free(departure);
}

/* What Exchange did not answer in time is over here all the same. */
static void erase(struct departure *departure)
{
	if (departure->feed)
		log_warn("calendar not unsubscribed, no answer yet: Exchange "
			 "will let it expire",
			 KV("user", departure->entity));
	confirm(departure);
	finish(departure);
}

/* Takes the step; false: that was the last one. */
static bool take(struct departure *departure)
{
	const struct host *host = departure->departures->host;

	switch (departure->step) {
	case STEP_UNSUBSCRIBE:
		unsubscribe(departure);
		return true;
	case STEP_CLOSE:
		publish_closed(departure);
		break;
	case STEP_WITHDRAW:
		host->withdraw(departure->entity, host->arg);
		break;
	case STEP_SIGN_OUT:
		if (host->sign_out)
			host->sign_out(departure->entity, host->arg);
		break;
	case STEP_ERASE:
	case STEP_COUNT:
		erase(departure);
		return false;
	}

	confirm(departure);
	next(departure);
	return true;
}

/* Takes what is due. */
static bool go_on(struct departure *departure)
{
	wait_no_more(departure);
	if (departure->begun)
		departure->step++;
	departure->begun = true;
	return take(departure);
}

static void on_turn(void *arg)
{
	struct departures *departures = arg;

	departures->taken = 0;
	if (departures->first)
		timer_start_ms(&departures->turn, 0, on_turn, departures);
	while (departures->first && departures->taken < STEPS_A_TURN) {
		departures->taken++;
		go_on(departures->first);
	}
}

/* At once, if not very many others leave too. */
static void on_next(void *arg)
{
	struct departure *departure = arg;
	struct departures *departures = departure->departures;

	if (departure->waits) /* Exchange answered after all */
		return;

	if (!timer_running(&departures->turn))
		timer_start_ms(&departures->turn, 0, on_turn, departures);
	if (departures->first || departures->taken == STEPS_A_TURN) {
		wait_for_turn(departure);
		return;
	}

	departures->taken++;
	go_on(departure);
}

struct departures *departures_new(const struct settings *settings,
				  const struct host *host)
{
	struct departures *departures = x_new(struct departures);

	departures->settings = settings;
	departures->host = host;
	departures->index = index_new(departure_name);
	return departures;
}

void departures_free(struct departures **departuresp)
{
	struct departures *departures = *departuresp;
	struct departure *departure;
	size_t place = 0;

	if (!departures)
		return;

	timer_stop(&departures->turn);
	while ((departure = index_walk(departures->index, &place)))
		departure_free(departure);
	index_free(&departures->index);
	free(departures);
	*departuresp = NULL;
}

void departure_begin(struct departures *departures, const char *entity,
		     struct feed *feed)
{
	struct departure *departure = x_new(struct departure);

	departure_hurry(departures, entity);
	departure->departures = departures;
	departure->entity = x_strdup(entity);
	departure->feed = feed;
	departure->began_ms = clock_ms();
	index_put(departures->index, departure);
	on_next(departure);
}

void departure_hurry(struct departures *departures, const char *entity)
{
	struct departure *departure = index_find(departures->index, entity);

	if (!departure)
		return;

	while (go_on(departure))
		continue;
}

size_t departures_count(const struct departures *departures)
{
	return index_count(departures->index);
}
