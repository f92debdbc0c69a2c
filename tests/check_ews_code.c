/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ews_code"
#include "calendar/ews_code.h"
#include "tests/suite.h"

/* What a mailbox that moves, or whose server does, is answered with. */
static const struct {
	const char *code;
	enum remedy remedy;
} signals[] = {
	{ "ErrorMailboxMoveInProgress", REMEDY_RELOCATE },
	{ "ErrorConnectionFailed", REMEDY_RELOCATE },
	{ "ErrorProxyRequestNotAllowed", REMEDY_RELOCATE },
	{ "ErrorCrossSiteRequest", REMEDY_RELOCATE },
	{ "ErrorNoRespondingCASInDestinationSite", REMEDY_RELOCATE },
	{ "ErrorNoApplicableProxyCASServersAvailable", REMEDY_RELOCATE },
	{ "ErrorProxyServiceDiscoveryFailed", REMEDY_RELOCATE },
	{ "ErrorMultiLegacyMailboxAccess", REMEDY_RELOCATE },
	{ "ErrorIncorrectSchemaVersion", REMEDY_RELOCATE },
	{ "ErrorInvalidSchemaVersionForMailboxVersion", REMEDY_RELOCATE },
	{ "ErrorInvalidServerVersion", REMEDY_RELOCATE },
	{ "ErrorSubscriptionNotFound", REMEDY_RENEW },
	{ "ErrorInvalidSubscription", REMEDY_RENEW },
	{ "ErrorExpiredSubscription", REMEDY_RENEW },
	{ "ErrorReadEventsFailed", REMEDY_RENEW },
	{ "ErrorEventNotFound", REMEDY_RENEW },
	{ "ErrorInvalidWatermark", REMEDY_RENEW },
	{ "ErrorProxiedSubscriptionCallFailure", REMEDY_RENEW },
	{ "ErrorMailboxStoreUnavailable", REMEDY_RETRY },
	{ "ErrorMailboxFailover", REMEDY_RETRY },
	{ "ErrorMailboxLogonFailed", REMEDY_RETRY },
	{ "ErrorConnectionFailedTransientError", REMEDY_RETRY },
	{ "ErrorInternalServerTransientError", REMEDY_RETRY },
	{ "ErrorInternalServerError", REMEDY_RETRY },
	{ "ErrorOfAKindNobodyKnows", REMEDY_RETRY },
	{ "ErrorNonExistentMailbox", REMEDY_FORGET },
	{ "ErrorImpersonateUserDenied", REMEDY_OPERATOR },
	{ "ErrorAccessDenied", REMEDY_OPERATOR },
};

START_TEST(signal_of_a_move_leads_to_its_remedy)
{
	ck_assert_int_eq(err_remedy(ews_code_err(signals[_i].code)),
			 signals[_i].remedy);
}
END_TEST

static const struct {
	int status;
	const char *location;
	enum remedy remedy;
} answers[] = {
	{ 302, "/ews/genericerrorpage.htm?aspxerrorpath=/ews/exchange.asmx",
	  REMEDY_RETRY },
	{ 302, "https://gate.example.com/internalsite/x.asp", REMEDY_OPERATOR },
	{ 302, "https://mail.example.org/EWS/Exchange.asmx", REMEDY_RELOCATE },
	{ 307, "https://mail.example.org/EWS/Exchange.asmx", REMEDY_RELOCATE },
	{ 401, NULL, REMEDY_OPERATOR },
	{ 500, NULL, REMEDY_RETRY },
	{ 503, NULL, REMEDY_RETRY },
};

START_TEST(answer_without_soap_leads_to_its_remedy)
{
	struct why why;

	ck_assert_int_eq(err_remedy(ews_status_err(answers[_i].status,
						   answers[_i].location, &why)),
			 answers[_i].remedy);
}
END_TEST

START_TEST(versions_go_down_one_by_one_and_end)
{
	const char *version = "Exchange2016";
	unsigned steps = 0;

	while ((version = ews_version_below(version)))
		steps++;
	ck_assert_uint_eq(steps, 8);
	ck_assert(ews_version_reaches("Exchange2010_SP1", "Exchange2010_SP1"));
	ck_assert(!ews_version_reaches("Exchange2010", "Exchange2010_SP1"));
	ck_assert(!ews_version_reaches("Exchange5.5", "Exchange2007"));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(signal_of_a_move_leads_to_its_remedy, signals);
	TEST_ROWS(answer_without_soap_leads_to_its_remedy, answers);
	TEST(versions_go_down_one_by_one_and_end);
}
