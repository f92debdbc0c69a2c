/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Preloaded (LD_PRELOAD), the clocks of a program go SWIFT_RATE times as fast
 * from the moment SWIFT_BEGIN_NS of CLOCK_MONOTONIC, which may be yet to come,
 * and what it waits for comes so much sooner. After SWIFT_FOR_NS they go as
 * they did before; without it they never do. Programs that were given the same
 * live in the same time: a day of daymarkd and daymark-exchange is over in two
 * minutes.
 *
 * Clocks that count work are left alone. timerfd_settime() takes moments of
 * CLOCK_BOOTTIME, as base/loop.c has it.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { CLOCKS = 8 };
static const int64_t SECOND_NS = 1000000000;

static struct {
	int64_t rate;
	int64_t for_ns; /* so long */
	int64_t begin_ns[CLOCKS];
	bool moved[CLOCKS];
} swift = { .rate = 1 };

static int64_t real_ns(clockid_t which)
{
	struct timespec now = { 0 };

	syscall(SYS_clock_gettime, which, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static struct timespec as_timespec(int64_t ns)
{
	return (struct timespec){ ns / SECOND_NS, ns % SECOND_NS };
}

__attribute__((constructor)) static void begin(void)
{
	static const clockid_t all[] = {
		CLOCK_REALTIME,         CLOCK_MONOTONIC,
		CLOCK_MONOTONIC_RAW,    CLOCK_REALTIME_COARSE,
		CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME
	};
	const char *rate = getenv("SWIFT_RATE");
	const char *at = getenv("SWIFT_BEGIN_NS");
	const char *length = getenv("SWIFT_FOR_NS");
	int64_t since_ns;

	if (!rate || !at)
		return;

	swift.rate = strtoll(rate, NULL, 10);
	swift.for_ns =
		length ? strtoll(length, NULL, 10) : INT64_MAX / swift.rate;
	since_ns = real_ns(CLOCK_MONOTONIC) - strtoll(at, NULL, 10);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		swift.begin_ns[all[i]] = real_ns(all[i]) - since_ns;
		swift.moved[all[i]] = true;
	}
}

static int64_t swift_ns(clockid_t which)
{
	int64_t now_ns = real_ns(which), swift_for_ns;

	if (which < 0 || which >= CLOCKS || !swift.moved[which])
		return now_ns;
	swift_for_ns = now_ns - swift.begin_ns[which];
	if (swift_for_ns < 0)
		return now_ns;
	if (swift_for_ns > swift.for_ns)
		swift_for_ns = swift.for_ns;
	return now_ns + swift_for_ns * (swift.rate - 1);
}

/* The moment at which that clock shows it, never before. */
static int64_t slow_ns(clockid_t which, int64_t shown_ns)
{
	int64_t since_ns = shown_ns - swift.begin_ns[which];

	if (!swift.moved[which] || since_ns < 0)
		return shown_ns;
	if (since_ns / swift.rate >= swift.for_ns)
		return shown_ns - swift.for_ns * (swift.rate - 1);
	return swift.begin_ns[which] + (since_ns + swift.rate - 1) / swift.rate;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
	*now = as_timespec(swift_ns(which));
	return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	int64_t ns = swift_ns(CLOCK_REALTIME);

	(void)zone;
	*now = (struct timeval){ ns / SECOND_NS, ns % SECOND_NS / 1000 };
	return 0;
}

time_t time(time_t *now)
{
	time_t seconds = (time_t)(swift_ns(CLOCK_REALTIME) / SECOND_NS);

	if (now)
		*now = seconds;
	return seconds;
}

/* How long it takes until so much has passed on our clocks. */
static int64_t shorter_ns(int64_t ns)
{
	int64_t then_ns = swift_ns(CLOCK_BOOTTIME) + ns;
	int64_t wait_ns =
		slow_ns(CLOCK_BOOTTIME, then_ns) - real_ns(CLOCK_BOOTTIME);

	if (ns <= 0)
		return 0;
	return wait_ns > 0 ? wait_ns : 1;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *at,
		    struct itimerspec *old)
{
	int64_t ns = at->it_value.tv_sec * SECOND_NS + at->it_value.tv_nsec;
	struct itimerspec soon = { 0 };

	if (ns && (flags & TFD_TIMER_ABSTIME))
		ns = slow_ns(CLOCK_BOOTTIME, ns);
	else
		ns = shorter_ns(ns);
	soon.it_value = as_timespec(ns);
	return (int)syscall(SYS_timerfd_settime, fd, flags, &soon, old);
}

int epoll_wait(int fd, struct epoll_event *events, int count, int wait_ms)
{
	struct timespec wait = as_timespec(shorter_ns(wait_ms * 1000000LL));

	return (int)syscall(SYS_epoll_pwait2, fd, events, count,
			    wait_ms < 0 ? NULL : &wait, NULL, _NSIG / 8);
}

int poll(struct pollfd *fds, nfds_t count, int wait_ms)
{
	struct timespec wait = as_timespec(shorter_ns(wait_ms * 1000000LL));

	return (int)syscall(SYS_ppoll, fds, count, wait_ms < 0 ? NULL : &wait,
			    NULL, _NSIG / 8);
}
