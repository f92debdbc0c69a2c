/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "exchange words"
#include <string.h>

#include "tests/exchange/words.h"
#include "tests/suite.h"

static const struct {
	const char *line, *words; /* joined by |; NULL: refused */
} lines[] = {
	{ "create ann Lunch", "create|ann|Lunch" },
	{ "  create\tann \"Long lunch\" in 5m\r\n",
	  "create|ann|Long lunch|in|5m" },
	{ "create ann \"\"", "create|ann|" },
	{ "# a remark", "" },
	{ "stats # a remark", "stats" },
	{ "", "" },
	{ "create ann \"Lunch", NULL },
	{ "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 "
	  "26 27 28 29 30 31 32 33",
	  NULL },
};

START_TEST(a_line_is_cut_into_words)
{
	char joined[200] = "";
	struct words words;
	struct why why;
	enum err err = words_read(&words, lines[_i].line, &why);

	if (lines[_i].words) {
		ck_assert_int_eq(err, ERR_OK);
		for (size_t i = 0; i < words.count; i++) {
			if (i > 0)
				strcat(joined, "|");
			strcat(joined, words.word[i]);
		}
		ck_assert_str_eq(joined, lines[_i].words);
	} else {
		ck_assert_int_eq(err, ERR_MALFORMED);
	}
	words_free(&words);
}
END_TEST

static const struct {
	const char *text;
	bool good;
	int64_t ms;
} spans[] = {
	{ "5s", true, 5000 },        { "-2m", true, -120000 },
	{ "1h", true, 3600000 },     { "2d", true, 172800000 },
	{ "250ms", true, 250 },      { "0", true, 0 },
	{ "7", true, 7000 },         { "", false, 0 },
	{ "s", false, 0 },           { "5x", false, 0 },
	{ "5 s", false, 0 },         { "99999999999s", false, 0 },
	{ "-9999999999", false, 0 },
};

START_TEST(a_span_has_a_number_and_a_unit)
{
	int64_t ms = 0;

	ck_assert_int_eq(span_read(spans[_i].text, &ms), spans[_i].good);
	ck_assert_int_eq(ms, spans[_i].ms);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_line_is_cut_into_words, lines);
	TEST_ROWS(a_span_has_a_number_and_a_unit, spans);
}
