/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "monitor"
#include "module/monitor.h"
#include "tests/suite.h"

static const struct {
	const char *name, *text;
	bool good;
} places[] = {
	{ "nothing listens nowhere", "", true },
	{ "loopback", "127.0.0.1:9746", true },
	{ "another loopback", "127.0.0.2:1", true },
	{ "loopback of IPv6", "[::1]:9746", true },
	{ "any address", "0.0.0.0:65535", true },
	{ "any address of IPv6", "[::]:9746", true },
	{ "a name", "localhost:9746", false },
	{ "no port", "127.0.0.1", false },
	{ "empty port", "127.0.0.1:", false },
	{ "port 0", "127.0.0.1:0", false },
	{ "port too high", "127.0.0.1:65536", false },
	{ "only a port", "9746", false },
	{ "colon and port", ":9746", false },
	{ "IPv6 without brackets", "::1:9746", false },
	{ "IPv4 in brackets", "[127.0.0.1]:9746", false },
	{ "no address at all", "1.2.3:80", false },
	{ "something behind it", "127.0.0.1:9746/metrics", false },
	{ "something before it", "http://127.0.0.1:9746", false },
};

START_TEST(place_is_accepted_or_explained)
{
	struct why why = { .err = ERR_OK };
	enum err err = monitor_check(places[_i].text, &why);

	ck_assert_int_eq(err, places[_i].good ? ERR_OK : ERR_CONFIG);
	if (err)
		ck_assert_ptr_nonnull(strstr(why.text, "127.0.0.1:9746"));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(place_is_accepted_or_explained, places);
}
