/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "autodiscover_read"
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/xml.h"
#include "calendar/autodiscover_read.h"
#include "calendar/autodiscover_write.h"
#include "tests/suite.h"

#define SOAP(user)                                                         \
	"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>" \
	"<s:Body><GetUserSettingsResponseMessage xmlns='http://schemas."   \
	"microsoft.com/exchange/2010/Autodiscover'><Response><ErrorCode>"  \
	"NoError</ErrorCode><UserResponses><UserResponse>" user            \
	"</UserResponse></UserResponses></Response>"                       \
	"</GetUserSettingsResponseMessage></s:Body></s:Envelope>"
#define SETTING(name, value)                              \
	"<UserSetting><Name>" name "</Name><Value>" value \
	"</Value></UserSetting>"
#define POX(inside)                                                                 \
	"<Autodiscover xmlns='http://schemas.microsoft.com/exchange/"               \
	"autodiscover/responseschema/2006'><Response xmlns='http://schemas."        \
	"microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'>" inside \
	"</Response></Autodiscover>"
#define ACCOUNT(inside) POX("<Account>" inside "</Account>")

enum { TROUBLE = ANSWER_TROUBLE };

static const struct {
	const char *body;
	int kind;
	enum err err;
	const char *text; /* target, external URL or begin of why */
} answers[] = {
	{ SOAP("<ErrorCode>NoError</ErrorCode><UserSettings>" SETTING(
		  "ExternalEwsUrl", "https://x/EWS") "</UserSettings>"),
	  ANSWER_FOUND, ERR_OK, "https://x/EWS" },
	{ SOAP("<ErrorCode>NoError</ErrorCode><UserSettings/>"), TROUBLE,
	  ERR_SERVER, "no EWS URL is named" },
	{ SOAP("<ErrorCode>RedirectAddress</ErrorCode><RedirectTarget>"
	       "a@b.org</RedirectTarget>"),
	  ANSWER_ADDRESS, ERR_OK, "a@b.org" },
	{ SOAP("<ErrorCode>RedirectUrl</ErrorCode><RedirectTarget>"
	       "https://b.org/x.svc</RedirectTarget>"),
	  ANSWER_URL, ERR_OK, "https://b.org/x.svc" },
	{ SOAP("<ErrorCode>RedirectUrl</ErrorCode><RedirectTarget/>"), TROUBLE,
	  ERR_MALFORMED, "redirected to nowhere" },
	{ SOAP("<ErrorCode>InvalidUser</ErrorCode>"
	       "<ErrorMessage>who?</ErrorMessage>"),
	  TROUBLE, ERR_GONE, "InvalidUser: who?" },
	{ SOAP("<ErrorCode>ServerBusy</ErrorCode>"), TROUBLE, ERR_THROTTLED,
	  "ServerBusy" },
	{ SOAP("<ErrorCode>Whatever</ErrorCode>"), TROUBLE, ERR_SERVER,
	  "Whatever" },
	{ SOAP(""), TROUBLE, ERR_SERVER, "no code" },
	{ "<s:Envelope xmlns:s='x'><s:Body><s:Fault><faultcode>s:Server"
	  "</faultcode><faultstring>no</faultstring></s:Fault></s:Body>"
	  "</s:Envelope>",
	  TROUBLE, ERR_SERVER, "no code: no" },
	{ "<s:Envelope xmlns:s='x'><s:Body/></s:Envelope>", TROUBLE,
	  ERR_MALFORMED, "no answer of Autodiscover" },
	{ ACCOUNT("<Action>settings</Action><Protocol><Type>EXPR</Type>"
		  "<EwsUrl>https://out/EWS</EwsUrl></Protocol>"),
	  ANSWER_FOUND, ERR_OK, "https://out/EWS" },
	{ ACCOUNT("<Protocol><Type>EXHTTP</Type><ASUrl>https://as/EWS</ASUrl>"
		  "</Protocol>"),
	  ANSWER_FOUND, ERR_OK, "https://as/EWS" },
	{ ACCOUNT("<Protocol><Type>WEB</Type></Protocol>"), TROUBLE, ERR_SERVER,
	  "no EWS URL is named" },
	{ ACCOUNT("<Action>redirectAddr</Action>"
		  "<RedirectAddr>a@b.org</RedirectAddr>"),
	  ANSWER_ADDRESS, ERR_OK, "a@b.org" },
	{ ACCOUNT("<Action>redirectUrl</Action>"
		  "<RedirectUrl>https://b.org/y.xml</RedirectUrl>"),
	  ANSWER_URL, ERR_OK, "https://b.org/y.xml" },
	{ POX("<Error><ErrorCode>500</ErrorCode><Message>none</Message>"
	      "</Error>"),
	  TROUBLE, ERR_GONE, "500: none" },
	{ POX("<Error><ErrorCode>600</ErrorCode></Error>"), TROUBLE, ERR_CONFIG,
	  "600" },
	{ POX(""), TROUBLE, ERR_MALFORMED, "no answer of Autodiscover" },
	{ "<html><body>Hello</body></html>", TROUBLE, ERR_MALFORMED,
	  "no answer of Autodiscover" },
	{ "not XML", TROUBLE, ERR_MALFORMED, "no answer of Autodiscover" },
	{ "", TROUBLE, ERR_MALFORMED, "no answer of Autodiscover" },
};

START_TEST(answer_of_either_form_is_a_value)
{
	struct autodiscover_answer answer;
	const char *text;

	autodiscover_read(answers[_i].body, strlen(answers[_i].body), &answer);
	ck_assert_int_eq(answer.kind, answers[_i].kind);
	ck_assert_int_eq(answer.why.err, answers[_i].err);
	text = answer.kind == ANSWER_TROUBLE ? answer.why.text
	       : answer.kind == ANSWER_FOUND ? answer.located.external
					     : answer.target;
	ck_assert_msg(!strncmp(text, answers[_i].text,
			       strlen(answers[_i].text)),
		      "%s", text);
}
END_TEST

static void check_all(const struct located *located)
{
	ck_assert_str_eq(located->internal, "https://in/EWS");
	ck_assert_str_eq(located->server, "ex1");
	ck_assert_str_eq(located->grouping, "Site-1");
}

START_TEST(all_settings_are_kept)
{
	static const char soap[] = SOAP(
		"<ErrorCode>NoError</ErrorCode><UserSettings>" SETTING(
			"InternalEwsUrl", "https://in/EWS")
			SETTING("InternalMailboxServer",
				"ex1") SETTING("GroupingInformation", "Site-1")
				SETTING("ExternalEwsVersion", "15.01.2507.000")
					SETTING("CasVersion", "14.3.1.0")
						SETTING("Other",
							"x") "</UserSettings>");
	static const char pox[] = ACCOUNT(
		"<Protocol><Type>EXCH</Type><Server>ex1</Server>"
		"<EwsUrl>https://in/EWS</EwsUrl><GroupingInformation>Site-1"
		"</GroupingInformation><ServerVersion>73C189CB</ServerVersion>"
		"</Protocol><Protocol><Type>EXPR</Type></Protocol>");
	struct autodiscover_answer answer;

	autodiscover_read(soap, strlen(soap), &answer);
	check_all(&answer.located);
	ck_assert_str_eq(answer.located.version, "15.01.2507.000");
	autodiscover_read(pox, strlen(pox), &answer);
	check_all(&answer.located);
	ck_assert_str_eq(answer.located.version, "15.01.2507");
}
END_TEST

START_TEST(what_is_too_long_is_left_out_or_refused)
{
	struct buf body = BUF(1 << 20);
	struct autodiscover_answer answer;
	char *name = x_zalloc(700);

	memset(name, 'a', 699);
	name[699] = '\0';
	buf_print(&body,
		  ACCOUNT("<Protocol><Type>EXPR</Type><EwsUrl>https://%s/"
			  "</EwsUrl></Protocol>"),
		  name);
	autodiscover_read(buf_text(&body), body.len, &answer);
	ck_assert_int_eq(answer.why.err, ERR_SERVER);
	body.len = 0;
	buf_print(&body,
		  ACCOUNT("<Action>redirectUrl</Action><RedirectUrl>https://%s"
			  "</RedirectUrl>"),
		  name);
	autodiscover_read(buf_text(&body), body.len, &answer);
	ck_assert_int_eq(answer.why.err, ERR_MALFORMED);
	body.len = 0;
	for (int i = 0; i < 400; i++)
		buf_print(&body, "<!--%s-->", name);
	buf_print(&body, ACCOUNT("<Protocol><Type>EXPR</Type><EwsUrl>"
				 "https://x/</EwsUrl></Protocol>"));
	autodiscover_read(buf_text(&body), body.len, &answer);
	ck_assert_int_eq(answer.kind, ANSWER_TROUBLE);
	buf_free(&body);
	free(name);
}
END_TEST

struct seen {
	const char *path, *text;
	bool found;
};

static void look(const struct xml_node *root, void *arg)
{
	struct seen *seen = arg;

	seen->found = !strcmp(xml_path_text(root, seen->path), seen->text);
}

static const struct {
	bool soap;
	const char *path, *text;
} questions[] = {
	{ true, "Header/To", "https://x/a.svc" },
	{ true, "Header/RequestedServerVersion", "Exchange2010" },
	{ true, "Body/GetUserSettingsRequestMessage/Request/Users/User/Mailbox",
	  "a&b@x.org" },
	{ false, "Request/EMailAddress", "a&b@x.org" },
};

START_TEST(questions_name_whom_they_are_about)
{
	struct seen seen = { questions[_i].path, questions[_i].text, false };
	struct buf out = BUF(AUTODISCOVER_REQUEST_MAX);

	if (questions[_i].soap)
		autodiscover_write_soap(&out, "https://x/a.svc", "a&b@x.org");
	else
		autodiscover_write_pox(&out, "a&b@x.org");
	ck_assert_int_eq(xml_read(buf_text(&out), out.len, NULL, look, &seen,
				  NULL),
			 ERR_OK);
	ck_assert(seen.found);
	buf_free(&out);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(answer_of_either_form_is_a_value, answers);
	TEST(all_settings_are_kept);
	TEST(what_is_too_long_is_left_out_or_refused);
	TEST_ROWS(questions_name_whom_they_are_about, questions);
}
