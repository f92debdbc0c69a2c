/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All timers wait on one timerfd. The stack's own timers follow the wall
 * clock, so a step of it by the administrator would move every wait.
 *
 * To set a clock is dear, the more so to a moment that is over, and most
 * timers are due at once: those go by an eventfd, which stays readable as long
 * as something is due. A clock that is set too early does no harm: it is not
 * set again until it rang.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <sofia-sip/su.h>
#include <sofia-sip/su_wait.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/metric.h"
#include "base/timers.h"

enum { SLOW_MS = 5 }; /* others wait meanwhile: it is counted */

static struct {
	su_root_t *root;
	bool root_is_ours;
	struct timers timers;
	int timer_fd, due_fd;
	struct fd_watch *timer_watch, *due_watch;
	uint64_t armed_ms; /* what the timerfd is set to, 0 for nothing */
	bool is_due;       /* due_fd can be read */
	bool in_round;     /* they are set once at the end */
	uint64_t longest_ms;
} loop = { .timer_fd = -1, .due_fd = -1 };

static void note_duration(uint64_t begin_ms)
{
	uint64_t took_ms = clock_ms() - begin_ms;

	if (took_ms > loop.longest_ms)
		loop.longest_ms = took_ms;
	if (took_ms >= SLOW_MS)
		metric_observe_ms(METRIC_loop_longest_seconds, NULL, took_ms);
}

struct fd_watch {
	int fd;
	int index; /* in the root */
	fd_h *handler;
	void *arg;
};

static int wait_mask(unsigned events)
{
	int mask = SU_WAIT_ERR; /* never empty, the stack refuses that */

	if (events & FD_READ)
		mask |= SU_WAIT_IN;
	if (events & FD_WRITE)
		mask |= SU_WAIT_OUT;
	return mask;
}

static int on_wait(su_root_magic_t *magic, su_wait_t *wait,
		   su_wakeup_arg_t *arg)
{
	struct fd_watch *watch = (struct fd_watch *)arg;
	uint64_t begin_ms = clock_ms();
	int so = wait->revents;
	unsigned events = 0;

	(void)magic;
	if (so & SU_WAIT_IN)
		events |= FD_READ;
	if (so & SU_WAIT_OUT)
		events |= FD_WRITE;
	if (so & (SU_WAIT_HUP | SU_WAIT_ERR))
		events |= FD_HANGUP;

	watch->handler(events, watch->arg);
	note_duration(begin_ms);
	return 0;
}

struct fd_watch *fd_watch_new(int fd, unsigned events, fd_h *h, void *arg)
{
	struct fd_watch *watch = x_new(struct fd_watch);
	su_wait_t wait[1] = { SU_WAIT_INIT };

	watch->fd = fd;
	watch->handler = h;
	watch->arg = arg;
	su_wait_create(wait, fd, wait_mask(events));
	watch->index = su_root_register(loop.root, wait, on_wait,
					(su_wakeup_arg_t *)watch, 0);
	assert(watch->index > 0);
	return watch;
}

void fd_watch_change(struct fd_watch *watch, unsigned events)
{
	su_root_eventmask(loop.root, watch->index, watch->fd,
			  wait_mask(events));
}

void fd_watch_free(struct fd_watch **watchp)
{
	if (*watchp)
		su_root_deregister(loop.root, (*watchp)->index);
	free(*watchp);
	*watchp = NULL;
}

static void set_due(bool due)
{
	eventfd_t count = 1;

	if (due == loop.is_due)
		return;

	loop.is_due = due;
	if (due)
		eventfd_write(loop.due_fd, count);
	else
		eventfd_read(loop.due_fd, &count);
}

static void arm(void)
{
	const struct timer *first = timers_first(&loop.timers);
	uint64_t due_ms = first ? first->due_ms : 0;
	struct itimerspec at = {
		.it_value = {
			.tv_sec = (time_t)(due_ms / 1000),
			.tv_nsec = (long)(due_ms % 1000) * 1000000,
		},
	};

	if (loop.in_round || !first)
		return;
	if (due_ms <= clock_ms()) {
		set_due(true);
		return;
	}
	if (loop.armed_ms && loop.armed_ms <= due_ms)
		return;

	timerfd_settime(loop.timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
	loop.armed_ms = due_ms;
}

static void run_timers(void)
{
	uint64_t mark = loop.timers.started;
	uint64_t now_ms = clock_ms();
	const struct timer *first;
	struct timer *timer;

	loop.in_round = true;
	while ((timer = timers_take(&loop.timers, now_ms, mark))) {
		uint64_t begin_ms = clock_ms();

		timer->handler(timer->arg);
		note_duration(begin_ms);
	}
	loop.in_round = false;

	first = timers_first(&loop.timers);
	if (!first || first->due_ms > clock_ms())
		set_due(false);
	arm();
}

static void on_due(unsigned events, void *arg)
{
	(void)events;
	(void)arg;
	run_timers();
}

static void on_clock(unsigned events, void *arg)
{
	uint64_t expired;

	(void)events;
	(void)arg;
	if (read(loop.timer_fd, &expired, sizeof(expired)) < 0)
		return;

	loop.armed_ms = 0;
	run_timers();
}

void timer_start_ms(struct timer *timer, uint64_t delay_ms, timer_h *h,
		    void *arg)
{
	timer->handler = h;
	timer->arg = arg;
	timers_start(&loop.timers, timer, clock_ms() + delay_ms);
	arm();
}

void timer_start(struct timer *timer, unsigned delay_s, timer_h *h, void *arg)
{
	timer_start_ms(timer, 1000ULL * delay_s, h, arg);
}

void timer_stop(struct timer *timer)
{
	timers_stop(&loop.timers, timer);
	arm();
}

bool timer_running(const struct timer *timer)
{
	return timers_running(&loop.timers, timer);
}

enum err loop_open(void *root, struct why *why)
{
	assert(!loop.root);
	su_init();
	loop.root = root ? root : su_root_create(NULL);
	loop.root_is_ours = !root;
	if (!loop.root)
		return why_set(why, ERR_SERVER, "no event loop: %s",
			       strerror(errno));
	if (loop.root_is_ours)
		su_root_threading(loop.root, 0);

	loop.timer_fd =
		timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	loop.due_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (loop.timer_fd < 0 || loop.due_fd < 0)
		return why_set(why, ERR_SERVER, "no timer descriptor: %s",
			       strerror(errno));

	loop.timer_watch = fd_watch_new(loop.timer_fd, FD_READ, on_clock, NULL);
	loop.due_watch = fd_watch_new(loop.due_fd, FD_READ, on_due, NULL);
	return ERR_OK;
}

static void close_fd(int *fdp)
{
	if (*fdp >= 0)
		close(*fdp);
	*fdp = -1;
}

void loop_close(void)
{
	fd_watch_free(&loop.timer_watch);
	fd_watch_free(&loop.due_watch);
	close_fd(&loop.timer_fd);
	close_fd(&loop.due_fd);
	loop.armed_ms = 0;
	loop.is_due = false;
	timers_forget(&loop.timers);
	if (loop.root && loop.root_is_ours)
		su_root_destroy(loop.root);
	if (loop.root)
		su_deinit();
	loop.root = NULL;
}

void *loop_root(void)
{
	return loop.root;
}

void loop_run(void)
{
	su_root_run(loop.root);
}

void loop_break(void)
{
	su_root_break(loop.root);
}

void loop_step(unsigned wait_ms)
{
	su_root_step(loop.root, wait_ms);
}

unsigned loop_longest_ms(void)
{
	unsigned longest_ms = (unsigned)loop.longest_ms;

	loop.longest_ms = 0;
	return longest_ms;
}
