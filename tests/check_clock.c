/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "clock"
#include "base/clock.h"
#include "tests/suite.h"

static const struct {
	time_t moment;
	const char *text;
} rows[] = {
	{ 0, "1970-01-01T00:00:00Z" },
	{ -1, "1969-12-31T23:59:59Z" },
	{ 1789632000, "2026-09-17T08:00:00Z" },
	{ 4102444799, "2099-12-31T23:59:59Z" },
	{ INT64_MAX, "?" },
};

START_TEST(moment_is_written_in_utc)
{
	char text[CLOCK_TEXT_SIZE];

	ck_assert_str_eq(clock_text(text, rows[_i].moment), rows[_i].text);
}
END_TEST

START_TEST(clocks_agree_with_the_system_and_go_forward)
{
	uint64_t steady_ms = clock_ms();

	ck_assert_int_ge(clock_now(), time(NULL) - 1);
	ck_assert_int_ge(clock_wall_ms() / 1000, clock_now() - 1);
	ck_assert_int_le(clock_wall_ms() / 1000, clock_now() + 1);
	ck_assert_uint_gt(steady_ms, 0);
	ck_assert_uint_ge(clock_ms(), steady_ms);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(moment_is_written_in_utc, rows);
	TEST(clocks_agree_with_the_system_and_go_forward);
}
