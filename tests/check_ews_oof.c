/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ews_oof"
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "calendar/ews_oof.h"
#include "tests/suite.h"

#define ANSWER(inside)                                                       \
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">" \
	"<s:Body><GetUserOofSettingsResponse xmlns=\"http://schemas."        \
	"microsoft.com/exchange/services/2006/messages\">" inside            \
	"</GetUserOofSettingsResponse></s:Body></s:Envelope>"
#define GOOD                                                        \
	"<ResponseMessage ResponseClass=\"Success\"><ResponseCode>" \
	"NoError</ResponseCode></ResponseMessage>"
#define SETTINGS(state, from, until)                                        \
	"<OofSettings xmlns=\"http://schemas.microsoft.com/exchange/"       \
	"services/2006/types\"><OofState>" state "</OofState><Duration>"    \
	"<StartTime>" from "</StartTime><EndTime>" until "</EndTime>"       \
	"</Duration><InternalReply><Message>gone</Message></InternalReply>" \
	"</OofSettings><AllowExternalOof>All</AllowExternalOof>"

static const struct {
	const char *body;
	enum err err;
	const char *says;
} rows[] = {
	{ ANSWER(GOOD SETTINGS("Disabled", "2026-09-17T00:00:00",
			       "2026-09-18T00:00:00")),
	  ERR_OK, "off" },
	{ ANSWER(GOOD SETTINGS("Enabled", "2026-09-17T00:00:00",
			       "2026-09-18T00:00:00")),
	  ERR_OK, "on" },
	{ ANSWER(GOOD SETTINGS("Scheduled", "2026-09-17T08:00:00",
			       "2026-09-18T00:00:00Z")),
	  ERR_OK, "2026-09-17T08:00:00Z 2026-09-18T00:00:00Z" },
	{ ANSWER(GOOD SETTINGS("Scheduled", "2026-09-17T10:00:00+02:00",
			       "2026-09-18T00:00:00")),
	  ERR_OK, "2026-09-17T08:00:00Z 2026-09-18T00:00:00Z" },
	{ ANSWER(GOOD SETTINGS("Scheduled", "2026-09-17T08:00:00",
			       "2026-09-17T08:00:00")),
	  ERR_OK, "off" },
	{ ANSWER(GOOD SETTINGS("Scheduled", "soon", "2026-09-17T08:00:00")),
	  ERR_MALFORMED, "" },
	{ ANSWER(GOOD SETTINGS("Maybe", "", "")), ERR_MALFORMED, "" },
	{ ANSWER(GOOD), ERR_MALFORMED, "" },
	{ ANSWER(""), ERR_MALFORMED, "" },
	{ ANSWER("<ResponseMessage ResponseClass=\"Error\"><MessageText>no"
		 "</MessageText><ResponseCode>ErrorAccessDenied"
		 "</ResponseCode></ResponseMessage>"),
	  ERR_DENIED, "" },
	{ "<a/>", ERR_MALFORMED, "" },
};

static struct replies replies;
static struct ews_trouble trouble;
static enum err err;

static void on_root(const struct xml_node *root, void *arg)
{
	(void)arg;
	err = ews_read_oof(root, &replies, &trouble);
}

START_TEST(answer_says_whether_and_when)
{
	char from[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE], says[80] = "off";

	trouble = (struct ews_trouble){ .backoff_ms = 0 };
	ck_assert_int_eq(xml_read(rows[_i].body, strlen(rows[_i].body),
				  &xml_limits_default, on_root, NULL, NULL),
			 ERR_OK);
	ck_assert_int_eq(err, rows[_i].err);
	ck_assert_int_eq(trouble.why.err, rows[_i].err);
	if (err)
		return;
	if (replies.on && replies.until)
		snprintf(says, sizeof(says), "%s %s",
			 clock_text(from, replies.from),
			 clock_text(until, replies.until));
	else if (replies.on)
		strcpy(says, "on");
	ck_assert_str_eq(says, rows[_i].says);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(answer_says_whether_and_when, rows);
}
