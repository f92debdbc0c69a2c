/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/metric.h"
#include "module/pace.h"

enum { TICK_MS = 50 };

struct pace {
	pace_h *handler;
	void *arg;
	unsigned per_s;
	uint64_t credit; /* thousandths of one */
	uint64_t seen_ms;
	struct pace_slot *first, *last;
	size_t waiting;
	struct timer timer;
};

/* No more is saved up than for one second. */
static void earn(struct pace *pace)
{
	uint64_t now = clock_ms();
	uint64_t most = (uint64_t)pace->per_s * 1000;

	pace->credit += (now - pace->seen_ms) * pace->per_s;
	if (pace->credit > most)
		pace->credit = most;
	pace->seen_ms = now;
}

static bool spend(struct pace *pace)
{
	if (!pace->per_s)
		return true;
	if (pace->credit < 1000)
		return false;
	pace->credit -= 1000;
	return true;
}

static void unlink_slot(struct pace *pace, struct pace_slot *slot)
{
	*(slot->prev ? &slot->prev->next : &pace->first) = slot->next;
	*(slot->next ? &slot->next->prev : &pace->last) = slot->prev;
	*slot = (struct pace_slot){ .waits = false };
	metric_set(METRIC_publish_waiting, NULL, (int64_t)--pace->waiting);
}

static void on_tick(void *arg)
{
	struct pace *pace = arg;

	earn(pace);
	timer_start_ms(&pace->timer, TICK_MS, on_tick, pace);
	while (pace->first && spend(pace)) {
		struct pace_slot *slot = pace->first;

		unlink_slot(pace, slot);
		pace->handler(slot, pace->arg);
	}
	if (!pace->first)
		timer_stop(&pace->timer);
}

struct pace *pace_new(pace_h *h, void *arg)
{
	struct pace *pace = x_new(struct pace);

	pace->handler = h;
	pace->arg = arg;
	pace->seen_ms = clock_ms();
	return pace;
}

void pace_free(struct pace **pacep)
{
	struct pace *pace = *pacep;

	if (!pace)
		return;

	timer_stop(&pace->timer);
	free(pace);
	*pacep = NULL;
}

/* A budget begins full. */
void pace_change(struct pace *pace, unsigned per_s)
{
	if (per_s == pace->per_s)
		return;

	pace->per_s = per_s;
	pace->seen_ms = clock_ms();
	pace->credit = (uint64_t)per_s * 1000;
	if (pace->first)
		timer_start_ms(&pace->timer, 0, on_tick, pace);
}

bool pace_ask(struct pace *pace, struct pace_slot *slot)
{
	if (slot->waits)
		return false;

	earn(pace);
	if (!pace->first && spend(pace))
		return true;

	slot->waits = true;
	slot->prev = pace->last;
	*(pace->last ? &pace->last->next : &pace->first) = slot;
	pace->last = slot;
	metric_set(METRIC_publish_waiting, NULL, (int64_t)++pace->waiting);
	if (!timer_running(&pace->timer))
		timer_start_ms(&pace->timer, TICK_MS, on_tick, pace);
	return false;
}

void pace_drop(struct pace *pace, struct pace_slot *slot)
{
	if (slot->waits)
		unlink_slot(pace, slot);
}

size_t pace_waiting(const struct pace *pace)
{
	return pace->waiting;
}
