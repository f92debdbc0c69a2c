/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Being told by pull subscriptions (Exchange 2007 and later): each mailbox's
 * subscription is asked for its events, from the last watermark on
 * [MS-OXWSNTIF] 3.1.4.1. Nothing is lost between two questions.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/metric.h"
#include "calendar/ews_pool.h"

enum { FORGET_MINUTES = 30 };

struct ews_pull {
	struct ews_call *call;
	struct timer timer;
	char *cookie; /* "" none */
	char id[EWS_ID_SIZE];
	char mark[EWS_MARK_SIZE];
};

static void pull_open(struct backend_pool *pool)
{
	(void)pool;
}

static void pull_close(struct backend_pool *pool)
{
	(void)pool;
}

static void on_due(void *arg);

/* Within the period at first, so that not all are asked at once. */
static void ask_later(struct subscription *sub, bool first)
{
	unsigned wait_ms = 1000 * gateway_settings(sub->pool->gateway)->pull;

	if (first)
		wait_ms = (unsigned)rand() % wait_ms;
	timer_start_ms(&sub->pull->timer, wait_ms, on_due, sub);
}

static void write_get_events(struct ews_letter *letter, const char *version,
			     void *arg)
{
	const struct subscription *sub = arg;
	const char *address = sub->mailbox->address;
	const struct ews_heading heading = {
		version, ews_impersonate(sub->pool, address)
	};

	letter->operation = "GetEvents";
	letter->anchor = address;
	letter->cookie = sub->pull->cookie;
	ews_write_get_events(&letter->body, &heading, sub->pull->id,
			     sub->pull->mark);
}

static void take_events(struct subscription *sub,
			const struct ews_events *events)
{
	struct ews_pull *pull = sub->pull;

	if (events->mark[0])
		snprintf(pull->mark, sizeof(pull->mark), "%s", events->mark);
	if (!sub->live)
		ews_tell(sub, TELL_LIVE, NULL);

	if (events->changed) {
		metric_add(METRIC_calendar_events_total,
			   gateway_name(sub->pool->gateway), 1);
		ews_tell(sub, TELL_EVENT, NULL);
		ews_read(sub, READ_NOTIFIED);
	}

	if (events->more)
		timer_start(&pull->timer, 0, on_due, sub);
	else
		ask_later(sub, false);
}

static void on_events(const struct ews_answer *answer, void *arg)
{
	struct subscription *sub = arg;
	struct ews_events events = { .trouble = answer->trouble };

	sub->pull->call = NULL;
	if (!events.trouble.why.err)
		ews_read_events(answer->envelope, &events);

	if (!events.trouble.why.err) {
		take_events(sub, &events);
	} else if (answer->everybody && events.trouble.why.err != ERR_LOGIN) {
		ews_tell(sub, TELL_TROUBLED, &events.trouble.why);
		ask_later(sub, false);
	} else {
		sub->pull->id[0] = '\0';
		ews_tell(sub, TELL_FAILED, &events.trouble.why);
	}
}

static const struct ews_call_handlers get_events_handlers = {
	.write = write_get_events,
	.answered = on_events,
};

static void on_due(void *arg)
{
	struct subscription *sub = arg;

	sub->pull->call = ews_call_new(sub->pool, ews_urgency(sub),
				       &get_events_handlers, sub);
}

static void write_subscribe(struct ews_letter *letter, const char *version,
			    void *arg)
{
	const struct subscription *sub = arg;
	const char *address = sub->mailbox->address;
	const struct ews_heading heading = {
		version, ews_impersonate(sub->pool, address)
	};

	letter->operation = "Subscribe";
	letter->anchor = address;
	ews_write_subscribe_pull(&letter->body, &heading,
				 ews_mailbox(sub->pool, address),
				 FORGET_MINUTES);
}

static void keep_cookie(struct ews_pull *pull, const struct http_reply *reply)
{
	char cookie[EWS_COOKIE_SIZE] = "";

	ews_keep_cookie(cookie, reply);
	free(pull->cookie);
	pull->cookie = x_strdup(cookie);
}

static void on_subscribed(const struct ews_answer *answer, void *arg)
{
	struct subscription *sub = arg;
	struct ews_pull *pull = sub->pull;
	struct ews_events events = { .trouble = answer->trouble };
	struct why *why = &events.trouble.why;

	pull->call = NULL;
	if (!why->err)
		ews_read_events(answer->envelope, &events);
	if (!why->err && (!events.id[0] || !events.mark[0]))
		why_set(why, ERR_MALFORMED,
			"Subscribe answered without id or watermark");

	if (why->err) {
		if (!ews_way_is_unknown(why) || !ews_way_fails(sub, why))
			ews_tell(sub, TELL_FAILED, why);
		return;
	}

	keep_cookie(pull, answer->http);
	snprintf(pull->id, sizeof(pull->id), "%s", events.id);
	snprintf(pull->mark, sizeof(pull->mark), "%s", events.mark);
	ews_tell(sub, TELL_LIVE, NULL);
	ews_read(sub, READ_FIRST);
	ask_later(sub, true);
	ews_way_works(sub);
}

static const struct ews_call_handlers subscribe_handlers = {
	.write = write_subscribe,
	.answered = on_subscribed,
};

static void follow(struct subscription *sub)
{
	sub->pull = x_new(struct ews_pull);
	sub->pull->call = ews_call_new(sub->pool, ews_urgency(sub),
				       &subscribe_handlers, sub);
}

static void leave(struct subscription *sub)
{
	struct ews_pull *pull = sub->pull;

	if (pull->id[0])
		ews_farewell(sub, pull->id, sub->mailbox->address,
			     pull->cookie);
	ews_call_free(&pull->call);
	timer_stop(&pull->timer);
	free(pull->cookie);
	free(pull);
	sub->pull = NULL;
}

const struct ews_way ews_pulling = {
	.name = "pull",
	.version = "Exchange2007",
	.open = pull_open,
	.close = pull_close,
	.follow = follow,
	.leave = leave,
};
