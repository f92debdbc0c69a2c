/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "guard"
#include "directory/guard.h"
#include "tests/suite.h"

static const struct guard_options options = {
	.absolute = 10,
	.percent = 2,
	.span_s = 60,
};

static struct guard *guard;

static void setup(void)
{
	guard = guard_new(&options);
}

static void teardown(void)
{
	guard_free(&guard);
	ck_assert_ptr_null(guard);
}

/* So many in one go, with so many entitled. */
static const struct {
	unsigned count;
	size_t entitled;
	bool allowed;
} bursts[] = {
	{ 1, 1, true },          { 10, 10, true },
	{ 11, 11, false },       { 10, 100, true },
	{ 11, 100, false },      { 11, 550, true },
	{ 200, 10000, true },    { 201, 10000, false },
	{ 10000, 10000, false }, { 2000, 100000, true },
	{ 2001, 100000, false },
};

START_TEST(more_than_the_larger_of_count_and_percent_is_held)
{
	ck_assert_int_eq(guard_allows(guard, bursts[_i].count,
				      bursts[_i].entitled, 1000000),
			 bursts[_i].allowed);
	ck_assert_int_eq(guard_holds(guard), !bursts[_i].allowed);
}
END_TEST

START_TEST(one_a_time_adds_up_within_the_span)
{
	for (unsigned i = 0; i < 10; i++)
		ck_assert(guard_allows(guard, 1, 100 - i, 5000 * i));
	ck_assert(!guard_allows(guard, 1, 90, 50000));
}
END_TEST

START_TEST(what_is_older_than_the_span_no_longer_counts)
{
	for (unsigned i = 0; i < 100; i++)
		ck_assert(guard_allows(guard, 1, 100, 6500 * i));
}
END_TEST

START_TEST(percentage_is_of_those_there_were_before)
{
	for (unsigned i = 0; i < 200; i++)
		ck_assert(guard_allows(guard, 1, 10000 - i, 1000));
	ck_assert(!guard_allows(guard, 1, 9800, 1000));
}
END_TEST

START_TEST(once_tripped_it_holds_however_long_it_takes)
{
	ck_assert(!guard_allows(guard, 11, 100, 0));
	ck_assert(!guard_allows(guard, 1, 100, 3600000));
	guard_release(guard);
	ck_assert(!guard_holds(guard));
	ck_assert(guard_allows(guard, 1, 100, 3600001));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(more_than_the_larger_of_count_and_percent_is_held, bursts);
	TEST(one_a_time_adds_up_within_the_span);
	TEST(what_is_older_than_the_span_no_longer_counts);
	TEST(percentage_is_of_those_there_were_before);
	TEST(once_tripped_it_holds_however_long_it_takes);
}
