/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "log"
#include <stdio.h>

#include "base/log.h"
#include "tests/suite.h"

static char heard[8192];
static enum log_level heard_level;
static int lines;

static void sink(enum log_level level, const char *line, void *arg)
{
	ck_assert_ptr_eq(arg, heard);
	snprintf(heard, sizeof(heard), "%s", line);
	heard_level = level;
	lines++;
}

static void setup(void)
{
	log_to(sink, heard);
	log_set_level(LOG_LEVEL_DEBUG);
	lines = 0;
}

static const struct {
	const char *value;
	const char *line;
} values[] = {
	{ "ann@example.com", "moved to=ann@example.com" },
	{ "", "moved to=\"\"" },
	{ NULL, "moved to=\"\"" },
	{ "a b", "moved to=\"a b\"" },
	{ "a=b", "moved to=\"a=b\"" },
	{ "say \"x\\y\"", "moved to=\"say \\\"x\\\\y\\\"\"" },
	{ "x\\y", "moved to=x\\y" },
	{ "x\nerror forged", "moved to=\"x?error forged\"" },
	{ "x\x1b[31m\x7f", "moved to=x?[31m?" },
	{ "x\xc2\x9b", "moved to=x\xc2?" },
	{ "\xe5\xa4\xaa\xe9\x83\x8e", "moved to=\xe5\xa4\xaa\xe9\x83\x8e" },
};

START_TEST(value_is_cleaned_and_quoted_where_needed)
{
	log_info("moved", KV("to", values[_i].value));
	ck_assert_str_eq(heard, values[_i].line);
}
END_TEST

START_TEST(line_has_what_happened_then_pairs)
{
	struct why why;

	why_set(&why, ERR_MOVED, "ann lives on ex2");
	log_warn("resubscribing", KN("failures", -3), KWHY(&why));
	ck_assert_str_eq(heard, "resubscribing failures=-3 err=MOVED "
				"why=\"ann lives on ex2\"");
	ck_assert_int_eq(heard_level, LOG_LEVEL_WARN);
	log_error("alone");
	ck_assert_str_eq(heard, "alone");
}
END_TEST

START_TEST(long_value_is_cut)
{
	char text[3000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	log_info("long", KV("a", text), KV("b", "end"));
	ck_assert_str_eq(heard + strlen("long a=") + 1000, "... b=end");
}
END_TEST

START_TEST(level_decides_what_is_heard)
{
	log_set_level(LOG_LEVEL_WARN);
	log_info("quiet");
	ck_assert_int_eq(lines, 0);
	ck_assert(!log_wants(LOG_LEVEL_INFO));
	log_warn("loud");
	log_error("louder");
	ck_assert_int_eq(lines, 2);
}
END_TEST

START_TEST(levels_are_read_by_their_names)
{
	enum log_level level;

	for (int i = LOG_LEVEL_ERROR; i <= LOG_LEVEL_DEBUG; i++) {
		const char *name = log_level_name((enum log_level)i);

		ck_assert(log_level_read(name, &level));
		ck_assert_int_eq(level, i);
	}
	ck_assert(!log_level_read("Info", &level));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, NULL);
	TEST_ROWS(value_is_cleaned_and_quoted_where_needed, values);
	TEST(line_has_what_happened_then_pairs);
	TEST(long_value_is_cut);
	TEST(level_decides_what_is_heard);
	TEST(levels_are_read_by_their_names);
}
