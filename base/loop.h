/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one thread everything runs in: its timers and its descriptors.
 *
 * In service base/loop.c serves this from sofia's su_root; in tests
 * tests/fake_loop.c serves the timers from a clock that the test moves by
 * hand. The host and the loaded module share one su_root: the host opens the
 * loop with NULL, the module with the root it was handed.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Runs from the loop, never from inside timer_start(). */
typedef void timer_h(void *arg);

/* Zeroed is a stopped timer. */
struct timer {
	uint64_t due_ms; /* steady clock */
	uint64_t order;  /* among those due in the same millisecond */
	size_t place;    /* in the heap, counted from 1; 0 when not running */
	timer_h *handler;
	void *arg;
};

/* Starting a running timer moves it. */
void timer_start(struct timer *timer, unsigned delay_s, timer_h *h, void *arg);
void timer_start_ms(struct timer *timer, uint64_t delay_ms, timer_h *h,
		    void *arg);

/* After this the handler does not run; stopping a stopped timer is fine. */
void timer_stop(struct timer *timer);
bool timer_running(const struct timer *timer);

enum fd_events {
	FD_READ = 1,
	FD_WRITE = 2,
	FD_HANGUP = 4, /* reported, never asked for */
};

/* events: what of the above is so. Runs from the loop. */
typedef void fd_h(unsigned events, void *arg);

/* A descriptor the loop looks at; it stays the caller's to close. */
struct fd_watch;

struct fd_watch *fd_watch_new(int fd, unsigned events, fd_h *h, void *arg);
void fd_watch_change(struct fd_watch *watch, unsigned events);

/* Before the descriptor is closed. No handler runs after this. */
void fd_watch_free(struct fd_watch **watchp);

/* root: another's su_root_t, or NULL to make one that is ours. */
enum err loop_open(void *root, struct why *why);
void loop_close(void);

/* The su_root_t, for sip/ and for the module. */
void *loop_root(void);

/* Until loop_break(). */
void loop_run(void);
void loop_break(void);

/* Waits for one round of events, at most so long. For tests and tools. */
void loop_step(unsigned wait_ms);

/*
 * Longest time in milliseconds for which one timer's or descriptor's handler
 * kept all others waiting since the last call.
 */
unsigned loop_longest_ms(void);

#endif
