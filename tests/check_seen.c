/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "seen"
#include <stdio.h>
#include <string.h>

#include "module/seen.h"
#include "tests/suite.h"

/*
 * Readings of a table: each letter is a key, the digit behind it its content;
 * told: what is passed on, + for new or changed, - for gone. A reading that
 * ends with ! is broken off; in one that ends with ? nothing can be passed on.
 */
static const struct {
	const char *readings[4];
	const char *told[4];
	size_t count; /* known in the end */
} rows[] = {
	{ { "a1b1", "a1b1" }, { "+a+b", "" }, 2 },
	{ { "a1b1", "a1b2" }, { "+a+b", "+b" }, 2 },
	{ { "a1b1", "b1", "b1" }, { "+a+b", "-a", "" }, 1 },
	{ { "a1", "", "a1" }, { "+a", "-a", "+a" }, 1 },
	{ { "a1b1", "!", "a1b1" }, { "+a+b", "", "" }, 2 },
	{ { "a1b1", "a2!", "a2b1" }, { "+a+b", "+a", "" }, 2 },
	{ { "a1?", "a1", "a1" }, { "", "+a", "" }, 1 },
	{ { "a1", "a2?", "a2" }, { "+a", "", "+a" }, 1 },
	{ { "a1b1", "b1?", "b1", "b1" }, { "+a+b", "", "-a", "" }, 1 },
};

struct told {
	char text[64];
	bool deaf;
};

static bool on_gone(const char *key, void *arg)
{
	struct told *told = arg;

	if (told->deaf)
		return false;
	strcat(told->text, "-");
	strcat(told->text, key);
	return true;
}

static void take_row(struct seen *seen, struct told *told, const char *row)
{
	const char key[] = { row[0], '\0' };
	uint64_t content = (uint64_t)(row[1] - '0');

	if (seen_again(seen, key, content) || told->deaf)
		return;
	seen_put(seen, key, content);
	strcat(told->text, "+");
	strcat(told->text, key);
}

static void read_once(struct seen *seen, const char *reading, struct told *told)
{
	told->deaf = strchr(reading, '?') != NULL;
	seen_begin(seen);
	for (const char *row = reading; row[0] >= 'a'; row += 2)
		take_row(seen, told, row);
	if (!strchr(reading, '!'))
		seen_end(seen, on_gone, told);
}

START_TEST(only_what_is_new_changed_or_gone_is_told)
{
	struct seen *seen = seen_new();

	for (size_t i = 0; i < 4 && rows[_i].readings[i]; i++) {
		struct told told = { .text = "" };

		read_once(seen, rows[_i].readings[i], &told);
		ck_assert_str_eq(told.text, rows[_i].told[i]);
	}
	ck_assert_uint_eq(seen_count(seen), rows[_i].count);
	seen_free(&seen);
	ck_assert_ptr_null(seen);
}
END_TEST

static bool on_gone_count(const char *key, void *arg)
{
	unsigned *count = arg;

	(void)key;
	(*count)++;
	return true;
}

START_TEST(half_of_very_many_go_at_once)
{
	struct seen *seen = seen_new();
	unsigned gone = 0;
	char key[32];

	for (unsigned reading = 0; reading < 2; reading++) {
		seen_begin(seen);
		for (unsigned i = 0; i < 20000; i += reading + 1) {
			snprintf(key, sizeof(key), "call-%u;tag", i);
			if (!seen_again(seen, key, 7))
				seen_put(seen, key, 7);
		}
		seen_end(seen, on_gone_count, &gone);
	}
	ck_assert_uint_eq(gone, 10000);
	ck_assert_uint_eq(seen_count(seen), 10000);
	seen_free(&seen);
}
END_TEST

START_TEST(nothing_may_be_freed)
{
	struct seen *seen = NULL;

	seen_free(&seen);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(only_what_is_new_changed_or_gone_is_told, rows);
	TEST(half_of_very_many_go_at_once);
	TEST(nothing_may_be_freed);
}
