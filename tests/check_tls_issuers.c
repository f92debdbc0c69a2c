/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "tls_issuers"
#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/http_listen.h"
#include "base/loop.h"
#include "base/metric.h"
#include "base/tls_issuers.h"
#include "tests/made_certs.h"
#include "tests/suite.h"

enum { PATIENCE_MS = 20000, LIST_MAX = 8 };

#define LIST(...)                       \
	{                               \
		__VA_ARGS__, MADE_COUNT \
	}

/* What the place answers with. */
enum manner {
	HAS_DER,
	HAS_PEM,
	HAS_PKCS7,
	HAS_PKCS7_PEM,
	HAS_GARBAGE,
	HAS_NOTHING,
	HAS_MUCH,
	HAS_NOT_FOUND,
	HAS_REDIRECTION,
};

static const struct row {
	enum made sent[LIST_MAX], had[LIST_MAX], installed[LIST_MAX];
	enum manner manner;
	size_t fetched;
	enum err err;
	enum tls_verdict verdict;
} rows[] = {
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_ROOT), HAS_DER, 1,
	  ERR_OK, TLS_VERDICT_VERIFIED },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_ROOT), HAS_PEM, 1,
	  ERR_OK, TLS_VERDICT_VERIFIED },
	{ LIST(MADE_LEAF), LIST(MADE_OTHER, MADE_INTER), LIST(MADE_ROOT),
	  HAS_PKCS7, 1, ERR_OK, TLS_VERDICT_VERIFIED },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_ROOT), HAS_PKCS7_PEM, 1,
	  ERR_OK, TLS_VERDICT_VERIFIED },
	/* A root that came from there is none that anybody trusts. */
	{ LIST(MADE_LEAF), LIST(MADE_INTER, MADE_ROOT), LIST(MADE_OTHER),
	  HAS_PEM, 2, ERR_OK, TLS_VERDICT_UNTRUSTED },
	{ LIST(MADE_LEAF, MADE_INTER), LIST(MADE_ROOT), LIST(MADE_OTHER),
	  HAS_DER, 1, ERR_OK, TLS_VERDICT_UNTRUSTED },
	/* Nothing is asked for where the root was sent. */
	{ LIST(MADE_LEAF, MADE_INTER, MADE_ROOT), LIST(MADE_ROOT),
	  LIST(MADE_OTHER), HAS_DER, 0, ERR_OK, TLS_VERDICT_UNTRUSTED },
	/* The same name with another key has not issued it. */
	{ LIST(MADE_DIRECT), LIST(MADE_RENEWED), LIST(MADE_OTHER), HAS_DER, 0,
	  ERR_MALFORMED, TLS_VERDICT_MISSING },
	{ LIST(MADE_LEAF), LIST(MADE_LEAF), LIST(MADE_ROOT), HAS_DER, 0,
	  ERR_MALFORMED, TLS_VERDICT_MISSING },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_OTHER), HAS_PEM, 1,
	  ERR_MALFORMED, TLS_VERDICT_UNTRUSTED },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_ROOT), HAS_GARBAGE, 0,
	  ERR_MALFORMED, TLS_VERDICT_MISSING },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_ROOT), HAS_NOTHING, 0,
	  ERR_MALFORMED, TLS_VERDICT_MISSING },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_ROOT), HAS_MUCH, 0,
	  ERR_TOO_LARGE, TLS_VERDICT_MISSING },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_ROOT), HAS_NOT_FOUND, 0,
	  ERR_SERVER, TLS_VERDICT_MISSING },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), LIST(MADE_ROOT), HAS_REDIRECTION,
	  0, ERR_DENIED, TLS_VERDICT_MISSING },
	{ LIST(MADE_DEEP),
	  LIST(MADE_DEEP_1, MADE_DEEP_2, MADE_DEEP_3, MADE_DEEP_4, MADE_DEEP_5),
	  LIST(MADE_ROOT), HAS_PEM, TLS_ISSUERS_MAX, ERR_TOO_LARGE,
	  TLS_VERDICT_UNTRUSTED },
};

static const char template[] = "/tmp/check_tls_issuers.XXXXXX";
static char path[sizeof(template)];
static const struct row *serving;
static unsigned asked, dones;
static struct http_listener *listener;

static void add_bio(struct buf *out, BIO *bio)
{
	char *text;
	long len = BIO_get_mem_data(bio, &text);

	buf_add(out, text, (size_t)len);
	BIO_free(bio);
}

static void add_pkcs7(struct buf *out, const enum made *list, bool pem)
{
	PKCS7 *pkcs7 = x_or_die(PKCS7_new());
	BIO *bio = BIO_new(BIO_s_mem());

	PKCS7_set_type(pkcs7, NID_pkcs7_signed);
	PKCS7_content_new(pkcs7, NID_pkcs7_data);
	for (; *list != MADE_COUNT; list++)
		PKCS7_add_certificate(pkcs7, made_cert(*list));
	if (pem)
		PEM_write_bio_PKCS7(bio, pkcs7);
	else
		i2d_PKCS7_bio(bio, pkcs7);
	add_bio(out, bio);
	PKCS7_free(pkcs7);
}

static void add_certs(struct buf *out, const enum made *list, bool pem)
{
	BIO *bio = BIO_new(BIO_s_mem());

	for (; *list != MADE_COUNT; list++)
		if (pem)
			PEM_write_bio_X509(bio, made_cert(*list));
		else
			i2d_X509_bio(bio, made_cert(*list));
	add_bio(out, bio);
}

static void on_visit(const struct http_visit *visit,
		     struct http_reply_out *reply, void *arg)
{
	static const char much[TLS_ISSUER_BYTES_MAX + 1];

	(void)visit, (void)arg;
	asked++;
	reply->body = BUF(1 << 20);
	switch (serving->manner) {
	case HAS_DER:
	case HAS_PEM:
	case HAS_REDIRECTION:
		add_certs(&reply->body, serving->had,
			  serving->manner == HAS_PEM);
		if (serving->manner == HAS_REDIRECTION)
			reply->status = 302;
		break;
	case HAS_PKCS7:
	case HAS_PKCS7_PEM:
		add_pkcs7(&reply->body, serving->had,
			  serving->manner == HAS_PKCS7_PEM);
		break;
	case HAS_GARBAGE:
		buf_print(&reply->body, "<html>not here</html>");
		break;
	case HAS_MUCH:
		buf_add(&reply->body, much, sizeof(much));
		break;
	case HAS_NOT_FOUND:
		reply->status = 404;
		break;
	case HAS_NOTHING:
		break;
	}
}

static void setup(void)
{
	const struct http_listen_options options = { .host = "127.0.0.1" };
	int fd;

	memcpy(path, template, sizeof(path));
	fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	asked = dones = 0;
	ck_assert_int_eq(loop_open(NULL, NULL), ERR_OK);
	ck_assert_int_eq(http_open(NULL), ERR_OK);
	listener = http_listener_new(&options, on_visit, NULL, NULL);
	ck_assert_ptr_nonnull(listener);
}

static void teardown(void)
{
	http_listener_free(&listener);
	http_close();
	loop_close();
	made_certs_free();
	metric_forget_all();
	unlink(path);
}

/* Certificates that name such a port for their issuers; first: before it. */
static void make_certs(const char *first, const char *scheme, unsigned port)
{
	char places[200];

	snprintf(places, sizeof(places), "%scaIssuers;URI:%s://127.0.0.1:%u/ca",
		 first, scheme, port);
	made_certs_make_at(places);
}

static void on_done(void *arg)
{
	(void)arg;
	dones++;
}

static struct tls_issuers *fetch(const enum made *sent, unsigned timeout_ms)
{
	struct tls_chain *chain = made_chain(sent);
	const struct tls_issuers_options options = {
		.chain = chain,
		.host = "mail.test",
		.trust = path,
		.timeout_ms = timeout_ms,
	};
	struct tls_issuers *issuers = tls_issuers_new(&options, on_done, NULL);
	uint64_t give_up_ms = clock_ms() + PATIENCE_MS;

	tls_chain_free(&chain);
	ck_assert_ptr_null(tls_issuers_result(issuers));
	while (!dones && clock_ms() < give_up_ms)
		loop_step(20);
	ck_assert_uint_eq(dones, 1);
	return issuers;
}

START_TEST(what_is_missing_is_fetched_as_far_as_it_is_to_be_had)
{
	const struct tls_issuers_result *result;
	struct tls_issuers *issuers;

	serving = &rows[_i];
	make_certs("", "http", http_listener_port(listener));
	made_file(serving->installed, path);
	issuers = fetch(serving->sent, PATIENCE_MS);
	result = tls_issuers_result(issuers);
	ck_assert_msg(result->why.err == serving->err, "row %d: %s", _i,
		      result->why.text);
	ck_assert_uint_eq(tls_chain_count(result->fetched), serving->fetched);
	ck_assert_msg(result->judged.verdict == serving->verdict, "row %d: %s",
		      _i, result->judged.detail);
	ck_assert_uint_le(asked, TLS_ISSUERS_MAX);
	for (size_t i = 0; i < serving->fetched; i++)
		ck_assert_ptr_nonnull(strstr(result->from[i], "/ca"));
	tls_issuers_free(&issuers);
}
END_TEST

START_TEST(a_place_that_is_silent_is_left_after_the_time)
{
	static const enum made sent[] = LIST(MADE_LEAF);
	static const enum made installed[] = LIST(MADE_ROOT);
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int silent = socket(AF_INET, SOCK_STREAM, 0);
	struct tls_issuers *issuers;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(silent, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(silent, 5), 0);
	getsockname(silent, (struct sockaddr *)&at, &len);
	make_certs("", "http", ntohs(at.sin_port));
	made_file(installed, path);
	issuers = fetch(sent, 200);
	ck_assert_int_eq(tls_issuers_result(issuers)->why.err, ERR_TIMEOUT);
	ck_assert_int_eq(tls_issuers_result(issuers)->judged.verdict,
			 TLS_VERDICT_MISSING);
	tls_issuers_free(&issuers);
	close(silent);
}
END_TEST

START_TEST(of_several_places_the_one_for_http_is_asked)
{
	static const struct row row = { LIST(MADE_LEAF), LIST(MADE_INTER),
					LIST(MADE_ROOT), .manner = HAS_DER };
	struct tls_issuers *issuers;

	serving = &row;
	make_certs("caIssuers;URI:ldap:///CN=AIA?cACertificate?base,", "http",
		   http_listener_port(listener));
	made_file(row.installed, path);
	issuers = fetch(row.sent, PATIENCE_MS);
	ck_assert_int_eq(tls_issuers_result(issuers)->why.err, ERR_OK);
	ck_assert_uint_eq(asked, 1);
	tls_issuers_free(&issuers);
}
END_TEST

START_TEST(other_kinds_of_places_are_not_asked)
{
	static const char *const schemes[] = { "https", "ldap", "ftp", "file" };
	static const enum made sent[] = LIST(MADE_LEAF);
	static const enum made installed[] = LIST(MADE_ROOT);
	struct tls_issuers *issuers;

	make_certs("", schemes[_i], http_listener_port(listener));
	made_file(installed, path);
	issuers = fetch(sent, PATIENCE_MS);
	ck_assert_int_eq(tls_issuers_result(issuers)->why.err, ERR_DENIED);
	ck_assert_uint_eq(asked, 0);
	tls_issuers_free(&issuers);
}
END_TEST

START_TEST(freed_early_it_says_nothing)
{
	static const enum made sent[] = LIST(MADE_LEAF);
	static const enum made installed[] = LIST(MADE_ROOT);
	struct tls_issuers_options options = { .host = "mail.test",
					       .trust = path,
					       .timeout_ms = 10 };
	struct tls_chain *chain;
	struct tls_issuers *issuers;

	make_certs("", "http", http_listener_port(listener));
	made_file(installed, path);
	chain = made_chain(sent);
	options.chain = chain;
	issuers = tls_issuers_new(&options, on_done, NULL);
	loop_step(0);
	tls_issuers_free(&issuers);
	ck_assert_ptr_null(issuers);
	tls_issuers_free(&issuers);
	for (int i = 0; i < 10; i++)
		loop_step(10);
	ck_assert_uint_eq(dones, 0);
	tls_chain_free(&chain);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(what_is_missing_is_fetched_as_far_as_it_is_to_be_had, rows);
	TEST(a_place_that_is_silent_is_left_after_the_time);
	TEST(of_several_places_the_one_for_http_is_asked);
	tcase_add_loop_test(the_case, other_kinds_of_places_are_not_asked, 0,
			    4);
	TEST(freed_early_it_says_nothing);
}
