/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "trouble"
#include <string.h>

#include "sip/words.h"
#include "tests/suite.h"
#include "tests/whole_gateway.h"

START_TEST(only_proof_from_end_to_end_is_good)
{
	struct trouble_report report;

	trouble_judge(&facts, &report);
	for (int i = 0; i < CHECK_COUNT; i++)
		ck_assert_msg(report.rows[i].status == TROUBLE_PASS, "%s: %s",
			      trouble_titles[i], report.rows[i].wording);
	ck_assert_int_eq(report.overall, TROUBLE_PASS);
}
END_TEST

START_TEST(a_step_that_did_not_run_is_never_good)
{
	struct trouble_report report;

	for (int i = _i; i < TRIAL_COUNT; i++)
		trial.steps[i].ran = false;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(report.rows[CHECK_SERVICE + _i].status,
			 TROUBLE_NOT_RUN);
	ck_assert_int_ge(report.overall, TROUBLE_WARN);
}
END_TEST

START_TEST(a_step_that_failed_fails_the_whole)
{
	struct trouble_report report;

	why_set(&trial.steps[_i].why, ERR_SERVER, "made up");
	trial.steps[_i].status = 500;
	for (int i = _i + 1; i < TRIAL_COUNT; i++)
		trial.steps[i].ran = false;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(report.overall, TROUBLE_FAIL);
	ck_assert_int_ne(report.rows[CHECK_FEEDS].status, TROUBLE_PASS);
}
END_TEST

static const struct {
	struct locator_health lookups;
	enum trouble_status status;
	const char *wording, *evidence;
} lookups[] = {
	{ { .used = false },
	  TROUBLE_PASS,
	  "Nothing was looked up with this account",
	  "not configured" },
	{ { .used = true },
	  TROUBLE_PASS,
	  "Nothing was looked up with this account",
	  "none yet" },
	{ { .used = true, .when = 1, .found = 2, .failed = 1 },
	  TROUBLE_PASS,
	  "Autodiscover finds mailboxes",
	  "2 found, 1 not" },
	{ { .used = true, .when = 1, .why = { ERR_GONE, "who?" } },
	  TROUBLE_PASS,
	  "Autodiscover finds mailboxes",
	  "0 found, 0 not" },
	{ { .used = true, .when = 1, .why = { ERR_LOGIN, "HTTP 401" } },
	  TROUBLE_WARN,
	  "Autodiscover does not find mailboxes",
	  "HTTP 401" },
	{ { .used = true, .when = 1, .elsewhere = { ERR_CONFIG, "x's" } },
	  TROUBLE_WARN,
	  "Autodiscover names a server that is no gateway",
	  "x's" },
};

START_TEST(lookups_are_judged_by_the_last_of_them)
{
	struct trouble_report report;
	const struct trouble_row *row = &report.rows[CHECK_LOOKUPS];

	facts.lookups = &lookups[_i].lookups;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(row->status, lookups[_i].status);
	ck_assert_int_eq(report.overall, lookups[_i].status);
	ck_assert_str_eq(row->wording, lookups[_i].wording);
	ck_assert_str_eq(row->evidence, lookups[_i].evidence);
}
END_TEST

START_TEST(no_certificate_but_a_verified_one_is_good)
{
	struct trouble_report report;

	judged.verdict = (enum tls_verdict)_i;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(report.overall == TROUBLE_PASS,
			 _i == TLS_VERDICT_VERIFIED);
	ck_assert_str_eq(report.rows[CHECK_TLS].id,
			 tls_verdict_row(judged.verdict)->id);
}
END_TEST

START_TEST(what_the_chain_lacks_is_evidence_and_changes_no_verdict)
{
	struct tls_issuers_result issuers = { .why = { .err = ERR_OK } };
	struct trouble_report report;
	const struct trouble_row *row = &report.rows[CHECK_TLS];

	issuers.fetched = tls_chain_new();
	why_set(&issuers.why, ERR_TIMEOUT, "http://ca.test/: no answer");
	judged.verdict = TLS_VERDICT_MISSING;
	facts.issuers = &issuers;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(row->status, TROUBLE_FAIL);
	ck_assert_str_eq(row->id, "F-11a");
	ck_assert_ptr_nonnull(
		strstr(row->evidence, "not fetched: http://ca.test/"));

	issuers.why = (struct why){ .err = ERR_OK };
	facts.issuers = NULL;
	trouble_judge(&facts, &report);
	ck_assert_ptr_null(strstr(row->evidence, "fetched"));
	tls_chain_free(&issuers.fetched);
}
END_TEST

START_TEST(users_who_cannot_be_read_where_the_probe_can_are_no_good)
{
	struct trouble_report report;

	facts.failing = 3;
	facts.live = (size_t)_i;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(report.overall, _i ? TROUBLE_WARN : TROUBLE_FAIL);
	ck_assert_int_eq(report.rows[CHECK_FEEDS].status, report.overall);
	ck_assert_str_eq(report.rows[CHECK_FEEDS].id, "F-20");
}
END_TEST

START_TEST(users_who_are_not_followed_yet_prove_nothing)
{
	struct trouble_report report;

	facts.pending = 1;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(report.rows[CHECK_FEEDS].status, TROUBLE_NOT_RUN);
	ck_assert_int_eq(report.overall, TROUBLE_WARN);
	facts.live = 1;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(report.overall, TROUBLE_PASS);
}
END_TEST

static const struct {
	enum trouble_ping ping;
	const char *evidence;
} pings[] = {
	{ PING_NOT_RUN, "port 443: refused" },
	{ PING_ANSWERED,
	  "port 443: refused; it answers ping, so the port is closed or "
	  "filtered" },
	{ PING_SILENT, "port 443: refused; nor does it answer ping" },
};

START_TEST(a_ping_is_evidence_and_changes_no_verdict)
{
	struct trouble_report report;

	probe.stage = TLS_PROBE_CONNECT;
	why_set(&probe.why, ERR_NETWORK, "refused");
	facts.ping = pings[_i].ping;
	trouble_judge(&facts, &report);
	ck_assert_str_eq(report.rows[CHECK_REACH].id, "F-02");
	ck_assert_int_eq(report.rows[CHECK_REACH].status, TROUBLE_FAIL);
	ck_assert_str_eq(report.rows[CHECK_REACH].evidence, pings[_i].evidence);
}
END_TEST

START_TEST(what_a_proxy_hides_is_not_called_good)
{
	struct trouble_report report;

	strcpy(settings.proxy, "http://proxy.test:3128");
	trouble_judge(&facts, &report);
	ck_assert_int_eq(report.rows[CHECK_TLS].status, TROUBLE_WARN);
	ck_assert_int_eq(report.rows[CHECK_EXPIRY].status, TROUBLE_NOT_RUN);
	ck_assert_int_eq(report.overall, TROUBLE_WARN);
}
END_TEST

START_TEST(an_expiry_ahead_is_warned_of)
{
	struct trouble_report report;

	facts.until = facts.now + 29 * 86400;
	trouble_judge(&facts, &report);
	ck_assert_int_eq(report.overall, TROUBLE_WARN);
	ck_assert_int_eq(report.rows[CHECK_EXPIRY].status, TROUBLE_WARN);
}
END_TEST

/* All that a report says in words of ours. */
static const char *const sayings[] = {
	"pass", "warn",     "fail",           "not run",
	"seen", "not seen", "not applicable", "cannot happen",
#define CHECK(name, title) title,
#include "module/trouble.def"
#define TROUBLE(name, check, id, status, wording, remedy, did) \
	wording, remedy, did,
#include "module/trouble_verdict.def"
#define TLS_VERDICT(name, id, wording, remedy) wording, remedy,
#include "base/tls_verdict.def"
#define KNOWN(id, kind, problem) problem,
#include "module/trouble_known.def"
#define USER_CHECK(name, title) title,
#define USER_TROUBLE(name, check, id, status, wording, remedy, did) \
	wording, remedy, did,
#include "module/trouble_user.def"
#define SYSTEM_CHECK(name, title) title,
#define SYSTEM_TROUBLE(name, check, id, status, wording, remedy, did) \
	wording, remedy, did,
#include "module/trouble_system.def"
};

START_TEST(nothing_that_is_said_lacks_japanese_words)
{
	const char *text = sayings[_i];

	if (*text)
		ck_assert_msg(strcmp(words("ja", text), text) != 0,
			      "po/ja.po has nothing for: %s", text);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, whole_gateway, NULL);
	TEST_ROWS(lookups_are_judged_by_the_last_of_them, lookups);
	TEST(only_proof_from_end_to_end_is_good);
	tcase_add_loop_test(the_case, a_step_that_did_not_run_is_never_good, 0,
			    TRIAL_COUNT);
	tcase_add_loop_test(the_case, a_step_that_failed_fails_the_whole, 0,
			    TRIAL_COUNT);
	tcase_add_loop_test(the_case, no_certificate_but_a_verified_one_is_good,
			    0, TLS_VERDICT_COUNT);
	TEST(what_the_chain_lacks_is_evidence_and_changes_no_verdict);
	tcase_add_loop_test(
		the_case,
		users_who_cannot_be_read_where_the_probe_can_are_no_good, 0, 2);
	TEST(users_who_are_not_followed_yet_prove_nothing);
	TEST_ROWS(a_ping_is_evidence_and_changes_no_verdict, pings);
	TEST(what_a_proxy_hides_is_not_called_good);
	TEST(an_expiry_ahead_is_warned_of);
	tcase_add_loop_test(the_case, nothing_that_is_said_lacks_japanese_words,
			    0, sizeof(sayings) / sizeof(sayings[0]));
}
