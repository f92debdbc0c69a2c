/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "server"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "sip/server.h"
#include "tests/suite.h"

enum { STEPS = 200, STEP_MS = 10 };

static struct server *server;
static struct server_settings settings;
static int client, watchers;
static unsigned client_port, server_port;
static char message[8192];

static void on_watched(const char *entity, int delta, void *arg)
{
	(void)arg;
	ck_assert_str_eq(entity, "sip:bob@example.test");
	watchers += delta;
}

static const struct server_handlers handlers = { .watched = on_watched };

static int bound(unsigned *port)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(name);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert(!bind(fd, (struct sockaddr *)&name, len));
	getsockname(fd, (struct sockaddr *)&name, &len);
	*port = ntohs(name.sin_port);
	return fd;
}

static void apply(const char *name, const char *value)
{
	struct why why;

	ck_assert_int_eq(directive_apply(&server_table, &settings, name, value,
					 &why),
			 ERR_OK);
}

static void setup(void)
{
	char listen[64];
	struct why why;
	int fd = bound(&server_port);

	close(fd);
	client = bound(&client_port);
	watchers = 0;
	ck_assert_int_eq(loop_open(NULL, &why), ERR_OK);
	directive_defaults(&server_table, &settings);
	snprintf(listen, sizeof(listen), "udp:127.0.0.1:%u", server_port);
	apply("listen", listen);
	apply("domain", "example.test");
	apply("anonymous", "yes");
	ck_assert_int_eq(server_new(&server, &settings, &handlers, NULL, &why),
			 ERR_OK);
}

static void teardown(void)
{
	server_free(&server);
	directive_free(&server_table, &settings);
	loop_close();
	close(client);
}

static void say(const char *text)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons((uint16_t)server_port) };

	sendto(client, text, strlen(text), 0, (struct sockaddr *)&to,
	       sizeof(to));
}

/* Runs the loop until the client has a message that begins so. */
static bool heard(const char *begin)
{
	for (int i = 0; i < STEPS; i++) {
		ssize_t len = recv(client, message, sizeof(message) - 1,
				   MSG_DONTWAIT);

		if (len > 0) {
			message[len] = '\0';
			if (!strncmp(message, begin, strlen(begin)))
				return true;
		}
		loop_step(STEP_MS);
	}

	return false;
}

static const char *line_of(const char *name)
{
	static char line[512];
	const char *at = strstr(message, name);

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\r"), at);
	return line;
}

static void answer_notify(void)
{
	char text[4096] = "SIP/2.0 200 OK\r\n";
	static const char *const names[] = { "Via:", "From:", "To:", "Call-ID:",
					     "CSeq:" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		strcat(text, line_of(names[i]));
		strcat(text, "\r\n");
	}
	strcat(text, "Content-Length: 0\r\n\r\n");
	say(text);
}

static void subscribe(const char *watcher)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "SUBSCRIBE sip:bob@example.test SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK%.3s;rport\r\n"
		 "Max-Forwards: 70\r\nFrom: <sip:%s>;tag=t\r\n"
		 "To: <sip:bob@example.test>\r\nCall-ID: %s\r\n"
		 "CSeq: 1 SUBSCRIBE\r\nContact: <sip:c@127.0.0.1:%u>\r\n"
		 "Event: presence\r\nExpires: 600\r\nContent-Length: 0\r\n\r\n",
		 client_port, watcher, watcher, watcher, client_port);
	say(text);
}

static void watch(const char *watcher)
{
	subscribe(watcher);
	ck_assert(heard("SIP/2.0 200"));
	ck_assert(heard("NOTIFY "));
	answer_notify();
	loop_step(STEP_MS);
}

START_TEST(who_is_denied_by_a_new_configuration_watches_no_more)
{
	struct why why;

	watch("ann@here.test");
	watch("eve@there.test");
	ck_assert_int_eq(watchers, 2);

	apply("deny", "*@there.test");
	ck_assert_int_eq(server_reload(server, &settings, &why), ERR_OK);
	ck_assert_int_eq(watchers, 1);
	ck_assert(heard("NOTIFY "));
	ck_assert_ptr_nonnull(strstr(message, "eve@there.test"));
	ck_assert_ptr_nonnull(strstr(message, "terminated;reason=rejected"));
	answer_notify();

	server_publish(server, "sip:bob@example.test", "<p/>", 4);
	ck_assert(heard("NOTIFY "));
	ck_assert_ptr_nonnull(strstr(message, "ann@here.test"));
	ck_assert_ptr_nonnull(strstr(message, "\r\n\r\n<p/>"));
	answer_notify();
}
END_TEST

static const struct {
	const char *name, *value;
} broken[] = {
	{ "accounts", "/nonexistent/accounts" },
	{ "min_expires", "3600s" },
};

START_TEST(a_broken_configuration_changes_nothing)
{
	struct why why;

	watch("ann@here.test");
	apply(broken[_i].name, broken[_i].value);
	apply("max_expires", "60s");
	ck_assert_int_ne(server_reload(server, &settings, &why), ERR_OK);
	ck_assert_str_ne(why.text, "");
	ck_assert_int_eq(watchers, 1);
	watch("bea@here.test");
	ck_assert_int_eq(watchers, 2);
}
END_TEST

START_TEST(what_is_only_prepared_changes_nothing)
{
	struct server_change *change;
	struct why why;

	watch("ann@here.test");
	apply("deny", "*@here.test");
	ck_assert_int_eq(server_prepare(&change, server, &settings, &why),
			 ERR_OK);
	server_change_free(&change);
	ck_assert_int_eq(watchers, 1);
	watch("bea@here.test");
	ck_assert_int_eq(watchers, 2);

	ck_assert_int_eq(server_prepare(&change, server, &settings, &why),
			 ERR_OK);
	server_apply(server, &change);
	ck_assert_ptr_null(change);
	ck_assert_int_eq(watchers, 0);
}
END_TEST

START_TEST(a_port_in_use_is_named)
{
	struct server *second;
	struct why why;

	ck_assert_int_eq(server_new(&second, &settings, &handlers, NULL, &why),
			 ERR_NETWORK);
	ck_assert_ptr_null(second);
	ck_assert_ptr_nonnull(strstr(why.text, "udp:127.0.0.1:"));
}
END_TEST

START_TEST(what_is_withdrawn_is_over_for_its_watchers)
{
	struct server_facts facts;

	watch("ann@here.test");
	server_withdraw(server, "sip:bob@example.test");
	ck_assert_int_eq(watchers, 0);
	ck_assert(heard("NOTIFY "));
	ck_assert_ptr_nonnull(strstr(message, "terminated;reason=noresource"));
	answer_notify();
	for (int i = 0; i < 5; i++)
		loop_step(STEP_MS);
	server_facts(server, &facts);
	ck_assert_uint_eq(facts.subscriptions, 0);
	ck_assert_uint_eq(facts.in_flight, 0);
	ck_assert_uint_eq(facts.notifies, 2);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(who_is_denied_by_a_new_configuration_watches_no_more);
	TEST_ROWS(a_broken_configuration_changes_nothing, broken);
	TEST(what_is_only_prepared_changes_nothing);
	TEST(a_port_in_use_is_named);
	TEST(what_is_withdrawn_is_over_for_its_watchers);
}
