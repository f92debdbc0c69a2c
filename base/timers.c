/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/timers.h"

static bool earlier(const struct timer *a, const struct timer *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms;
	return a->order < b->order;
}

/* Places count from 1 so that 0 can mean nowhere. */
static struct timer **slot(const struct timers *timers, size_t place)
{
	return &timers->heap[place - 1];
}

static void put(struct timers *timers, size_t place, struct timer *timer)
{
	*slot(timers, place) = timer;
	timer->place = place;
}

static void rise(struct timers *timers, size_t place, struct timer *timer)
{
	while (place > 1 && earlier(timer, *slot(timers, place / 2))) {
		put(timers, place, *slot(timers, place / 2));
		place /= 2;
	}

	put(timers, place, timer);
}

static void sink(struct timers *timers, size_t place, struct timer *timer)
{
	size_t child;

	while ((child = 2 * place) <= timers->count) {
		if (child < timers->count &&
		    earlier(*slot(timers, child + 1), *slot(timers, child)))
			child++;
		if (!earlier(*slot(timers, child), timer))
			break;
		put(timers, place, *slot(timers, child));
		place = child;
	}

	put(timers, place, timer);
}

void timers_start(struct timers *timers, struct timer *timer, uint64_t due_ms)
{
	timers_stop(timers, timer);

	if (timers->count == timers->size) {
		timers->size = 2 * timers->size + 64;
		timers->heap =
			x_realloc(timers->heap,
				  timers->size * sizeof(timers->heap[0]));
	}

	timer->due_ms = due_ms;
	timer->order = timers->started++;
	rise(timers, ++timers->count, timer);
}

void timers_stop(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	struct timer *last;

	if (!timers_running(timers, timer))
		return;

	timer->place = 0;
	last = *slot(timers, timers->count--);
	if (last == timer)
		return;

	if (place > 1 && earlier(last, *slot(timers, place / 2)))
		rise(timers, place, last);
	else
		sink(timers, place, last);
}

/* Looks twice, for a timer that outlived the heap it was in. */
bool timers_running(const struct timers *timers, const struct timer *timer)
{
	return timer->place && timer->place <= timers->count &&
	       *slot(timers, timer->place) == timer;
}

struct timer *timers_first(const struct timers *timers)
{
	return timers->count ? *slot(timers, 1) : NULL;
}

struct timer *timers_take(struct timers *timers, uint64_t now_ms, uint64_t mark)
{
	struct timer *first = timers_first(timers);

	if (!first || first->due_ms > now_ms || first->order >= mark)
		return NULL;

	timers_stop(timers, first);
	return first;
}

void timers_forget(struct timers *timers)
{
	free(timers->heap);
	*timers = (struct timers){ .heap = NULL };
}
