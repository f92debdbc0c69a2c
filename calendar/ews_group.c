/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "calendar/ews_group.h"

enum { SLOW_MS = 400 };

/* A subscription that nobody wants any more, until the server knows. */
struct farewell {
	struct farewell *next, **place;
	struct backend_pool *pool;
	struct ews_call *call;
	struct parting *parting; /* NULL: nobody waits to hear of it */
	char *address;           /* of its owner */
	char *id;
	char anchor[ADDRESS_SIZE];
	char cookie[EWS_COOKIE_SIZE];
};

struct ews_streams {
	struct ews_group *groups;
	struct farewell *farewells;
};

static void farewell_free(struct farewell *farewell)
{
	*farewell->place = farewell->next;
	if (farewell->next)
		farewell->next->place = farewell->place;

	if (farewell->parting)
		parting_cancel(farewell->parting);
	ews_call_free(&farewell->call);
	free(farewell->address);
	free(farewell->id);
	free(farewell);
}

static void write_unsubscribe(struct ews_letter *letter, const char *version,
			      void *arg)
{
	const struct farewell *farewell = arg;
	const struct ews_heading heading = {
		version, ews_impersonate(farewell->pool, farewell->address)
	};

	letter->operation = "Unsubscribe";
	letter->anchor = farewell->anchor;
	letter->cookie = farewell->cookie;
	ews_write_unsubscribe(&letter->body, &heading, farewell->id);
}

/* Well or not: what is not unsubscribed ends by itself in half an hour. */
static void on_unsubscribed(const struct ews_answer *answer, void *arg)
{
	struct farewell *farewell = arg;
	struct ews_trouble trouble = answer->trouble;
	struct parting *parting = NULL;

	farewell->call = NULL;
	if (!trouble.why.err)
		ews_read_result(answer->envelope, &trouble);
	parting_move(&parting, &farewell->parting);
	farewell_free(farewell);
	parting_done(&parting, &trouble.why);
}

static const struct ews_call_handlers unsubscribe_handlers = {
	.write = write_unsubscribe,
	.answered = on_unsubscribed,
};

void ews_farewell(struct subscription *sub, const char *id, const char *anchor,
		  const char *cookie)
{
	struct ews_streams *streams = sub->pool->streams;
	struct farewell *farewell = x_new(struct farewell);

	farewell->pool = sub->pool;
	farewell->id = x_strdup(id);
	farewell->address = x_strdup(sub->mailbox->address);
	parting_move(&farewell->parting, &sub->parting);
	snprintf(farewell->anchor, ADDRESS_SIZE, "%s", anchor);
	snprintf(farewell->cookie, EWS_COOKIE_SIZE, "%s", cookie);
	farewell->place = &streams->farewells;
	farewell->next = streams->farewells;
	if (farewell->next)
		farewell->next->place = &farewell->next;
	streams->farewells = farewell;
	farewell->call =
		ews_call_new(sub->pool,
			     farewell->parting ? GATE_URGENT : GATE_LOW,
			     &unsubscribe_handlers, farewell);
}

static struct ews_group *group_new(struct backend_pool *pool,
				   const struct mailbox *first)
{
	struct ews_group *group = x_new(struct ews_group);

	group->pool = pool;
	snprintf(group->anchor, sizeof(group->anchor), "%s", first->address);
	snprintf(group->grouping, sizeof(group->grouping), "%s",
		 mailbox_grouping(first));
	group->place = &pool->streams->groups;
	group->next = pool->streams->groups;
	if (group->next)
		group->next->place = &group->next;
	pool->streams->groups = group;
	return group;
}

static void group_free(struct ews_group *group)
{
	*group->place = group->next;
	if (group->next)
		group->next->place = group->place;

	group_stop(group);
	timer_stop(&group->settle);
	free(group);
}

/* One cookie leads to one server, so a group is of one site's mailboxes. */
static struct ews_group *group_with_room(struct backend_pool *pool,
					 const struct mailbox *mailbox)
{
	unsigned size = gateway_settings(pool->gateway)->per_stream;
	struct ews_group *group = pool->streams->groups;

	while (group &&
	       (group->count >= size ||
		strcmp(group->grouping, mailbox_grouping(mailbox)) != 0))
		group = group->next;

	return group ? group : group_new(pool, mailbox);
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
	letter->anchor = sub->member.group->anchor;
	letter->cookie = sub->member.group->cookie;
	ews_write_subscribe(&letter->body, &heading,
			    ews_mailbox(sub->pool, address));
}

static void on_subscribed(const struct ews_answer *answer, void *arg)
{
	struct subscription *sub = arg;
	struct ews_group *group = sub->member.group;
	struct ews_trouble trouble = answer->trouble;
	char id[EWS_ID_SIZE];

	sub->member.call = NULL;
	group->asking--;

	if (!trouble.why.err)
		ews_read_subscribe(answer->envelope, id, &trouble);

	if (trouble.why.err) {
		if (!ews_way_is_unknown(&trouble.why) ||
		    !ews_way_fails(sub, &trouble.why))
			ews_tell(sub, TELL_FAILED, &trouble.why);
	} else {
		ews_keep_cookie(group->cookie, answer->http);
		sub->member.id = x_strdup(id);
	}

	group_settle(group);

	/* The stream may take its time; what changed meanwhile may not. */
	if (sub->member.id && group->settle_ms > SLOW_MS)
		ews_read(sub, READ_FIRST);
}

static const struct ews_call_handlers subscribe_handlers = {
	.floor = "Exchange2010_SP1",
	.write = write_subscribe,
	.answered = on_subscribed,
};

static void streams_open(struct backend_pool *pool)
{
	pool->streams = x_new(struct ews_streams);
}

static void streams_close(struct backend_pool *pool)
{
	while (pool->streams->farewells)
		farewell_free(pool->streams->farewells);
	while (pool->streams->groups)
		group_free(pool->streams->groups);

	free(pool->streams);
	pool->streams = NULL;
}

static void follow(struct subscription *sub)
{
	struct ews_group *group = group_with_room(sub->pool, sub->mailbox);

	group->subs[group->count++] = sub;
	group->asking++;
	sub->member.group = group;
	sub->member.call = ews_call_new(sub->pool, ews_urgency(sub),
					&subscribe_handlers, sub);
}

/* The stream goes on without it; what it still says of it, nobody hears. */
static void leave(struct subscription *sub)
{
	struct ews_group *group = sub->member.group;
	size_t i = 0;

	if (sub->member.call)
		group->asking--;

	ews_call_free(&sub->member.call);
	if (sub->member.id)
		ews_farewell(sub, sub->member.id, group->anchor, group->cookie);
	free(sub->member.id);

	while (group->subs[i] != sub)
		i++;
	group->subs[i] = group->subs[--group->count];
	sub->member = (struct ews_member){ .group = NULL };

	if (!group->count)
		group_free(group);
	else
		group_settle(group);
}

/* Perhaps it is only the anchor that may not, or that has moved. */
void group_change_anchor(struct ews_group *group, enum err err)
{
	if (err != ERR_DENIED && err != ERR_GONE && err != ERR_MOVED)
		return;

	for (size_t i = 0; i < group->count; i++) {
		if (strcmp(group->subs[i]->mailbox->address, group->anchor))
			continue;
		i = (i + 1) % group->count;
		snprintf(group->anchor, sizeof(group->anchor), "%s",
			 group->subs[i]->mailbox->address);
		return;
	}
}

/* The anchor is always one of ours: a user who left may be locked by now. */
void group_choose_anchor(struct ews_group *group)
{
	for (size_t i = 0; i < group->count; i++)
		if (!strcmp(group->subs[i]->mailbox->address, group->anchor))
			return;

	snprintf(group->anchor, sizeof(group->anchor), "%s",
		 group->subs[0]->mailbox->address);
}

const struct ews_way ews_streaming = {
	.name = "streaming",
	.version = "Exchange2010_SP1",
	.open = streams_open,
	.close = streams_close,
	.follow = follow,
	.leave = leave,
};
