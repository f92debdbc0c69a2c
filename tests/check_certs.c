/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "certs"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module/certs.h"
#include "tests/made_certs.h"
#include "tests/suite.h"

enum { LIST_MAX = 4 };

#define LIST(...)                       \
	{                               \
		__VA_ARGS__, MADE_COUNT \
	}

static const char template[] = "/tmp/check_certs.XXXXXX";
static char directory[sizeof(template)];
static char installed[sizeof(directory) + 10];
static const enum made root[] = LIST(MADE_ROOT);
static const enum made leaf[] = LIST(MADE_LEAF);

static void setup(void)
{
	memcpy(directory, template, sizeof(directory));
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(installed, sizeof(installed), "%s/root.pem", directory);
	made_certs_make();
	made_file(root, installed);
}

struct place {
	const struct json *found;
	size_t left;
};

static void on_each(const char *name, const struct json *json, void *arg)
{
	struct place *place = arg;

	(void)name;
	if (place->left-- == 0)
		place->found = json;
}

static const struct json *at(const struct json *array, size_t i)
{
	struct place place = { NULL, i };

	json_each(array, on_each, &place);
	ck_assert_ptr_nonnull(place.found);
	return place.found;
}

static void empty_directory(void)
{
	struct json *out = json_new_object();
	const struct json *rows;

	unlink(installed);
	certs_list(directory, out, NULL);
	rows = json_get(out, "installed");
	for (size_t i = 0; i < json_count(rows); i++)
		certs_remove(directory,
			     json_text(json_get(at(rows, i), "sha256")), NULL);
	json_free(&out);
}

static void teardown(void)
{
	empty_directory();
	rmdir(directory);
	made_certs_free();
}

static const char *field(const struct json *from, const char *array, size_t i,
			 const char *name)
{
	return json_text(json_get(at(json_get(from, array), i), name));
}

static const struct {
	enum made sent[LIST_MAX];
	const char *verdict, *missing, *status;
} rows[] = {
	{ LIST(MADE_LEAF, MADE_INTER), "Verified", "", "verified" },
	{ LIST(MADE_DIRECT), "Verified", "", "verified" },
	{ LIST(MADE_LEAF), "Certificate missing from chain", "CN=inter",
	  "not verified" },
	{ LIST(MADE_SELF), "Bad certificate: the installed copy is outdated",
	  "", "not verified" },
	/* Of a good chain for another name all is verified, and said wrong. */
	{ LIST(MADE_TWO_NAMES), "SAN mismatch", "", "verified" },
};

START_TEST(a_chain_is_shown_as_it_was_sent_with_what_is_missing)
{
	struct tls_chain *chain = made_chain(rows[_i].sent);
	const struct certs_seen seen = { .chain = chain };
	struct json *out = json_new_object();

	if (!strcmp(rows[_i].missing, "") && rows[_i].sent[0] == MADE_SELF)
		made_file((const enum made[]){ MADE_SELF_NEW, MADE_COUNT },
			  installed);
	certs_show(&seen, "mail.test", directory, out);
	ck_assert_str_eq(json_text(json_get(out, "verdict")), rows[_i].verdict);
	ck_assert_uint_eq(json_count(json_get(out, "chain")),
			  tls_chain_count(chain));
	for (size_t i = 0; i < tls_chain_count(chain); i++)
		ck_assert_str_eq(field(out, "chain", i, "status"),
				 rows[_i].status);
	ck_assert_str_eq(json_text(json_get(out, "missing")), rows[_i].missing);
	json_free(&out);
	tls_chain_free(&chain);
}
END_TEST

/* The issuer of the leaf, had from a place. */
static struct tls_issuers_result fetched_inter(void)
{
	struct tls_issuers_result issuers = {
		.from = { "http://ca.test/inter.crt" },
		.judged = { .verdict = TLS_VERDICT_VERIFIED },
	};

	issuers.fetched = made_chain((const enum made[])LIST(MADE_INTER));
	return issuers;
}

START_TEST(what_was_fetched_is_shown_apart_and_makes_nothing_verified)
{
	struct tls_issuers_result issuers = fetched_inter();
	struct tls_chain *chain = made_chain(leaf);
	const struct certs_seen seen = { chain, &issuers };
	struct json *out = json_new_object();

	certs_show(&seen, "mail.test", directory, out);
	ck_assert_str_eq(json_text(json_get(out, "verdict")),
			 "Certificate missing from chain");
	ck_assert_uint_eq(json_count(json_get(out, "chain")), 1);
	ck_assert_str_eq(field(out, "chain", 0, "status"), "not verified");
	ck_assert_str_eq(field(out, "not_sent", 0, "subject"), "CN=inter");
	ck_assert_str_eq(field(out, "not_sent", 0, "status"),
			 "fetched, not trusted");
	ck_assert_str_eq(field(out, "not_sent", 0, "from_place"),
			 "http://ca.test/inter.crt");
	ck_assert_str_eq(json_text(json_get(out, "with_these")), "Verified");
	json_free(&out);
	tls_chain_free(&issuers.fetched);
	tls_chain_free(&chain);
}
END_TEST

START_TEST(what_could_not_be_fetched_is_said_with_the_reason)
{
	struct tls_issuers_result issuers = { .why = { .err = ERR_OK } };
	struct tls_chain *chain = made_chain(leaf);
	const struct certs_seen seen = { chain, &issuers };
	struct json *out = json_new_object();

	issuers.fetched = tls_chain_new();
	why_set(&issuers.why, ERR_TIMEOUT, "http://ca.test/: silent");
	certs_show(&seen, "mail.test", directory, out);
	ck_assert_str_eq(json_text(json_get(out, "not_fetched")),
			 "http://ca.test/: silent");
	ck_assert_uint_eq(json_count(json_get(out, "not_sent")), 0);
	ck_assert_ptr_null(json_get(out, "with_these"));
	json_free(&out);
	tls_chain_free(&issuers.fetched);
	tls_chain_free(&chain);
}
END_TEST

static size_t count_installed(void)
{
	struct json *out = json_new_object();
	size_t count;

	ck_assert_int_eq(certs_list(directory, out, NULL), ERR_OK);
	count = json_count(json_get(out, "installed"));
	json_free(&out);
	return count;
}

/* Which of those seen it is, with its fingerprint changed in some way. */
static const struct {
	size_t which;
	const char *change;
	enum err err;
} prints[] = {
	{ 0, "", ERR_OK },      /* sent */
	{ 1, "", ERR_OK },      /* fetched */
	{ 1, "AB:", ERR_OK },   /* as openssl x509 -fingerprint has it */
	{ 1, "cut", ERR_GONE }, /* the first half of it */
	{ 1, "none", ERR_GONE }, { 1, "other", ERR_GONE },
};

static void print_of(const struct tls_chain *chain, int row, char out[200])
{
	const char *change = prints[row].change;
	struct tls_cert cert;
	size_t len = 0;

	tls_chain_cert(chain, 0, &cert);
	out[0] = '\0';
	for (size_t i = 0; cert.fingerprint[i]; i++) {
		if (!strcmp(change, "AB:") && i && i % 2 == 0)
			out[len++] = ':';
		out[len++] = cert.fingerprint[i];
	}
	out[len] = '\0';
	if (!strcmp(change, "cut"))
		out[32] = '\0';
	if (!strcmp(change, "none"))
		out[0] = '\0';
	if (!strcmp(change, "other"))
		out[0] = out[0] == '0' ? '1' : '0';
}

START_TEST(only_what_was_seen_is_accepted_and_by_its_whole_fingerprint)
{
	struct tls_issuers_result issuers = fetched_inter();
	struct tls_chain *chain = made_chain(leaf);
	const struct certs_seen seen = { chain, &issuers };
	char print[200];

	print_of(prints[_i].which ? issuers.fetched : chain, _i, print);
	ck_assert_int_eq(certs_accept(&seen, directory, print, NULL),
			 prints[_i].err);
	ck_assert_uint_eq(count_installed(), prints[_i].err ? 1 : 2);
	ck_assert_int_eq(certs_remove(directory, print, NULL), prints[_i].err);
	ck_assert_uint_eq(count_installed(), 1);
	tls_chain_free(&issuers.fetched);
	tls_chain_free(&chain);
}
END_TEST

START_TEST(nothing_is_put_where_there_is_no_directory)
{
	static const char *const places[] = { "", "/nowhere", installed };
	struct tls_chain *chain = made_chain(leaf);
	const struct certs_seen seen = { .chain = chain };
	struct why why = { .err = ERR_OK };
	char print[200];

	print_of(chain, 0, print);
	ck_assert_int_eq(certs_accept(&seen, places[_i], print, &why),
			 ERR_CONFIG);
	ck_assert_ptr_nonnull(
		strstr(why.text, *places[_i] ? places[_i] : "no trust"));
	ck_assert_ptr_nonnull(strstr(why.text, "directory"));
	tls_chain_free(&chain);
}
END_TEST

START_TEST(the_pem_of_what_is_missing_stands_apart)
{
	struct tls_issuers_result issuers = fetched_inter();
	struct tls_chain *chain = made_chain(leaf), *again = tls_chain_new();
	const struct certs_seen seen = { chain, &issuers };
	struct json *out = json_new_object();
	const char *text;
	struct tls_cert cert;

	certs_show_pem(&seen, out);
	text = json_text(json_get(out, "pem"));
	ck_assert_uint_eq(tls_chain_add(again, text, strlen(text)), 1);
	text = json_text(json_get(out, "not_sent"));
	ck_assert_uint_eq(tls_chain_add(again, text, strlen(text)), 1);
	tls_chain_cert(again, 1, &cert);
	ck_assert_str_eq(cert.subject, "CN=inter");
	json_free(&out);
	tls_chain_free(&again);
	tls_chain_free(&issuers.fetched);
	tls_chain_free(&chain);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(a_chain_is_shown_as_it_was_sent_with_what_is_missing, rows);
	TEST(what_was_fetched_is_shown_apart_and_makes_nothing_verified);
	TEST(what_could_not_be_fetched_is_said_with_the_reason);
	TEST_ROWS(only_what_was_seen_is_accepted_and_by_its_whole_fingerprint,
		  prints);
	tcase_add_loop_test(the_case,
			    nothing_is_put_where_there_is_no_directory, 0, 3);
	TEST(the_pem_of_what_is_missing_stands_apart);
}
