/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "trail"
#include <stdio.h>
#include <string.h>

#include "base/metric.h"
#include "calendar/trail.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static struct gateway *a, *b;
static struct trail trail;

static struct gateway *gateway_make(const char *text)
{
	struct gateway_settings settings;
	struct gateway *gateway;

	ck_assert_int_eq(gateway_parse(&settings, text, NULL), ERR_OK);
	ck_assert_int_eq(gateway_new(&gateway, &settings, NULL), ERR_OK);
	return gateway;
}

static void setup(void)
{
	fake_loop_reset();
	fake_http_reset();
	metric_forget_all();
	a = gateway_make("name=a host=a.test");
	b = gateway_make("name=b host=b.test");
	trail = (struct trail){ .count = 0 };
}

static void teardown(void)
{
	trail_clear(&trail);
	gateway_free(&a);
	gateway_free(&b);
	metric_forget_all();
}

/* What was noticed before it arrived; ERR_OK is nothing. */
static const struct {
	enum err first, second;
	bool from_a, to_b;
	unsigned moves;
	const char *how;
} rows[] = {
	/* At first there is nowhere it comes from. */
	{ ERR_OK, ERR_OK, false, false, 0, "" },
	{ ERR_MOVED, ERR_OK, false, true, 0, "" },
	/* A renewal at the same place is no move, whatever was wrong... */
	{ ERR_OK, ERR_OK, true, false, 0, "" },
	{ ERR_NETWORK, ERR_MISSED, true, false, 0, "" },
	/* ... unless it was said to be one: one gateway, two servers. */
	{ ERR_MOVED, ERR_OK, true, false, 1, "first" },
	{ ERR_NETWORK, ERR_MOVED, true, false, 1, "second" },
	/* The first word counts, unless a later one says that it moved. */
	{ ERR_NETWORK, ERR_OK, true, true, 1, "first" },
	{ ERR_NETWORK, ERR_MISSED, true, true, 1, "first" },
	{ ERR_NETWORK, ERR_MOVED, true, true, 1, "second" },
	{ ERR_MOVED, ERR_MOVED, true, true, 1, "first" },
	{ ERR_MOVED, ERR_NETWORK, true, true, 1, "first" },
	/* Nobody noticed: a person did it. */
	{ ERR_OK, ERR_OK, true, true, 1, "gateways were changed" },
};

START_TEST(a_move_is_what_ends_elsewhere_or_was_called_one)
{
	if (rows[_i].first)
		trail_notice(&trail, rows[_i].first, "first");
	if (rows[_i].second)
		trail_notice(&trail, rows[_i].second, "second");
	trail_arrive(&trail, "ann@example.com", rows[_i].from_a ? a : NULL,
		     rows[_i].to_b ? b : a);
	ck_assert_uint_eq(trail.count, rows[_i].moves);
	ck_assert_int_eq(trail.err, ERR_OK);
	ck_assert_ptr_null(trail.how);
	if (!rows[_i].moves) {
		ck_assert_ptr_null(trail.moves);
		return;
	}
	ck_assert_str_eq(trail.moves[0].how, rows[_i].how);
	ck_assert_str_eq(trail.moves[0].from, "a");
	ck_assert_str_eq(trail.moves[0].to, rows[_i].to_b ? "b" : "a");
}
END_TEST

START_TEST(a_move_took_from_the_first_sign_to_the_arrival)
{
	fake_loop_pass(10);
	trail_notice(&trail, ERR_NETWORK, "no answer");
	fake_loop_pass(3);
	trail_notice(&trail, ERR_MOVED, "ErrorMailboxMoveInProgress");
	fake_loop_pass_ms(1500);
	trail.located = "Autodiscover";
	trail_arrive(&trail, "ann@example.com", a, b);
	ck_assert_uint_eq(trail.moves[0].took_ms, 4500);
	ck_assert_int_eq(trail.moves[0].when, FAKE_LOOP_WALL + 10);
	ck_assert_str_eq(trail.moves[0].located, "Autodiscover");
}
END_TEST

START_TEST(the_last_moves_are_kept_newest_first_and_all_are_counted)
{
	enum { MOVES = TRAIL_MOVES + 3 };
	char how[20];

	for (int i = 0; i < MOVES; i++) {
		snprintf(how, sizeof(how), "sign %d", i);
		trail_notice(&trail, ERR_MOVED, how);
		trail_arrive(&trail, "ann@example.com", i % 2 ? b : a,
			     i % 2 ? a : b);
	}
	ck_assert_uint_eq(trail.count, MOVES);
	for (int i = 0; i < TRAIL_MOVES; i++) {
		snprintf(how, sizeof(how), "sign %d", MOVES - 1 - i);
		ck_assert_str_eq(trail.moves[i].how, how);
	}
}
END_TEST

START_TEST(a_long_word_is_cut)
{
	char how[3 * TRAIL_HOW_SIZE];

	memset(how, 'x', sizeof(how) - 1);
	how[sizeof(how) - 1] = '\0';
	trail_notice(&trail, ERR_MOVED, how);
	trail_arrive(&trail, "ann@example.com", a, b);
	ck_assert_uint_eq(strlen(trail.moves[0].how), TRAIL_HOW_SIZE - 1);
}
END_TEST

START_TEST(cleared_there_is_nothing_of_it)
{
	trail_notice(&trail, ERR_MOVED, "moved");
	trail_arrive(&trail, "ann@example.com", a, b);
	trail_notice(&trail, ERR_MOVED, "moved");
	trail_clear(&trail);
	ck_assert_uint_eq(trail.count, 0);
	ck_assert_ptr_null(trail.moves);
	ck_assert_ptr_null(trail.how);
	trail_clear(&trail);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(a_move_is_what_ends_elsewhere_or_was_called_one, rows);
	TEST(a_move_took_from_the_first_sign_to_the_arrival);
	TEST(the_last_moves_are_kept_newest_first_and_all_are_counted);
	TEST(a_long_word_is_cut);
	TEST(cleared_there_is_nothing_of_it);
}
