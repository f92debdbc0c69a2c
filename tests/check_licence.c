/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "licence"
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "directory/licence.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

/* A store that remembers what it was given as text, one line a record. */
static struct buf ledger;
static struct licence_record stored[100];
static size_t stored_count;
static struct buf told;
static struct licence *licence;

static enum err load(void *store, licence_record_h *h, void *arg,
		     struct why *why)
{
	(void)store;
	(void)why;
	for (size_t i = 0; i < stored_count; i++)
		h(&stored[i], arg);
	return ERR_OK;
}

static void append(void *store, const struct licence_record *record)
{
	(void)store;
	buf_print(&ledger, "%s %s %s\n", record->entity,
		  licence_action_word(record->action),
		  licence_state_word(record->state));
}

static void settle(void *store, licence_settled_h *h, void *arg)
{
	(void)store;
	h(&(struct why){ .err = ERR_OK }, arg);
}

static enum err history(void *store, const char *entity, size_t most,
			licence_record_h *h, void *arg)
{
	(void)store;
	(void)entity;
	(void)most;
	(void)h;
	(void)arg;
	return ERR_OK;
}

static const struct licence_store store = {
	.load = load,
	.append = append,
	.settle = settle,
	.history = history,
};

static const struct licence_cause by_directory = { .who = "directory",
						   .why = "entry is in scope",
						   .evidence = "explicit" };
static const struct licence_cause by_hand = { .who = "root",
					      .why = "asked to",
					      .evidence = "by hand" };

static void changed(const char *entity, bool entitled,
		    const struct licence_cause *cause, void *arg)
{
	(void)cause;
	ck_assert_ptr_eq(arg, &licence);
	buf_print(&told, "%s%s ", entitled ? "+" : "-", entity);
}

static void start(unsigned pool)
{
	struct licence_options options = {
		.pool = pool,
		.store = &store,
		.changed = changed,
		.arg = &licence,
	};

	licence_free(&licence);
	ck_assert_int_eq(licence_new(&licence, &options, NULL), ERR_OK);
}

static void setup(void)
{
	fake_loop_reset();
	ledger = BUF(10000);
	told = BUF(10000);
	stored_count = 0;
	start(2);
}

static void teardown(void)
{
	licence_free(&licence);
	buf_free(&ledger);
	buf_free(&told);
}

static void want(const char *entity, bool wanted)
{
	licence_want(licence, entity, wanted, &by_directory);
}

static void decide(const char *entity, enum licence_override override)
{
	licence_decide(licence, entity, override, &by_hand);
}

START_TEST(first_come_is_first_served)
{
	want("ann", true);
	want("bob", true);
	want("cid", true);
	want("dan", true);
	ck_assert_str_eq(buf_text(&told), "+ann +bob ");
	ck_assert_int_eq(licence_state(licence, "cid"), LICENCE_WAITING);

	want("ann", false);
	ck_assert_str_eq(buf_text(&told), "+ann +bob -ann +cid ");
	ck_assert_int_eq(licence_state(licence, "dan"), LICENCE_WAITING);
}
END_TEST

/* Who leaves the line; who comes first then. */
static const struct {
	const char *leaves, *first, *second, *third;
} lines[] = {
	{ "cid", "dan", "eve", "fay" },
	{ "dan", "cid", "eve", "fay" },
	{ "fay", "cid", "dan", "eve" },
};

START_TEST(who_leaves_the_line_keeps_nobody_waiting)
{
	const char *const all[] = { "ann", "bob", "cid", "dan", "eve", "fay" };
	char expected[100];

	for (size_t i = 0; i < 6; i++)
		want(all[i], true);
	want(lines[_i].leaves, false);
	buf_free(&told);
	want("ann", false);
	want("bob", false);
	want(lines[_i].first, false);
	snprintf(expected, sizeof(expected), "-ann +%s -bob +%s -%s +%s ",
		 lines[_i].first, lines[_i].second, lines[_i].first,
		 lines[_i].third);
	ck_assert_str_eq(buf_text(&told), expected);
	want(lines[_i].leaves, true);
	ck_assert_int_eq(licence_state(licence, lines[_i].leaves),
			 LICENCE_WAITING);
	want(lines[_i].third, false);
	ck_assert_int_eq(licence_state(licence, lines[_i].leaves),
			 LICENCE_GRANTED);
}
END_TEST

START_TEST(said_twice_is_said_once)
{
	want("ann", true);
	want("ann", true);
	want("ann", false);
	want("ann", false);
	ck_assert_str_eq(buf_text(&ledger), "ann grant granted\n"
					    "ann revoke revoked\n");
}
END_TEST

START_TEST(a_user_wanted_again_is_granted_again_but_queues_anew)
{
	want("ann", true);
	want("bob", true);
	want("cid", true);
	want("ann", false);
	want("ann", true);
	ck_assert_int_eq(licence_state(licence, "cid"), LICENCE_GRANTED);
	ck_assert_int_eq(licence_state(licence, "ann"), LICENCE_WAITING);
	want("bob", false);
	ck_assert_int_eq(licence_state(licence, "ann"), LICENCE_GRANTED);
}
END_TEST

START_TEST(an_administrators_word_beats_the_directorys_until_cleared)
{
	want("ann", true);
	decide("ann", LICENCE_OVERRIDE_REVOKE);
	ck_assert(!licence_entitled(licence, "ann"));
	want("ann", false);
	want("ann", true);
	ck_assert(!licence_entitled(licence, "ann"));
	decide("ann", LICENCE_OVERRIDE_NONE);
	ck_assert(licence_entitled(licence, "ann"));

	decide("zoe", LICENCE_OVERRIDE_GRANT);
	ck_assert(licence_entitled(licence, "zoe"));
	decide("zoe", LICENCE_OVERRIDE_NONE);
	ck_assert(!licence_entitled(licence, "zoe"));
}
END_TEST

START_TEST(a_larger_pool_lets_those_who_wait_in)
{
	want("ann", true);
	want("bob", true);
	want("cid", true);
	want("dan", true);
	licence_pool(licence, 3);
	ck_assert_str_eq(buf_text(&told), "+ann +bob +cid ");
	licence_pool(licence, 0);
	ck_assert(licence_entitled(licence, "dan"));
}
END_TEST

START_TEST(a_smaller_pool_takes_from_nobody)
{
	struct licence_facts facts;

	want("ann", true);
	want("bob", true);
	licence_pool(licence, 1);
	want("bob", false);
	want("cid", true);
	licence_facts(licence, &facts);
	ck_assert_uint_eq(facts.granted, 1);
	ck_assert_uint_eq(facts.waiting, 1);
	ck_assert_uint_eq(facts.revoked, 1);
	ck_assert(licence_entitled(licence, "ann"));
}
END_TEST

START_TEST(waiting_and_no_longer_wanted_just_leaves_the_queue)
{
	want("ann", true);
	want("bob", true);
	want("cid", true);
	want("cid", false);
	want("ann", false);
	ck_assert_str_eq(buf_text(&told), "+ann +bob -ann ");
	ck_assert_int_eq(licence_state(licence, "cid"), LICENCE_REVOKED);
}
END_TEST

/* What the ledger held when the program ended, out of order. */
START_TEST(a_restart_goes_on_where_the_ledger_ended)
{
	static const struct licence_record before[] = {
		{ .entity = "dan",
		  .state = LICENCE_WAITING,
		  .wanted = true,
		  .turn = 9 },
		{ .entity = "cid",
		  .state = LICENCE_WAITING,
		  .wanted = true,
		  .turn = 7 },
		{ .entity = "ann",
		  .state = LICENCE_GRANTED,
		  .wanted = true,
		  .turn = 1 },
		{ .entity = "bob",
		  .state = LICENCE_GRANTED,
		  .turn = 2,
		  .override = LICENCE_OVERRIDE_GRANT },
		{ .entity = "eve", .state = LICENCE_REVOKED },
	};

	memcpy(stored, before, sizeof(before));
	stored_count = ROWS(before);
	start(2);
	ck_assert_str_eq(buf_text(&told), "");
	ck_assert(licence_entitled(licence, "ann"));
	ck_assert(licence_entitled(licence, "bob"));

	want("bob", false);
	ck_assert(licence_entitled(licence, "bob"));
	want("eve", true);
	want("ann", false);
	decide("bob", LICENCE_OVERRIDE_NONE);
	ck_assert_str_eq(buf_text(&told), "-ann +cid -bob +dan ");
	ck_assert_int_eq(licence_state(licence, "eve"), LICENCE_WAITING);
}
END_TEST

static void list(const struct licence_record *record, void *arg)
{
	buf_print(arg, "%s:%s ", record->entity,
		  licence_state_word(record->state));
}

START_TEST(list_is_in_the_order_of_the_queue)
{
	struct buf out = BUF(1000);

	want("zoe", true);
	want("bob", true);
	want("max", true);
	want("cid", true);
	want("bob", false);
	licence_each(licence, list, &out);
	ck_assert_str_eq(buf_text(&out),
			 "zoe:granted max:granted cid:waiting bob:revoked ");
	buf_free(&out);
}
END_TEST

START_TEST(words_are_found_again)
{
	for (int i = 0; i < LICENCE_STATE_COUNT; i++)
		ck_assert_int_eq(licence_state_from_word(licence_state_word(
					 (enum licence_state)i)),
				 i);
	ck_assert_int_eq(licence_action_from_word("revoke"),
			 LICENCE_ACT_REVOKE);
	ck_assert_int_eq(licence_override_from_word("grant"),
			 LICENCE_OVERRIDE_GRANT);
	ck_assert_int_eq(licence_state_from_word("nonsense"),
			 LICENCE_STATE_COUNT);
	ck_assert_int_eq(licence_action_from_word(""), LICENCE_ACTION_COUNT);
	ck_assert_int_eq(licence_override_from_word("?"),
			 LICENCE_OVERRIDE_COUNT);
}
END_TEST

START_TEST(who_is_switched_off_keeps_his_licence)
{
	want("ann", true);
	want("bob", true);
	want("cid", true);
	decide("ann", LICENCE_OVERRIDE_DISABLE);
	ck_assert_str_eq(buf_text(&told), "+ann +bob -ann ");
	ck_assert_int_eq(licence_state(licence, "ann"), LICENCE_DISABLED);
	ck_assert_int_eq(licence_state(licence, "cid"), LICENCE_WAITING);
	decide("ann", LICENCE_OVERRIDE_NONE);
	ck_assert_str_eq(buf_text(&told), "+ann +bob -ann +ann ");

	decide("ann", LICENCE_OVERRIDE_DISABLE);
	want("ann", false);
	ck_assert_int_eq(licence_state(licence, "ann"), LICENCE_REVOKED);
	ck_assert_str_eq(buf_text(&told), "+ann +bob -ann +ann -ann +cid ");
	want("ann", true);
	want("bob", false);
	ck_assert_int_eq(licence_state(licence, "ann"), LICENCE_DISABLED);
	ck_assert_str_eq(buf_text(&told),
			 "+ann +bob -ann +ann -ann +cid -bob ");
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	log_set_level(LOG_LEVEL_ERROR);
	TEST(first_come_is_first_served);
	TEST_ROWS(who_leaves_the_line_keeps_nobody_waiting, lines);
	TEST(said_twice_is_said_once);
	TEST(a_user_wanted_again_is_granted_again_but_queues_anew);
	TEST(an_administrators_word_beats_the_directorys_until_cleared);
	TEST(a_larger_pool_lets_those_who_wait_in);
	TEST(a_smaller_pool_takes_from_nobody);
	TEST(waiting_and_no_longer_wanted_just_leaves_the_queue);
	TEST(a_restart_goes_on_where_the_ledger_ended);
	TEST(list_is_in_the_order_of_the_queue);
	TEST(who_is_switched_off_keeps_his_licence);
	TEST(words_are_found_again);
}
