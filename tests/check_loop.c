/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* syscall */
#define SUITE       "loop"
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "tests/suite.h"

static struct timer first, second;
static char order[8];
static size_t calls;
static int pair[2];
static struct fd_watch *watch;
static unsigned seen;
static unsigned settings; /* of the clock that wakes the loop */

int timerfd_settime(int fd, int flags, const struct itimerspec *to,
		    struct itimerspec *was)
{
	settings++;
	return (int)syscall(SYS_timerfd_settime, fd, flags, to, was);
}

static void setup(void)
{
	struct why why;

	ck_assert_int_eq(loop_open(NULL, &why), ERR_OK);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	calls = 0;
	seen = settings = 0;
	memset(order, 0, sizeof(order));
}

static void teardown(void)
{
	timer_stop(&first);
	timer_stop(&second);
	fd_watch_free(&watch);
	close(pair[0]);
	close(pair[1]);
	loop_close();
}

static void note(void *arg)
{
	const char *letter = arg;

	order[calls++ % (sizeof(order) - 1)] = *letter;
	if (*letter == '!')
		loop_break();
}

static char letter_a[] = "a", letter_b[] = "b", stop[] = "!";

START_TEST(timers_run_in_order_and_not_before_they_are_due)
{
	uint64_t begin_ms = clock_ms();

	timer_start_ms(&first, 30, note, stop);
	timer_start_ms(&second, 10, note, letter_a);
	ck_assert(timer_running(&first));
	loop_run();
	ck_assert_str_eq(order, "a!");
	ck_assert_uint_ge(clock_ms(), begin_ms + 30);
	ck_assert(!timer_running(&first));
}
END_TEST

START_TEST(timer_due_at_once_runs_from_the_loop)
{
	timer_start(&first, 0, note, letter_a);
	ck_assert_uint_eq(calls, 0);
	loop_step(1000);
	ck_assert_uint_eq(calls, 1);
}
END_TEST

static void stop_second(void *arg)
{
	timer_stop(&second);
	note(arg);
}

START_TEST(timer_stopped_by_another_of_the_same_round_does_not_run)
{
	struct timer third = { .place = 0 };

	timer_start_ms(&first, 0, stop_second, letter_a);
	timer_start_ms(&second, 0, note, letter_b);
	timer_start_ms(&third, 5, note, stop);
	loop_run();
	ck_assert_str_eq(order, "a!");
}
END_TEST

static void again(void *arg)
{
	note(arg);
	timer_start(&first, 0, again, arg);
}

START_TEST(timer_that_starts_itself_leaves_room_for_others)
{
	timer_start(&first, 0, again, letter_a);
	for (int i = 0; i < 3; i++)
		loop_step(1000);
	ck_assert_uint_ge(calls, 1);
	ck_assert_uint_le(calls, 3);
}
END_TEST

START_TEST(clock_is_not_set_for_what_is_due_at_once)
{
	timer_start(&first, 0, again, letter_a);
	while (calls < 100)
		loop_step(1000);
	ck_assert_uint_eq(settings, 0);
}
END_TEST

START_TEST(timer_that_is_put_off_again_and_again_sets_the_clock_once)
{
	uint64_t begin_ms = clock_ms();

	for (unsigned i = 0; i < 20; i++)
		timer_start_ms(&first, 20 + i, note, stop);
	ck_assert_uint_eq(settings, 1);
	loop_run();
	ck_assert_uint_ge(clock_ms(), begin_ms + 39);
	ck_assert_str_eq(order, "!");
}
END_TEST

START_TEST(timer_that_is_brought_forward_is_not_waited_for_longer)
{
	uint64_t begin_ms = clock_ms();

	timer_start_ms(&first, 3600000, note, letter_a);
	timer_start_ms(&second, 10, note, stop);
	loop_run();
	ck_assert_uint_ge(clock_ms(), begin_ms + 10);
	ck_assert_str_eq(order, "!");
}
END_TEST

START_TEST(stopped_timer_that_was_due_leaves_a_loop_that_waits)
{
	unsigned steps;

	timer_start(&first, 0, note, letter_a);
	timer_stop(&first);
	timer_start_ms(&second, 30, note, letter_b);
	for (steps = 0; !calls; steps++)
		loop_step(60000);
	ck_assert_uint_le(steps, 3);
	ck_assert_str_eq(order, "b");
}
END_TEST

static void on_fd(unsigned events, void *arg)
{
	char byte;

	(void)arg;
	seen |= events;
	if (events & FD_READ && read(pair[0], &byte, 1) == 1)
		calls++;
}

START_TEST(descriptor_is_reported_when_it_can_be_read)
{
	watch = fd_watch_new(pair[0], FD_READ, on_fd, NULL);
	loop_step(0);
	ck_assert_uint_eq(seen, 0);
	ck_assert_int_eq(write(pair[1], "x", 1), 1);
	loop_step(1000);
	ck_assert_uint_eq(seen, FD_READ);
	ck_assert_uint_eq(calls, 1);
}
END_TEST

START_TEST(interest_can_be_changed_and_given_up)
{
	watch = fd_watch_new(pair[0], 0, on_fd, NULL);
	ck_assert_int_eq(write(pair[1], "x", 1), 1);
	loop_step(0);
	ck_assert_uint_eq(seen, 0);
	fd_watch_change(watch, FD_WRITE);
	loop_step(1000);
	ck_assert_uint_eq(seen, FD_WRITE);
	fd_watch_change(watch, 0);
	seen = 0;
	loop_step(0);
	ck_assert_uint_eq(seen, 0);
}
END_TEST

START_TEST(hangup_is_reported_unasked)
{
	watch = fd_watch_new(pair[0], 0, on_fd, NULL);
	close(pair[1]);
	loop_step(1000);
	ck_assert_uint_eq(seen & FD_HANGUP, FD_HANGUP);
}
END_TEST

static void free_watch(unsigned events, void *arg)
{
	(void)events;
	(void)arg;
	calls++;
	fd_watch_free(&watch);
}

START_TEST(watch_may_be_freed_by_its_own_handler)
{
	watch = fd_watch_new(pair[0], FD_READ | FD_WRITE, free_watch, NULL);
	ck_assert_int_eq(write(pair[1], "x", 1), 1);
	loop_step(1000);
	loop_step(0);
	ck_assert_uint_eq(calls, 1);
	ck_assert_ptr_null(watch);
}
END_TEST

static void take_long(void *arg)
{
	uint64_t end_ms = clock_ms() + 20;

	(void)arg;
	while (clock_ms() < end_ms)
		;
}

START_TEST(longest_handler_is_measured_until_asked)
{
	timer_start(&first, 0, take_long, NULL);
	loop_step(1000);
	ck_assert_uint_ge(loop_longest_ms(), 20);
	ck_assert_uint_eq(loop_longest_ms(), 0);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(timers_run_in_order_and_not_before_they_are_due);
	TEST(timer_due_at_once_runs_from_the_loop);
	TEST(timer_stopped_by_another_of_the_same_round_does_not_run);
	TEST(timer_that_starts_itself_leaves_room_for_others);
	TEST(clock_is_not_set_for_what_is_due_at_once);
	TEST(timer_that_is_put_off_again_and_again_sets_the_clock_once);
	TEST(timer_that_is_brought_forward_is_not_waited_for_longer);
	TEST(stopped_timer_that_was_due_leaves_a_loop_that_waits);
	TEST(descriptor_is_reported_when_it_can_be_read);
	TEST(interest_can_be_changed_and_given_up);
	TEST(hangup_is_reported_unasked);
	TEST(watch_may_be_freed_by_its_own_handler);
	TEST(longest_handler_is_measured_until_asked);
}
