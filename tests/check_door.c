/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "door"
#include <stdlib.h>
#include <string.h>

#include "sip/listen.h"
#include "sip/mime.h"
#include "sip/rate.h"
#include "sip/sane.h"
#include "sip/uri.h"
#include "sip/who.h"
#include "tests/suite.h"

static const struct {
	const char *params;
	bool sane, lr;
} params[] = {
	{ NULL, true, false },
	{ "lr", true, true },
	{ "lr=on;transport=tcp", true, true },
	{ "lrx", false, false },
	{ "a=b;LRX", false, false },
	{ "transports", false, false },
	{ "gr=lrx", true, false },
};

START_TEST(parameters_that_trip_the_stack_are_seen)
{
	ck_assert_int_eq(sane_params(params[_i].params), params[_i].sane);
	if (params[_i].sane)
		ck_assert_int_eq(sane_params_has(params[_i].params, "lr"),
				 params[_i].lr);
}
END_TEST

static const struct {
	const char *text, *entity; /* NULL: malformed */
} uris[] = {
	{ "sip:Ann@Example.ORG:5060;transport=tcp", "sip:ann@example.org" },
	{ "SIPS:ann@example.org", "sip:ann@example.org" },
	{ "ann@example.org", "sip:ann@example.org" },
	{ "mailto:%41nn@example.org", "sip:ann@example.org" },
	{ "sip:a%40b@example.org", "sip:a%40b@example.org" },
	{ "sip:ann:pw@example.org", "sip:ann@example.org" },
	{ "sip:ann@[2001:DB8::1]:5060", "sip:ann@[2001:db8::1]" },
	{ "sip:example.org", NULL },
	{ "sip:@example.org", NULL },
	{ "sip:a%0@example.org", NULL },
	{ "sip:a<b@example.org", NULL },
	{ "sip:ann@", NULL },
	{ "sip:ann@exa mple", NULL },
	{ "sip::pw@example.org", NULL },
	{ "sip:ann@[2001:db8::1", NULL },
	{ "sip:ann@exa]mple", NULL },
	{ "sip:ann@[]", NULL },
};

START_TEST(addresses_are_reduced_to_what_names_somebody)
{
	char entity[ENTITY_SIZE];
	enum err err = uri_entity(entity, uris[_i].text, NULL);

	ck_assert_int_eq(err, uris[_i].entity ? ERR_OK : ERR_MALFORMED);
	if (uris[_i].entity)
		ck_assert_str_eq(entity, uris[_i].entity);
}
END_TEST

static const struct {
	const char *watcher, *entity;
	bool may;
} pairs[] = {
	{ "sip:ann@a.org", "sip:bob@a.org", true },
	{ "sip:ann@b.org", "sip:bob@a.org", false },
	{ "sip:ann@ally.org", "sip:bob@a.org", true },
	{ "sip:one@c.org", "sip:bob@a.org", true },
	{ "sip:two@c.org", "sip:bob@a.org", false },
	{ "sip:eve@a.org", "sip:bob@a.org", false },
	{ "sip:eve@a.org", "sip:eve@a.org", true },
	{ "sip:bad@ally.org", "sip:bob@a.org", false },
};

START_TEST(watchers_are_let_in_or_not)
{
	char *allow_lines[] = { (char[]){ "*@ally.org" },
				(char[]){ "one@c.org" } };
	char *deny_lines[] = { (char[]){ "eve@a.org" },
			       (char[]){ "sip:bad@ally.org" } };
	struct directive_list allow = { allow_lines, 2 };
	struct directive_list deny = { deny_lines, 2 };

	ck_assert_int_eq(who_may_watch(&allow, &deny, pairs[_i].watcher,
				       pairs[_i].entity),
			 pairs[_i].may);
}
END_TEST

static const struct {
	const char *type, *boundary, *body;
	const char *found; /* NULL: nothing */
} bodies[] = {
	{ "application/pidf+xml", NULL, "<p/>", "<p/>" },
	{ "text/plain", NULL, "<p/>", NULL },
	{ "multipart/related", "\"b\"",
	  "pre\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\n"
	  "content-type: application/pidf+xml; charset=utf-8\r\n\r\n"
	  "<p/>\r\n--b--\r\n",
	  "<p/>" },
	{ "multipart/mixed", "b",
	  "--b\nContent-Type: application/pidf+xml\n\n<p/>\n--b--", "<p/>" },
	{ "multipart/mixed", "b",
	  "--b\r\nContent-Type: application/pidf+xml\r\n"
	  "Content-Encoding: gzip\r\n\r\nx\r\n--b--",
	  NULL },
	{ "multipart/mixed", "b",
	  "--b\r\nContent-Type: application/pidf+xml\r\n\r\n<p/>", NULL },
	{ "multipart/mixed", "b", "--b", NULL },
	{ "multipart/mixed", "b", "--b\r\n--b--", NULL },
	{ "multipart/mixed", NULL, "--b\r\n--b--", NULL },
};

START_TEST(the_part_we_can_read_is_found)
{
	struct mime_part part = { 0 };

	ck_assert_int_eq(mime_find(&part, bodies[_i].type, bodies[_i].boundary,
				   bodies[_i].body, strlen(bodies[_i].body),
				   MIME_PIDF),
			 bodies[_i].found != NULL);
	if (bodies[_i].found) {
		ck_assert_uint_eq(part.body_bytes, strlen(bodies[_i].found));
		ck_assert_mem_eq(part.body, bodies[_i].found, part.body_bytes);
	}
}
END_TEST

static const struct {
	const char *text, *host;
	unsigned port; /* 0: refused */
} listens[] = {
	{ "udp:192.0.2.1:5060", "192.0.2.1", 5060 },
	{ "tls:[2001:db8::1]:5061", "2001:db8::1", 5061 },
	{ "tcp:localhost:5060", NULL, 0 },
	{ "sctp:192.0.2.1:5060", NULL, 0 },
	{ "udp:192.0.2.1", NULL, 0 },
	{ "udp:192.0.2.1:70000", NULL, 0 },
	{ "udp:", NULL, 0 },
};

START_TEST(listen_addresses_are_read)
{
	char *line = strdup(listens[_i].text);
	struct directive_list list = { &line, 1 };
	struct listen out[LISTENERS_MAX];
	size_t count;
	enum err err = listen_read(out, &count, &list, NULL);

	ck_assert_int_eq(err, listens[_i].port ? ERR_OK : ERR_CONFIG);
	if (listens[_i].port) {
		ck_assert_str_eq(out[0].host, listens[_i].host);
		ck_assert_uint_eq(out[0].port, listens[_i].port);
	}
	free(line);
}
END_TEST

START_TEST(a_source_gets_so_many_a_second)
{
	struct rate *rate = rate_new(3);

	for (int i = 0; i < 3; i++)
		ck_assert(rate_take(rate, "192.0.2.1", 1000));
	ck_assert(!rate_take(rate, "192.0.2.1", 1000));
	ck_assert(rate_take(rate, "192.0.2.2", 1000));
	ck_assert(!rate_take(rate, "192.0.2.1", 1300));
	ck_assert(rate_take(rate, "192.0.2.1", 1400));
	rate_free(&rate);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(parameters_that_trip_the_stack_are_seen, params);
	TEST_ROWS(addresses_are_reduced_to_what_names_somebody, uris);
	TEST_ROWS(watchers_are_let_in_or_not, pairs);
	TEST_ROWS(the_part_we_can_read_is_found, bodies);
	TEST_ROWS(listen_addresses_are_read, listens);
	TEST(a_source_gets_so_many_a_second);
}
