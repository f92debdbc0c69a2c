/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "err"
#include "base/err.h"
#include "tests/suite.h"

static const struct {
	enum err err;
	const char *name;
	enum remedy remedy;
} rows[] = {
	{ ERR_OK, "OK", REMEDY_NONE },
	{ ERR_NETWORK, "NETWORK", REMEDY_RETRY },
	{ ERR_EXPIRED, "EXPIRED", REMEDY_RENEW },
	{ ERR_MOVED, "MOVED", REMEDY_RELOCATE },
	{ ERR_LOGIN, "LOGIN", REMEDY_OPERATOR },
	{ ERR_GONE, "GONE", REMEDY_FORGET },
};

START_TEST(error_has_a_name_and_says_whose_move_is_next)
{
	ck_assert_str_eq(err_name(rows[_i].err), rows[_i].name);
	ck_assert_int_eq(err_remedy(rows[_i].err), rows[_i].remedy);
	ck_assert_str_ne(err_text(rows[_i].err), "");
}
END_TEST

START_TEST(why_keeps_the_sentence_and_cuts_it)
{
	struct why why;

	ck_assert_int_eq(why_set(&why, ERR_TLS, "%0300d", 7), ERR_TLS);
	ck_assert_int_eq(why.err, ERR_TLS);
	ck_assert_uint_eq(strlen(why.text), sizeof(why.text) - 1);
	ck_assert_int_eq(why_set(NULL, ERR_TLS, "unheard"), ERR_TLS);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(error_has_a_name_and_says_whose_move_is_next, rows);
	TEST(why_keeps_the_sentence_and_cuts_it);
}
