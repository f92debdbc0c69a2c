/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "callback"
#include <arpa/inet.h>

#include "calendar/callback.h"
#include "tests/suite.h"

static const struct {
	const char *list;
	const char *peer;
	bool allowed;
} rows[] = {
	{ "", "192.0.2.1", true },
	{ " , ", "192.0.2.1", true },
	{ "192.0.2.1", "192.0.2.1", true },
	{ "192.0.2.1", "192.0.2.2", false },
	{ "198.51.100.7, 192.0.2.0/24", "192.0.2.200", true },
	{ "192.0.2.0/25", "192.0.2.200", false },
	{ "192.0.2.0/33", "192.0.2.1", false },
	{ "0.0.0.0/0", "203.0.113.9", true },
	{ "0.0.0.0/0", "2001:db8::1", false },
	{ "2001:db8::/32", "2001:db8:1::1", true },
	{ "2001:db8::/32", "2001:db9::1", false },
	{ "192.0.2.1", "::ffff:192.0.2.1", true },
	{ "exchange.example.com", "192.0.2.1", false },
};

START_TEST(who_may_call_back_is_listed)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	const void *peer = &v4;

	if (inet_pton(AF_INET, rows[_i].peer, &v4.sin_addr) != 1) {
		peer = &v6;
		ck_assert_int_eq(inet_pton(AF_INET6, rows[_i].peer,
					   &v6.sin6_addr),
				 1);
	}

	ck_assert_int_eq(callback_allows(rows[_i].list, peer),
			 rows[_i].allowed);
}
END_TEST

START_TEST(who_has_no_address_is_not_listed)
{
	ck_assert(!callback_allows("192.0.2.1", NULL));
	ck_assert(callback_allows("", NULL));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(who_may_call_back_is_listed, rows);
	TEST(who_has_no_address_is_not_listed);
}
