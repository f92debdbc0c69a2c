/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "auth"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sip/auth.h"
#include "tests/suite.h"

enum { NOW = 1789632000 };

/* RFC 7616, 3.9.1. */
static const struct {
	enum digest_algorithm algorithm;
	const char *response;
} vectors[] = {
	{ DIGEST_MD5, "8ca523f5e9506fed4657c9700eebdbec" },
	{ DIGEST_SHA256, "753927fa0e85d155564e2e272a28d1802ca10daf449"
			 "6794697cf8db5856cb6c1" },
};

START_TEST(responses_are_those_of_the_rfc)
{
	struct digest digest = {
		.algorithm = vectors[_i].algorithm,
		.nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
		.uri = "/dir/index.html",
		.nc = "00000001",
		.cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
		.qop = "auth",
	};
	char ha1[CRYPTO_HEX_SIZE], response[CRYPTO_HEX_SIZE];

	digest_ha1(digest.algorithm, ha1, "Mufasa", "http-auth@example.org",
		   "Circle of Life");
	digest_response(&digest, ha1, "GET", response);
	ck_assert_str_eq(response, vectors[_i].response);
}
END_TEST

#define REST "nonce=\"n\"", "uri=\"sip:a\"", "response=\"r\""

static const struct {
	const char *params[12];
	enum err err;
} lines[] = {
	{ { "username=\"a\"", "realm=\"r\"", REST, "cnonce=\"c\"", "qop=auth",
	    "nc=00000001" },
	  ERR_OK },
	{ { "username=\"a\"", "realm=\"r\"", REST, "cnonce=\"c\"",
	    "nc=00000001" },
	  ERR_MALFORMED },
	{ { "username=\"a\"", "realm=\"r\"", REST, "cnonce=\"c\"", "qop=auth",
	    "nc=1" },
	  ERR_MALFORMED },
	{ { "username=\"a\"", "realm=\"r\"", REST, "qop=auth", "nc=00000001" },
	  ERR_MALFORMED },
	{ { "username=\"a\"", "realm=\"r\"", REST, "cnonce=\"c\"", "qop=auth",
	    "nc=00000001", "algorithm=SHA-512" },
	  ERR_MALFORMED },
	{ { "username=\"a\"", "realm=\"r\"", REST, "cnonce=\"c\"",
	    "qop=auth-int", "nc=00000001" },
	  ERR_MALFORMED },
};

START_TEST(credentials_without_what_qop_auth_needs_are_refused)
{
	struct digest digest;

	ck_assert_int_eq(digest_read(&digest, lines[_i].params, NULL),
			 lines[_i].err);
}
END_TEST

static struct auth *auth;
static struct accounts *accounts;
static const struct account *account;

static void setup(void)
{
	char path[] = "/tmp/check_auth.XXXXXX";
	struct buf line = BUF(ACCOUNT_LINE_MAX);
	int fd = mkstemp(path);

	ck_assert_int_eq(account_line(&line, "Ann@Example.org", NULL, "secret",
				      NULL),
			 ERR_OK);
	ck_assert_int_eq(write(fd, line.data, line.len), (ssize_t)line.len);
	close(fd);
	buf_free(&line);
	ck_assert_int_eq(accounts_read(&accounts, path, NULL), ERR_OK);
	unlink(path);
	auth = auth_new();
}

static void teardown(void)
{
	auth_free(&auth);
	accounts_free(&accounts);
}

static void sign(struct digest *digest, const char *password)
{
	char ha1[CRYPTO_HEX_SIZE];

	digest_ha1(digest->algorithm, ha1, "ann", "example.org", password);
	digest_response(digest, ha1, "REGISTER", digest->response);
}

static struct digest credentials(const char *password)
{
	struct digest digest = { .algorithm = DIGEST_SHA256,
				 .username = "ann",
				 .realm = "example.org",
				 .uri = "sip:example.org",
				 .cnonce = "c",
				 .qop = "auth",
				 .nc = "00000001" };

	auth_nonce(auth, digest.nonce, "example.org", NOW);
	sign(&digest, password);
	return digest;
}

static enum auth_result check(const struct digest *digest, const char *method,
			      time_t now)
{
	return auth_check(auth, accounts, digest, method, now, &account);
}

START_TEST(the_right_password_names_the_account)
{
	struct digest digest = credentials("secret");

	ck_assert_int_eq(check(&digest, "REGISTER", NOW + 1), AUTH_OK);
	ck_assert_str_eq(account->entity, "sip:ann@example.org");
}
END_TEST

START_TEST(a_wrong_password_or_another_method_is_refused)
{
	struct digest digest = credentials("guess");

	ck_assert_int_eq(check(&digest, "REGISTER", NOW), AUTH_WRONG);
	sign(&digest, "secret");
	ck_assert_int_eq(check(&digest, "PUBLISH", NOW), AUTH_WRONG);
}
END_TEST

START_TEST(each_count_of_a_nonce_passes_once)
{
	static const struct {
		const char *nc;
		enum auth_result result;
	} rows[] = {
		{ "00000001", AUTH_OK },    { "00000001", AUTH_STALE },
		{ "00000003", AUTH_OK },    { "00000002", AUTH_OK },
		{ "00000002", AUTH_STALE }, { "00000000", AUTH_STALE },
		{ "00000100", AUTH_OK },    { "00000004", AUTH_STALE },
	};
	struct digest digest = credentials("secret");

	for (int i = 0; i < ROWS(rows); i++) {
		strcpy(digest.nc, rows[i].nc);
		sign(&digest, "secret");
		ck_assert_int_eq(check(&digest, "REGISTER", NOW),
				 rows[i].result);
	}
}
END_TEST

START_TEST(an_old_nonce_is_stale_and_a_made_up_one_wrong)
{
	struct digest digest = credentials("secret");

	ck_assert_int_eq(check(&digest, "REGISTER", NOW + AUTH_NONCE_LIFE_S),
			 AUTH_STALE);
	digest.nonce[0] = digest.nonce[0] == '7' ? '6' : '7';
	sign(&digest, "secret");
	ck_assert_int_eq(check(&digest, "REGISTER", NOW), AUTH_WRONG);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(responses_are_those_of_the_rfc, vectors);
	TEST_ROWS(credentials_without_what_qop_auth_needs_are_refused, lines);
	TEST(the_right_password_names_the_account);
	TEST(a_wrong_password_or_another_method_is_refused);
	TEST(each_count_of_a_nonce_passes_once);
	TEST(an_old_nonce_is_stale_and_a_made_up_one_wrong);
}
