/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "exchange ntlm"
#include <string.h>

#include "tests/exchange/ntlm.h"
#include "tests/suite.h"

/* The example of [MS-NLMP] 4.2.4: answer and what it was made from. */
static const unsigned char example[] = {
	0x68, 0xcd, 0x0a, 0xb8, 0x51, 0xe5, 0x1c, 0x96, 0xaa, 0xbc, 0x92, 0x7b,
	0xeb, 0xef, 0x6a, 0x1c, 1,    1,    0,    0,    0,    0,    0,    0,
	0,    0,    0,    0,    0,    0,    0,    0,    0xaa, 0xaa, 0xaa, 0xaa,
	0xaa, 0xaa, 0xaa, 0xaa, 0,    0,    0,    0,    2,    0,    12,   0,
	'D',  0,    'o',  0,    'm',  0,    'a',  0,    'i',  0,    'n',  0,
	1,    0,    12,   0,    'S',  0,    'e',  0,    'r',  0,    'v',  0,
	'e',  0,    'r',  0,    0,    0,    0,    0,    0,    0,    0,    0,
};

static const struct ntlm challenged = {
	.challenged = true,
	.challenge = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef },
};

static const struct {
	const char *user, *domain, *password;
	bool proves;
} rows[] = {
	{ "User", "Domain", "Password", true },
	{ "USER", "Domain", "Password", true },
	{ "User", "Domain", "password", false },
	{ "User", "domain", "Password", false },
	{ "Usher", "Domain", "Password", false },
};

START_TEST(only_who_knows_the_password_gives_the_answer)
{
	struct ntlm_claim claim = { .answer_bytes = sizeof(example) };

	strcpy(claim.user, rows[_i].user);
	strcpy(claim.domain, rows[_i].domain);
	memcpy(claim.answer, example, sizeof(example));
	ck_assert_int_eq(ntlm_proves(&challenged, &claim, rows[_i].password),
			 rows[_i].proves);
}
END_TEST

START_TEST(an_answer_to_no_challenge_proves_nothing)
{
	struct ntlm none = challenged;
	struct ntlm_claim claim = { .user = "User",
				    .domain = "Domain",
				    .answer_bytes = sizeof(example) };

	none.challenged = false;
	memcpy(claim.answer, example, sizeof(example));
	ck_assert(!ntlm_proves(&none, &claim, "Password"));
}
END_TEST

START_TEST(fields_outside_of_the_message_are_refused)
{
	unsigned char token[64] = "NTLMSSP\0\3";
	struct ntlm_claim claim;

	ck_assert(ntlm_read(token, sizeof(token), &claim));
	ck_assert(!ntlm_read(token, sizeof(token) - 1, &claim));
	token[20] = 65;
	ck_assert(!ntlm_read(token, sizeof(token), &claim));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(only_who_knows_the_password_gives_the_answer, rows);
	TEST(an_answer_to_no_challenge_proves_nothing);
	TEST(fields_outside_of_the_message_are_refused);
}
