/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "gateway"
#include <stdlib.h>
#include <string.h>

#include "calendar/gateway.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static const struct {
	const char *text;
	enum err err;
	const char *why;
} texts[] = {
	{ "name=hq host=mail.example.com", ERR_OK, "" },
	{ "host=mail.example.com", ERR_CONFIG, "gateway without a name" },
	{ "name=hq", ERR_CONFIG, "gateway hq: host is missing" },
	{ "name=hq host=http://x/", ERR_CONFIG,
	  "gateway hq: host http://x/ is no name or address" },
	{ "name=hq host=x path=EWS", ERR_CONFIG,
	  "gateway hq: path EWS: want a leading /" },
	{ "name=hq host=x type=imap", ERR_CONFIG,
	  "gateway hq: there is no type imap, only ews" },
	{ "name=hq host=x auth=magic", ERR_CONFIG,
	  "gateway hq: auth magic: want any, basic, ntlm, negotiate or oauth" },
	{ "name=hq host=x stream=90s", ERR_CONFIG,
	  "gateway hq: stream 90 s: want whole minutes" },
};

START_TEST(gateway_is_accepted_or_explained)
{
	struct gateway_settings settings;
	struct why why = { .err = ERR_OK };

	ck_assert_int_eq(gateway_parse(&settings, texts[_i].text, &why),
			 texts[_i].err);
	ck_assert_str_eq(why.text, texts[_i].why);
}
END_TEST

static struct gateway *make(const char *text, enum err err, struct why *why)
{
	struct gateway_settings settings;
	struct gateway *gateway = NULL;

	fake_loop_reset();
	fake_http_reset();
	ck_assert_int_eq(gateway_parse(&settings, text, NULL), ERR_OK);
	ck_assert_int_eq(gateway_new(&gateway, &settings, why), err);
	return gateway;
}

START_TEST(secret_comes_from_its_place)
{
	struct gateway *gateway;

	setenv("DAYMARK_TEST_SECRET", "one", 1);
	gateway = make(
		"name=hq host=x account=svc secret=env:DAYMARK_TEST_SECRET",
		ERR_OK, NULL);
	ck_assert_str_eq(fake_http_secret(), "one");
	setenv("DAYMARK_TEST_SECRET", "two", 1);
	ck_assert_int_eq(gateway_renew_secret(gateway,
					      gateway_settings(gateway)->secret,
					      NULL),
			 ERR_OK);
	ck_assert_str_eq(fake_http_secret(), "two");
	gateway_free(&gateway);
}
END_TEST

START_TEST(secret_that_is_not_there_is_named_by_its_place)
{
	struct why why;

	make("name=hq host=x secret=file:/nonexistent", ERR_CONFIG, &why);
	ck_assert_str_eq(why.text,
			 "secret file /nonexistent: No such file or directory");
}
END_TEST

START_TEST(password_in_the_configuration_is_refused_and_not_repeated)
{
	struct gateway_settings settings;
	struct why why;

	ck_assert_int_eq(gateway_parse(&settings,
				       "name=hq host=x secret=hunter2", &why),
			 ERR_CONFIG);
	ck_assert_ptr_null(strstr(why.text, "hunter2"));
}
END_TEST

static const struct {
	const char *host, *url;
} urls[] = {
	{ "mail.example.com",
	  "https://mail.example.com:443/EWS/Exchange.asmx" },
	{ "2001:db8::1", "https://[2001:db8::1]:443/EWS/Exchange.asmx" },
};

START_TEST(url_is_made_of_the_fields)
{
	char text[100] = "name=hq host=";
	struct gateway *gateway;

	strcat(text, urls[_i].host);
	gateway = make(text, ERR_OK, NULL);
	ck_assert_str_eq(gateway_url(gateway), urls[_i].url);
	gateway_free(&gateway);
}
END_TEST

START_TEST(domains_say_whom_it_serves)
{
	struct gateway *gateway =
		make("name=hq host=x domains=\"a.org, b.org\"", ERR_OK, NULL);

	ck_assert_int_eq(gateway_match(gateway, "x@B.org"), GATEWAY_NAMED);
	ck_assert_int_eq(gateway_match(gateway, "x@bb.org"), GATEWAY_OTHERS);
	ck_assert(!gateway_serves(gateway, "x"));
	gateway_free(&gateway);
	gateway = make("name=hq host=x", ERR_OK, NULL);
	ck_assert_int_eq(gateway_match(gateway, "x@b.org"), GATEWAY_ANYBODY);
	gateway_free(&gateway);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(gateway_is_accepted_or_explained, texts);
	TEST(secret_comes_from_its_place);
	TEST(secret_that_is_not_there_is_named_by_its_place);
	TEST(password_in_the_configuration_is_refused_and_not_repeated);
	TEST_ROWS(url_is_made_of_the_fields, urls);
	TEST(domains_say_whom_it_serves);
}
