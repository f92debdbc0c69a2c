/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "tls_chain"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/made_certs.h"
#include "tests/suite.h"

enum { DAY_S = 24 * 3600, LIST_MAX = 4 };

#define LIST(...)                       \
	{                               \
		__VA_ARGS__, MADE_COUNT \
	}

/* What is sent, what is installed, the verdict. */
static const struct {
	enum made sent[LIST_MAX];
	enum made installed[LIST_MAX];
	const char *host;
	enum tls_verdict verdict;
	const char *detail;
} rows[] = {
	{ LIST(MADE_LEAF, MADE_INTER), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_VERIFIED, "mail.test" },
	{ LIST(MADE_LEAF, MADE_INTER, MADE_ROOT), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_VERIFIED, "3 certificates" },
	{ LIST(MADE_LEAF), LIST(MADE_ROOT, MADE_INTER), "mail.test",
	  TLS_VERDICT_VERIFIED, "" },
	{ LIST(MADE_LEAF), LIST(MADE_INTER), "mail.test", TLS_VERDICT_VERIFIED,
	  "" },
	{ LIST(MADE_SELF), LIST(MADE_SELF), "mail.test", TLS_VERDICT_VERIFIED,
	  "" },
	{ LIST(MADE_DIRECT), LIST(MADE_DIRECT), "mail.test",
	  TLS_VERDICT_VERIFIED, "" },
	{ LIST(MADE_CN_ONLY), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_VERIFIED, "" },
	{ LIST(MADE_WILD), LIST(MADE_ROOT), "mail.hq.test",
	  TLS_VERDICT_VERIFIED, "" },
	{ LIST(MADE_BY_IP), LIST(MADE_ROOT), "192.0.2.1", TLS_VERDICT_VERIFIED,
	  "" },
	{ LIST(MADE_LEAF), LIST(MADE_ROOT), "mail.test", TLS_VERDICT_MISSING,
	  "CN=inter" },
	{ LIST(MADE_DIRECT), LIST(MADE_OTHER), "mail.test", TLS_VERDICT_MISSING,
	  "CN=root" },
	{ LIST(MADE_LEAF, MADE_INTER), LIST(MADE_OTHER), "mail.test",
	  TLS_VERDICT_UNTRUSTED, "CN=root" },
	{ LIST(MADE_LEAF, MADE_INTER, MADE_ROOT), LIST(MADE_OTHER), "mail.test",
	  TLS_VERDICT_UNTRUSTED, "CN=root" },
	{ LIST(MADE_SELF), LIST(MADE_OTHER), "mail.test", TLS_VERDICT_UNTRUSTED,
	  "mail.test" },
	{ LIST(MADE_CN_ONLY), LIST(MADE_ROOT), "web.test",
	  TLS_VERDICT_CN_MISMATCH, "mail.test" },
	{ LIST(MADE_CN_ONLY), LIST(MADE_ROOT), "192.0.2.1",
	  TLS_VERDICT_CN_MISMATCH, "mail.test" },
	{ LIST(MADE_TWO_NAMES), LIST(MADE_ROOT), "web.test",
	  TLS_VERDICT_SAN_MISMATCH, "a.test, b.test" },
	{ LIST(MADE_WILD), LIST(MADE_ROOT), "a.mail.hq.test",
	  TLS_VERDICT_SAN_MISMATCH, "*.hq.test" },
	{ LIST(MADE_BY_IP), LIST(MADE_ROOT), "192.0.2.2",
	  TLS_VERDICT_SAN_MISMATCH, "192.0.2.1" },
	{ LIST(MADE_BY_NEW), LIST(MADE_ROOT), "mail.test", TLS_VERDICT_STALE,
	  "CN=root" },
	{ LIST(MADE_NO_IDS), LIST(MADE_ROOT), "mail.test", TLS_VERDICT_STALE,
	  "CN=root" },
	{ LIST(MADE_BY_NEW, MADE_RENEWED), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_STALE, "CN=root" },
	{ LIST(MADE_SELF_NEW), LIST(MADE_SELF), "mail.test", TLS_VERDICT_STALE,
	  "mail.test" },
	{ LIST(MADE_BROKEN), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_BAD_SIGNATURE, "mail.test" },
	{ LIST(MADE_SHA1), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_UNSUPPORTED, "" },
	{ LIST(MADE_SMALL), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_UNSUPPORTED, "" },
	{ LIST(MADE_EXPIRED), LIST(MADE_ROOT), "mail.test", TLS_VERDICT_EXPIRED,
	  "" },
	{ LIST(MADE_FUTURE), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_NOT_YET_VALID, "" },
	{ LIST(MADE_CLIENT), LIST(MADE_ROOT), "mail.test",
	  TLS_VERDICT_UNCLASSIFIED, "" },
	{ { MADE_COUNT },
	  LIST(MADE_ROOT),
	  "mail.test",
	  TLS_VERDICT_UNCLASSIFIED,
	  "no certificate" },
};

static char path[] = "/tmp/check_tls_chain.XXXXXX";

static void setup(void)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	made_certs_make();
}

static void teardown(void)
{
	made_certs_free();
	unlink(path);
}

START_TEST(each_outcome_of_the_catalogue_is_told_apart)
{
	struct tls_chain *chain = made_chain(rows[_i].sent);
	struct tls_judgement judgement;
	struct tls_trust *trust;

	made_file(rows[_i].installed, path);
	ck_assert_int_eq(tls_trust_new(&trust, path, NULL), ERR_OK);
	tls_judge(chain, rows[_i].host, trust, clock_now(), &judgement);
	ck_assert_msg(judgement.verdict == rows[_i].verdict,
		      "row %d: %s, code %d: %s", _i,
		      tls_verdict_row(judgement.verdict)->wording,
		      judgement.code, judgement.detail);
	ck_assert_msg(strstr(judgement.detail, rows[_i].detail) != NULL, "%s",
		      judgement.detail);
	tls_trust_free(&trust);
	tls_chain_free(&chain);
}
END_TEST

START_TEST(the_verdict_changes_with_the_time_alone)
{
	static const enum made sent[] = LIST(MADE_DIRECT);
	static const enum made installed[] = LIST(MADE_ROOT);
	struct tls_chain *chain = made_chain(sent);
	struct tls_judgement judgement;
	struct tls_trust *trust;

	made_file(installed, path);
	ck_assert_int_eq(tls_trust_new(&trust, path, NULL), ERR_OK);
	tls_judge(chain, "mail.test", trust, clock_now() + 91 * DAY_S,
		  &judgement);
	ck_assert_int_eq(judgement.verdict, TLS_VERDICT_EXPIRED);
	tls_judge(chain, "mail.test", trust, clock_now(), &judgement);
	ck_assert_int_eq(judgement.verdict, TLS_VERDICT_VERIFIED);
	tls_trust_free(&trust);
	tls_chain_free(&chain);
}
END_TEST

START_TEST(a_certificate_is_told_in_words)
{
	static const enum made sent[] = LIST(MADE_TWO_NAMES, MADE_SMALL);
	struct tls_chain *chain = made_chain(sent);
	struct tls_chain *again = tls_chain_new();
	struct buf pem = BUF(100000);
	struct tls_cert cert;

	tls_chain_cert(chain, 0, &cert);
	ck_assert_str_eq(cert.subject, "CN=web.test");
	ck_assert_str_eq(cert.issuer, "CN=root");
	ck_assert_str_eq(cert.common_name, "web.test");
	ck_assert_str_eq(cert.names, "a.test, b.test");
	ck_assert_str_eq(cert.key, "id-ecPublicKey 256");
	ck_assert_str_eq(cert.signature, "ecdsa-with-SHA256");
	ck_assert_str_eq(cert.issuer_url, "http://127.0.0.1:1/ca.der");
	ck_assert_uint_eq(strlen(cert.fingerprint), 64);
	ck_assert(!cert.self_issued);
	ck_assert_int_le(labs(cert.until - clock_now() - 90 * DAY_S), 60);
	tls_chain_pem(chain, 0, &pem);
	tls_chain_pem(chain, 1, &pem);
	ck_assert_uint_eq(tls_chain_add(again, pem.data, pem.len), 2);
	ck_assert_uint_eq(tls_chain_add(again, "nonsense", 8), 0);
	tls_chain_cert(again, 1, &cert);
	ck_assert_str_eq(cert.key, "rsaEncryption 1024");
	buf_free(&pem);
	tls_chain_free(&again);
	tls_chain_free(&chain);
}
END_TEST

START_TEST(trust_without_certificates_is_said)
{
	struct why why = { .err = ERR_OK };
	struct tls_trust *trust;

	ck_assert_int_eq(tls_trust_new(&trust, "/nowhere/ca.pem", &why),
			 ERR_CONFIG);
	ck_assert_ptr_null(trust);
	ck_assert_ptr_nonnull(strstr(why.text, "/nowhere/ca.pem"));
	ck_assert_int_eq(tls_trust_new(&trust, NULL, &why), ERR_OK);
	tls_trust_free(&trust);
}
END_TEST

static void tests(void)
{
	tcase_add_unchecked_fixture(the_case, setup, teardown);
	TEST_ROWS(each_outcome_of_the_catalogue_is_told_apart, rows);
	TEST(the_verdict_changes_with_the_time_alone);
	TEST(a_certificate_is_told_in_words);
	TEST(trust_without_certificates_is_said);
}
