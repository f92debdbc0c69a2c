/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "feed"
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/metric.h"
#include "calendar/feed.h"
#include "calendar/window.h"
#include "tests/fake_discover.h"
#include "tests/fake_ews.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static struct gateway *gateways[3];
static struct locator *locator;
static struct feed *feed;
static int changes;
static enum err closed;

static void on_changed(const struct timeline *timeline, void *arg)
{
	(void)arg;
	ck_assert_ptr_eq(timeline, feed_timeline(feed));
	changes++;
}

static void on_closed(const struct why *why, void *arg)
{
	(void)arg;
	closed = why->err;
	feed_free(&feed);
}

static void gateway_make(int i, const char *text)
{
	struct gateway_settings settings;

	ck_assert_int_eq(gateway_parse(&settings, text, NULL), ERR_OK);
	ck_assert_int_eq(gateway_new(&gateways[i], &settings, NULL), ERR_OK);
}

static void feed_make(size_t gateway_count, unsigned audit_s)
{
	const struct feed_options options = {
		.gateways = gateways,
		.gateway_count = gateway_count,
		.locator = locator,
		.backoff = { .min_s = 10, .max_s = 300 },
		.audit_s = audit_s,
		.changed = on_changed,
		.closed = on_closed,
	};

	feed = feed_new("ann@example.com", &options);
	feed_start(feed);
}

static void setup(void)
{
	fake_loop_reset();
	fake_http_reset();
	fake_ews_reset();
	metric_forget_all();
	changes = 0;
	closed = ERR_OK;
	gateway_make(0, "name=b host=b.example.com");
	gateway_make(1, "name=a host=a.example.com domains=x.org,Example.com");
	gateway_make(2, "name=c host=c.example.com domains=c.org");
}

static void teardown(void)
{
	feed_free(&feed);
	locator_free(&locator);
	for (int i = 0; i < 3; i++)
		gateway_free(&gateways[i]);
	ck_assert_uint_eq(fake_http_open(), 0);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static void pass(unsigned seconds)
{
	fake_ews_serve();
	for (unsigned i = 0; i < seconds; i++) {
		fake_loop_pass(1);
		fake_ews_serve();
	}
}

/* What the next request is answered with, as a fault. */
static void refuse(const char *code)
{
	char *text = fake_ews_fault(code, NULL);

	fake_loop_pass_ms(0);
	ck_assert_ptr_nonnull(fake_http_next());
	fake_http_answer(fake_http_next(), 500, text);
	fake_loop_pass_ms(0);
	free(text);
}

static const char *gateway_in_use(void)
{
	struct feed_facts facts;

	feed_facts(feed, &facts);
	ck_assert_ptr_eq(facts.gateway, feed_gateway(feed));
	return facts.gateway ? gateway_name(facts.gateway) : "";
}

START_TEST(gateway_that_names_the_domain_is_asked_first)
{
	feed_make(3, 0);
	ck_assert_str_eq(gateway_in_use(), "a");
	pass(1);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
	ck_assert_int_eq(changes, 1);
}
END_TEST

START_TEST(next_gateway_is_asked_and_those_for_others_are_not)
{
	feed_make(3, 0);
	refuse("ErrorNonExistentMailbox");
	ck_assert_str_eq(gateway_in_use(), "b");
	refuse("ErrorNonExistentMailbox");
	ck_assert_int_eq(feed_state(feed), FEED_WAITING);
}
END_TEST

START_TEST(gone_is_said_by_all_and_twice)
{
	feed_make(2, 0);
	refuse("ErrorNonExistentMailbox");
	refuse("ErrorNonExistentMailbox");
	ck_assert_int_eq(feed_state(feed), FEED_WAITING);
	fake_loop_pass(200);
	ck_assert_int_eq(feed_state(feed), FEED_WAITING);
	fake_loop_pass(100);
	refuse("ErrorNonExistentMailbox");
	ck_assert_int_eq(closed, ERR_OK);
	refuse("ErrorNonExistentMailbox");
	ck_assert_int_eq(closed, ERR_GONE);
	ck_assert_ptr_null(feed);
}
END_TEST

START_TEST(one_who_is_denied_is_not_gone)
{
	feed_make(1, 0);
	for (int i = 0; i < 5; i++) {
		refuse("ErrorImpersonateUserDenied");
		ck_assert_int_eq(feed_state(feed), FEED_WAITING);
		fake_loop_pass(300);
	}
	ck_assert_int_eq(closed, ERR_OK);
	ck_assert_int_eq(feed_why(feed)->err, ERR_DENIED);
}
END_TEST

START_TEST(expired_subscription_is_renewed_at_once)
{
	feed_make(1, 0);
	pass(61);
	fake_ews_busy = true;
	fake_ews_say(fake_ews_lost("s1"));
	fake_loop_pass_ms(0);
	ck_assert_int_eq(feed_state(feed), FEED_SUBSCRIBING);
	pass(1);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
	ck_assert_int_eq(timeline_at(feed_timeline(feed), FAKE_LOOP_WALL + 9),
			 BUSY_BUSY);
}
END_TEST

START_TEST(subscription_that_never_lasts_is_not_stormed)
{
	feed_make(1, 0);
	for (int i = 0; i < 600; i++) {
		pass(1);
		fake_ews_say(fake_ews_lost("s1"));
		for (char id[] = "s2"; id[1] <= '9'; id[1]++)
			fake_ews_say(fake_ews_lost(id));
		fake_loop_pass_ms(0);
	}
	ck_assert_uint_le(fake_http_count("Subscribe"), 12);
}
END_TEST

START_TEST(change_that_nobody_announced_renews_the_subscription)
{
	struct feed_facts facts;

	feed_make(1, 900);
	pass(2);
	fake_ews_busy = true;
	for (int i = 0; i < 1215; i += 45) {
		pass(45);
		fake_ews_say(fake_ews_event(NULL));
	}
	feed_facts(feed, &facts);
	ck_assert_uint_eq(facts.differences, 1);
	ck_assert_uint_eq(facts.renewals, 1);
	ck_assert_int_eq(metric_get(METRIC_audit_differences_total, "b"), 1);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 2);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
}
END_TEST

START_TEST(change_that_was_announced_is_no_difference)
{
	struct feed_facts facts;

	feed_make(1, 900);
	pass(2);
	fake_ews_busy = true;
	fake_ews_say(fake_ews_event("s1"));
	pass(60);
	feed_facts(feed, &facts);
	ck_assert_uint_eq(facts.events, 1);
	ck_assert_uint_eq(facts.differences, 0);
	ck_assert_int_eq(changes, 2);
}
END_TEST

START_TEST(window_rolls_on)
{
	feed_make(1, 0);
	fake_ews_serve();
	for (int i = 0; i < 3 * 1440; i++) {
		char *alive = fake_ews_event(NULL);

		fake_loop_pass(60);
		fake_ews_say(alive);
		fake_ews_serve();
	}
	ck_assert_int_gt(timeline_until(feed_timeline(feed)),
			 clock_now() + 82000);
	ck_assert_uint_le(fake_http_count("GetUserAvailability"), 4);
}
END_TEST

START_TEST(interrupted_stream_shows_and_passes)
{
	feed_make(1, 0);
	pass(2);
	fake_http_fail(fake_http_find("GetStreamingEvents"), ERR_NETWORK);
	fake_loop_pass(2);
	fake_http_fail(fake_http_find("GetStreamingEvents"), ERR_NETWORK);
	fake_loop_pass_ms(0);
	ck_assert_int_eq(feed_state(feed), FEED_TROUBLED);
	ck_assert_int_eq(feed_why(feed)->err, ERR_NETWORK);
	pass(10);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 1);
}
END_TEST

START_TEST(move_is_followed_to_another_gateway)
{
	struct feed_facts facts;

	feed_make(2, 0);
	pass(61);
	ck_assert_str_eq(gateway_in_use(), "a");
	feed_moved(feed);
	refuse("ErrorMailboxMoveInProgress");
	pass(2);
	feed_facts(feed, &facts);
	ck_assert_str_eq(gateway_in_use(), "b");
	ck_assert_uint_eq(facts.moves, 1);
}
END_TEST

START_TEST(removed_gateway_is_let_go_of)
{
	feed_make(2, 0);
	pass(1);
	ck_assert_str_eq(gateway_in_use(), "a");
	feed_gateways(feed, gateways, 1);
	ck_assert_str_eq(gateway_in_use(), "b");
	gateway_free(&gateways[1]);
	pass(1);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
}
END_TEST

static enum err parted;
static int partings;

static void on_parted(const struct why *why, void *arg)
{
	(void)arg;
	parted = why->err;
	partings++;
}

START_TEST(the_end_is_confirmed_by_the_server)
{
	partings = 0;
	feed_make(1, 0);
	pass(1);
	ck_assert(feed_part(feed, on_parted, NULL));
	ck_assert_int_eq(feed_state(feed), FEED_CLOSED);
	ck_assert_ptr_null(feed_timeline(feed));
	pass(1);
	ck_assert_int_eq(partings, 1);
	ck_assert_int_eq(parted, ERR_OK);
}
END_TEST

START_TEST(who_is_not_subscribed_parts_at_once)
{
	partings = 0;
	feed_make(1, 0);
	ck_assert(!feed_part(feed, on_parted, NULL));
	pass(1);
	ck_assert_int_eq(partings, 0);
}
END_TEST

#define DISCOVER "https://example.com:443/autodiscover/autodiscover.svc"

static void locator_make(const char *fields)
{
	char text[200], *items[] = { text };
	const struct directive_list list = { items, 1 };

	snprintf(text, sizeof(text), "domains=example.com gateway=b %s",
		 fields);
	locator = locator_new();
	locator_change(locator, &list, gateways, 3);
}

static void discover(const char *answer)
{
	fake_loop_pass_ms(0);
	ck_assert_ptr_nonnull(fake_http_to(DISCOVER));
	fake_http_answer(fake_http_to(DISCOVER), 200, answer);
	fake_loop_pass_ms(0);
}

START_TEST(gateway_that_autodiscover_names_is_asked_first)
{
	struct feed_facts facts;

	locator_make("");
	feed_make(3, 0);
	ck_assert_int_eq(feed_state(feed), FEED_LOCATING);
	discover(DISCOVER_FOUND("https://c.example.com/EWS/Exchange.asmx"));
	ck_assert_str_eq(gateway_in_use(), "c");
	feed_facts(feed, &facts);
	ck_assert_str_eq(facts.located->grouping, "Site-1");
	pass(1);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
}
END_TEST

static const char *const no_gateways[] = {
	DISCOVER_FOUND("https://elsewhere.net/EWS/Exchange.asmx"),
	DISCOVER_ERROR("InvalidUser"),
};

START_TEST(gateways_are_asked_in_turn_where_it_names_none)
{
	locator_make("url=" DISCOVER);
	feed_make(3, 0);
	discover(no_gateways[_i]);
	ck_assert_str_eq(gateway_in_use(), "a");
	refuse("ErrorNonExistentMailbox");
	ck_assert_str_eq(gateway_in_use(), "b");
}
END_TEST

START_TEST(move_is_asked_about_at_once_and_the_trail_says_so)
{
	struct feed_facts facts;

	locator_make("");
	feed_make(3, 0);
	discover(DISCOVER_FOUND("https://a.example.com/EWS/Exchange.asmx"));
	pass(1);
	feed_moved(feed);
	ck_assert_str_eq(gateway_in_use(), "");
	discover(DISCOVER_FOUND("https://c.example.com/EWS/Exchange.asmx"));
	ck_assert_str_eq(gateway_in_use(), "c");
	pass(1);
	feed_facts(feed, &facts);
	ck_assert_uint_eq(facts.moves, 1);
	ck_assert_str_eq(facts.trail[0].from, "a");
	ck_assert_str_eq(facts.trail[0].to, "c");
	ck_assert_str_eq(facts.trail[0].how, "told to look again");
	ck_assert_str_eq(facts.trail[0].located, "Autodiscover");
}
END_TEST

START_TEST(stale_answer_costs_one_request_and_is_forgotten)
{
	struct feed_facts facts;

	locator_make("");
	feed_make(3, 0);
	discover(DISCOVER_FOUND("https://c.example.com/EWS/Exchange.asmx"));
	refuse("ErrorMailboxMoveInProgress");
	ck_assert_str_eq(gateway_in_use(), "a");
	ck_assert(locator_wants(locator, "ann@example.com"));
	pass(1);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
	feed_facts(feed, &facts);
	ck_assert_uint_eq(facts.moves, 0);
}
END_TEST

START_TEST(answer_is_remembered_for_the_next_feed)
{
	locator_make("");
	feed_make(3, 0);
	discover(DISCOVER_FOUND("https://c.example.com/EWS/Exchange.asmx"));
	pass(1);
	feed_free(&feed);
	pass(1);
	feed_make(3, 0);
	ck_assert_str_eq(gateway_in_use(), "c");
}
END_TEST

START_TEST(feed_that_ends_while_it_is_located_hears_no_more)
{
	locator_make("");
	feed_make(3, 0);
	fake_loop_pass_ms(0);
	feed_free(&feed);
	ck_assert_ptr_null(fake_http_next());
}
END_TEST

START_TEST(new_configuration_does_not_strand_who_is_being_located)
{
	const struct directive_list none = { NULL, 0 };

	locator_make("");
	feed_make(3, 0);
	fake_loop_pass_ms(0);
	locator_change(locator, &none, gateways, 3);
	pass(1);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(gateway_that_names_the_domain_is_asked_first);
	TEST(next_gateway_is_asked_and_those_for_others_are_not);
	TEST(gone_is_said_by_all_and_twice);
	TEST(one_who_is_denied_is_not_gone);
	TEST(expired_subscription_is_renewed_at_once);
	TEST(subscription_that_never_lasts_is_not_stormed);
	TEST(change_that_nobody_announced_renews_the_subscription);
	TEST(change_that_was_announced_is_no_difference);
	TEST(window_rolls_on);
	TEST(interrupted_stream_shows_and_passes);
	TEST(move_is_followed_to_another_gateway);
	TEST(the_end_is_confirmed_by_the_server);
	TEST(who_is_not_subscribed_parts_at_once);
	TEST(removed_gateway_is_let_go_of);
	TEST(gateway_that_autodiscover_names_is_asked_first);
	TEST_ROWS(gateways_are_asked_in_turn_where_it_names_none, no_gateways);
	TEST(move_is_asked_about_at_once_and_the_trail_says_so);
	TEST(stale_answer_costs_one_request_and_is_forgotten);
	TEST(answer_is_remembered_for_the_next_feed);
	TEST(feed_that_ends_while_it_is_located_hears_no_more);
	TEST(new_configuration_does_not_strand_who_is_being_located);
}
