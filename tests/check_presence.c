/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "presence"
#include <string.h>

#include "sip/presence.h"
#include "tests/suite.h"

enum { CLAIMS = 4 };

/* Shortest way to write a claim: source, state, from, until, note. */
#define C(source, state, from, until)                          \
	{                                                      \
		CLAIM_##source, STATE_##state, from, until, "" \
	}
#define N(source, state, from, until, note)                      \
	{                                                        \
		CLAIM_##source, STATE_##state, from, until, note \
	}
#define NO                                             \
	{                                              \
		CLAIM_COUNT, STATE_AVAILABLE, 0, 0, "" \
	}

static const struct row {
	const char *order; /* NULL: the default */
	struct claim claims[CLAIMS];
	time_t now;
	enum state state;
	enum claim_source source;
	time_t since, until, next;
} rows[] = {
#include "tests/presence-rows.inc"
};

static size_t count(const struct row *row)
{
	size_t i = 0;

	while (i < CLAIMS && row->claims[i].source != CLAIM_COUNT)
		i++;
	return i;
}

static struct claim_order order_of(const char *text)
{
	struct claim_order order = claim_order_default;

	if (text)
		ck_assert_int_eq(claim_order_parse(&order, text, NULL), ERR_OK);
	return order;
}

START_TEST(strongest_claim_that_holds_is_shown)
{
	const struct row *row = &rows[_i];
	struct claim_order order = order_of(row->order);
	struct presence got;

	presence_compose(&got, row->claims, count(row), &order, row->now);
	ck_assert_str_eq(state_word(got.state), state_word(row->state));
	ck_assert_str_eq(claim_source_word(got.source),
			 claim_source_word(row->source));
	ck_assert_int_eq(got.since, row->since);
	ck_assert_int_eq(got.until, row->until);
	ck_assert_int_eq(presence_next(row->claims, count(row), &order,
				       row->now),
			 row->next);
}
END_TEST

/* A small generator of its own: the same claims on every machine. */
static unsigned draw(unsigned *seed, unsigned below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static void draw_claims(struct claim claims[CLAIMS], unsigned *seed)
{
	static const char *const notes[] = { "", "", "one", "two" };

	for (unsigned i = 0; i < CLAIMS; i++) {
		claims[i].source = (enum claim_source)draw(seed, CLAIM_COUNT);
		claims[i].state = (enum state)draw(seed, STATE_COUNT);
		claims[i].from = (time_t)draw(seed, 12);
		claims[i].until =
			draw(seed, 4) ? claims[i].from + 1 + draw(seed, 8) : 0;
		strcpy(claims[i].note, notes[draw(seed, 4)]);
	}
}

static void compose(struct presence *out, const struct claim *claims, time_t at)
{
	presence_compose(out, claims, CLAIMS, &claim_order_default, at);
}

START_TEST(next_is_the_first_moment_that_looks_otherwise)
{
	unsigned seed = (unsigned)_i + 1;
	struct claim claims[CLAIMS];
	struct presence now, then;
	time_t start, next, at;

	draw_claims(claims, &seed);
	start = (time_t)draw(&seed, 20);
	compose(&now, claims, start);
	next = presence_next(claims, CLAIMS, &claim_order_default, start);
	for (at = start + 1; at < 40; at++) {
		compose(&then, claims, at);
		if (!presence_equal(&now, &then))
			break;
	}
	ck_assert_int_eq(next, at < 40 ? at : 0);
}
END_TEST

START_TEST(until_and_since_are_the_ends_of_the_state)
{
	unsigned seed = (unsigned)_i + 7000;
	struct claim claims[CLAIMS];
	struct presence now, then;
	time_t at;

	draw_claims(claims, &seed);
	compose(&now, claims, 10);
	if (state_row(now.state)->times == TIMES_SINCE)
		return; /* since is that of the claim, see presence.h */
	for (at = now.since ? now.since : 1; at < 40; at++) {
		if (at == now.until)
			break;
		compose(&then, claims, at);
		ck_assert_int_eq(then.state, now.state);
	}
	if (now.until) {
		compose(&then, claims, now.until);
		ck_assert_int_ne(then.state, now.state);
	}
	if (now.since) {
		compose(&then, claims, now.since - 1);
		ck_assert_int_ne(then.state, now.state);
	}
}
END_TEST

static const struct {
	const char *text;
	enum claim_source first, second;
} orders[] = {
	{ "", CLAIM_MANUAL, CLAIM_DND },
	{ "meeting", CLAIM_MEETING, CLAIM_MANUAL },
	{ "dnd>manual", CLAIM_DND, CLAIM_MANUAL },
	{ " phone > oof > dnd ", CLAIM_PHONE, CLAIM_OOF },
	{ "calendar > client", CLAIM_CALENDAR, CLAIM_CLIENT },
};

START_TEST(order_is_the_one_said_and_revoked_comes_before_it)
{
	struct claim_order order = order_of(orders[_i].text);

	ck_assert_uint_eq(order.rank[CLAIM_REVOKED], 0);
	ck_assert_uint_eq(order.rank[orders[_i].first], 1);
	ck_assert_uint_eq(order.rank[orders[_i].second], 2);
}
END_TEST

static const struct {
	const char *text, *why;
} bad_orders[] = {
	{ "manual > lunch", "no claim is called \"lunch\"" },
	{ "dnd > phone > dnd", "claim \"dnd\" is said twice" },
	{ "manual > revoked", "claim \"revoked\" always comes first" },
	{ "averyveryverylongwordindeed",
	  "no claim is called \"averyveryverylo\"" },
};

START_TEST(order_that_cannot_be_is_explained)
{
	struct claim_order order;
	struct why why;

	ck_assert_int_eq(claim_order_parse(&order, bad_orders[_i].text, &why),
			 ERR_CONFIG);
	ck_assert_str_eq(why.text, bad_orders[_i].why);
}
END_TEST

static const struct {
	struct presence a, b;
	bool equal;
} pairs[] = {
	{ { STATE_MEETING, CLAIM_MEETING, 5, 9, "" },
	  { STATE_MEETING, CLAIM_MANUAL, 6, 9, "" },
	  true },
	{ { STATE_MEETING, CLAIM_MEETING, 5, 9, "" },
	  { STATE_MEETING, CLAIM_MEETING, 5, 10, "" },
	  false },
	{ { STATE_MEETING, CLAIM_MEETING, 5, 9, "" },
	  { STATE_MEETING, CLAIM_MEETING, 5, 9, "budget" },
	  false },
	{ { STATE_AVAILABLE, CLAIM_CALENDAR, 5, 9, "" },
	  { STATE_TENTATIVE, CLAIM_CLIENT, 0, 0, "" },
	  true },
	{ { STATE_AVAILABLE, CLAIM_CALENDAR, 0, 0, "" },
	  { STATE_ELSEWHERE, CLAIM_CALENDAR, 0, 0, "" },
	  false },
	{ { STATE_UNKNOWN, CLAIM_UNKNOWN, 5, 9, "" },
	  { STATE_UNKNOWN, CLAIM_UNKNOWN, 5, 0, "" },
	  true },
	{ { STATE_UNKNOWN, CLAIM_UNKNOWN, 5, 0, "" },
	  { STATE_UNKNOWN, CLAIM_UNKNOWN, 6, 0, "" },
	  false },
	{ { STATE_BUSY, CLAIM_BUSY, 5, 9, "" },
	  { STATE_DND, CLAIM_BUSY, 5, 9, "" },
	  false },
};

START_TEST(equal_is_what_watchers_cannot_tell_apart)
{
	ck_assert_int_eq(presence_equal(&pairs[_i].a, &pairs[_i].b),
			 pairs[_i].equal);
	ck_assert_int_eq(presence_equal(&pairs[_i].b, &pairs[_i].a),
			 pairs[_i].equal);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(strongest_claim_that_holds_is_shown, rows);
	tcase_add_loop_test(the_case,
			    next_is_the_first_moment_that_looks_otherwise, 0,
			    300);
	tcase_add_loop_test(the_case, until_and_since_are_the_ends_of_the_state,
			    0, 300);
	TEST_ROWS(order_is_the_one_said_and_revoked_comes_before_it, orders);
	TEST_ROWS(order_that_cannot_be_is_explained, bad_orders);
	TEST_ROWS(equal_is_what_watchers_cannot_tell_apart, pairs);
}
