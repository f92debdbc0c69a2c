/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "store_memory"
#include <stdio.h>
#include <string.h>

#include "module/store_memory.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static struct store_memory *memory;
static char told[200];
static unsigned settled;

static void setup(void)
{
	fake_loop_reset();
	memory = store_memory_new();
	told[0] = '\0';
	settled = 0;
}

static void teardown(void)
{
	store_memory_free(&memory);
}

static void add(const char *entity, const char *sentence)
{
	char name[40], why[40];
	const struct licence_record record = {
		.entity = name,
		.action = LICENCE_ACT_GRANT,
		.cause = { .who = "test", .why = why, .evidence = "explicit" },
	};

	/* Its own texts do not live longer than the call. */
	snprintf(name, sizeof(name), "%s", entity);
	snprintf(why, sizeof(why), "%s", sentence);
	store_memory.append(memory, &record);
	memset(name, '?', sizeof(name) - 1);
	memset(why, '?', sizeof(why) - 1);
}

static void on_line(const struct licence_record *record, void *arg)
{
	size_t len = strlen(told);

	(void)arg;
	snprintf(told + len, sizeof(told) - len, "%s%s", len ? " " : "",
		 record->cause.why);
}

static const char *history(const char *entity, size_t most)
{
	told[0] = '\0';
	ck_assert_int_eq(store_memory.history(memory, entity, most, on_line,
					      NULL),
			 ERR_OK);
	return told;
}

static void on_settled(const struct why *why, void *arg)
{
	(void)arg;
	ck_assert_int_eq(why->err, ERR_OK);
	settled++;
}

START_TEST(history_is_one_users_newest_first_and_bounded)
{
	add("sip:ann@x", "one");
	add("sip:bob@x", "two");
	add("sip:ann@x", "three");
	add("sip:ann@x", "four");
	ck_assert_str_eq(history("sip:ann@x", 2), "four three");
	ck_assert_str_eq(history("sip:ann@x", 9), "four three one");
	ck_assert_str_eq(history("sip:eve@x", 9), "");
}
END_TEST

START_TEST(oldest_lines_are_forgotten)
{
	add("sip:ann@x", "first");
	for (int i = 1; i < STORE_MEMORY_MAX; i++)
		add("sip:bob@x", "more");
	ck_assert_str_eq(history("sip:ann@x", 9), "first");
	add("sip:bob@x", "last");
	ck_assert_str_eq(history("sip:ann@x", 9), "");
	ck_assert_str_eq(history("sip:bob@x", 2), "last more");
}
END_TEST

START_TEST(who_waits_is_told_from_the_loop)
{
	add("sip:ann@x", "one");
	store_memory.settle(memory, on_settled, NULL);
	store_memory.settle(memory, on_settled, NULL);
	ck_assert_uint_eq(settled, 0);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(settled, 2);
}
END_TEST

START_TEST(who_still_waits_is_told_at_the_end)
{
	store_memory.settle(memory, on_settled, NULL);
	store_memory_free(&memory);
	ck_assert_uint_eq(settled, 1);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(history_is_one_users_newest_first_and_bounded);
	TEST(oldest_lines_are_forgotten);
	TEST(who_waits_is_told_from_the_loop);
	TEST(who_still_waits_is_told_at_the_end);
}
