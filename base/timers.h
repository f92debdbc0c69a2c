/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Running timers in the order in which they fall due: a binary heap, with no
 * clock of its own. base/loop.c moves it by the steady clock, the tests by
 * hand. Timers that are due in the same millisecond come in the order in
 * which they were started.
 *
 * A running timer belongs to whoever started it and must be stopped before
 * its memory goes.
 */
#ifndef BASE_TIMERS_H
#define BASE_TIMERS_H

#include "base/loop.h"

/* Zeroed is empty. */
struct timers {
	struct timer **heap;
	size_t count;
	size_t size;
	uint64_t started; /* how many were, ever */
};

/* Starting a running timer moves it. */
void timers_start(struct timers *timers, struct timer *timer, uint64_t due_ms);
void timers_stop(struct timers *timers, struct timer *timer);
bool timers_running(const struct timers *timers, const struct timer *timer);

/* The one due first, or NULL. */
struct timer *timers_first(const struct timers *timers);

/*
 * Stops and returns the one due first if it is due at now_ms and was started
 * before the mark, which is an earlier value of timers->started; else NULL.
 * The mark lets one round of the loop end though handlers start new timers.
 */
struct timer *timers_take(struct timers *timers, uint64_t now_ms,
			  uint64_t mark);

/* Empties the heap; the timers themselves are not touched. */
void timers_forget(struct timers *timers);

#endif
