/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "autodiscover_plan"
#include <stdio.h>
#include <string.h>

#include "calendar/autodiscover_plan.h"
#include "tests/suite.h"

static struct autodiscover_settings settings;
static struct autodiscover_plan plan;

static void begin(const char *fields, const char *known)
{
	char text[300];

	snprintf(text, sizeof(text), "domains=x.org gateway=hq %s", fields);
	ck_assert_int_eq(autodiscover_parse(&settings, text, NULL), ERR_OK);
	plan_begin(&plan, &settings, "mail.hq.net,*.cloud.net", "ann@x.org",
		   known);
}

static void fails(enum err err)
{
	struct why why;

	why_set(&why, err, "%s", err_name(err));
	plan_failed(&plan, &why);
}

/* err: how each place fails; the places that are asked, in short. */
static const struct {
	const char *fields, *known;
	enum err err;
	const char *places;
} ways[] = {
	{ "", "", ERR_SERVER,
	  "https://x.org:443/autodiscover/autodiscover.svc "
	  "https://x.org:443/autodiscover/autodiscover.xml "
	  "https://autodiscover.x.org:443/autodiscover/autodiscover.svc "
	  "https://autodiscover.x.org:443/autodiscover/autodiscover.xml "
	  "http://autodiscover.x.org:80/autodiscover/autodiscover.xml "
	  "_autodiscover._tcp.x.org " },
	{ "plain=0 srv=no", "", ERR_NETWORK,
	  "https://x.org:443/autodiscover/autodiscover.svc "
	  "https://autodiscover.x.org:443/autodiscover/autodiscover.svc " },
	{ "plain=0 srv=no", "https://k.x.org/a.xml", ERR_NETWORK,
	  "https://k.x.org/a.xml "
	  "https://x.org:443/autodiscover/autodiscover.svc "
	  "https://autodiscover.x.org:443/autodiscover/autodiscover.svc " },
	{ "url=https://y.org/a.svc", "https://k.x.org/a.xml", ERR_SERVER,
	  "https://y.org/a.svc " },
};

START_TEST(places_are_asked_in_their_order)
{
	char asked[2000] = "";

	begin(ways[_i].fields, ways[_i].known);
	while (plan.ask != ASK_OVER) {
		strcat(asked, plan.url);
		strcat(asked, " ");
		fails(ways[_i].err);
	}
	ck_assert_str_eq(asked, ways[_i].places);
	ck_assert_int_eq(plan.why.err, ways[_i].err);
}
END_TEST

static const struct {
	const char *url;
	const char *why; /* "" followed */
} urls[] = {
	{ "https://x.org/other/autodiscover.svc", "" },
	{ "https://deep.x.org:8443/a.xml", "" },
	{ "https://MAIL.hq.net/a.svc", "" },
	{ "https://eu.cloud.net/a.svc", "" },
	{ "https://cloud.net/a.svc", "that host is not allowed" },
	{ "http://x.org/a.svc", "only https is followed" },
	{ "https://evil.net/a.svc", "that host is not allowed" },
	{ "https://evilx.org/a.svc", "that host is not allowed" },
	{ "https://x.org.evil.net/a.svc", "that host is not allowed" },
	{ "https://x.org@evil.net/a.svc", "that is no URL" },
	{ "https://evil.net#@x.org/a.svc", "that host is not allowed" },
	{ "https://evil.net\\@x.org/a.svc", "that is no URL" },
	{ "ftp://x.org/a.svc", "that is no URL" },
	{ "/owa/", "that is no URL" },
	{ "", "that is no URL" },
};

START_TEST(redirection_is_followed_only_where_a_password_may_go)
{
	begin("", "");
	plan_redirect_url(&plan, urls[_i].url);
	if (!*urls[_i].why) {
		ck_assert_str_eq(plan.url, urls[_i].url);
		return;
	}
	ck_assert_int_eq(plan.why.err, ERR_DENIED);
	ck_assert_msg(!strncmp(plan.why.text, urls[_i].why,
			       strlen(urls[_i].why)),
		      "%s", plan.why.text);
	ck_assert_str_eq(plan.url,
			 "https://x.org:443/autodiscover/autodiscover.xml");
}
END_TEST

static const struct {
	const char *address, *url, *why;
} addresses[] = {
	{ "bob@x.org", "https://x.org:443/autodiscover/autodiscover.svc", "" },
	{ "ann@t.cloud.net",
	  "https://t.cloud.net:443/autodiscover/autodiscover.svc", "" },
	{ "ann@evil.net", "https://x.org:443/autodiscover/autodiscover.xml",
	  "that domain is not allowed" },
	{ "ann@x.org", "https://x.org:443/autodiscover/autodiscover.xml",
	  "that is a loop" },
	{ "ANN@X.ORG", "https://x.org:443/autodiscover/autodiscover.xml",
	  "that is a loop" },
	{ "ann", "https://x.org:443/autodiscover/autodiscover.xml",
	  "that is no address" },
	{ "ann@x.org/evil", "https://x.org:443/autodiscover/autodiscover.xml",
	  "that is no address" },
};

START_TEST(other_address_is_asked_about_at_its_own_places)
{
	begin("", "");
	plan_redirect_address(&plan, addresses[_i].address);
	ck_assert_str_eq(plan.url, addresses[_i].url);
	ck_assert_msg(!strncmp(plan.why.text, addresses[_i].why,
			       strlen(addresses[_i].why)),
		      "%s", plan.why.text);
}
END_TEST

START_TEST(loop_ends)
{
	begin("plain=0 srv=no", "");
	plan_redirect_url(&plan, "https://a.x.org/a.svc");
	plan_redirect_url(&plan, "https://b.x.org/a.svc");
	plan_redirect_url(&plan, "https://A.x.org/a.svc");
	ck_assert_int_eq(plan.why.err, ERR_DENIED);
	ck_assert_str_eq(plan.url,
			 "https://x.org:443/autodiscover/autodiscover.xml");
}
END_TEST

START_TEST(chain_without_end_ends)
{
	int followed = 0;

	begin("url=https://x.org/a.svc", "");
	for (; plan.ask != ASK_OVER && followed < 100; followed++) {
		char url[100];

		snprintf(url, sizeof(url), "https://x.org/%d.svc", followed);
		plan_redirect_url(&plan, url);
	}
	ck_assert_int_le(followed, PLAN_REDIRECTIONS_MAX + 1);
	ck_assert_int_eq(plan.why.err, ERR_DENIED);
}
END_TEST

START_TEST(form_follows_the_name)
{
	begin("", "");
	ck_assert_int_eq(plan.ask, ASK_SOAP);
	plan_redirect_url(&plan, "https://x.org/a.xml");
	ck_assert_int_eq(plan.ask, ASK_POX);
	plan_redirect_url(&plan, "https://x.org/a.svc");
	ck_assert_int_eq(plan.ask, ASK_SOAP);
	plan_redirect_url(&plan, "https://x.org/whatever");
	ck_assert_int_eq(plan.ask, ASK_SOAP);
}
END_TEST

START_TEST(srv_record_leads_where_a_redirection_may)
{
	const struct srv_target good = { .host = "a.x.org", .port = 444 };
	const struct srv_target bad = { .host = "a.evil.net", .port = 443 };

	begin("", "");
	plan_redirect_srv(&plan, &good);
	ck_assert_str_eq(plan.url,
			 "https://a.x.org:444/autodiscover/autodiscover.xml");
	begin("", "");
	plan_redirect_srv(&plan, &bad);
	ck_assert_int_eq(plan.why.err, ERR_DENIED);
}
END_TEST

START_TEST(failure_that_says_most_is_kept)
{
	begin("", "");
	fails(ERR_NETWORK);
	fails(ERR_GONE);
	fails(ERR_SERVER);
	ck_assert_int_eq(plan.why.err, ERR_GONE);
}
END_TEST

static const struct {
	const char *text, *why;
} directives[] = {
	{ "domains=x.org gateway=hq", "" },
	{ "gateway=hq", "domains is missing" },
	{ "domains=x.org", "gateway is missing: whose account asks?" },
	{ "domains=x.org gateway=hq url=http://x.org/a.svc",
	  "url http://x.org/a.svc: want https://.../autodiscover.svc or .xml" },
	{ "domains=x.org gateway=hq url=https://x.org/",
	  "url https://x.org/: want https://.../autodiscover.svc or .xml" },
	{ "domains=x.org gateway=hq resolver=dns",
	  "dns is no IPv4 address of a DNS server: want 192.0.2.1 or "
	  "192.0.2.1:53" },
	{ "domains=x.org gateway=hq resolver=127.0.0.1:5353", "" },
	{ "domains=x.org gateway=hq resolver=127.0.0.1:0",
	  "127.0.0.1:0 is no IPv4 address of a DNS server: want 192.0.2.1 or "
	  "192.0.2.1:53" },
};

START_TEST(directive_is_accepted_or_explained)
{
	struct why why = { .err = ERR_OK };

	autodiscover_parse(&settings, directives[_i].text, &why);
	ck_assert_str_eq(why.text, directives[_i].why);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(places_are_asked_in_their_order, ways);
	TEST_ROWS(redirection_is_followed_only_where_a_password_may_go, urls);
	TEST_ROWS(other_address_is_asked_about_at_its_own_places, addresses);
	TEST(loop_ends);
	TEST(chain_without_end_ends);
	TEST(form_follows_the_name);
	TEST(srv_record_leads_where_a_redirection_may);
	TEST(failure_that_says_most_is_kept);
	TEST_ROWS(directive_is_accepted_or_explained, directives);
}
