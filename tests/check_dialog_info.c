/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "dialog_info"
#include <string.h>

#include "sip/dialog_info.h"
#include "tests/suite.h"

#define INFO(inside)                                                          \
	"<?xml version=\"1.0\"?>\n"                                           \
	"<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" "          \
	"version=\"0\" state=\"full\" entity=\"sip:ann@example.com\">" inside \
	"</dialog-info>"
#define CALL(state)                                                            \
	"<dialog id=\"a\" call-id=\"c\" direction=\"initiator\"><state>" state \
	"</state><remote><identity>sip:bob@example.com</identity>"             \
	"</remote></dialog>"

static const struct {
	const char *body;
	enum err err;
	bool talking;
} rows[] = {
	{ INFO(""), ERR_OK, false },
	{ INFO(CALL("trying")), ERR_OK, false },
	{ INFO(CALL("proceeding")), ERR_OK, false },
	{ INFO(CALL("early")), ERR_OK, false },
	{ INFO(CALL("confirmed")), ERR_OK, true },
	{ INFO(CALL("terminated")), ERR_OK, false },
	{ INFO(CALL("terminated") CALL("confirmed")), ERR_OK, true },
	{ INFO("<dialog id=\"a\"><state event=\"remote-bye\" code=\"200\">"
	       "confirmed</state></dialog>"),
	  ERR_OK, true },
	{ INFO("<dialog id=\"a\"/>"), ERR_OK, false },
	{ "<x:dialog-info xmlns:x=\"urn:ietf:params:xml:ns:dialog-info\">"
	  "<x:dialog><x:state>confirmed</x:state></x:dialog></x:dialog-info>",
	  ERR_OK, true },
	{ "<dialog-info><dialog><state>confirmed</state></dialog>"
	  "</dialog-info>",
	  ERR_MALFORMED, false },
	{ "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\"/>", ERR_MALFORMED,
	  false },
	{ "confirmed", ERR_MALFORMED, false },
};

START_TEST(who_has_a_confirmed_call_is_on_the_phone)
{
	struct claim claim;
	bool talking;

	ck_assert_int_eq(dialog_info_read(&claim, &talking, rows[_i].body,
					  strlen(rows[_i].body), NULL),
			 rows[_i].err);
	ck_assert_int_eq(talking, rows[_i].talking);
	ck_assert_int_eq(claim.source, CLAIM_PHONE);
	ck_assert_int_eq(claim.state, STATE_PHONE);
	ck_assert_int_eq(claim.until, 0);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(who_has_a_confirmed_call_is_on_the_phone, rows);
}
