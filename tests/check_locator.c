/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "locator"
#include <stdio.h>
#include <string.h>

#include "base/metric.h"
#include "calendar/locator.h"
#include "tests/fake_discover.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

#define SVC  "https://x.org:443/autodiscover/autodiscover.svc"
#define XML  "https://x.org:443/autodiscover/autodiscover.xml"
#define SVC2 "https://autodiscover.x.org:443/autodiscover/autodiscover.svc"
#define HQ   DISCOVER_FOUND("https://mail.hq.net/EWS/Exchange.asmx")

static struct gateway *gateways[2];
static struct locator *locator;
static struct locating *searches[10];
static struct located last;
static int told;

static void on_located(const struct located *located, void *arg)
{
	struct locating **searchp = arg;

	*searchp = NULL;
	last = *located;
	told++;
}

static void gateway_make(int i, const char *text)
{
	struct gateway_settings settings;

	ck_assert_int_eq(gateway_parse(&settings, text, NULL), ERR_OK);
	ck_assert_int_eq(gateway_new(&gateways[i], &settings, NULL), ERR_OK);
}

static void configure(const char *fields)
{
	char text[300], *items[] = { text };
	const struct directive_list list = { items, 1 };

	snprintf(text, sizeof(text), "domains=x.org srv=no %s", fields);
	ck_assert_int_eq(locator_check(&list, NULL), ERR_OK);
	locator_change(locator, &list, gateways, 2);
}

static void setup(void)
{
	fake_loop_reset();
	fake_http_reset();
	metric_forget_all();
	gateway_make(0, "name=hq host=mail.hq.net");
	gateway_make(1, "name=br host=br.net aliases=*.in.br.net");
	locator = locator_new();
	told = 0;
	configure("gateway=hq plain=0");
}

static void teardown(void)
{
	locator_free(&locator);
	for (int i = 0; i < 2; i++)
		gateway_free(&gateways[i]);
	ck_assert_uint_eq(fake_http_open(), 0);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static void ask_as(int i, const char *address, bool urgent)
{
	searches[i] =
		locator_ask(locator, address, urgent, on_located, &searches[i]);
	fake_loop_pass_ms(0);
}

static void ask(int i, const char *address)
{
	ask_as(i, address, false);
}

/* The next question goes there, and this is the answer. */
static void answer(const char *url, int status, const char *body)
{
	struct http_request *request = fake_http_next();

	ck_assert_ptr_nonnull(request);
	ck_assert_str_eq(fake_http_url(request), url);
	if (status)
		fake_http_answer(request, status, body);
	else
		fake_http_fail(request, ERR_NETWORK);
	fake_loop_pass_ms(0);
}

START_TEST(what_is_found_is_told_once_and_remembered)
{
	ask(0, "ann@x.org");
	ck_assert_int_eq(told, 0);
	answer(SVC, 200, HQ);
	ck_assert_int_eq(told, 1);
	ck_assert_str_eq(last.grouping, "Site-1");
	ck_assert_str_eq(last.by, SVC);
	ck_assert(!last.elsewhere);
	ck_assert(!locator_wants(locator, "ann@x.org"));
	ck_assert_ptr_nonnull(locator_recall(locator, "ann@x.org"));
	ck_assert_int_eq(metric_get(METRIC_lookups_total, "remembered"), 1);
	ck_assert_int_eq(metric_get(METRIC_lookups_total, "found"), 1);
	fake_loop_pass(86400);
	ck_assert(locator_wants(locator, "ann@x.org"));
}
END_TEST

START_TEST(what_is_forgotten_is_asked_for_again)
{
	ask(0, "ann@x.org");
	answer(SVC, 200, HQ);
	locator_forget(locator, "ann@x.org");
	ck_assert_ptr_null(locator_recall(locator, "ann@x.org"));
	ck_assert(locator_wants(locator, "ann@x.org"));
}
END_TEST

START_TEST(other_domains_are_not_asked_about)
{
	ask(0, "ann@y.org");
	ck_assert_ptr_null(searches[0]);
	ck_assert(!locator_wants(locator, "ann@y.org"));
	ck_assert_ptr_null(
		locator_ask(NULL, "ann@x.org", false, on_located, NULL));
}
END_TEST

START_TEST(place_that_answered_is_asked_first_the_next_time)
{
	ask(0, "ann@x.org");
	answer(SVC, 404, "");
	answer(XML, 200, "no XML");
	answer(SVC2, 200, HQ);
	ask(1, "bob@x.org");
	answer(SVC2, 0, NULL);
	answer(SVC, 200, HQ);
	ask(0, "cat@x.org");
	answer(SVC, 200, HQ);
	ck_assert_int_eq(told, 3);
}
END_TEST

START_TEST(http_redirection_is_followed_and_judged)
{
	ask(0, "ann@x.org");
	fake_http_answer_header("Location", "https://evil.net/a.svc");
	answer(SVC, 302, "");
	fake_http_answer_header("Location", "https://br.net/a.svc");
	answer(XML, 302, "");
	answer("https://br.net/a.svc", 200, HQ);
	ck_assert_int_eq(last.why.err, ERR_OK);
}
END_TEST

START_TEST(plain_http_shows_no_password_and_is_no_answer)
{
	configure("gateway=hq plain=80");
	ask(0, "ann@x.org");
	answer(SVC, 0, NULL);
	answer(SVC2, 0, NULL);
	ck_assert_ptr_null(fake_http_sent(fake_http_next(), "Content-Type"));
	answer("http://autodiscover.x.org:80/autodiscover/autodiscover.xml",
	       200, HQ);
	ck_assert_int_eq(told, 1);
	ck_assert_int_eq(last.why.err, ERR_NETWORK);
}
END_TEST

static const struct {
	const char *url;
	bool elsewhere;
} sites[] = {
	{ "https://mail.hq.net/EWS/Exchange.asmx", false },
	{ "https://MAIL.hq.net:443/ews/exchange.asmx", false },
	{ "https://mail.hq.net:444/EWS/Exchange.asmx", true },
	{ "https://ex7.in.br.net/EWS/Exchange.asmx", false },
	{ "https://in.br.net/EWS/Exchange.asmx", true },
	{ "https://evil.net/EWS/Exchange.asmx", true },
	{ "nonsense", true },
};

START_TEST(server_that_is_no_gateway_is_said_to_be_elsewhere)
{
	char body[2000] = DISCOVER_FOUND("%s"), text[2000];
	char *place = strstr(body, "%s");

	*place = '\0';
	snprintf(text, sizeof(text), "%s%s%s", body, sites[_i].url, place + 2);
	ask(0, "ann@x.org");
	answer(SVC, 200, text);
	ck_assert_int_eq(last.why.err, ERR_OK);
	ck_assert_int_eq(last.elsewhere, sites[_i].elsewhere);
	ck_assert_int_eq(locator_health(locator, "hq").elsewhere.err != ERR_OK,
			 sites[_i].elsewhere);
}
END_TEST

START_TEST(refusal_is_believed_for_a_while)
{
	configure("gateway=hq plain=0 url=" SVC);
	ask(0, "ann@x.org");
	answer(SVC, 200, DISCOVER_ERROR("InvalidUser"));
	ck_assert_int_eq(last.why.err, ERR_GONE);
	ck_assert(!locator_wants(locator, "ann@x.org"));
	ask(1, "bob@x.org");
	answer(SVC, 200, HQ);
	fake_loop_pass(300);
	ck_assert(locator_wants(locator, "ann@x.org"));
}
END_TEST

static const struct {
	int status; /* 0: no connection */
	enum err err;
	unsigned rest_s;
} rests[] = {
	{ 0, ERR_NETWORK, 60 },
	{ 401, ERR_LOGIN, 900 },
	{ 503, ERR_THROTTLED, 60 },
};

START_TEST(domain_in_trouble_is_left_alone_for_a_while)
{
	configure("gateway=hq plain=0 url=" SVC);
	ask(0, "ann@x.org");
	answer(SVC, rests[_i].status, "");
	ck_assert_int_eq(last.why.err, rests[_i].err);
	fake_loop_pass(rests[_i].rest_s - 1);
	ask(1, "bob@x.org");
	ck_assert_ptr_null(fake_http_next());
	ck_assert_int_eq(told, 2);
	ck_assert_int_eq(last.why.err, rests[_i].err);
	fake_loop_pass(2);
	ask(2, "cat@x.org");
	answer(SVC, 200, HQ);
	ck_assert_int_eq(last.why.err, ERR_OK);
}
END_TEST

START_TEST(search_ends_when_nobody_answers)
{
	ask(0, "ann@x.org");
	fake_loop_pass(19);
	ck_assert_int_eq(told, 0);
	fake_loop_pass(1);
	ck_assert_int_eq(told, 1);
	ck_assert_int_eq(last.why.err, ERR_TIMEOUT);
}
END_TEST

START_TEST(no_more_are_sought_at_once_than_allowed)
{
	char address[20];

	configure("parallel=3 gateway=hq plain=0");
	for (int i = 0; i < 10; i++) {
		snprintf(address, sizeof(address), "u%d@x.org", i);
		ask(i, address);
	}
	fake_loop_pass_ms(0);
	ck_assert_uint_eq(fake_http_open(), 3);
	while (told < 10)
		answer(SVC, 200, HQ);
	ck_assert_uint_eq(fake_http_open_most(), 3);
}
END_TEST

START_TEST(watched_users_are_sought_first)
{
	configure("parallel=1 gateway=hq plain=0");
	ask(0, "first@x.org");
	ask(1, "unwatched@x.org");
	ask_as(2, "watched@x.org", true);
	answer(SVC, 200, HQ);
	ck_assert_ptr_nonnull(
		strstr(fake_http_body(fake_http_next()), ">watched@x.org<"));
	answer(SVC, 200, HQ);
	ck_assert_ptr_nonnull(
		strstr(fake_http_body(fake_http_next()), ">unwatched@x.org<"));
	answer(SVC, 200, HQ);
	ck_assert_int_eq(told, 3);
}
END_TEST

START_TEST(who_does_not_want_to_know_is_not_told)
{
	configure("parallel=1 gateway=hq plain=0");
	ask(0, "ann@x.org");
	ask(1, "bob@x.org");
	locating_cancel(&searches[0]);
	locating_cancel(&searches[0]);
	fake_loop_pass_ms(0);
	answer(SVC, 200, HQ);
	ck_assert_int_eq(told, 1);
	ask(2, "cat@x.org");
	ask(3, "dan@x.org");
	locating_cancel(&searches[3]);
	answer(SVC, 200, HQ);
	ck_assert_int_eq(told, 2);
}
END_TEST

START_TEST(who_waits_is_told_of_another_configuration)
{
	configure("parallel=1 gateway=hq plain=0");
	ask(0, "ann@x.org");
	ask(1, "bob@x.org");
	ask(2, "cat@x.org");
	configure("gateway=hq plain=0");
	ck_assert_int_eq(told, 0);
	ck_assert_uint_eq(fake_http_open(), 0);
	locating_cancel(&searches[2]);
	fake_loop_pass_ms(0);
	ck_assert_int_eq(told, 2);
	ck_assert_int_eq(last.why.err, ERR_CANCELLED);
}
END_TEST

START_TEST(memory_is_bounded_and_keeps_what_is_used)
{
	configure("kept=2 gateway=hq plain=0");
	ask(0, "ann@x.org");
	answer(SVC, 200, HQ);
	ask(0, "bob@x.org");
	answer(SVC, 200, HQ);
	ck_assert_ptr_nonnull(locator_recall(locator, "ann@x.org"));
	ask(0, "cat@x.org");
	answer(SVC, 200, HQ);
	ck_assert_ptr_null(locator_known(locator, "bob@x.org"));
	ck_assert_ptr_nonnull(locator_known(locator, "ann@x.org"));
}
END_TEST

START_TEST(domain_of_two_directives_is_refused)
{
	char one[] = "domains=x.org,y.org gateway=hq",
	     two[] = "domains=z.org,Y.org gateway=hq";
	char *items[] = { one, two };
	const struct directive_list list = { items, 2 };
	struct why why;

	ck_assert_int_eq(locator_check(&list, &why), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "Y.org is given twice"));
}
END_TEST

START_TEST(account_that_is_not_there_is_said)
{
	configure("gateway=gone plain=0");
	ask(0, "ann@x.org");
	ck_assert_int_eq(told, 1);
	ck_assert_str_eq(last.why.text, "no gateway is called gone");
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(what_is_found_is_told_once_and_remembered);
	TEST(what_is_forgotten_is_asked_for_again);
	TEST(other_domains_are_not_asked_about);
	TEST(place_that_answered_is_asked_first_the_next_time);
	TEST(http_redirection_is_followed_and_judged);
	TEST(plain_http_shows_no_password_and_is_no_answer);
	TEST_ROWS(server_that_is_no_gateway_is_said_to_be_elsewhere, sites);
	TEST(refusal_is_believed_for_a_while);
	TEST_ROWS(domain_in_trouble_is_left_alone_for_a_while, rests);
	TEST(search_ends_when_nobody_answers);
	TEST(no_more_are_sought_at_once_than_allowed);
	TEST(watched_users_are_sought_first);
	TEST(who_does_not_want_to_know_is_not_told);
	TEST(who_waits_is_told_of_another_configuration);
	TEST(memory_is_bounded_and_keeps_what_is_used);
	TEST(domain_of_two_directives_is_refused);
	TEST(account_that_is_not_there_is_said);
}
