/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "trouble_trial"
#include <string.h>

#include "calendar/ews_code.h"
#include "tests/suite.h"
#include "tests/whole_gateway.h"

/* The step answers so and what comes after it is not run. */
static void answers(enum trial_step step, int status, const char *code,
		    const char *location)
{
	struct why *why = &trial.steps[step].why;

	trial.steps[step].status = status;
	if (code)
		why_set(why, ews_code_err(code), "%s: as Exchange says", code);
	else
		ews_status_err(status, location, why);
	for (int i = (int)step + 1; i < TRIAL_COUNT; i++)
		trial.steps[i].ran = false;
}

/* What a server answers at a step, and what it is called by the catalogue. */
static const struct {
	enum trial_step step;
	int status;
	const char *code, *location;
	enum trouble_check check;
	const char *id, *wording, *remedy; /* some words of it */
} known[] = {
	/* F-19: the account. */
	{ TRIAL_LOGIN, 456, NULL, NULL, CHECK_LOGIN, "F-19", "Login refused",
	  "Check the form of the name" },
	{ TRIAL_LOGIN, 500, "ErrorPasswordExpired", NULL, CHECK_LOGIN, "F-19",
	  "The account's password has expired", "gateways secret" },
	{ TRIAL_LOGIN, 500, "ErrorPasswordChangeRequired", NULL, CHECK_LOGIN,
	  "F-19", "The account's password has expired", "gateways secret" },
	{ TRIAL_LOGIN, 500, "ErrorAccountDisabled", NULL, CHECK_LOGIN, "F-19",
	  "The account is disabled", "Enable the account" },
	/* M-19b: its rights. */
	{ TRIAL_IMPERSONATE, 500, "ErrorImpersonateUserDenied", NULL,
	  CHECK_IMPERSONATION, "M-19b",
	  "Logged in, but not allowed to impersonate",
	  "ApplicationImpersonation" },
	{ TRIAL_IMPERSONATE, 500, "ErrorImpersonationDenied", NULL,
	  CHECK_IMPERSONATION, "M-19b",
	  "Logged in, but not allowed to impersonate",
	  "ms-Exch-EPI-Impersonation" },
	{ TRIAL_IMPERSONATE, 500, "ErrorImpersonationFailed", NULL,
	  CHECK_IMPERSONATION, "M-19b",
	  "Logged in, but not allowed to impersonate",
	  "ApplicationImpersonation" },
	{ TRIAL_READ, 200, "ErrorAccessDenied", NULL, CHECK_READ, "M-19b",
	  "The calendar may not be read", "access to the calendar" },
	{ TRIAL_READ, 200, "ErrorNoFreeBusyAccess", NULL, CHECK_READ, "M-19b",
	  "The calendar may not be read", "access to the calendar" },
	/* F-20: the mailbox is elsewhere. */
	{ TRIAL_READ, 200, "ErrorMailboxMoveInProgress", NULL, CHECK_READ,
	  "F-20", "The mailbox is on another server", "Add a gateway" },
	{ TRIAL_READ, 200, "ErrorConnectionFailed", NULL, CHECK_READ, "F-20",
	  "The mailbox is on another server", "Add a gateway" },
	{ TRIAL_READ, 200, "ErrorProxyRequestNotAllowed", NULL, CHECK_READ,
	  "F-20", "The mailbox is on another server", "Add a gateway" },
	{ TRIAL_SUBSCRIBE, 200, "ErrorProxyRequestNotAllowed", NULL,
	  CHECK_SUBSCRIPTION, "F-20", "The mailbox is on another server",
	  "Add a gateway" },
	{ TRIAL_NOTIFY, 200, "ErrorSubscriptionNotFound", NULL,
	  CHECK_NOTIFICATION, "F-20", "The subscription was lost at once",
	  "load balancer" },
	{ TRIAL_NOTIFY, 200, "ErrorReadEventsFailed", NULL, CHECK_NOTIFICATION,
	  "F-20", "The subscription was lost at once", "load balancer" },
	{ TRIAL_OFFER, 302, NULL, "https://other.example.com/EWS/Exchange.asmx",
	  CHECK_SERVICE, "F-20", "Redirected to another server or path",
	  "host and path" },
	{ TRIAL_READ, 307, NULL, "https://other.example.com/EWS/Exchange.asmx",
	  CHECK_SERVICE, "F-20", "Redirected to another server or path",
	  "host and path" },
	/* F-21: the user is gone. */
	{ TRIAL_IMPERSONATE, 500, "ErrorNonExistentMailbox", NULL,
	  CHECK_IMPERSONATION, "F-21", "There is no such mailbox", "probe" },
	{ TRIAL_IMPERSONATE, 500, "ErrorMailRecipientNotFound", NULL,
	  CHECK_IMPERSONATION, "F-21", "There is no such mailbox", "probe" },
	{ TRIAL_IMPERSONATE, 500, "ErrorAccountDisabled", NULL,
	  CHECK_IMPERSONATION, "F-21", "The probe mailbox's owner is disabled",
	  "account is enabled" },
	/* F-26, F-27: what stands before the service. */
	{ TRIAL_OFFER, 302, NULL, "https://mail.example.com/owa/",
	  CHECK_SERVICE, "F-26", "Redirected to /owa or another page",
	  "must not be redirected to /owa" },
	{ TRIAL_OFFER, 503, NULL, NULL, CHECK_SERVICE, "F-26",
	  "Service unavailable", "not redirected to /owa" },
	{ TRIAL_LOGIN, 503, NULL, NULL, CHECK_SERVICE, "F-26",
	  "Service unavailable", "not redirected to /owa" },
	{ TRIAL_OFFER, 440, NULL, NULL, CHECK_SERVICE, "F-27",
	  "A login form stands before the service", "forms-based" },
	{ TRIAL_LOGIN, 401, NULL, NULL, CHECK_LOGIN, "F-27",
	  "Login refused, and the account names no domain", "DOMAIN\\user" },
	/* M-32, M-33: too much, or a bad moment. */
	{ TRIAL_READ, 500, "ErrorServerBusy", NULL, CHECK_THROTTLING, "M-32",
	  "The server asks us to slow down", "EwsMaxConcurrency" },
	{ TRIAL_SUBSCRIBE, 200, "ErrorExceededSubscriptionCount", NULL,
	  CHECK_THROTTLING, "M-32", "The server asks us to slow down",
	  "EwsMaxSubscriptions" },
	{ TRIAL_NOTIFY, 200, "ErrorExceededConnectionCount", NULL,
	  CHECK_THROTTLING, "M-32", "The server asks us to slow down",
	  "EwsMaxConcurrency" },
	{ TRIAL_LOGIN, 429, NULL, NULL, CHECK_THROTTLING, "M-32",
	  "The server asks us to slow down", "EwsMaxConcurrency" },
	{ TRIAL_OFFER, 502, NULL, NULL, CHECK_SERVICE, "M-33",
	  "The server fails", "event log" },
	{ TRIAL_IMPERSONATE, 500, "ErrorADUnavailable", NULL, CHECK_READ,
	  "M-33", "The server has trouble that passes", "domain controller" },
	{ TRIAL_READ, 200, "ErrorInternalServerTransientError", NULL,
	  CHECK_READ, "M-33", "The server has trouble that passes", "Wait" },
	{ TRIAL_READ, 200, "ErrorMailboxFailover", NULL, CHECK_READ, "M-33",
	  "The server has trouble that passes", "Wait" },
	{ TRIAL_SUBSCRIBE, 200, "ErrorTimeoutExpired", NULL, CHECK_SUBSCRIPTION,
	  "M-33", "The server has trouble that passes", "Wait" },
	{ TRIAL_NOTIFY, 200, "ErrorMailboxStoreUnavailable", NULL,
	  CHECK_NOTIFICATION, "M-33", "The server has trouble that passes",
	  "Wait" },
	/* M-34, M-35: not told the way that the configuration names. */
	{ TRIAL_SUBSCRIBE, 200, "ErrorInvalidPushSubscriptionUrl", NULL,
	  CHECK_SUBSCRIPTION, "M-34",
	  "The server refuses this kind of subscription",
	  "gateway's callback" },
	{ TRIAL_SUBSCRIBE, 500, "ErrorInvalidServerVersion", NULL,
	  CHECK_SUBSCRIPTION, "M-35",
	  "The server does not know this kind of subscription",
	  "Exchange 2010 SP1" },
	{ TRIAL_READ, 500, "ErrorSchemaValidation", NULL, CHECK_READ, "M-35",
	  "The server understands no schema version of ours",
	  "Exchange 2007 is the oldest" },
	/* M-36: refused by policy, wherever it is said. */
	{ TRIAL_OFFER, 403, NULL, NULL, CHECK_SERVICE, "M-36",
	  "Refused by policy", "type graph" },
	{ TRIAL_LOGIN, 403, NULL, NULL, CHECK_SERVICE, "M-36",
	  "Refused by policy", "EwsAllowedAppIDs" },
	{ TRIAL_IMPERSONATE, 403, NULL, NULL, CHECK_SERVICE, "M-36",
	  "Refused by policy", "EwsAllowedAppIDs" },
	{ TRIAL_SUBSCRIBE, 403, NULL, NULL, CHECK_SERVICE, "M-36",
	  "Refused by policy", "EwsAllowedAppIDs" },
	/* F-17: none of these. */
	{ TRIAL_READ, 200, "ErrorUnheardOf", NULL, CHECK_READ, "F-17", "Failed",
	  "code and the text" },
	{ TRIAL_SUBSCRIBE, 200, "ErrorUnheardOf", NULL, CHECK_SUBSCRIPTION,
	  "F-17", "Subscription refused", "code and the text" },
	{ TRIAL_OFFER, 404, NULL, NULL, CHECK_SERVICE, "F-17",
	  "There is no such path", "/EWS/Exchange.asmx" },
};

START_TEST(a_known_problem_is_recognised_from_the_answer_with_its_own_remedy)
{
	struct trouble_report report;
	const struct trouble_row *row = &report.rows[known[_i].check];

	strcpy(settings.account, "svc");
	answers(known[_i].step, known[_i].status, known[_i].code,
		known[_i].location);
	trouble_judge(&facts, &report);
	ck_assert_str_eq(row->id, known[_i].id);
	ck_assert_int_eq(row->status, TROUBLE_FAIL);
	ck_assert_str_eq(row->wording, known[_i].wording);
	ck_assert_msg(strstr(row->remedy, known[_i].remedy) != NULL, "%s",
		      row->remedy);
	ck_assert_msg(strstr(row->evidence,
			     known[_i].code ? known[_i].code : "HTTP ") != NULL,
		      "%s", row->evidence);
	for (int i = 0; i < CHECK_COUNT; i++)
		ck_assert_msg(report.rows[i].status < TROUBLE_WARN ||
				      &report.rows[i] == row,
			      "and %s", report.rows[i].wording);
}
END_TEST

START_TEST(an_answer_that_does_not_come_is_the_services_silence)
{
	const enum trial_step step = (enum trial_step)_i;
	struct trouble_report report;

	trial.steps[step].status = 401;
	why_set(&trial.steps[step].why, ERR_TIMEOUT, "no answer in time");
	for (int i = _i + 1; i < TRIAL_COUNT; i++)
		trial.steps[i].ran = false;
	trouble_judge(&facts, &report);
	ck_assert_str_eq(report.rows[CHECK_SERVICE].id, "F-16");
	ck_assert_str_eq(report.rows[CHECK_SERVICE].evidence,
			 "no answer in time");
}
END_TEST

START_TEST(an_account_that_names_its_domain_is_not_asked_for_it)
{
	static const char *const accounts[] = { "CORP\\svc", "svc@corp.test" };
	struct trouble_report report;

	strcpy(settings.account, accounts[_i]);
	answers(TRIAL_LOGIN, 401, NULL, NULL);
	trouble_judge(&facts, &report);
	ck_assert_str_eq(report.rows[CHECK_LOGIN].id, "F-19");
	ck_assert_str_eq(report.rows[CHECK_LOGIN].wording, "Login refused");
}
END_TEST

/* How a trial went by each way, and what the row of notifications says. */
static const struct {
	const char *way;
	bool worse, blocked, seen;
	enum err err;
	enum trouble_status status;
	const char *id, *wording, *remedy;
} ways[] = {
	{ "streaming", false, false, true, ERR_OK, TROUBLE_PASS, "F-24",
	  "A change was announced", "" },
	{ "push", false, false, true, ERR_OK, TROUBLE_PASS, "F-24",
	  "A change was announced", "" },
	{ "pull", false, false, true, ERR_OK, TROUBLE_PASS, "F-24",
	  "A change was announced", "" },
	{ "poll", false, false, true, ERR_OK, TROUBLE_PASS, "F-24",
	  "Calendars are read at intervals, as configured", "" },
	{ "poll", false, false, false, ERR_OK, TROUBLE_PASS, "F-24",
	  "Calendars are read at intervals, as configured", "" },
	{ "streaming", false, false, false, ERR_OK, TROUBLE_WARN, "M-19c",
	  "The way is open; no change was made to prove it", "probe" },
	{ "pull", true, false, true, ERR_OK, TROUBLE_WARN, "M-35",
	  "Changes come a slower way: the server or the configuration has no "
	  "better one",
	  "Exchange 2010 SP1" },
	{ "poll", true, true, true, ERR_OK, TROUBLE_WARN, "M-34",
	  "Changes come a slower way: a better one does not get through",
	  "callback" },
	{ "push", true, true, false, ERR_OK, TROUBLE_WARN, "M-34",
	  "Changes come a slower way: a better one does not get through",
	  "callback" },
	{ "streaming", false, false, false, ERR_TIMEOUT, TROUBLE_FAIL, "M-34",
	  "No notification came", "load balancer" },
	{ "push", false, false, false, ERR_TIMEOUT, TROUBLE_FAIL, "M-34",
	  "The call-back is blocked", "Open the port" },
	{ "pull", false, false, false, ERR_TIMEOUT, TROUBLE_FAIL, "M-34",
	  "The test item did not appear", "event log" },
	{ "poll", false, false, false, ERR_TIMEOUT, TROUBLE_FAIL, "M-34",
	  "The test item did not appear", "event log" },
	{ "streaming", false, false, false, ERR_DENIED, TROUBLE_WARN, "M-19c",
	  "The way is open; the test item was refused", "write" },
};

START_TEST(green_is_the_best_way_with_proof_and_every_other_says_why_not)
{
	struct trouble_report report;
	const struct trouble_row *row = &report.rows[CHECK_NOTIFICATION];

	trial.way = ways[_i].way;
	trial.worse = ways[_i].worse;
	trial.blocked = ways[_i].blocked;
	trial.item_seen = ways[_i].seen;
	if (ways[_i].worse)
		strcpy(trial.lacks, "streaming: not here");
	if (ways[_i].err)
		why_set(&trial.steps[TRIAL_NOTIFY].why, ways[_i].err,
			"made up");
	trouble_judge(&facts, &report);
	ck_assert_int_eq(row->status, ways[_i].status);
	ck_assert_str_eq(row->id, ways[_i].id);
	ck_assert_str_eq(row->wording, ways[_i].wording);
	ck_assert_ptr_nonnull(strstr(row->remedy, ways[_i].remedy));
	ck_assert_int_eq(report.overall, ways[_i].status);
	ck_assert_int_eq(trouble_proves(&trial),
			 !ways[_i].err && (ways[_i].seen ||
					   !strcmp(ways[_i].way, "poll")));
	if (!ways[_i].err)
		ck_assert_ptr_nonnull(strstr(row->evidence, trial.lacks));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, whole_gateway, NULL);
	TEST_ROWS(
		a_known_problem_is_recognised_from_the_answer_with_its_own_remedy,
		known);
	tcase_add_loop_test(
		the_case, an_answer_that_does_not_come_is_the_services_silence,
		TRIAL_LOGIN, TRIAL_NOTIFY);
	tcase_add_loop_test(
		the_case, an_account_that_names_its_domain_is_not_asked_for_it,
		0, 2);
	TEST_ROWS(green_is_the_best_way_with_proof_and_every_other_says_why_not,
		  ways);
}
