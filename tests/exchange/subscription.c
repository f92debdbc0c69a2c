/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "tests/exchange/push.h"
#include "tests/exchange/stream.h"
#include "tests/exchange/subscription.h"

enum { BUCKETS = 1 << 15, SWEEP_S = 5, STREAM_TIMEOUT_MIN = 30 };

struct subscriptions {
	struct exchange *exchange;
	struct subscription *buckets[BUCKETS];
	size_t count;
	uint64_t serial;
	struct timer sweep;
};

static struct subscription **bucket(struct subscriptions *all, const char *id)
{
	uint32_t hash = 2166136261U;

	while (*id)
		hash = (hash ^ (unsigned char)*id++) * 16777619U;
	return &all->buckets[hash % BUCKETS];
}

static bool idle(const struct subscription *subscription)
{
	return !subscription->stream && subscription->timeout_s > 0 &&
	       clock_ms() - subscription->touched_ms >
		       1000ULL * subscription->timeout_s;
}

static void sweep(void *arg)
{
	struct subscriptions *all = arg;

	timer_start(&all->sweep, SWEEP_S, sweep, all);
	for (size_t i = 0; i < BUCKETS; i++) {
		struct subscription *next, *at = all->buckets[i];

		for (; at; at = next) {
			next = at->bucket;
			if (idle(at))
				subscription_free(&at);
		}
	}
}

struct subscriptions *subscriptions_new(struct exchange *exchange)
{
	struct subscriptions *all = x_new(struct subscriptions);

	all->exchange = exchange;
	timer_start(&all->sweep, SWEEP_S, sweep, all);
	return all;
}

void subscriptions_free(struct subscriptions **allp)
{
	struct subscriptions *all = *allp;

	timer_stop(&all->sweep);
	for (size_t i = 0; i < BUCKETS; i++)
		while (all->buckets[i]) {
			struct subscription *subscription = all->buckets[i];

			subscription_free(&subscription);
		}
	free(all);
	*allp = NULL;
}

size_t subscriptions_count(const struct subscriptions *all)
{
	return all->count;
}

static void put(struct buf *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		unsigned char byte = (unsigned char)(value >> 8 * i);

		buf_add(out, &byte, 1);
	}
}

/*
 * As the real ones decode: length and name of the mailbox server, sixteen
 * bytes of id, the time in 100 ns since the year 1.
 */
static char *make_id(uint64_t serial, const char *home)
{
	struct buf raw = BUF(512), text = BUF(1024);
	uint64_t ticks =
		621355968000000000ULL + (uint64_t)clock_wall_ms() * 10000ULL;

	put(&raw, strlen(home), 2);
	buf_add(&raw, home, strlen(home));
	put(&raw, 16, 4);
	put(&raw, serial * 0x9e3779b97f4a7c15ULL, 8);
	put(&raw, serial, 8);
	put(&raw, ticks, 8);
	text_encode(raw.data, raw.len, &text);
	buf_free(&raw);
	return buf_take(&text);
}

struct subscription *subscription_new(const struct op_call *call,
				      struct mailbox *mailbox,
				      enum subscription_kind kind)
{
	struct subscriptions *all = call->exchange->subscriptions;
	struct subscription *subscription = x_new(struct subscription);
	struct subscription **place;
	struct fate *fate = fate_of(mailbox);

	subscription->id = make_id(++all->serial, mailbox->server);
	subscription->kind = kind;
	subscription->exchange = call->exchange;
	subscription->server = call->server;
	subscription->mailbox = mailbox;
	subscription->home = x_strdup(mailbox->server);
	subscription->owner = call->account;
	subscription->mark = 1;
	subscription->timeout_s =
		STREAM_TIMEOUT_MIN * call->server->knobs.minute_s;
	subscription_touch(subscription);
	place = bucket(all, subscription->id);
	subscription->bucket = *place;
	*place = subscription;
	subscription->sibling = fate->subscriptions;
	fate->subscriptions = subscription;
	all->count++;
	return subscription;
}

static void leave_mailbox(struct subscription *subscription)
{
	struct subscription **at;

	if (!subscription->mailbox)
		return;

	at = &fate_of(subscription->mailbox)->subscriptions;
	while (*at != subscription)
		at = &(*at)->sibling;
	*at = subscription->sibling;
}

void subscription_free(struct subscription **subscriptionp)
{
	struct subscription *subscription = *subscriptionp;
	struct subscriptions *all = subscription->exchange->subscriptions;
	struct subscription **at = bucket(all, subscription->id);

	*subscriptionp = NULL;
	if (subscription->stream)
		stream_leave(subscription->stream, subscription);
	push_free(&subscription->push);
	leave_mailbox(subscription);
	while (*at != subscription)
		at = &(*at)->bucket;
	*at = subscription->bucket;
	all->count--;
	free(subscription->queue);
	free(subscription->home);
	free(subscription->id);
	free(subscription);
}

struct subscription *subscription_find(const struct subscriptions *all,
				       const char *id)
{
	struct subscriptions *shelf = (struct subscriptions *)(uintptr_t)all;
	struct subscription *at = *bucket(shelf, id);

	while (at && strcmp(at->id, id) != 0)
		at = at->bucket;
	return at;
}

/* What Subscribe gave with the reply, to be sent back from then on. */
static bool affine(const struct op_call *call, const char *home)
{
	const char *cookie = web_cookie(call->web, "X-BackEndOverrideCookie");

	if (!cookie)
		cookie = web_header(call->web, "X-BackEndOverrideCookie");
	return cookie && strncasecmp(cookie, home, strlen(home)) == 0;
}

const char *subscription_access(const struct subscription *subscription,
				const struct op_call *call)
{
	const struct fate *fate;

	if (!subscription)
		return "ErrorSubscriptionNotFound";
	if (call->server->knobs.affinity && !affine(call, subscription->home))
		return "ErrorSubscriptionNotFound";
	if (subscription->owner != call->account)
		return "ErrorSubscriptionAccessDenied";
	if (!subscription->mailbox)
		return "ErrorSubscriptionNotFound";

	fate = subscription->mailbox->user;
	if (fate && fate->moved_code &&
	    strcasecmp(subscription->mailbox->server, call->server->name) != 0)
		return fate->moved_code;
	return NULL;
}

void subscription_touch(struct subscription *subscription)
{
	subscription->touched_ms = clock_ms();
}

void subscription_heard(struct subscription *subscription, uint64_t mark)
{
	size_t known = 0;

	while (known < subscription->count &&
	       subscription->queue[known].mark <= mark)
		known++;
	if (known == 0)
		return;
	subscription->count -= known;
	memmove(subscription->queue, subscription->queue + known,
		subscription->count * sizeof(subscription->queue[0]));
}

static void queue(struct subscription *subscription,
		  const struct happening *what)
{
	struct happening *slot;

	if (!(subscription->events & 1U << what->event))
		return;

	subscription->mark++;
	if (subscription->count == EVENTS_MAX) {
		subscription->missed = true;
		return;
	}
	if (subscription->count == subscription->size) {
		subscription->size = 2 * subscription->size + 4;
		subscription->queue =
			x_realloc(subscription->queue,
				  subscription->size *
					  sizeof(subscription->queue[0]));
	}
	slot = &subscription->queue[subscription->count++];
	*slot = *what;
	slot->mark = subscription->mark;
}

static const enum event event_of[] = {
	[CHANGE_CREATED] = EVENT_CREATED,
	[CHANGE_MODIFIED] = EVENT_MODIFIED,
	[CHANGE_DELETED] = EVENT_DELETED,
	[CHANGE_MOVED] = EVENT_MOVED,
};

/* The item and its free/busy, then the folders that hold it. */
static void tell(struct subscription *subscription,
		 const struct store_change *change)
{
	bool moved = change->change == CHANGE_MOVED;
	struct happening what = {
		.event = event_of[change->change],
		.item = change->item->number,
		.folder = change->folder,
		.old_folder = moved ? change->old_folder : FOLDER_COUNT,
		.number = change->number,
		.wall_ms = clock_wall_ms(),
	};

	queue(subscription, &what);
	what.old_folder = FOLDER_COUNT;
	what.event = EVENT_FREEBUSY;
	if (change->folder == FOLDER_CALENDAR || moved)
		queue(subscription, &what);
	what.event = EVENT_MODIFIED;
	what.item = 0;
	queue(subscription, &what);
	what.folder = change->old_folder;
	if (moved)
		queue(subscription, &what);
}

static bool concerns(const struct subscription *subscription,
		     const struct store_change *change)
{
	unsigned folders = 1U << change->folder;

	if (change->change == CHANGE_MOVED)
		folders |= 1U << change->old_folder;
	if (!(subscription->folders & folders))
		return false;
	if (subscription->kind == SUBSCRIBED_STREAM && !subscription->stream)
		return false;

	/* It was made at the server the mailbox has left: silence. */
	return strcasecmp(subscription->home, change->mailbox->server) == 0;
}

void subscriptions_change(struct subscriptions *all,
			  const struct store_change *change)
{
	struct fate *fate = change->mailbox->user;
	struct subscription *at = fate ? fate->subscriptions : NULL;

	(void)all;
	for (; at; at = at->sibling) {
		if (!concerns(at, change))
			continue;

		tell(at, change);
		if (at->stream)
			stream_stir(at->stream);
		if (at->push)
			push_stir(at->push);
	}
}

void subscriptions_forget(struct subscriptions *all, const char *home)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct subscription *next, *at = all->buckets[i];

		for (; at; at = next) {
			next = at->bucket;
			if (strcasecmp(at->home, home) == 0)
				subscription_free(&at);
		}
	}
}

void subscriptions_break(struct mailbox *mailbox, const char *code)
{
	struct subscription *next, *at = fate_of(mailbox)->subscriptions;

	for (; at; at = next) {
		next = at->sibling;
		if (at->stream)
			stream_refuse(at->stream, at, code);
		subscription_free(&at);
	}
}

void subscriptions_orphan(struct mailbox *mailbox)
{
	subscriptions_break(mailbox, "ErrorSubscriptionNotFound");
}
