/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One mailbox in detail: FindItem over the window, page after page. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "calendar/ews_pool.h"

enum { PAGES_MAX = 10 };

struct ews_find {
	struct subscription *sub;
	struct ews_call *call;
	struct window window; /* what is left of it to ask for */
	struct timeline *timeline;
	enum read_cause cause;
	unsigned pages;
};

static void find_free(struct ews_find **findp)
{
	struct ews_find *find = *findp;

	if (!find)
		return;

	ews_call_free(&find->call);
	timeline_free(&find->timeline);
	free(find);
	*findp = NULL;
}

static void write_find(struct ews_letter *letter, const char *version,
		       void *arg)
{
	const struct ews_find *find = arg;
	const char *address = find->sub->mailbox->address;
	const struct backend_pool *pool = find->sub->pool;
	const struct ews_heading heading = { version,
					     ews_impersonate(pool, address) };

	letter->operation = "FindItem";
	letter->anchor = address;
	ews_write_find(&letter->body, &heading, ews_mailbox(pool, address),
		       &find->window, TIMELINE_MAX,
		       find->sub->reading.wants & WANT_SUBJECTS);
}

static void fail(struct ews_find *find, const struct why *why)
{
	struct subscription *sub = find->sub;

	find_free(&sub->reading.find);
	sub->reading.apart = true;
	sub->reading.state = READING_NOT;
	sub->reading.again = false;
	ews_tell(sub, TELL_FAILED, why);
}

static void succeed(struct ews_find *find)
{
	struct subscription *sub = find->sub;
	enum read_cause cause = find->cause;

	timeline_free(&sub->reading.details);
	if (sub->reading.seen)
		timeline_set_hours(find->timeline,
				   timeline_hours(sub->reading.seen));
	sub->reading.details = find->timeline;
	find->timeline = NULL;
	find_free(&sub->reading.find);
	ews_read_done(sub);
	ews_deliver(sub, sub->reading.details, cause);
}

static void ask(struct ews_find *find);

static void on_answer(const struct ews_answer *answer, void *arg)
{
	struct ews_find *find = arg;
	struct ews_trouble trouble = answer->trouble;
	time_t next = 0;

	find->call = NULL;

	if (answer->everybody && trouble.why.err != ERR_LOGIN) {
		ask(find);
		return;
	}

	if (!trouble.why.err)
		ews_read_find(answer->envelope, find->timeline, &next,
			      &trouble);

	if (!trouble.why.err && next > find->window.from &&
	    ++find->pages < PAGES_MAX) {
		find->window.from = next;
		ask(find);
		return;
	}

	if (trouble.why.err)
		fail(find, &trouble.why);
	else
		succeed(find);
}

static const struct ews_call_handlers handlers = {
	.write = write_find,
	.answered = on_answer,
};

static void ask(struct ews_find *find)
{
	find->call =
		ews_call_new(find->sub->pool, GATE_URGENT, &handlers, find);
}

void ews_find_start(struct subscription *sub)
{
	struct ews_find *find = x_new(struct ews_find);

	sub->reading.state = READING_RUNS;
	sub->reading.find = find;
	sub->reading.wants = gateway_wants(sub->pool->gateway);
	find->sub = sub;
	find->window = window_at(clock_now());
	find->timeline = timeline_new(find->window.from, find->window.until);
	find->cause = sub->reading.cause;
	ask(find);
}

void ews_find_stop(struct subscription *sub)
{
	sub->reading.apart = true;
	find_free(&sub->reading.find);
}
