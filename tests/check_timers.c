/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "timers"
#include "base/timers.h"
#include "tests/suite.h"

enum { MANY = 1000 };

static struct timers timers;
static struct timer some[MANY];

static void setup(void)
{
	timers = (struct timers){ .heap = NULL };
	memset(some, 0, sizeof(some));
}

static void teardown(void)
{
	timers_forget(&timers);
}

/* Every number once, in no order: 389 and 1000 have no common divisor. */
static uint64_t scattered(unsigned i)
{
	return i * 389 % MANY;
}

START_TEST(timers_come_in_the_order_they_fall_due)
{
	for (unsigned i = 0; i < MANY; i++)
		timers_start(&timers, &some[i], scattered(i));

	for (unsigned due_ms = 0; due_ms < MANY; due_ms++) {
		struct timer *timer = timers_take(&timers, MANY, UINT64_MAX);

		ck_assert_ptr_nonnull(timer);
		ck_assert_uint_eq(timer->due_ms, due_ms);
		ck_assert(!timers_running(&timers, timer));
	}
	ck_assert_ptr_null(timers_first(&timers));
}
END_TEST

START_TEST(stopped_timers_leave_the_others_in_order)
{
	for (unsigned i = 0; i < MANY; i++)
		timers_start(&timers, &some[i], scattered(i));
	for (unsigned i = 0; i < MANY; i++)
		if (scattered(i) % 3)
			timers_stop(&timers, &some[i]);

	for (unsigned due_ms = 0; due_ms < MANY; due_ms += 3)
		ck_assert_uint_eq(
			timers_take(&timers, MANY, UINT64_MAX)->due_ms, due_ms);
	ck_assert_ptr_null(timers_first(&timers));
}
END_TEST

START_TEST(equal_moments_come_in_the_order_they_were_started)
{
	for (unsigned i = 0; i < MANY; i++)
		timers_start(&timers, &some[i], 7);
	timers_start(&timers, &some[0], 7); /* again: now the last */

	for (unsigned i = 1; i < MANY; i++)
		ck_assert_ptr_eq(timers_take(&timers, 7, UINT64_MAX), &some[i]);
	ck_assert_ptr_eq(timers_take(&timers, 7, UINT64_MAX), &some[0]);
}
END_TEST

START_TEST(what_is_not_due_stays)
{
	timers_start(&timers, &some[0], 10);
	ck_assert_ptr_null(timers_take(&timers, 9, UINT64_MAX));
	ck_assert(timers_running(&timers, &some[0]));
	ck_assert_ptr_eq(timers_take(&timers, 10, UINT64_MAX), &some[0]);
}
END_TEST

START_TEST(what_was_started_after_the_mark_waits_for_the_next_round)
{
	uint64_t mark = timers.started;

	timers_start(&timers, &some[0], 0);
	ck_assert_ptr_null(timers_take(&timers, 10, mark));
	ck_assert_ptr_eq(timers_take(&timers, 10, timers.started), &some[0]);
}
END_TEST

START_TEST(timer_of_a_forgotten_heap_can_be_stopped_and_started)
{
	timers_start(&timers, &some[0], 1);
	timers_start(&timers, &some[1], 2);
	timers_forget(&timers);
	timers_start(&timers, &some[2], 3);

	timers_stop(&timers, &some[0]);
	timers_stop(&timers, &some[1]);
	ck_assert_ptr_eq(timers_first(&timers), &some[2]);
	timers_start(&timers, &some[0], 1);
	ck_assert_ptr_eq(timers_first(&timers), &some[0]);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(timers_come_in_the_order_they_fall_due);
	TEST(stopped_timers_leave_the_others_in_order);
	TEST(equal_moments_come_in_the_order_they_were_started);
	TEST(what_is_not_due_stays);
	TEST(what_was_started_after_the_mark_waits_for_the_next_round);
	TEST(timer_of_a_forgotten_heap_can_be_stopped_and_started);
}
