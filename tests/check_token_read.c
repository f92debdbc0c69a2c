/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/token_read.h"
#include "base/vault.h"

#define SUITE "token_read"
#include "tests/suite.h"

#define GOOD "\"token_type\":\"Bearer\",\"access_token\":\"abc.d-e\""

static const struct {
	int status;
	const char *body;
	unsigned lasts_s;
} given[] = {
	{ 200, "{" GOOD ",\"expires_in\":3599}", 3599 },
	{ 200, "{" GOOD ",\"expires_in\":\"3599\"}", 3599 },
	{ 200, "{" GOOD "}", 3600 },
	{ 200, "{" GOOD ",\"expires_in\":0}", TOKEN_LASTS_MIN_S },
	{ 200, "{" GOOD ",\"expires_in\":-5}", TOKEN_LASTS_MIN_S },
	{ 200, "{" GOOD ",\"expires_in\":99999999999}", TOKEN_LASTS_MAX_S },
	{ 200, "{\"token_type\":\"bearer\",\"access_token\":\"abc.d-e\"}",
	  3600 },
};

START_TEST(a_token_is_read_with_how_long_it_lasts)
{
	struct token_answer answer;
	struct why why;

	ck_assert_msg(!token_read(&answer, given[_i].status, given[_i].body,
				  strlen(given[_i].body), &why),
		      "%s", why.text);
	ck_assert_str_eq(answer.value, "abc.d-e");
	ck_assert_uint_eq(answer.lasts_s, given[_i].lasts_s);
	vault_free(answer.value);
}
END_TEST

static const struct {
	int status;
	const char *body;
	enum err err;
	const char *said;
} refused[] = {
	{ 401, "{\"error\":\"invalid_client\",\"error_description\":\"a\\nb\"}",
	  ERR_LOGIN, "HTTP 401 invalid_client a b" },
	{ 400, "{\"error\":\"unauthorized_client\"}", ERR_LOGIN,
	  "unauthorized_client" },
	{ 403, "no JSON", ERR_LOGIN, "HTTP 403" },
	{ 429, "", ERR_THROTTLED, "slow down" },
	{ 503, "{}", ERR_SERVER, "HTTP 503" },
	{ 302, "", ERR_SERVER, "HTTP 302" },
	{ 200, "", ERR_MALFORMED, "no JSON" },
	{ 200, "[]", ERR_MALFORMED, "no access_token" },
	{ 200, "{\"access_token\":5}", ERR_MALFORMED, "no access_token" },
	{ 200, "{\"access_token\":\"a b\"}", ERR_MALFORMED, "no access_token" },
	{ 200, "{\"access_token\":\"a\\r\\nX: y\"}", ERR_MALFORMED,
	  "no access_token" },
	{ 200, "{" GOOD ",\"access_token\":\"other\"}", ERR_MALFORMED,
	  "no JSON" },
	{ 200, "{\"token_type\":\"mac\",\"access_token\":\"a\"}", ERR_MALFORMED,
	  "another type" },
};

START_TEST(what_is_no_token_is_told_with_the_words_of_the_endpoint)
{
	struct token_answer answer;
	struct why why = { .err = ERR_OK };

	ck_assert_int_eq(token_read(&answer, refused[_i].status,
				    refused[_i].body, strlen(refused[_i].body),
				    &why),
			 refused[_i].err);
	ck_assert_ptr_null(answer.value);
	ck_assert_msg(strstr(why.text, refused[_i].said), "%s", why.text);
	ck_assert(!strstr(why.text, "abc.d-e"));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_token_is_read_with_how_long_it_lasts, given);
	TEST_ROWS(what_is_no_token_is_told_with_the_words_of_the_endpoint,
		  refused);
}
