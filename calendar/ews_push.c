/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Being told by push subscriptions (Exchange 2007 and later): the server
 * calls a URL of ours, once as soon as the subscription is made, then at each
 * change, and every few minutes as a sign of life [MS-OXWSNTIF] 3.1.4.4.
 *
 * Each subscription has a URL that nobody can guess. If the first call does
 * not come, something between the server and us is in the way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/index.h"
#include "base/log.h"
#include "base/metric.h"
#include "calendar/callback.h"
#include "calendar/ews_pool.h"

struct ews_push {
	char token[CALLBACK_TOKEN_SIZE]; /* first: the index finds it */
	struct subscription *sub;
	struct ews_call *call;
	char *id;           /* NULL until the server told */
	bool called;        /* at least once */
	struct timer timer; /* for the first call; for the next */
};

struct ews_pushes {
	struct callback *callback; /* NULL: why says why not */
	struct index *by_token;
	struct why why;
};

static const char *token_of(const void *item)
{
	const struct ews_push *push = item;

	return push->token;
}

static void on_silence(void *arg)
{
	struct subscription *sub = arg;
	struct why why;

	why_set(&why, ERR_EXPIRED, "no call for %u s",
		2 * gateway_settings(sub->pool->gateway)->status);
	ews_tell(sub, TELL_FAILED, &why);
}

static void live(struct subscription *sub)
{
	ews_way_works(sub);
	ews_tell(sub, TELL_LIVE, NULL);
	ews_read(sub, READ_FIRST);
}

static void heard(struct subscription *sub, const struct ews_events *events)
{
	struct ews_push *push = sub->push;

	timer_start(&push->timer,
		    2 * gateway_settings(sub->pool->gateway)->status,
		    on_silence, sub);
	if (!push->called) {
		push->called = true;
		live(sub);
	}
	if (!events->changed)
		return;

	metric_add(METRIC_calendar_events_total,
		   gateway_name(sub->pool->gateway), 1);
	ews_tell(sub, TELL_EVENT, NULL);
	ews_read(sub, READ_NOTIFIED);
}

static void read_notification(const struct xml_node *root, void *arg)
{
	ews_read_events(root, arg);
}

/* The first call may be here before the answer to Subscribe is. */
static enum called on_call(const char *token, const char *text, size_t len,
			   void *arg)
{
	const struct backend_pool *pool = arg;
	const struct ews_push *push = index_find(pool->pushes->by_token, token);
	struct ews_events events = { .changed = false };
	struct why why;

	if (!push)
		return CALLED_NOBODY;
	if (xml_read(text, len, &xml_limits_default, read_notification, &events,
		     &why))
		return CALLED_WELL;
	if (push->id && strcmp(push->id, events.id) != 0 &&
	    !events.trouble.why.err)
		return CALLED_OFF;

	if (events.trouble.why.err) {
		ews_tell(push->sub, TELL_FAILED, &events.trouble.why);
		return CALLED_OFF;
	}

	heard(push->sub, &events);
	return CALLED_WELL;
}

static void push_open(struct backend_pool *pool)
{
	const struct gateway_settings *settings =
		gateway_settings(pool->gateway);
	struct ews_pushes *pushes = x_new(struct ews_pushes);

	pool->pushes = pushes;
	pushes->by_token = index_new(token_of);
	if (!settings->callback[0]) {
		why_set(&pushes->why, ERR_CONFIG, "no callback is configured");
		return;
	}

	pushes->callback = callback_new(settings, on_call, pool, &pushes->why);
	if (!pushes->callback)
		log_warn("nobody can call back",
			 KV("gateway", gateway_name(pool->gateway)),
			 KWHY(&pushes->why));
}

static void push_close(struct backend_pool *pool)
{
	callback_free(&pool->pushes->callback);
	index_free(&pool->pushes->by_token);
	free(pool->pushes);
	pool->pushes = NULL;
}

static const char *lacks(const struct backend_pool *pool)
{
	return pool->pushes->callback ? NULL : pool->pushes->why.text;
}

static void write_subscribe(struct ews_letter *letter, const char *version,
			    void *arg)
{
	const struct subscription *sub = arg;
	const struct gateway_settings *settings =
		gateway_settings(sub->pool->gateway);
	const char *address = sub->mailbox->address;
	const struct ews_heading heading = {
		version, ews_impersonate(sub->pool, address)
	};
	char url[CALLBACK_URL_SIZE];

	callback_url(settings, sub->push->token, url);
	letter->operation = "Subscribe";
	letter->anchor = address;
	ews_write_subscribe_push(&letter->body, &heading,
				 ews_mailbox(sub->pool, address), url,
				 settings->status / 60);
}

static void on_nobody_called(void *arg)
{
	struct subscription *sub = arg;
	const struct gateway_settings *settings =
		gateway_settings(sub->pool->gateway);
	struct why why;

	why_set(&why, ERR_CONFIG,
		"Exchange did not call %.80s within %u s; open that port",
		settings->callback, settings->callback_wait);
	if (!ews_way_fails(sub, &why))
		ews_tell(sub, TELL_FAILED, &why);
}

static void on_subscribed(const struct ews_answer *answer, void *arg)
{
	struct subscription *sub = arg;
	struct ews_push *push = sub->push;
	struct ews_trouble trouble = answer->trouble;
	char id[EWS_ID_SIZE];

	push->call = NULL;
	if (!trouble.why.err)
		ews_read_subscribe(answer->envelope, id, &trouble);

	if (trouble.why.err) {
		if (!ews_way_is_unknown(&trouble.why) ||
		    !ews_way_fails(sub, &trouble.why))
			ews_tell(sub, TELL_FAILED, &trouble.why);
		return;
	}

	free(push->id);
	push->id = x_strdup(id);
	if (!push->called)
		timer_start(&push->timer,
			    gateway_settings(sub->pool->gateway)->callback_wait,
			    on_nobody_called, sub);
}

static const struct ews_call_handlers subscribe_handlers = {
	.write = write_subscribe,
	.answered = on_subscribed,
};

static void follow(struct subscription *sub)
{
	struct ews_push *push = x_new(struct ews_push);

	callback_token(push->token);
	push->sub = sub;
	sub->push = push;
	index_put(sub->pool->pushes->by_token, push);
	push->call = ews_call_new(sub->pool, ews_urgency(sub),
				  &subscribe_handlers, sub);
}

/* The server hears that it is over when it calls the next time. */
static void leave(struct subscription *sub)
{
	struct ews_push *push = sub->push;

	index_take(sub->pool->pushes->by_token, push->token);
	ews_call_free(&push->call);
	timer_stop(&push->timer);
	free(push->id);
	free(push);
	sub->push = NULL;
}

const struct ews_way ews_pushing = {
	.name = "push",
	.version = "Exchange2007",
	.lacks = lacks,
	.open = push_open,
	.close = push_close,
	.follow = follow,
	.leave = leave,
};
