/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "directive_words"
#include "tests/suite.h"
#include "tests/table.h"

static struct sample sample;

static void setup(void)
{
	directive_defaults(&sample_table, &sample);
}

static void teardown(void)
{
	directive_free(&sample_table, &sample);
}

static const struct {
	const char *words;
	const char *path;
} texts[] = {
	{ "", "/etc/sample" },
	{ " \t\r\n", "/etc/sample" },
	{ "path=/a", "/a" },
	{ "  path=/a  ", "/a" },
	{ "seats=1\npath=/a=b", "/a=b" },
	{ "path=\"/a b\" seats=1", "/a b" },
	{ "path=\"say \\\"a\\\\b\\\"\"", "say \"a\\b\"" },
	{ "path=\"half \\escaped\"", "half \\escaped" },
	{ "path=DOMAIN\\user", "DOMAIN\\user" },
	{ "path=\xe5\xa4\xaa\xe9\x83\x8e", "\xe5\xa4\xaa\xe9\x83\x8e" },
};

START_TEST(words_set_their_fields)
{
	struct why why;

	ck_assert_int_eq(directive_apply_words(&sample_table, &sample,
					       texts[_i].words, &why),
			 ERR_OK);
	ck_assert_str_eq(sample.path, texts[_i].path);
}
END_TEST

static const struct {
	const char *words;
	const char *why;
} mistakes[] = {
	{ "path", "path: want name=value after name=value" },
	{ "=x", ": want name=value after name=value" },
	{ "path =x", "path: want name=value after name=value" },
	{ "path=\"x", "path: closing quote missing" },
	{ "path=\"x\\\"", "path: closing quote missing" },
	{ "path=\"x\"y", "path: want a blank after the closing quote" },
	{ "path=x\"y\"", "path: a quote stands inside of the value" },
	{ "path=x path=y", "path: given twice" },
	{ "colour=blue", "colour: no such directive" },
	{ "seats=x", "seats = x: want a number (0 to 1000000)" },
	{ "path=", "path = : want a text of another length (1 to 32)" },
};

START_TEST(mistake_is_explained)
{
	struct why why;

	ck_assert_int_eq(directive_apply_words(&sample_table, &sample,
					       mistakes[_i].words, &why),
			 ERR_CONFIG);
	ck_assert_str_eq(why.text, mistakes[_i].why);
}
END_TEST

START_TEST(lists_may_be_given_twice)
{
	ck_assert_int_eq(directive_apply_words(&sample_table, &sample,
					       "door=front door=\"back yard\"",
					       NULL),
			 ERR_OK);
	ck_assert_uint_eq(sample.door.count, 2);
	ck_assert_str_eq(sample.door.items[1], "back yard");
}
END_TEST

START_TEST(value_without_end_is_refused)
{
	struct why why;
	char words[2 * DIRECTIVE_ITEM_MAX];

	memset(words, 'x', sizeof(words));
	memcpy(words, "door=", 5);
	words[sizeof(words) - 1] = '\0';
	ck_assert_int_eq(directive_apply_words(&sample_table, &sample, words,
					       &why),
			 ERR_CONFIG);
	ck_assert_str_eq(why.text, "door: longer than 4096 bytes");
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(words_set_their_fields, texts);
	TEST_ROWS(mistake_is_explained, mistakes);
	TEST(lists_may_be_given_twice);
	TEST(value_without_end_is_refused);
}
