/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Not being told at all: every calendar is read again and again, a hundred
 * with one request. Works wherever free/busy can be read.
 */
#include "calendar/ews_pool.h"

static void on_poll(void *arg);

static void start(struct backend_pool *pool)
{
	if (!timer_running(&pool->poll))
		timer_start(&pool->poll, gateway_settings(pool->gateway)->poll,
			    on_poll, pool);
}

static void on_poll(void *arg)
{
	struct backend_pool *pool = arg;
	bool anybody = false;

	for (struct subscription *sub = pool->subs; sub; sub = sub->pool_next) {
		if (!ews_follows_by(sub, &ews_polling))
			continue;
		ews_read(sub, READ_FIRST);
		anybody = true;
	}

	if (anybody)
		start(pool);
}

static void poll_open(struct backend_pool *pool)
{
	(void)pool;
}

static void poll_close(struct backend_pool *pool)
{
	timer_stop(&pool->poll);
}

static void follow(struct subscription *sub)
{
	start(sub->pool);
	ews_read(sub, READ_FIRST);
}

static void leave(struct subscription *sub)
{
	(void)sub;
}

static void was_read(struct subscription *sub)
{
	ews_way_works(sub);
	if (!sub->live)
		ews_tell(sub, TELL_LIVE, NULL);
}

const struct ews_way ews_polling = {
	.name = "poll",
	.version = "Exchange2007",
	.open = poll_open,
	.close = poll_close,
	.follow = follow,
	.leave = leave,
	.was_read = was_read,
};
