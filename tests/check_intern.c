/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "intern"
#include <stdio.h>

#include "base/intern.h"
#include "tests/suite.h"

enum { MANY = 1000 };

START_TEST(the_same_text_is_kept_once)
{
	char text[] = "sip:ann@example.org";
	const char *one = intern(text);
	const char *other = intern("sip:ann@example.org");

	ck_assert_ptr_eq(one, other);
	ck_assert_ptr_ne(one, text);
	text[0] = 'S';
	ck_assert_str_eq(one, "sip:ann@example.org");
	intern_drop(&one);
	ck_assert_ptr_null(one);
	ck_assert_str_eq(other, "sip:ann@example.org");
	intern_drop(&other);
	intern_drop(&other);
}
END_TEST

START_TEST(the_empty_text_is_one_too)
{
	const char *one = intern("");
	const char *other = intern("");

	ck_assert_ptr_eq(one, other);
	intern_drop(&one);
	ck_assert_str_eq(other, "");
	intern_drop(&other);
}
END_TEST

START_TEST(a_text_may_be_replaced_by_itself)
{
	const char *text = NULL;

	intern_replace(&text, "one");
	intern_replace(&text, text);
	ck_assert_str_eq(text, "one");
	intern_replace(&text, text + 1);
	ck_assert_str_eq(text, "ne");
	intern_drop(&text);
}
END_TEST

START_TEST(very_many_come_and_go)
{
	const char *texts[MANY];
	char text[16];

	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < MANY; i++) {
			snprintf(text, sizeof(text), "%d", i / 2);
			texts[i] = intern(text);
			ck_assert_str_eq(texts[i], text);
			if (i % 2)
				ck_assert_ptr_eq(texts[i], texts[i - 1]);
		}
		for (int i = 0; i < MANY; i++)
			intern_drop(&texts[i]);
	}
}
END_TEST

static void tests(void)
{
	TEST(the_same_text_is_kept_once);
	TEST(the_empty_text_is_one_too);
	TEST(a_text_may_be_replaced_by_itself);
	TEST(very_many_come_and_go);
}
