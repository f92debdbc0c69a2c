/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "claim"
#include <string.h>

#include "sip/claim.h"
#include "tests/suite.h"

START_TEST(every_state_is_found_by_its_word)
{
	enum state state = (enum state)_i;

	ck_assert_int_eq(state_from_word(state_word(state)), state);
	ck_assert(state_looks_like(state, state));
}
END_TEST

START_TEST(every_source_is_found_by_its_word)
{
	enum claim_source source = (enum claim_source)_i;

	ck_assert_int_eq(claim_source_from_word(claim_source_word(source)),
			 source);
	ck_assert_uint_gt(strlen(claim_source_text(source)), 0);
}
END_TEST

START_TEST(words_of_others_are_not_found)
{
	ck_assert_int_eq(state_from_word("lunch"), STATE_COUNT);
	ck_assert_int_eq(claim_source_from_word("lunch"), CLAIM_COUNT);
}
END_TEST

static const struct {
	enum state state;
	enum claim_source source;
} said[] = {
	{ STATE_AVAILABLE, CLAIM_CLIENT }, { STATE_ELSEWHERE, CLAIM_CLIENT },
	{ STATE_OFFLINE, CLAIM_CLIENT },   { STATE_UNKNOWN, CLAIM_CLIENT },
	{ STATE_BUSY, CLAIM_BUSY },        { STATE_AWAY, CLAIM_BUSY },
	{ STATE_MEETING, CLAIM_MEETING },  { STATE_OOF, CLAIM_OOF },
	{ STATE_PHONE, CLAIM_PHONE },      { STATE_DND, CLAIM_DND },
};

START_TEST(clients_words_are_filed_under_the_source_they_are)
{
	ck_assert_int_eq(claim_source_of(said[_i].state), said[_i].source);
}
END_TEST

static const struct claim reference = { CLAIM_MEETING, STATE_MEETING, 1, 2,
					"x" };
static const struct claim others[] = {
	{ CLAIM_BUSY, STATE_MEETING, 1, 2, "x" },
	{ CLAIM_MEETING, STATE_BUSY, 1, 2, "x" },
	{ CLAIM_MEETING, STATE_MEETING, 0, 2, "x" },
	{ CLAIM_MEETING, STATE_MEETING, 1, 3, "x" },
	{ CLAIM_MEETING, STATE_MEETING, 1, 2, "y" },
};

START_TEST(claims_differ_in_any_field)
{
	struct claim same = reference;

	ck_assert(claim_equal(&reference, &same));
	ck_assert(!claim_equal(&reference, &others[_i]));
}
END_TEST

static void tests(void)
{
	tcase_add_loop_test(the_case, every_state_is_found_by_its_word, 0,
			    STATE_COUNT);
	tcase_add_loop_test(the_case, every_source_is_found_by_its_word, 0,
			    CLAIM_COUNT);
	TEST(words_of_others_are_not_found);
	TEST_ROWS(clients_words_are_filed_under_the_source_they_are, said);
	TEST_ROWS(claims_differ_in_any_field, others);
}
