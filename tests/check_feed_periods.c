/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a feed does from time to time: probes its folder, renews itself. */
#define SUITE "feed_periods"
#include <string.h>

#include "base/clock.h"
#include "base/metric.h"
#include "calendar/feed.h"
#include "tests/fake_ews.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { PROBE_S = 3600, AGE_S = 86400 };

static struct gateway *gateways[2];
static struct feed *feed;

static void on_changed(const struct timeline *timeline, void *arg)
{
	(void)timeline;
	(void)arg;
}

static void on_closed(const struct why *why, void *arg)
{
	(void)arg;
	ck_abort_msg("closed: %s", why->text);
}

/* Everything is answered and each stream gives signs of life. */
static void pass(unsigned seconds)
{
	fake_ews_serve();
	for (unsigned i = 0; i < seconds; i++) {
		fake_loop_pass(1);
		fake_ews_serve();
		if (i % 45 == 0)
			fake_ews_say(fake_ews_event(NULL));
	}
}

static void gateway_make(int i, const char *text)
{
	struct gateway_settings settings;

	ck_assert_int_eq(gateway_parse(&settings, text, NULL), ERR_OK);
	ck_assert_int_eq(gateway_new(&gateways[i], &settings, NULL), ERR_OK);
}

static void feed_make(size_t gateway_count, unsigned probe_s,
		      unsigned max_age_s)
{
	const struct feed_options options = {
		.gateways = gateways,
		.gateway_count = gateway_count,
		.backoff = { .min_s = 10, .max_s = 300 },
		.probe_s = probe_s,
		.max_age_s = max_age_s,
		.changed = on_changed,
		.closed = on_closed,
	};

	feed = feed_new("ann@example.com", &options);
	feed_start(feed);
	pass(2);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
}

static struct feed_facts facts(void)
{
	struct feed_facts now;

	feed_facts(feed, &now);
	return now;
}

static void setup(void)
{
	fake_loop_reset();
	fake_http_reset();
	fake_ews_reset();
	metric_forget_all();
	gateway_make(0, "name=a host=a.example.com");
	gateway_make(1, "name=b host=b.example.com");
}

static void teardown(void)
{
	feed_free(&feed);
	for (int i = 0; i < 2; i++)
		gateway_free(&gateways[i]);
	ck_assert_uint_eq(fake_http_open(), 0);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

START_TEST(quiet_folder_is_probed_and_left_alone)
{
	feed_make(1, PROBE_S, 0);
	pass(5 * PROBE_S);
	ck_assert_uint_eq(fake_http_count("GetFolder"), 5);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 1);
	ck_assert_uint_eq(facts().differences, 0);
}
END_TEST

START_TEST(folder_is_probed_from_its_first_period_on)
{
	feed_make(1, 4, 0);
	pass(20);
	ck_assert_uint_ge(fake_http_count("GetFolder"), 3);
}
END_TEST

START_TEST(folder_that_changed_unannounced_renews_the_subscription)
{
	feed_make(1, PROBE_S, 0);
	pass(PROBE_S);
	fake_ews_folder = "later";
	fake_ews_busy = true;
	pass(PROBE_S + 60);
	ck_assert_uint_eq(facts().differences, 1);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 2);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
	ck_assert_int_eq(timeline_at(feed_timeline(feed), FAKE_LOOP_WALL + 9),
			 BUSY_BUSY);
}
END_TEST

START_TEST(change_that_was_announced_is_no_difference)
{
	feed_make(1, PROBE_S, 0);
	pass(PROBE_S);
	fake_ews_folder = "later";
	fake_ews_say(fake_ews_event("s1"));
	pass(2 * PROBE_S);
	ck_assert_uint_eq(facts().differences, 0);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 1);
}
END_TEST

START_TEST(event_may_come_a_little_after_the_change)
{
	feed_make(1, PROBE_S, 0);
	pass(PROBE_S);
	fake_ews_folder = "later";
	while (fake_http_count("GetFolder") < 2)
		pass(1);
	pass(5);
	fake_ews_say(fake_ews_event("s1"));
	pass(60);
	ck_assert_uint_eq(facts().differences, 0);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 1);
}
END_TEST

/* The server that goes on as before is asked last then. */
START_TEST(second_silence_looks_elsewhere)
{
	feed_make(2, PROBE_S, 0);
	pass(PROBE_S);
	fake_ews_folder = "later";
	pass(2 * PROBE_S);
	ck_assert_str_eq(gateway_name(facts().gateway), "a");
	fake_ews_folder = "later still";
	pass(2 * PROBE_S);
	ck_assert_str_eq(gateway_name(facts().gateway), "b");
	ck_assert_uint_eq(facts().moves, 1);
	ck_assert_str_eq(facts().trail[0].from, "a");
}
END_TEST

static struct http_request *next_probe(void)
{
	struct http_request *probe = NULL;

	for (unsigned i = 0; !probe && i < 2 * PROBE_S; i++) {
		fake_loop_pass(1);
		probe = fake_http_find("GetFolder");
		if (!probe)
			fake_ews_serve();
		if (i % 45 == 0)
			fake_ews_say(fake_ews_event(NULL));
	}
	ck_assert_ptr_nonnull(probe);
	return probe;
}

START_TEST(probe_that_says_moved_is_followed)
{
	char *fault = fake_ews_fault("ErrorMailboxMoveInProgress", NULL);

	feed_make(2, PROBE_S, 0);
	fake_http_answer(next_probe(), 500, fault);
	fake_loop_pass_ms(0);
	ck_assert_int_eq(feed_state(feed), FEED_LOCATING);
	fake_http_answer(fake_http_find("Subscribe"), 500, fault);
	fake_loop_pass_ms(0);
	pass(5);
	ck_assert_str_eq(gateway_name(facts().gateway), "b");
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
	ck_assert_uint_eq(facts().moves, 1);
	ck_assert_ptr_nonnull(strstr(facts().trail[0].how, "MoveInProgress"));
	free(fault);
}
END_TEST

START_TEST(subscription_of_a_certain_age_is_renewed)
{
	feed_make(1, 0, AGE_S);
	for (unsigned hour = 0; hour < 17; hour++)
		pass(3600);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 1);
	for (unsigned hour = 17; hour < 25; hour++)
		pass(3600);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 2);
	ck_assert_uint_eq(facts().renewals, 1);
	ck_assert_int_eq(feed_state(feed), FEED_LIVE);
	ck_assert_uint_eq(gateway_health(gateways[0])->subscriptions, 1);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(quiet_folder_is_probed_and_left_alone);
	TEST(folder_is_probed_from_its_first_period_on);
	TEST(folder_that_changed_unannounced_renews_the_subscription);
	TEST(change_that_was_announced_is_no_difference);
	TEST(event_may_come_a_little_after_the_change);
	TEST(second_silence_looks_elsewhere);
	TEST(probe_that_says_moved_is_followed);
	TEST(subscription_of_a_certain_age_is_renewed);
}
