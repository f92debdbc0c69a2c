/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Being told by streaming (Exchange 2010 SP1 and later): GetStreamingEvents
 * connections, each shared by a group of up to per_stream mailboxes
 * [MS-OXWSNTIF] 3.1.4.3.
 *
 *   IDLE -settle-> ASKING -gate-> OPENING -first envelope-> OPEN
 *     ^               ^                                      |
 *     |               +------- Closed, broken, silent -------+
 *     +-- the group is empty   (with back-off from the second time on)
 *
 * A group's requests carry the same anchor mailbox and affinity cookie. What
 * happens between two connections is lost, so each new one is followed by a
 * read of the whole group. Newcomers wait a little for each other before the
 * connection is made again with them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/metric.h"
#include "calendar/ews_group.h"

enum {
	SETTLE_MS = 100,
	SETTLE_MAX_MS = 4000, /* for those who come one by one */
	QUIET_MS = 60000,     /* after which newcomers are waited for less */
	FIRST_WORD_MS = 2000, /* from the head of the answer */
};

static void count_streams(struct ews_group *group, bool open)
{
	struct gateway_health *health = gateway_condition(group->pool->gateway);

	if (open == group->counted)
		return;

	group->counted = open;
	health->streams += open ? 1U : -1U;
}

static void on_envelope(const struct xml_node *root, void *arg);
static void on_silence(void *arg);

static void watch(struct ews_group *group)
{
	timer_start(&group->heartbeat,
		    gateway_settings(group->pool->gateway)->heartbeat,
		    on_silence, group);
}

void group_stop(struct ews_group *group)
{
	http_cancel(&group->request);
	xml_in_free(&group->in);
	timer_stop(&group->heartbeat);
	timer_stop(&group->timer);
	gate_leave(gateway_gate(group->pool->gateway), &group->ticket);
	count_streams(group, false);
	group->state = GROUP_IDLE;
}

static void on_silence(void *arg)
{
	struct ews_group *group = arg;
	struct why why;

	why_set(&why, ERR_TIMEOUT, "no sign of life for %u s",
		gateway_settings(group->pool->gateway)->heartbeat);
	group_broken(group, &why);
}

static struct subscription *by_id(struct ews_group *group, const char *id)
{
	for (size_t i = 0; i < group->count; i++) {
		struct subscription *sub = group->subs[i];

		if (sub->member.id && !strcmp(sub->member.id, id))
			return sub;
	}

	return NULL;
}

/* What the connection covers is told of from now on; before it is not. */
static void opened(struct ews_group *group)
{
	timer_stop(&group->timer);
	group->state = GROUP_OPEN;
	group->opened_ms = clock_ms();
	count_streams(group, true);

	for (size_t i = 0; i < group->count; i++) {
		if (!group->subs[i]->member.streamed)
			continue;
		ews_tell(group->subs[i], TELL_LIVE, NULL);
		ews_read(group->subs[i], READ_FIRST);
	}
}

static void handle_changed(struct ews_group *group, const struct ews_news *news)
{
	for (size_t i = 0; i < news->changed_count; i++) {
		struct subscription *sub = by_id(group, news->changed[i]);

		if (!sub)
			continue;
		metric_add(METRIC_calendar_events_total,
			   gateway_name(group->pool->gateway), 1);
		ews_tell(sub, TELL_EVENT, NULL);
		ews_read(sub, READ_NOTIFIED);
	}
}

static void handle_lost(struct ews_group *group, const struct ews_news *news)
{
	struct why why = news->trouble.why;

	if (why.err != ERR_MOVED && why.err != ERR_GONE)
		why.err = ERR_EXPIRED;

	for (size_t i = 0; i < news->lost_count; i++) {
		struct subscription *sub = by_id(group, news->lost[i]);

		if (sub)
			group_lose(sub, &why);
	}
}

/* Ids that the server no longer wants spoil the stream for the others. */
static void handle_trouble(struct ews_group *group, const struct ews_news *news)
{
	const struct why *why = &news->trouble.why;

	if (news->lost_count) {
		handle_lost(group, news);
		group_stop(group);
		group_open(group);
	} else if (why->err == ERR_MISSED) {
		opened(group);
	} else if (why->err == ERR_EXPIRED) {
		group_stop(group);
		group_lose_all(group, why);
	} else {
		group_broken(group, why);
	}
}

static void answered(struct ews_group *group, const struct ews_trouble *trouble)
{
	struct verdict verdict = { .wait_ms = trouble->backoff_ms };

	if (group_concerns_all(trouble->why.err))
		verdict.why = trouble->why;

	gate_answered(gateway_gate(group->pool->gateway), &group->ticket,
		      &verdict);
}

/* The first word of a connection proves that streams get through. */
static void hear(struct ews_group *group)
{
	group->word = true;
	for (size_t i = 0; i < group->count; i++)
		if (group->subs[i]->member.streamed)
			ews_way_works(group->subs[i]);
}

static void on_envelope(const struct xml_node *root, void *arg)
{
	struct ews_group *group = arg;
	struct ews_news news;
	struct why why;

	ews_read_news(root, &news);
	answered(group, &news.trouble);
	handle_changed(group, &news);
	if (!news.trouble.why.err && !news.closed && !group->word)
		hear(group);

	if (news.trouble.why.err) {
		handle_trouble(group, &news);
	} else if (news.closed) {
		why_set(&why, ERR_CLOSED, "server closed the stream");
		group_broken(group, &why);
	} else if (group->state == GROUP_OPENING) {
		opened(group);
	}

	ews_news_free(&news);
}

static void on_no_word(void *arg)
{
	opened(arg);
}

/* Some servers say nothing until there is something to say. */
static void on_head(const struct http_reply *reply, void *arg)
{
	const struct ews_trouble none = { .backoff_ms = 0 };
	struct ews_group *group = arg;

	ews_note_reply(group->pool, reply);
	ews_keep_cookie(group->cookie, reply);
	watch(group);

	if (reply->status != 200)
		return;

	group->headed = true;
	answered(group, &none);
	timer_start_ms(&group->timer, FIRST_WORD_MS, on_no_word, group);
}

/* The reader is gone as soon as an envelope ended the connection. */
static void on_data(const char *data, size_t len, void *arg)
{
	struct ews_group *group = arg;
	struct why why;

	watch(group);

	if (xml_in_push(group->in, data, len, &why))
		group_broken(group, &why);
}

static void on_done(const struct http_reply *reply, void *arg)
{
	struct ews_group *group = arg;
	struct ews_trouble trouble;

	group->request = NULL;

	if (reply->why.err || reply->status != 200)
		ews_reply_trouble(reply, &trouble);
	else
		trouble = (struct ews_trouble){
			.why = { ERR_CLOSED, "stream ended without saying so" }
		};

	if (group_concerns_all(trouble.why.err))
		answered(group, &trouble);
	else
		gate_leave(gateway_gate(group->pool->gateway), &group->ticket);

	if (trouble.why.err == ERR_VERSION &&
	    ews_lower_version(group->pool, group->version,
			      ews_streaming.version))
		group->failures = 0;

	group_broken(group, &trouble.why);
}

static const struct http_handlers stream_handlers = {
	.head = on_head,
	.data = on_data,
	.done = on_done,
};

static void write_stream(struct ews_group *group, struct buf *body)
{
	unsigned minutes = gateway_settings(group->pool->gateway)->stream / 60;
	const struct ews_heading heading = {
		group->version, ews_impersonate(group->pool, group->anchor)
	};
	const char *ids[EWS_STREAM_MAX];
	size_t count = 0;

	for (size_t i = 0; i < group->count; i++) {
		struct ews_member *member = &group->subs[i]->member;

		member->streamed = member->id != NULL;
		if (member->streamed)
			ids[count++] = member->id;
	}

	ews_write_stream(body, &heading, ids, count, minutes);
}

static void on_admitted(const struct why *why, void *arg)
{
	struct ews_group *group = arg;
	struct ews_letter letter = {
		.operation = "GetStreamingEvents",
		.anchor = group->anchor,
		.cookie = group->cookie,
		.body = BUF(EWS_REQUEST_MAX),
	};

	if (why->err) {
		group->failures++;
		group_broken(group, why);
		return;
	}

	group->state = GROUP_OPENING;
	group->version = ews_version(group->pool, ews_streaming.version);
	group->headed = group->word = false;
	group->in = xml_in_new(&xml_limits_default, on_envelope, group);
	write_stream(group, &letter.body);
	group->request =
		ews_send(group->pool, &letter, true, &stream_handlers, group);
	buf_free(&letter.body);
	watch(group);
}

static bool has_ids(const struct ews_group *group)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->subs[i]->member.id)
			return true;

	return false;
}

void group_open(struct ews_group *group)
{
	if (group->state == GROUP_ASKING || !has_ids(group))
		return;

	group_choose_anchor(group);
	group->state = GROUP_ASKING;
	gate_ask(gateway_gate(group->pool->gateway), &group->ticket,
		 GATE_URGENT, on_admitted, group);
}

static bool has_newcomers(const struct ews_group *group)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->subs[i]->member.id &&
		    !group->subs[i]->member.streamed)
			return true;

	return false;
}

static void on_settled(void *arg)
{
	struct ews_group *group = arg;

	if (group->state == GROUP_ASKING || group->state == GROUP_WAITING ||
	    !has_newcomers(group))
		return;

	/* The next ones wait longer, if they come soon. */
	if (group->state != GROUP_IDLE && group->settle_ms < SETTLE_MAX_MS)
		group->settle_ms *= 2;

	group_stop(group);
	group_open(group);
}

/* Those still on their way come along, but are not waited for for ever. */
void group_settle(struct ews_group *group)
{
	uint64_t now_ms = clock_ms();
	uint64_t wait_ms;

	if (!has_newcomers(group))
		return;

	if (!group->settle_ms || now_ms - group->opened_ms > QUIET_MS)
		group->settle_ms = SETTLE_MS;

	if (!timer_running(&group->settle))
		group->settle_by_ms = now_ms + SETTLE_MAX_MS;

	wait_ms = group->asking ? SETTLE_MAX_MS : group->settle_ms;
	if (now_ms + wait_ms > group->settle_by_ms)
		wait_ms = group->settle_by_ms > now_ms
				  ? group->settle_by_ms - now_ms
				  : 0;

	timer_start_ms(&group->settle, wait_ms, on_settled, group);
}
