/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "answer_read"
#include <stdlib.h>
#include <string.h>

#include "sip/answer_read.h"
#include "tests/suite.h"

static const struct {
	const char *text;
	int status; /* 0: not an answer */
	const char *branch, *method;
} rows[] = {
	{ "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h:1;branch=z9;rport=3\r\n"
	  "CSeq: 1 NOTIFY\r\n\r\n",
	  200, "z9", "NOTIFY" },
	{ "SIP/2.0 481 Gone\nCSeq:12  NOTIFY \nv : SIP/2.0/UDP h ; branch=a\n\n",
	  481, "a", "NOTIFY" },
	{ "sip/2.0 100 \r\nVIA: x;rport;BRANCH=b, y;branch=c\r\ncseq: 1 X\r\n",
	  100, "b", "X" },
	{ "SIP/2.0 200 OK\r\nVia: x;branch=top\r\nVia: y;branch=below\r\n"
	  "CSeq: 1 X\r\n",
	  200, "top", "X" },
	{ "SIP/2.0 200 OK\r\nVia: x;rebranch=1;branch=2\r\nCSeq: 1 X\r\n", 200,
	  "2", "X" },
	{ "SIP/2.0 200 OK\r\nVia: x;branch=", 0, NULL, NULL },
	{ "SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 1 X\r\n\r\n", 0, NULL, NULL },
	{ "SIP/2.0 200 OK\r\n\r\nVia: x;branch=1\r\nCSeq: 1 X\r\n", 0, NULL,
	  NULL },
	{ "SIP/2.0 20", 0, NULL, NULL },
	{ "SIP/2.0 2000 OK\r\nVia: x;branch=1\r\nCSeq: 1 X\r\n", 0, NULL,
	  NULL },
	{ "SIP/2.0 099 No\r\nVia: x;branch=1\r\nCSeq: 1 X\r\n", 0, NULL, NULL },
	{ "NOTIFY sip:a SIP/2.0\r\nVia: x;branch=1\r\nCSeq: 1 X\r\n", 0, NULL,
	  NULL },
	{ "", 0, NULL, NULL },
};

START_TEST(an_answer_says_what_it_answers)
{
	size_t len = strlen(rows[_i].text);
	char *text =
		malloc(len + 1); /* with no NUL: nothing may be read past */
	struct answer answer;

	memcpy(text, rows[_i].text, len);
	ck_assert_int_eq(answer_read(&answer, text, len), rows[_i].status != 0);
	if (rows[_i].status) {
		ck_assert_int_eq(answer.status, rows[_i].status);
		ck_assert_uint_eq(answer.branch_len, strlen(rows[_i].branch));
		ck_assert_mem_eq(answer.branch, rows[_i].branch,
				 answer.branch_len);
		ck_assert_uint_eq(answer.method_len, strlen(rows[_i].method));
		ck_assert_mem_eq(answer.method, rows[_i].method,
				 answer.method_len);
	}
	free(text);
}
END_TEST

START_TEST(a_cut_off_answer_is_survived)
{
	const char *whole = rows[0].text;
	struct answer answer;

	for (size_t len = 0; len < strlen(whole); len++) {
		char *text = malloc(len ? len : 1);

		memcpy(text, whole, len);
		answer_read(&answer, text, len);
		free(text);
	}
}
END_TEST

static void tests(void)
{
	TEST_ROWS(an_answer_says_what_it_answers, rows);
	TEST(a_cut_off_answer_is_survived);
}
