/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "fake_loop"
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static struct timer timer;
static uint64_t ran_ms;
static unsigned runs;

static void run(void *arg)
{
	(void)arg;
	ran_ms = clock_ms();
	if (++runs < 3)
		timer_start(&timer, 10, run, NULL);
}

START_TEST(clocks_stand_still_until_moved)
{
	uint64_t begin_ms = clock_ms();

	fake_loop_reset();
	ck_assert_int_eq(clock_now(), FAKE_LOOP_WALL);
	fake_loop_pass_ms(1500);
	ck_assert_int_eq(clock_wall_ms(), FAKE_LOOP_WALL * 1000LL + 1500);
	ck_assert_uint_eq(clock_ms(), begin_ms + 1500);
}
END_TEST

START_TEST(timers_run_at_their_own_moment)
{
	uint64_t begin_ms = clock_ms();

	timer_start(&timer, 10, run, NULL);
	fake_loop_pass(25);
	ck_assert_uint_eq(runs, 2);
	ck_assert_uint_eq(ran_ms, begin_ms + 20000);
	ck_assert_uint_eq(fake_loop_timers(), 1);
	fake_loop_pass(25);
	ck_assert_uint_eq(runs, 3);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}
END_TEST

START_TEST(step_of_the_wall_clock_moves_no_timer)
{
	timer_start(&timer, 10, run, NULL);
	fake_loop_set_wall(FAKE_LOOP_WALL + 86400);
	ck_assert_int_eq(clock_now(), FAKE_LOOP_WALL + 86400);
	fake_loop_pass(9);
	ck_assert_uint_eq(runs, 0);
	fake_loop_pass(1);
	ck_assert_uint_eq(runs, 1);
}
END_TEST

static void on_fd(unsigned events, void *arg)
{
	*(unsigned *)arg = events;
}

START_TEST(descriptors_are_looked_at_in_a_step)
{
	int ends[2];
	unsigned seen = 0;
	struct fd_watch *watch;

	ck_assert_int_eq(pipe(ends), 0);
	watch = fd_watch_new(ends[0], FD_READ, on_fd, &seen);
	loop_step(0);
	ck_assert_uint_eq(seen, 0);
	close(ends[1]);
	loop_step(0);
	ck_assert_uint_eq(seen, FD_HANGUP);
	fd_watch_free(&watch);
	close(ends[0]);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, fake_loop_reset, NULL);
	TEST(clocks_stand_still_until_moved);
	TEST(timers_run_at_their_own_moment);
	TEST(step_of_the_wall_clock_moves_no_timer);
	TEST(descriptors_are_looked_at_in_a_step);
}
