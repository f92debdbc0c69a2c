/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which way of being told is in use. It goes down by itself when one turns
 * out not to work; now and then a better one is tried with one mailbox, beside
 * the way that works, and everybody follows if that was told something.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/metric.h"
#include "calendar/ews_code.h"
#include "calendar/ews_pool.h"

/* Best first; a gateway's notify field may name one. */
static const struct ews_way *const ways[EWS_WAYS] = {
	&ews_streaming,
	&ews_pushing,
	&ews_pulling,
	&ews_polling,
};

enum { TRIAL_MORE_S = 30 }; /* beyond what a way itself may need */

struct ews_trial {
	struct backend_pool *pool;
	unsigned way;
	bool worked;
	struct mailbox mailbox;
	char *address, *grouping; /* of the mailbox, whose owner may end */
	struct subscription *sub;
	struct timer timer;
	struct why why;
};

/* "" if it may be tried. */
static const char *lacks(const struct backend_pool *pool, unsigned way)
{
	const char *highest = gateway_settings(pool->gateway)->version;
	const char *text = NULL;

	if (!ews_version_reaches(highest, ways[way]->version))
		return "the version that is configured has none";
	if (ways[way]->lacks)
		text = ways[way]->lacks(pool);
	return text ? text : "";
}

static void note_health(struct backend_pool *pool)
{
	struct gateway_health *health = gateway_condition(pool->gateway);
	struct buf text = BUF(sizeof(health->notify_why) - 1);

	health->notify_blocked = false;
	for (unsigned i = 0; i < pool->way && !pool->settled; i++) {
		bool absent = *lacks(pool, i) != '\0';

		buf_print(&text, "%s%s: %.100s", i ? "; " : "", ways[i]->name,
			  absent ? lacks(pool, i) : pool->ways[i].text);
		if (!absent && pool->ways[i].err != ERR_VERSION)
			health->notify_blocked = true;
	}

	health->notify = ways[pool->way]->name;
	snprintf(health->notify_why, sizeof(health->notify_why), "%s",
		 buf_text(&text));
	buf_free(&text);
}

static void on_switching(void *arg)
{
	struct backend_pool *pool = arg;

	for (struct subscription *sub = pool->subs; sub; sub = sub->pool_next) {
		if (sub->way == sub->next_way)
			continue;
		ways[sub->way]->leave(sub);
		sub->way = sub->next_way;
		sub->live = false;
		ways[sub->way]->follow(sub);
	}
}

static void switch_soon(struct backend_pool *pool)
{
	timer_start(&pool->switching, 0, on_switching, pool);
}

static void on_climb(void *arg);

static void climb_later(struct backend_pool *pool)
{
	if (!pool->settled && pool->way && !pool->trial)
		timer_start(&pool->climb,
			    gateway_settings(pool->gateway)->climb, on_climb,
			    pool);
}

/* Everybody who is on another way is to come along. */
static void use(struct backend_pool *pool, unsigned way)
{
	log_info("notifications come another way",
		 KV("gateway", gateway_name(pool->gateway)),
		 KV("way", ways[way]->name),
		 KV("before", ways[pool->way]->name));
	metric_add(METRIC_way_changes_total, gateway_name(pool->gateway), 1);
	pool->way = way;
	for (struct subscription *sub = pool->subs; sub; sub = sub->pool_next)
		sub->next_way = way;
	note_health(pool);
	switch_soon(pool);
	climb_later(pool);
}

static void trial_free(struct ews_trial *trial)
{
	trial->pool->trial = NULL;
	timer_stop(&trial->timer);
	ews_free(trial->sub);
	free(trial->address);
	free(trial->grouping);
	free(trial);
}

static void try_from(struct backend_pool *pool, unsigned way);

static void on_trial_over(void *arg)
{
	struct ews_trial *trial = arg;
	struct backend_pool *pool = trial->pool;
	unsigned way = trial->way;
	bool worked = trial->worked;

	if (trial->why.err)
		pool->ways[way] = trial->why;
	trial_free(trial);

	if (worked) {
		pool->ways[way] = (struct why){ .err = ERR_OK };
		pool->version = gateway_settings(pool->gateway)->version;
		use(pool, way);
	} else {
		note_health(pool);
		try_from(pool, way + 1);
	}
}

static void end_trial(struct ews_trial *trial)
{
	timer_start(&trial->timer, 0, on_trial_over, trial);
}

static void trial_live(void *arg)
{
	(void)arg;
}

static void trial_changed(const struct timeline *timeline,
			  enum read_cause cause, void *arg)
{
	(void)timeline;
	(void)cause;
	(void)arg;
}

static void trial_failed(const struct why *why, void *arg)
{
	struct ews_trial *trial = arg;

	trial->why = *why;
	end_trial(trial);
}

static const struct backend_handlers trial_handlers = {
	.live = trial_live,
	.troubled = trial_failed,
	.event = trial_live,
	.changed = trial_changed,
	.failed = trial_failed,
};

static const struct subscription *somebody_live(const struct backend_pool *pool)
{
	const struct subscription *sub = pool->subs;

	while (sub && !sub->live)
		sub = sub->pool_next;
	return sub;
}

static void try_way(struct backend_pool *pool, unsigned way,
		    const struct mailbox *mailbox)
{
	const struct gateway_settings *settings =
		gateway_settings(pool->gateway);
	struct ews_trial *trial = x_new(struct ews_trial);
	struct subscription *sub = x_new(struct subscription);

	trial->pool = pool;
	trial->way = way;
	trial->address = x_strdup(mailbox->address);
	trial->grouping = x_strdup(mailbox_grouping(mailbox));
	trial->mailbox = (struct mailbox){ trial->address, trial->grouping,
					   mailbox->watched };
	trial->sub = sub;
	sub->pool = pool;
	sub->mailbox = &trial->mailbox;
	sub->handlers = &trial_handlers;
	sub->arg = trial;
	sub->trial = trial;
	sub->way = sub->next_way = way;
	pool->trial = trial;
	timer_start(&trial->timer,
		    settings->heartbeat + settings->callback_wait +
			    TRIAL_MORE_S,
		    on_trial_over, trial);
	ways[way]->follow(sub);
}

static void try_from(struct backend_pool *pool, unsigned way)
{
	const struct subscription *guide = somebody_live(pool);

	while (way < pool->way && *lacks(pool, way))
		way++;

	if (guide && way < pool->way)
		try_way(pool, way, guide->mailbox);
	else
		climb_later(pool);
}

static void on_climb(void *arg)
{
	try_from(arg, 0);
}

static unsigned first_from(const struct backend_pool *pool, unsigned way)
{
	while (way < EWS_WAYS && *lacks(pool, way))
		way++;
	return way;
}

static void choose(struct backend_pool *pool)
{
	const char *wanted = gateway_settings(pool->gateway)->notify;

	for (unsigned i = 0; i < EWS_WAYS; i++) {
		if (strcmp(ways[i]->name, wanted) != 0)
			continue;
		if (!*lacks(pool, i)) {
			pool->way = i;
			pool->settled = true;
			return;
		}
		log_warn("cannot be told this way",
			 KV("gateway", gateway_name(pool->gateway)),
			 KV("notify", wanted), KV("why", lacks(pool, i)));
	}

	pool->way = first_from(pool, 0);
}

void ews_ways_open(struct backend_pool *pool)
{
	for (unsigned i = 0; i < EWS_WAYS; i++)
		ways[i]->open(pool);

	choose(pool);
	note_health(pool);
	climb_later(pool);
}

void ews_ways_close(struct backend_pool *pool)
{
	if (pool->trial)
		trial_free(pool->trial);
	timer_stop(&pool->climb);
	timer_stop(&pool->switching);
	for (unsigned i = EWS_WAYS; i > 0; i--)
		ways[i - 1]->close(pool);
}

void ews_way_follow(struct subscription *sub)
{
	struct backend_pool *pool = sub->pool;

	sub->pool_place = &pool->subs;
	sub->pool_next = pool->subs;
	if (sub->pool_next)
		sub->pool_next->pool_place = &sub->pool_next;
	pool->subs = sub;
	sub->way = sub->next_way = pool->way;
	ways[sub->way]->follow(sub);
}

void ews_way_leave(struct subscription *sub)
{
	ways[sub->way]->leave(sub);
	if (!sub->pool_place)
		return;

	*sub->pool_place = sub->pool_next;
	if (sub->pool_next)
		sub->pool_next->pool_place = sub->pool_place;
}

bool ews_way_alive(const struct backend_pool *pool, unsigned way)
{
	for (const struct subscription *sub = pool->subs; sub;
	     sub = sub->pool_next)
		if (sub->way == way && sub->live)
			return true;

	return false;
}

bool ews_way_fails(struct subscription *sub, const struct why *why)
{
	struct backend_pool *pool = sub->pool;
	unsigned way = sub->way;
	unsigned next = first_from(pool, way + 1);

	if (sub->trial || pool->settled || next == EWS_WAYS)
		return false;

	if (sub->next_way != way)
		return true;

	sub->live = false;
	sub->next_way = next;
	switch_soon(pool);
	if (pool->way != way || ews_way_alive(pool, way))
		return true;

	pool->ways[way] = *why;
	log_warn("notifications do not come",
		 KV("gateway", gateway_name(pool->gateway)),
		 KV("way", ways[way]->name), KWHY(why));
	use(pool, next);
	return true;
}

void ews_way_works(struct subscription *sub)
{
	if (!sub->trial || sub->trial->worked)
		return;

	sub->trial->worked = true;
	end_trial(sub->trial);
}

void ews_way_was_read(struct subscription *sub)
{
	if (ways[sub->way]->was_read)
		ways[sub->way]->was_read(sub);
}

bool ews_way_is_unknown(const struct why *why)
{
	return why->err == ERR_VERSION || why->err == ERR_CONFIG;
}

const char *ews_way_name(unsigned way)
{
	return ways[way]->name;
}

bool ews_follows_by(const struct subscription *sub, const struct ews_way *way)
{
	return ways[sub->way] == way;
}
