/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "throttle"
#include "sip/throttle.h"
#include "tests/suite.h"

/*
 * A server that does one request after the other, so many a second, behind a
 * way of so many ms, and is always given as much as the window has.
 */
static const struct {
	unsigned per_s, way_ms;
	unsigned least, most; /* window after a while */
} rows[] = {
	{ 8000, 0, 40, 60 },  { 8000, 20, 190, 200 }, { 1000, 0, 6, 13 },
	{ 1000, 20, 24, 33 }, { 100, 0, 4, 4 },       { 100, 50, 4, 10 },
};

static uint64_t serve(struct throttle *throttle, unsigned per_s,
		      unsigned way_ms, uint64_t now_ms)
{
	for (unsigned i = 0; i < 2 * per_s; i++) {
		uint64_t work_ms = 1000ULL * throttle->window / per_s;
		uint64_t took_ms = work_ms > way_ms ? work_ms : way_ms;

		throttle_answered(throttle, throttle->window, took_ms,
				  now_ms + 1000ULL * i / per_s);
	}
	return now_ms + 2000;
}

START_TEST(the_window_is_what_the_server_does_while_an_answer_is_under_way)
{
	struct throttle throttle;
	uint64_t now_ms = 1000000;

	throttle_begin(&throttle, 200);
	throttle_answered(&throttle, 1, rows[_i].way_ms + 1000 / rows[_i].per_s,
			  now_ms);
	for (int turn = 0; turn < 20; turn++)
		now_ms = serve(&throttle, rows[_i].per_s, rows[_i].way_ms,
			       now_ms);
	ck_assert_uint_ge(throttle.window, rows[_i].least);
	ck_assert_uint_le(throttle.window, rows[_i].most);
}
END_TEST

START_TEST(one_windowful_that_waits_long_narrows_once)
{
	struct throttle throttle;

	throttle_begin(&throttle, 100);
	throttle_answered(&throttle, 100, 1, 1000);
	for (int i = 0; i < THROTTLE_FIRST; i++)
		throttle_answered(&throttle, 100, 100, 2000);
	ck_assert_uint_eq(throttle.window, 12);
	throttle_answered(&throttle, 100, 100, 2050);
	ck_assert_uint_eq(throttle.window, 12);
	throttle_answered(&throttle, 100, 100, 2100);
	ck_assert_uint_eq(throttle.window, 9);
}
END_TEST

START_TEST(silence_halves_but_leaves_some)
{
	struct throttle throttle;

	throttle_begin(&throttle, 100);
	for (unsigned left = THROTTLE_FIRST / 2; left >= THROTTLE_LEAST;
	     left /= 2) {
		throttle_overrun(&throttle);
		ck_assert_uint_eq(throttle.window, left);
	}
	throttle_overrun(&throttle);
	ck_assert_uint_eq(throttle.window, THROTTLE_LEAST);
}
END_TEST

START_TEST(the_limit_is_kept)
{
	struct throttle throttle;

	throttle_begin(&throttle, 2);
	ck_assert_uint_eq(throttle.window, 2);
	serve(&throttle, 10000, 0, 1000);
	ck_assert_uint_eq(throttle.window, 2);
	throttle_overrun(&throttle);
	ck_assert_uint_eq(throttle.window, 2);
}
END_TEST

START_TEST(a_way_that_got_longer_is_believed_after_a_while)
{
	struct throttle throttle;
	uint64_t now_ms = 1000;

	throttle_begin(&throttle, 100);
	throttle_answered(&throttle, 100, 1, now_ms);
	for (int i = 0; i < 2000; i++)
		throttle_answered(&throttle, 100, 40, now_ms += 100);
	ck_assert_uint_gt(throttle.window, THROTTLE_FIRST);
}
END_TEST

START_TEST(what_is_not_used_proves_nothing)
{
	struct throttle throttle;

	throttle_begin(&throttle, 100);
	for (int i = 0; i < 10000; i++)
		throttle_answered(&throttle, 3, 1, 1000 + 2 * (uint64_t)i);
	ck_assert_uint_eq(throttle.window, THROTTLE_FIRST);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(
		the_window_is_what_the_server_does_while_an_answer_is_under_way,
		rows);
	TEST(one_windowful_that_waits_long_narrows_once);
	TEST(silence_halves_but_leaves_some);
	TEST(what_is_not_used_proves_nothing);
	TEST(the_limit_is_kept);
	TEST(a_way_that_got_longer_is_believed_after_a_while);
}
