/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "heap"
#include "base/heap.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

#define MB(n) ((size_t)(n) << 20)

static const struct {
	size_t used, held;
	bool worth;
} rows[] = {
	{ MB(100), 0, false },        { MB(100), MB(7), false },
	{ MB(100), MB(24), false },   { MB(100), MB(25), true },
	{ MB(10), MB(4), false },     { MB(10), MB(8), true },
	{ MB(1000), MB(200), false },
};

START_TEST(a_hole_is_worth_it_when_large_and_much_of_the_heap)
{
	ck_assert_int_eq(heap_worth_trimming(rows[_i].used, rows[_i].held),
			 rows[_i].worth);
}
END_TEST

START_TEST(it_looks_until_it_is_told_to_stop)
{
	fake_loop_reset();
	heap_watch_start();
	fake_loop_pass(3600);
	ck_assert_uint_eq(fake_loop_timers(), 1);
	heap_watch_stop();
	ck_assert_uint_eq(fake_loop_timers(), 0);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_hole_is_worth_it_when_large_and_much_of_the_heap, rows);
	TEST(it_looks_until_it_is_told_to_stop);
}
