/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a feed has to do and when, by one timer; see calendar/feed_private.h. */
#include "base/clock.h"
#include "calendar/feed_private.h"

/* DUTY_COUNT: nothing is to be done. */
static enum duty first(const struct feed *feed)
{
	enum duty first = DUTY_COUNT;

	for (enum duty duty = 0; duty < DUTY_COUNT; duty++)
		if (feed->due_ms[duty] &&
		    (first == DUTY_COUNT ||
		     feed->due_ms[duty] < feed->due_ms[first]))
			first = duty;
	return first;
}

static void on_due(void *arg);

static void wait_for_next(struct feed *feed)
{
	enum duty next = first(feed);
	uint64_t now_ms = clock_ms();
	uint64_t due_ms = next == DUTY_COUNT ? 0 : feed->due_ms[next];

	if (due_ms)
		timer_start_ms(&feed->duty,
			       due_ms > now_ms ? due_ms - now_ms : 0, on_due,
			       feed);
	else
		timer_stop(&feed->duty);
}

/* One at a time, since it may free the feed. */
static void on_due(void *arg)
{
	struct feed *feed = arg;
	enum duty duty = first(feed);

	if (duty == DUTY_COUNT || feed->due_ms[duty] > clock_ms()) {
		wait_for_next(feed);
		return;
	}

	feed->due_ms[duty] = 0;
	wait_for_next(feed);
	feed_do(feed, duty);
}

void feed_duty_in(struct feed *feed, enum duty duty, unsigned wait_s)
{
	feed->due_ms[duty] = clock_ms() + 1000ULL * wait_s;
	if (!feed->due_ms[duty])
		feed->due_ms[duty] = 1;
	wait_for_next(feed);
}

void feed_duty_stop(struct feed *feed, enum duty duty)
{
	if (!feed->due_ms[duty])
		return;
	feed->due_ms[duty] = 0;
	wait_for_next(feed);
}

void feed_duties_stop(struct feed *feed)
{
	for (enum duty duty = 0; duty < DUTY_COUNT; duty++)
		feed->due_ms[duty] = 0;
	timer_stop(&feed->duty);
}
