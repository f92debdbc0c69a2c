/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "calendar/ews.h"
#include "calendar/ews_oof.h"
#include "calendar/ews_pool.h"

static struct backend_pool *pool_open(struct gateway *gateway)
{
	struct backend_pool *pool = x_new(struct backend_pool);

	pool->gateway = gateway;
	pool->version = gateway_settings(gateway)->version;
	pool->batches = ews_batches_new(pool);
	ews_ways_open(pool);
	return pool;
}

static void pool_close(struct backend_pool **poolp)
{
	struct backend_pool *pool = *poolp;

	if (!pool)
		return;

	timer_stop(&pool->telling);
	ews_ways_close(pool);
	ews_batches_free(&pool->batches);
	free(pool);
	*poolp = NULL;
}

/* The weightiest of what is to be said, which also says the rest. */
static void tell_one(struct subscription *sub)
{
	unsigned told = sub->told;
	struct why why = { .err = ERR_OK };

	if (sub->why)
		why = *sub->why;
	free(sub->why);
	sub->why = NULL;
	sub->told = 0;

	if (told & TELL_FAILED)
		sub->handlers->failed(&why, sub->arg);
	else if (told & TELL_LIVE)
		sub->handlers->live(sub->arg);
	else if (told & TELL_TROUBLED)
		sub->handlers->troubled(&why, sub->arg);
	else if (told & TELL_EVENT)
		sub->handlers->event(sub->arg);
}

static void on_telling(void *arg)
{
	struct backend_pool *pool = arg;
	struct subscription *sub;

	while ((sub = pool->told_first)) {
		pool->told_first = sub->told_next;
		if (!pool->told_first)
			pool->told_last = NULL;
		sub->listed = false;
		tell_one(sub);
	}
}

static void forget_telling(struct subscription *sub)
{
	struct backend_pool *pool = sub->pool;
	struct subscription **place = &pool->told_first;
	struct subscription *before = NULL;

	if (!sub->listed)
		return;

	for (; *place != sub; place = &(*place)->told_next)
		before = *place;

	*place = sub->told_next;
	if (pool->told_last == sub)
		pool->told_last = before;
}

static void count_subscriptions(struct gateway *gateway, unsigned more,
				unsigned less)
{
	gateway_condition(gateway)->subscriptions += more - less;
}

static struct subscription *ews_subscribe(struct gateway *gateway,
					  const struct mailbox *mailbox,
					  const struct backend_handlers *h,
					  void *arg)
{
	struct subscription *sub = x_new(struct subscription);

	sub->pool = gateway_pool(gateway);
	sub->mailbox = mailbox;
	sub->handlers = h;
	sub->arg = arg;
	count_subscriptions(gateway, 1, 0);
	ews_way_follow(sub);
	return sub;
}

static void ews_unsubscribe(struct subscription **subp)
{
	struct subscription *sub = *subp;

	if (!sub)
		return;

	*subp = NULL;
	count_subscriptions(sub->pool->gateway, 0, 1);
	ews_free(sub);
}

static const char *ews_told(const struct subscription *sub)
{
	return ews_way_name(sub->way);
}

void ews_free(struct subscription *sub)
{
	ews_way_leave(sub);
	ews_probe_free(sub);
	ews_read_stop(sub);
	forget_telling(sub);
	timeline_free(&sub->reading.seen);
	timeline_free(&sub->reading.details);
	free(sub->why);
	free(sub);
}

static bool ews_part(struct subscription **subp, struct parting *parting)
{
	struct subscription *sub = *subp;

	sub->parting = parting;
	ews_unsubscribe(subp);
	return parting->held;
}

void ews_tell(struct subscription *sub, enum ews_tell what,
	      const struct why *why)
{
	struct backend_pool *pool = sub->pool;

	/* What came first does not count after its opposite. */
	if (what == TELL_LIVE)
		sub->told &= ~(unsigned)TELL_TROUBLED;
	if (what == TELL_TROUBLED)
		sub->told &= ~(unsigned)TELL_LIVE;
	if (what == TELL_LIVE || what == TELL_TROUBLED || what == TELL_FAILED)
		sub->live = what == TELL_LIVE;
	if (why && !(sub->told & TELL_FAILED)) {
		if (!sub->why)
			sub->why = x_new(struct why);
		*sub->why = *why;
		metric_add_two(METRIC_calendar_failures_total,
			       gateway_name(sub->pool->gateway),
			       err_name(why->err), 1);
	}
	if (what == TELL_EVENT || what == TELL_TROUBLED)
		ews_probe_told(sub, what == TELL_TROUBLED);

	sub->told |= what;

	if (sub->listed)
		return;

	sub->listed = true;
	sub->told_next = NULL;
	*(pool->told_last ? &pool->told_last->told_next : &pool->told_first) =
		sub;
	pool->told_last = sub;
	timer_start_ms(&pool->telling, 0, on_telling, pool);
}

/* An event that is yet to be told comes before what it changed. */
void ews_deliver(struct subscription *sub, const struct timeline *timeline,
		 enum read_cause cause)
{
	metric_add(METRIC_calendar_reads_total,
		   gateway_name(sub->pool->gateway), 1);
	sub->pool->read_ms = clock_ms();
	ews_way_was_read(sub);
	sub->handlers->changed(timeline, cause, sub->arg);
}

const char *ews_impersonate(const struct backend_pool *pool,
			    const char *address)
{
	return gateway_settings(pool->gateway)->impersonate ? address : NULL;
}

const char *ews_mailbox(const struct backend_pool *pool, const char *address)
{
	return gateway_settings(pool->gateway)->impersonate ? NULL : address;
}

enum gate_urgency ews_urgency(const struct subscription *sub)
{
	return sub->mailbox->watched ? GATE_URGENT : GATE_NORMAL;
}

const struct backend ews_backend = {
	.name = "ews",
	.open = pool_open,
	.close = pool_close,
	.subscribe = ews_subscribe,
	.read = ews_read,
	.unsubscribe = ews_unsubscribe,
	.ask_replies = ews_ask_replies,
	.ask_stop = ews_ask_stop,
	.told = ews_told,
	.part = ews_part,
	.probe = ews_probe,
};
