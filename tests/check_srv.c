/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "srv"
#include <string.h>

#include "base/http_url.h"
#include "base/srv.h"
#include "tests/suite.h"

#define HEAD(code, answers) \
	"\x12\x34\x81" code "\x00\x01\x00" answers "\x00\x00\x00\x00"
#define QUESTION "\x01x\x03org\x00\x00\x21\x00\x01"
#define RECORD(len, rest) \
	"\xc0\x0c\x00\x21\x00\x01\x00\x00\x00\x3c\x00" len rest
#define A_443                          \
	"\x00\x0a\x00\x05\x01\xbb\x01" \
	"a\x00"
#define B_444                          \
	"\x00\x01\x00\x05\x01\xbc\x01" \
	"b\x00"
#define C_445                          \
	"\x00\x01\x00\x09\x01\xbd\x01" \
	"c\x00"
#define NONE        "\x00\x00\x00\x00\x01\xbb\x00"
#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *message;
	size_t len;
	enum err err;
	size_t count;
	const char *first;
	unsigned port;
} messages[] = {
	{ BYTES(HEAD("\x80", "\x01") QUESTION RECORD("\x09", A_443)), ERR_OK, 1,
	  "a", 443 },
	{ BYTES(HEAD("\x80", "\x03") QUESTION RECORD("\x09", A_443)
			RECORD("\x09", B_444) RECORD("\x09", C_445)),
	  ERR_OK, 3, "c", 445 },
	{ BYTES(HEAD("\x80", "\x01") QUESTION RECORD("\x07", NONE)), ERR_GONE,
	  0, "", 0 },
	{ BYTES(HEAD("\x83", "\x00") QUESTION), ERR_GONE, 0, "", 0 },
	{ BYTES(HEAD("\x82", "\x00") QUESTION), ERR_SERVER, 0, "", 0 },
	{ BYTES(HEAD("\x80", "\x01")
			QUESTION RECORD("\x04", "\x00\x0a\x00\x05")),
	  ERR_GONE, 0, "", 0 },
	{ BYTES(HEAD("\x80", "\x02") QUESTION RECORD("\x09", A_443)),
	  ERR_MALFORMED, 0, "", 0 },
	{ BYTES(HEAD("\x80", "\x01")
			QUESTION RECORD("\x08",
					"\x00\x0a\x00\x05\x01\xbb\xc0\x27")),
	  ERR_GONE, 0, "", 0 },
	{ BYTES("\x12"), ERR_MALFORMED, 0, "", 0 },
	{ BYTES(""), ERR_MALFORMED, 0, "", 0 },
};

START_TEST(message_names_its_best_target_first)
{
	struct srv_answer answer;

	ck_assert_int_eq(srv_read((const unsigned char *)messages[_i].message,
				  messages[_i].len, &answer, NULL),
			 messages[_i].err);
	if (messages[_i].err)
		return;
	ck_assert_uint_eq(answer.count, messages[_i].count);
	ck_assert_str_eq(answer.targets[0].host, messages[_i].first);
	ck_assert_uint_eq(answer.targets[0].port, messages[_i].port);
}
END_TEST

static const struct {
	const char *text;
	enum err err;
	bool tls;
	const char *host;
	unsigned port;
	const char *path;
} urls[] = {
	{ "https://A.org/x", ERR_OK, true, "a.org", 443, "/x" },
	{ "http://a.org:8080", ERR_OK, false, "a.org", 8080, "/" },
	{ "https://[2001:db8::1]:1/", ERR_OK, true, "[2001:db8::1]", 1, "/" },
	{ "https://u@a.org/", ERR_MALFORMED, false, "", 0, "" },
	{ "https://u:p@a.org/", ERR_MALFORMED, false, "", 0, "" },
	{ "ftp://a.org/", ERR_MALFORMED, false, "", 0, "" },
	{ "a.org", ERR_MALFORMED, false, "", 0, "" },
	{ "https://a b/", ERR_MALFORMED, false, "", 0, "" },
	{ "https://a.org:99999/", ERR_MALFORMED, false, "", 0, "" },
	{ "", ERR_MALFORMED, false, "", 0, "" },
};

START_TEST(url_is_taken_apart_or_refused)
{
	struct http_url url;

	ck_assert_int_eq(http_url_read(&url, urls[_i].text, NULL),
			 urls[_i].err);
	if (urls[_i].err)
		return;
	ck_assert_int_eq(url.tls, urls[_i].tls);
	ck_assert_str_eq(url.host, urls[_i].host);
	ck_assert_uint_eq(url.port, urls[_i].port);
	ck_assert_str_eq(url.path, urls[_i].path);
}
END_TEST

static const struct {
	const char *list, *host;
	bool listed;
} hosts[] = {
	{ "a.org, B.org", "b.ORG", true }, { "a.org", "x.a.org", false },
	{ "*.a.org", "x.a.org", true },    { "*.a.org", "y.x.a.org", true },
	{ "*.a.org", "a.org", false },     { "*.a.org", "xa.org", false },
	{ "*", "a.org", false },           { "*.", "a.", false },
	{ ",, ,", "a.org", false },        { "", "", false },
};

START_TEST(host_is_listed_by_name_or_domain)
{
	ck_assert_int_eq(http_host_listed(hosts[_i].list, hosts[_i].host),
			 hosts[_i].listed);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(message_names_its_best_target_first, messages);
	TEST_ROWS(url_is_taken_apart_or_refused, urls);
	TEST_ROWS(host_is_listed_by_name_or_domain, hosts);
}
