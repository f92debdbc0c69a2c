/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "decisions"
#include <stdio.h>

#include "base/log.h"
#include "base/loop.h"
#include "module/decisions.h"
#include "module/store_memory.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { MANY = 2000, TURNS = 100 };

static struct store_memory *store;
static struct licence *licence;
static struct decisions *decisions;
static unsigned revoked, settled, revoked_then;

static const struct licence_cause by_hand = { .who = "root",
					      .why = "asked to",
					      .evidence = "by hand" };

static void changed(const char *entity, bool entitled,
		    const struct licence_cause *cause, void *arg)
{
	(void)entity;
	(void)cause;
	(void)arg;
	revoked += !entitled;
}

static void quiet(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

static void on_settled(const struct why *why, void *arg)
{
	(void)arg;
	ck_assert_int_eq(why->err, ERR_OK);
	settled++;
	revoked_then = revoked;
}

static const char *name_of(int number)
{
	static char name[32];

	snprintf(name, sizeof(name), "sip:u%d@x", number);
	return name;
}

static void setup(void)
{
	struct licence_options options = { .store = &store_memory,
					   .changed = changed };

	fake_loop_reset();
	log_to(quiet, NULL);
	store = store_memory_new();
	options.store_arg = store;
	ck_assert_int_eq(licence_new(&licence, &options, NULL), ERR_OK);
	for (int i = 0; i < MANY; i++)
		licence_want(licence, name_of(i), true, &by_hand);
	decisions = decisions_new(licence);
	revoked = settled = revoked_then = 0;
}

static void teardown(void)
{
	decisions_free(&decisions);
	licence_free(&licence);
	store_memory_free(&store);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static void say_all(enum licence_override override)
{
	decisions_say(decisions, override, &by_hand);
	for (int i = 0; i < MANY; i++)
		decisions_add(decisions, name_of(i));
	decisions_settled(decisions, on_settled, NULL);
}

/* The most at one turn of the loop. */
static struct timer looking;
static unsigned looks, before, most;

static void look(void *arg)
{
	(void)arg;
	most = revoked - before > most ? revoked - before : most;
	before = revoked;
	if (++looks < TURNS)
		timer_start_ms(&looking, 0, look, NULL);
}

START_TEST(thousands_are_decided_some_a_turn_and_told_of_when_all_are)
{
	looks = before = most = 0;
	say_all(LICENCE_OVERRIDE_REVOKE);
	ck_assert_uint_eq(revoked, 0);
	look(NULL);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(revoked, MANY);
	ck_assert_uint_lt(most, MANY / 4);
	ck_assert_uint_eq(settled, 1);
	ck_assert_uint_eq(revoked_then, MANY);
}
END_TEST

START_TEST(what_was_said_last_counts)
{
	say_all(LICENCE_OVERRIDE_REVOKE);
	say_all(LICENCE_OVERRIDE_NONE);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(settled, 2);
	ck_assert(licence_entitled(licence, name_of(0)));
	ck_assert(licence_entitled(licence, name_of(MANY - 1)));
}
END_TEST

START_TEST(finished_at_once_where_that_is_asked_for)
{
	say_all(LICENCE_OVERRIDE_REVOKE);
	decisions_finish(decisions);
	ck_assert_uint_eq(revoked, MANY);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(settled, 1);
}
END_TEST

START_TEST(freed_in_the_middle_all_are_decided_all_the_same)
{
	say_all(LICENCE_OVERRIDE_REVOKE);
	decisions_free(&decisions);
	ck_assert_uint_eq(revoked, MANY);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(settled, 1);
}
END_TEST

START_TEST(nobody_left_to_decide_is_settled_at_once)
{
	decisions_settled(decisions, on_settled, NULL);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(settled, 1);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(thousands_are_decided_some_a_turn_and_told_of_when_all_are);
	TEST(what_was_said_last_counts);
	TEST(finished_at_once_where_that_is_asked_for);
	TEST(freed_in_the_middle_all_are_decided_all_the_same);
	TEST(nobody_left_to_decide_is_settled_at_once);
}
