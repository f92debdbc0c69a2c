/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/loop.h"
#include "module/agenda.h"

enum {
	LOOK_MS = 1000, /* longest time without a look at the clock */
	STEP_MS = 500,  /* clocks that differ by more were stepped */
	BATCH_MAX = 64, /* in a turn: the first are told while others wait */
};

struct agenda {
	struct agenda_handlers handlers;
	void *arg;
	struct agenda_slot **heap; /* [1] is due first */
	size_t count;
	size_t size;
	struct timer timer;
	int64_t ahead_ms; /* wall clock minus steady clock */
};

static void put(struct agenda *agenda, size_t place, struct agenda_slot *slot)
{
	agenda->heap[place] = slot;
	slot->place = place;
}

static void rise(struct agenda *agenda, struct agenda_slot *slot)
{
	size_t place = slot->place;

	while (place > 1 && agenda->heap[place / 2]->due > slot->due) {
		put(agenda, place, agenda->heap[place / 2]);
		place /= 2;
	}
	put(agenda, place, slot);
}

static size_t smaller_child(const struct agenda *agenda, size_t place)
{
	size_t child = 2 * place;

	if (child < agenda->count &&
	    agenda->heap[child + 1]->due < agenda->heap[child]->due)
		child++;
	return child;
}

static void sink(struct agenda *agenda, struct agenda_slot *slot)
{
	size_t place = slot->place;

	while (2 * place <= agenda->count) {
		size_t child = smaller_child(agenda, place);

		if (agenda->heap[child]->due >= slot->due)
			break;
		put(agenda, place, agenda->heap[child]);
		place = child;
	}
	put(agenda, place, slot);
}

static void take_out(struct agenda *agenda, struct agenda_slot *slot)
{
	struct agenda_slot *last = agenda->heap[agenda->count--];
	size_t place = slot->place;

	slot->place = 0;
	if (last == slot)
		return;

	put(agenda, place, last);
	rise(agenda, last);
	sink(agenda, last);
}

static void put_in(struct agenda *agenda, struct agenda_slot *slot)
{
	if (agenda->count + 1 >= agenda->size) {
		agenda->size = agenda->size ? 2 * agenda->size : 64;
		agenda->heap = x_realloc(agenda->heap,
					 agenda->size * sizeof(*agenda->heap));
	}
	put(agenda, ++agenda->count, slot);
	rise(agenda, slot);
}

static int64_t ahead_ms(void)
{
	return clock_wall_ms() - (int64_t)clock_ms();
}

static void on_time(void *arg);

static void wait_for_next(struct agenda *agenda)
{
	int64_t wait_ms = LOOK_MS;

	if (agenda->count)
		wait_ms =
			1000 * (int64_t)agenda->heap[1]->due - clock_wall_ms();
	if (wait_ms > LOOK_MS)
		wait_ms = LOOK_MS;
	timer_start_ms(&agenda->timer, wait_ms > 0 ? (uint64_t)wait_ms : 0,
		       on_time, agenda);
}

static void look_for_step(struct agenda *agenda)
{
	int64_t now_ms = ahead_ms();
	int64_t by_ms = now_ms - agenda->ahead_ms;

	agenda->ahead_ms = now_ms;
	if (by_ms > STEP_MS || by_ms < -STEP_MS)
		agenda->handlers.stepped((long)(by_ms / 1000), agenda->arg);
}

static void on_time(void *arg)
{
	struct agenda *agenda = arg;
	int64_t now_ms = clock_wall_ms();

	wait_for_next(agenda);
	look_for_step(agenda);
	for (int i = 0; i < BATCH_MAX && agenda->count &&
			1000 * (int64_t)agenda->heap[1]->due <= now_ms;
	     i++) {
		struct agenda_slot *slot = agenda->heap[1];

		take_out(agenda, slot);
		agenda->handlers.due(slot, agenda->arg);
	}
	wait_for_next(agenda);
}

struct agenda *agenda_new(const struct agenda_handlers *handlers, void *arg)
{
	struct agenda *agenda = x_new(struct agenda);

	agenda->handlers = *handlers;
	agenda->arg = arg;
	agenda->ahead_ms = ahead_ms();
	wait_for_next(agenda);
	return agenda;
}

void agenda_free(struct agenda **agendap)
{
	struct agenda *agenda = *agendap;

	if (!agenda)
		return;

	timer_stop(&agenda->timer);
	for (size_t place = 1; place <= agenda->count; place++)
		agenda->heap[place]->place = 0;
	free(agenda->heap);
	free(agenda);
	*agendap = NULL;
}

void agenda_set(struct agenda *agenda, struct agenda_slot *slot, time_t due)
{
	bool was_in = slot->place != 0;

	if (was_in && slot->due == due)
		return;
	if (was_in)
		take_out(agenda, slot);

	slot->due = due;
	if (due)
		put_in(agenda, slot);
	if (slot->place == 1 || was_in)
		wait_for_next(agenda);
}

size_t agenda_count(const struct agenda *agenda)
{
	return agenda->count;
}
