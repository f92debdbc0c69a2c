/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "buf"
#include "base/buf.h"
#include "tests/suite.h"

START_TEST(text_grows_and_stays_terminated)
{
	struct buf buf = BUF(1000);

	ck_assert_str_eq(buf_text(&buf), "");
	for (int i = 0; i < 100; i++)
		buf_print(&buf, "%d,", i);
	buf_add(&buf, "end", 3);
	ck_assert_uint_eq(buf.len, strlen(buf_text(&buf)));
	ck_assert_uint_eq(buf.len, 10 * 2 + 90 * 3 + 3);
	ck_assert(!buf_full(&buf));
	buf_free(&buf);
}
END_TEST

START_TEST(append_that_passes_the_limit_changes_nothing)
{
	struct buf buf = BUF(5);

	buf_print(&buf, "%s", "abc");
	buf_add(&buf, "def", 3);
	ck_assert(buf_full(&buf));
	buf_add(&buf, "d", 1); /* would fit, but then a piece were missing */
	ck_assert_str_eq(buf_text(&buf), "abc");
	buf_free(&buf);
	ck_assert(!buf_full(&buf));
}
END_TEST

START_TEST(limit_itself_fits)
{
	struct buf buf = BUF(3);

	buf_add(&buf, "abc", 3);
	ck_assert(!buf_full(&buf));
	ck_assert_str_eq(buf_text(&buf), "abc");
	buf_free(&buf);
}
END_TEST

START_TEST(taken_text_is_the_callers)
{
	struct buf buf = BUF(10);
	char *text;

	buf_add(&buf, "abc", 3);
	text = buf_take(&buf);
	ck_assert_str_eq(text, "abc");
	ck_assert_str_eq(buf_text(&buf), "");
	free(text);
	text = buf_take(&buf);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

static void tests(void)
{
	TEST(text_grows_and_stays_terminated);
	TEST(append_that_passes_the_limit_changes_nothing);
	TEST(limit_itself_fits);
	TEST(taken_text_is_the_callers);
}
