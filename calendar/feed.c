/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/metric.h"
#include "calendar/feed_private.h"

enum {
	STEADY_S = 60, /* live for so long: earlier failures are forgiven */
	GRACE_S = 10,  /* in which an event may come after the audit saw it */
	PROBE_FIRST_S =
		60, /* while others are subscribed there is enough to do */
	DAY_S = 86400,
	SPREAD_S = 3600, /* of reads for a new window */
	LOST_AFTER = 5,  /* failures at home before others are asked */
	GONE_ROUNDS = 2, /* in which every gateway says so */
};

static void on_live(void *arg);
static void on_troubled(const struct why *why, void *arg);
static void on_event(void *arg);
static void on_changed(const struct timeline *timeline, enum read_cause cause,
		       void *arg);
static void on_failed(const struct why *why, void *arg);

static const struct backend_handlers handlers = {
	.live = on_live,
	.troubled = on_troubled,
	.event = on_event,
	.changed = on_changed,
	.failed = on_failed,
};

static void announce(struct feed *feed)
{
	if (feed->options->state && !feed->quiet)
		feed->options->state(feed->state, feed->arg);
}

static void on_impatience(void *arg)
{
	struct feed *feed = arg;
	struct why why;

	if (feed->seeking) {
		locating_cancel(&feed->seeking);
		feed_ask_next(feed);
		return;
	}

	why_set(&why, ERR_TIMEOUT, "%s for %u s", feed_state_text(feed->state),
		feed_state_patience_s(feed->state));
	on_failed(&why, arg);
}

static void wait_then(struct feed *feed, unsigned wait_s, timer_h *then)
{
	feed->then = then;
	feed_duty_in(feed, DUTY_WAIT, wait_s);
}

void feed_enter(struct feed *feed, enum feed_state state)
{
	if (feed->sub)
		gateway_backend(feed->gateway)->unsubscribe(&feed->sub);

	locating_cancel(&feed->seeking);
	feed_duties_stop(feed);
	feed->gateway = NULL;
	feed->facts.live_since = 0;
	feed->state = state;

	if (feed_state_patience_s(state))
		wait_then(feed, feed_state_patience_s(state), on_impatience);

	announce(feed);
}

static void subscribe_at(struct feed *feed, struct gateway *gateway)
{
	feed->gateway = gateway;
	feed->sub = gateway_backend(gateway)->subscribe(gateway, &feed->mailbox,
							&handlers, feed);
}

static void retry_later(struct feed *feed, timer_h *then)
{
	unsigned failures = feed->failures ? feed->failures : 1;
	unsigned wait_s =
		backoff_s(&feed->options->backoff, failures, (unsigned)rand());

	feed_enter(feed, FEED_WAITING);
	wait_then(feed, wait_s, then);
}

static void close_for_good(struct feed *feed)
{
	struct why why = *feed_why(feed);

	feed_enter(feed, FEED_CLOSED);
	feed->options->closed(&why, feed->arg);
}

static void locate(void *arg);

/* Nobody has it now. That it is gone must be said by all of them, twice. */
static void nobody_has_it(struct feed *feed)
{
	struct why why;

	if (!feed->asked) {
		why_set(&why, ERR_CONFIG,
			"there is no gateway for this mailbox");
		feed_blame(feed, &why);
		retry_later(feed, locate);
		return;
	}

	feed_doubt(feed, false);
	feed->gone_rounds =
		feed->gone == feed->asked ? feed->gone_rounds + 1 : 0;

	if (feed->gone_rounds >= GONE_ROUNDS) {
		close_for_good(feed);
		return;
	}

	/* A directory that has just been restored must not cost anybody. */
	retry_later(feed, locate);
	if (feed->gone_rounds)
		wait_then(feed, feed->options->backoff.max_s, locate);
}

void feed_ask_next(struct feed *feed)
{
	struct gateway *gateway = feed_candidate(feed, feed->asked);

	if (!gateway) {
		nobody_has_it(feed);
		return;
	}

	feed->asked++;
	feed_enter(feed, FEED_LOCATING);
	subscribe_at(feed, gateway);
}

static void locate(void *arg)
{
	struct feed *feed = arg;

	feed->asked = feed->gone = 0;
	if (!feed_seek(feed))
		feed_ask_next(feed);
}

/* It is not where it was, whatever was said of it before. */
static void locate_anew(void *arg)
{
	feed_doubt(arg, true);
	locate(arg);
}

static void locate_lost(void *arg)
{
	feed_doubt(arg, false);
	locate(arg);
}

static void subscribe(void *arg)
{
	struct feed *feed = arg;
	struct gateway *home = feed->home;

	feed->facts.renewals++;
	feed_enter(feed, FEED_SUBSCRIBING);
	subscribe_at(feed, home);
}

static void on_age(void *arg)
{
	const struct feed *feed = arg;

	if (locator_wants(feed->options->locator, feed->mailbox.address))
		locate(arg);
	else
		subscribe(arg);
}

static void on_audit(void *arg)
{
	struct feed *feed = arg;

	feed_duty_in(feed, DUTY_AUDIT, feed->options->audit_s);
	gateway_backend(feed->gateway)->read(feed->sub, READ_AUDIT);
}

static void on_probe(void *arg)
{
	struct feed *feed = arg;
	const struct backend *backend = gateway_backend(feed->gateway);

	feed_duty_in(feed, DUTY_PROBE, feed->options->probe_s);
	if (backend->probe)
		backend->probe(feed->sub);
}

static void on_roll(void *arg)
{
	struct feed *feed = arg;

	feed_duty_in(feed, DUTY_ROLL, SPREAD_S);
	gateway_backend(feed->gateway)->read(feed->sub, READ_FIRST);
}

/* What share of a period this mailbox is ahead of or behind the others. */
static unsigned share(const struct feed *feed, unsigned period_s)
{
	return (unsigned)((uint64_t)period_s * (feed->hash % 4096) / 4096);
}

static unsigned first_probe_s(unsigned period_s)
{
	return period_s < PROBE_FIRST_S ? period_s : PROBE_FIRST_S;
}

static void start_periods(struct feed *feed)
{
	const struct feed_options *options = feed->options;

	if (options->audit_s)
		feed_duty_in(feed, DUTY_AUDIT,
			     1 + share(feed, options->audit_s));
	if (options->probe_s)
		feed_duty_in(feed, DUTY_PROBE,
			     first_probe_s(options->probe_s) +
				     share(feed, options->probe_s));
	if (options->max_age_s)
		feed_duty_in(feed, DUTY_AGE,
			     options->max_age_s -
				     share(feed, options->max_age_s / 4));
}

/* LIVE keeps the subscription, so it is not entered like the others. */
static void on_live(void *arg)
{
	struct feed *feed = arg;

	if (feed->found && feed->found != feed->gateway)
		feed_doubt(feed, true);
	feed_arrive(feed);
	feed_duty_stop(feed, DUTY_WAIT);
	if (feed->state != FEED_TROUBLED && feed->state != FEED_LIVE)
		start_periods(feed);

	feed->home = feed->gateway;
	feed->state = FEED_LIVE;
	feed->gone_rounds = 0;
	feed->facts.live_since = clock_now();
	free(feed->why);
	feed->why = NULL;
	announce(feed);
}

static void on_troubled(const struct why *why, void *arg)
{
	struct feed *feed = arg;

	feed_blame(feed, why);
	if (feed->state == FEED_LIVE)
		feed->state = FEED_TROUBLED;
	announce(feed);
}

static void on_event(void *arg)
{
	struct feed *feed = arg;

	feed->facts.events++;
	feed->facts.last_event = clock_now();
	feed->silences = 0;
	feed_duty_stop(feed, DUTY_GRACE);
}

/* Nobody announced what changed: the subscription is dead. */
static void count_silence(struct feed *feed)
{
	feed->facts.differences++;
	feed->silences++;
	metric_add(METRIC_audit_differences_total, gateway_name(feed->gateway),
		   1);
	log_warn("change that no notification announced",
		 KV("mailbox", feed->mailbox.address),
		 KV("gateway", gateway_name(feed->gateway)));
}

static void on_unannounced(void *arg)
{
	struct feed *feed = arg;

	count_silence(feed);
	feed_notice(feed, ERR_MISSED, "a change that nobody announced");
	if (feed->silences < SILENCES_MAX)
		subscribe(feed);
	else
		locate_anew(feed);
}

static void schedule_roll(struct feed *feed, time_t now)
{
	time_t due = timeline_until(feed->timeline) - DAY_S +
		     (time_t)(feed->hash % SPREAD_S);

	feed_duty_in(feed, DUTY_ROLL,
		     due > now ? (unsigned)(due - now) : SPREAD_S);
}

static void on_changed(const struct timeline *timeline, enum read_cause cause,
		       void *arg)
{
	struct feed *feed = arg;
	time_t now = clock_now();
	struct timeline *copy = timeline_copy(timeline);
	bool first = !feed->timeline;
	bool same = !first && timeline_equal(feed->timeline, copy, now);

	timeline_free(&feed->timeline);
	feed->timeline = copy;
	feed->facts.reads++;
	feed->facts.last_read = now;

	if (!same)
		feed->facts.last_change = now;
	if (!same && !first && cause == READ_AUDIT &&
	    now - feed->facts.last_event > GRACE_S)
		feed_duty_in(feed, DUTY_GRACE, GRACE_S);

	schedule_roll(feed, now);
	feed->options->changed(copy, feed->arg);
}

static void failed_at_home(struct feed *feed, bool at_once)
{
	bool lost = feed->failures >= LOST_AFTER ||
		    (feed_why(feed)->err == ERR_MISSED &&
		     feed->silences >= SILENCES_MAX);
	timer_h *again = lost ? locate_lost : subscribe;

	switch (err_remedy(feed_why(feed)->err)) {
	case REMEDY_RENEW:
		if (at_once)
			again(feed);
		else
			retry_later(feed, again);
		break;
	case REMEDY_RELOCATE:
	case REMEDY_FORGET:
		if (at_once)
			locate_anew(feed);
		else
			retry_later(feed, locate_anew);
		break;
	case REMEDY_NONE:
	case REMEDY_RETRY:
	case REMEDY_OPERATOR:
		retry_later(feed, again);
		break;
	}
}

/* The first failure after a good while is answered at once, others wait. */
static void on_failed(const struct why *why, void *arg)
{
	struct feed *feed = arg;
	time_t since = feed->facts.live_since;

	feed_blame(feed, why);
	if (since && clock_now() - since >= STEADY_S)
		feed->failures = 0;

	log_debug("feed failed", KV("mailbox", feed->mailbox.address),
		  KV("gateway", gateway_name(feed->gateway)),
		  KV("state", feed_state_name(feed->state)), KWHY(why));

	if (feed->home && feed->state != FEED_LOCATING)
		feed_notice(feed, why->err, why->text);
	if (why->err == ERR_MISSED && feed->gateway == feed->home)
		count_silence(feed);
	if (feed->state != FEED_LOCATING) {
		failed_at_home(feed, feed->failures++ == 0);
		return;
	}

	/* Not at home yet: the next one is asked whatever went wrong. */
	if (feed->gateway == feed->found &&
	    (why->err == ERR_MOVED || why->err == ERR_GONE))
		feed_doubt(feed, true);
	if (feed_why(feed)->err == ERR_GONE)
		feed->gone++;
	if (!feed_candidate(feed, feed->asked))
		feed->failures++;
	feed_ask_next(feed);
}

void feed_do(struct feed *feed, enum duty duty)
{
	timer_h *const deeds[DUTY_COUNT] = {
		[DUTY_WAIT] = feed->then,      [DUTY_AUDIT] = on_audit,
		[DUTY_GRACE] = on_unannounced, [DUTY_ROLL] = on_roll,
		[DUTY_AGE] = on_age,           [DUTY_PROBE] = on_probe,
	};

	deeds[duty](feed);
}

static bool offers(const struct feed *feed, const struct gateway *gateway)
{
	for (size_t i = 0; i < feed->gateway_count; i++)
		if (feed->gateways[i] == gateway)
			return true;

	return false;
}

void feed_start(struct feed *feed)
{
	locate(feed);
}

void feed_moved(struct feed *feed)
{
	if (feed->state == FEED_CLOSED)
		return;
	feed_notice(feed, ERR_MOVED, "told to look again");
	locate_anew(feed);
}

void feed_watched(struct feed *feed, bool watched)
{
	feed->mailbox.watched = watched;
}

void feed_gateways(struct feed *feed, struct gateway *const *gateways,
		   size_t count)
{
	feed->gateways = gateways;
	feed->gateway_count = (unsigned)count;

	if (feed->home && !offers(feed, feed->home))
		feed->home = NULL;
	if (feed->found && !offers(feed, feed->found))
		feed->found = NULL;

	if (feed->state == FEED_IDLE || feed->state == FEED_CLOSED)
		return;

	if (!feed->home || (feed->gateway && !offers(feed, feed->gateway)) ||
	    feed->state == FEED_WAITING || feed->state == FEED_LOCATING)
		locate(feed);
}
