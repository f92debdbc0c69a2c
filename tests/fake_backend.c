/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/loop.h"
#include "calendar/backend.h"
#include "calendar/ews_code.h"
#include "calendar/window.h"
#include "tests/fake_backend.h"

enum { ENTRIES_MAX = 100 };

struct row {
	char mailbox[ADDRESS_SIZE];
	struct entry entry;
	char subject[TIMELINE_SUBJECT_MAX + 1];
	bool used;
};

struct subscription {
	const struct gateway *gateway;
	const struct mailbox *mailbox;
	const struct backend_handlers *handlers;
	void *arg;
	struct timer timer;
	bool live;
	bool deaf; /* moved in silence: it is told of nothing */
	struct why over;
	enum read_cause cause;
	struct subscription *next;
};

struct backend_pool {
	char unused;
};

static struct row rows[ENTRIES_MAX];
static struct subscription *subscriptions;
static bool down;
static struct work_hours hours; /* of everybody */

/* Who lives elsewhere, and what others say then; one is enough. */
static struct {
	char mailbox[ADDRESS_SIZE];
	char gateway[65];
	struct why why; /* ERR_OK: they go on as before */
} moved;

static struct {
	char gateway[65];
	unsigned count;
} subscribed[4];

static bool is_away(const struct subscription *sub)
{
	return !strcmp(sub->mailbox->address, moved.mailbox) &&
	       strcmp(gateway_name(sub->gateway), moved.gateway) != 0;
}

static struct timeline *read_window(const char *mailbox)
{
	struct window window = window_at(clock_now());
	struct timeline *timeline = timeline_new(window.from, window.until);

	for (int i = 0; i < ENTRIES_MAX; i++) {
		const struct entry *entry = &rows[i].entry;

		if (rows[i].used && !strcmp(rows[i].mailbox, mailbox) &&
		    entry->from < window.until && entry->until > window.from)
			timeline_add(timeline, entry, NULL);
	}
	if (hours.days)
		timeline_set_hours(timeline, &hours);
	return timeline;
}

static void answer(void *arg)
{
	struct subscription *sub = arg;
	struct timeline *timeline;
	struct why why;

	if (down) {
		why_set(&why, ERR_NETWORK, "away on purpose");
		if (!sub->live)
			sub->handlers->failed(&why, sub->arg);
		else if (sub->handlers->troubled)
			sub->handlers->troubled(&why, sub->arg);
		return;
	}

	why = sub->over;
	if (!why.err && is_away(sub))
		why = moved.why;
	if (why.err) {
		sub->handlers->failed(&why, sub->arg);
		return;
	}

	timeline = read_window(sub->mailbox->address);
	if (sub->cause == READ_FIRST)
		sub->handlers->live(sub->arg);
	if (sub->cause == READ_NOTIFIED && sub->handlers->event)
		sub->handlers->event(sub->arg);
	sub->live = true;
	sub->handlers->changed(timeline, sub->cause, sub->arg);
	timeline_free(&timeline);
}

static void answer_soon(struct subscription *sub, enum read_cause cause)
{
	sub->cause = cause;
	timer_start(&sub->timer, 0, answer, sub);
}

static struct backend_pool *open_pool(struct gateway *gateway)
{
	(void)gateway;
	return x_new(struct backend_pool);
}

static void close_pool(struct backend_pool **poolp)
{
	free(*poolp);
	*poolp = NULL;
}

static struct subscription *subscribe(struct gateway *gateway,
				      const struct mailbox *mailbox,
				      const struct backend_handlers *h,
				      void *arg)
{
	struct subscription *sub = x_new(struct subscription);

	for (int i = 0; i < 4; i++)
		if (!subscribed[i].gateway[0] ||
		    !strcmp(subscribed[i].gateway, gateway_name(gateway))) {
			snprintf(subscribed[i].gateway, 65, "%s",
				 gateway_name(gateway));
			subscribed[i].count++;
			break;
		}
	sub->gateway = gateway;
	sub->mailbox = mailbox;
	sub->handlers = h;
	sub->arg = arg;
	sub->next = subscriptions;
	subscriptions = sub;
	answer_soon(sub, READ_FIRST);
	return sub;
}

/* A first read under way stays the first. */
static void read_again(struct subscription *sub, enum read_cause cause)
{
	if (sub->live)
		answer_soon(sub, cause);
}

static void unsubscribe(struct subscription **subp)
{
	struct subscription **place = &subscriptions;

	if (!*subp)
		return;

	while (*place != *subp)
		place = &(*place)->next;
	*place = (*subp)->next;
	timer_stop(&(*subp)->timer);
	free(*subp);
	*subp = NULL;
}

/* One at a time are waited for; it is told after a moment. */
static struct parting *parting;
static struct timer parting_timer;

static void on_parted(void *arg)
{
	struct why why = { .err = ERR_OK };

	(void)arg;
	if (down)
		why_set(&why, ERR_NETWORK, "away on purpose");
	parting_done(&parting, &why);
}

static bool part(struct subscription **subp, struct parting *asked)
{
	bool live = (*subp)->live;

	unsubscribe(subp);
	if (!live)
		return false;

	parting_move(&parting, &asked);
	timer_start_ms(&parting_timer, 5, on_parted, NULL);
	return true;
}

struct asking {
	const struct mailbox *mailbox;
	struct timer timer;
	replies_h *handler;
	void *arg;
};

static struct {
	char mailbox[ADDRESS_SIZE];
	struct replies replies;
} absent; /* one is enough */

static void answer_replies(void *arg)
{
	struct asking *asking = arg;
	struct replies replies = { .on = false };
	replies_h *handler = asking->handler;
	void *handler_arg = asking->arg;
	struct why why = { .err = ERR_OK };

	if (down)
		why_set(&why, ERR_NETWORK, "away on purpose");
	else if (!strcmp(asking->mailbox->address, absent.mailbox))
		replies = absent.replies;
	free(asking);
	handler(&why, &replies, handler_arg);
}

static struct asking *ask_replies(struct gateway *gateway,
				  const struct mailbox *mailbox, replies_h *h,
				  void *arg)
{
	struct asking *asking = x_new(struct asking);

	(void)gateway;
	asking->mailbox = mailbox;
	asking->handler = h;
	asking->arg = arg;
	timer_start(&asking->timer, 0, answer_replies, asking);
	return asking;
}

static void ask_stop(struct asking **askingp)
{
	if (!*askingp)
		return;
	timer_stop(&(*askingp)->timer);
	free(*askingp);
	*askingp = NULL;
}

static const struct backend fake = {
	.name = "ews",
	.open = open_pool,
	.close = close_pool,
	.subscribe = subscribe,
	.read = read_again,
	.unsubscribe = unsubscribe,
	.ask_replies = ask_replies,
	.ask_stop = ask_stop,
	.part = part,
};

const struct backend *backend_find(const char *name)
{
	return strcmp(name, fake.name) != 0 ? NULL : &fake;
}

static void tell(const char *mailbox)
{
	struct subscription *sub;

	for (sub = subscriptions; sub && !down; sub = sub->next)
		if (!strcmp(sub->mailbox->address, mailbox) && !sub->deaf)
			read_again(sub, READ_NOTIFIED);
}

void fake_backend_hours(const struct work_hours *set)
{
	hours = *set;
}

/* A response code, or "302 /where" for an answer without SOAP in it. */
static void why_of(struct why *why, const char *code)
{
	char *location;
	int status = (int)strtol(code, &location, 10);

	if (status)
		ews_status_err(status, *location ? location + 1 : NULL, why);
	else
		why_set(why, ews_code_err(code), "%s", code);
}

void fake_backend_move(const char *mailbox, const char *gateway,
		       const char *code)
{
	struct subscription *sub;

	snprintf(moved.mailbox, ADDRESS_SIZE, "%s", mailbox);
	snprintf(moved.gateway, sizeof(moved.gateway), "%s", gateway);
	moved.why = (struct why){ .err = ERR_OK };
	if (strcmp(code, "silent") != 0)
		why_of(&moved.why, code);

	for (sub = subscriptions; sub; sub = sub->next)
		if (is_away(sub)) {
			sub->deaf = true;
			if (moved.why.err)
				answer_soon(sub, READ_NOTIFIED);
		}
}

void fake_backend_lose(const char *mailbox, const char *code)
{
	struct subscription *sub;

	for (sub = subscriptions; sub; sub = sub->next)
		if (!strcmp(sub->mailbox->address, mailbox)) {
			why_of(&sub->over, code);
			answer_soon(sub, READ_NOTIFIED);
		}
}

unsigned fake_backend_subscribed(const char *gateway)
{
	for (int i = 0; i < 4; i++)
		if (!strcmp(subscribed[i].gateway, gateway))
			return subscribed[i].count;

	return 0;
}

void fake_backend_add(const char *mailbox, const struct entry *entry)
{
	struct row *row = rows;

	while (row->used)
		row++;
	row->used = true;
	row->entry = *entry;
	strncpy(row->mailbox, mailbox, ADDRESS_SIZE - 1);
	if (entry->subject) {
		strncpy(row->subject, entry->subject, TIMELINE_SUBJECT_MAX);
		row->entry.subject = row->subject;
	}
	tell(mailbox);
}

void fake_backend_remove(const char *mailbox, time_t from)
{
	for (int i = 0; i < ENTRIES_MAX; i++)
		if (!strcmp(rows[i].mailbox, mailbox) &&
		    rows[i].entry.from == from)
			rows[i].used = false;
	tell(mailbox);
}

/* Every subscription hears of it from the loop. */
static void tell_all(void)
{
	struct subscription *sub;

	for (sub = subscriptions; sub; sub = sub->next)
		answer_soon(sub, READ_FIRST);
}

void fake_backend_replies(const char *mailbox, const struct replies *replies)
{
	strncpy(absent.mailbox, mailbox, ADDRESS_SIZE - 1);
	absent.replies = *replies;
}

void fake_backend_down(void)
{
	down = true;
	tell_all();
}

void fake_backend_up(void)
{
	down = false;
	tell_all();
}

void fake_backend_forget_all(void)
{
	memset(rows, 0, sizeof(rows));
	memset(&absent, 0, sizeof(absent));
	memset(&moved, 0, sizeof(moved));
	memset(&hours, 0, sizeof(hours));
	memset(subscribed, 0, sizeof(subscribed));
	down = false;
}
