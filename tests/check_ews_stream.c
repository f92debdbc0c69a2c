/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ews_stream"
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "calendar/backend.h"
#include "tests/fake_ews.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { MANY = 10000 };

/* One follower a mailbox; counts what it is told. */
struct follower {
	struct mailbox mailbox;
	char address[ADDRESS_SIZE];
	struct subscription *sub;
	unsigned live, troubled, events, reads, failures;
	enum err err;
	enum busy busy;
};

static struct gateway *gateway;
static struct follower *followers;
static size_t count;

static void on_live(void *arg)
{
	((struct follower *)arg)->live++;
}

static void on_troubled(const struct why *why, void *arg)
{
	struct follower *follower = arg;

	follower->troubled++;
	follower->err = why->err;
}

static void on_event(void *arg)
{
	((struct follower *)arg)->events++;
}

static void on_changed(const struct timeline *timeline, enum read_cause cause,
		       void *arg)
{
	struct follower *follower = arg;

	(void)cause;
	follower->reads++;
	follower->busy = timeline_at(timeline, FAKE_LOOP_WALL + 1);
}

static void on_failed(const struct why *why, void *arg)
{
	struct follower *follower = arg;

	follower->failures++;
	follower->err = why->err;
	gateway_backend(gateway)->unsubscribe(&follower->sub);
}

static const struct backend_handlers handlers = {
	on_live, on_troubled, on_event, on_changed, on_failed,
};

static void subscribe(struct follower *follower)
{
	follower->sub =
		gateway_backend(gateway)->subscribe(gateway, &follower->mailbox,
						    &handlers, follower);
}

static void follow(size_t how_many)
{
	count = how_many;
	followers = x_zalloc(count * sizeof(*followers));

	for (size_t i = 0; i < count; i++) {
		followers[i].mailbox.address = followers[i].address;
		snprintf(followers[i].address, ADDRESS_SIZE, "u%zu@example.com",
			 i + 1);
		subscribe(&followers[i]);
	}
}

/* Everything is answered, and everything settles. */
static void pass(unsigned seconds)
{
	fake_ews_serve();
	for (unsigned i = 0; i < 10 * seconds; i++) {
		fake_loop_pass_ms(100);
		fake_ews_serve();
	}
}

static void setup(void)
{
	struct gateway_settings settings;

	fake_loop_reset();
	fake_http_reset();
	fake_ews_reset();
	ck_assert_int_eq(gateway_parse(&settings,
				       "name=hq host=ex.example.com "
				       "heartbeat=90s stream=30m",
				       NULL),
			 ERR_OK);
	ck_assert_int_eq(gateway_new(&gateway, &settings, NULL), ERR_OK);
}

static void teardown(void)
{
	for (size_t i = 0; i < count; i++)
		gateway_backend(gateway)->unsubscribe(&followers[i].sub);

	gateway_free(&gateway);
	free(followers);
	ck_assert_uint_eq(fake_http_open(), 0);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

START_TEST(ten_thousand_mailboxes_come_up_with_few_requests)
{
	follow(MANY);
	pass(2);

	for (size_t i = 0; i < count; i++) {
		ck_assert_uint_eq(followers[i].live, 1);
		ck_assert_uint_eq(followers[i].reads, 1);
	}

	ck_assert_uint_eq(fake_http_count("Subscribe"), MANY);
	ck_assert_uint_eq(fake_http_count("GetStreamingEvents"), MANY / 200);
	ck_assert_uint_eq(fake_http_count("GetUserAvailability"), MANY / 100);
	ck_assert_uint_le(fake_http_open_most(), 8);
	ck_assert_uint_eq(gateway_health(gateway)->streams, MANY / 200);
	ck_assert_uint_eq(gateway_health(gateway)->subscriptions, MANY);
}
END_TEST

START_TEST(event_is_read_in_the_same_millisecond)
{
	follow(3);
	pass(1);
	fake_ews_busy = true;
	ck_assert(fake_ews_say(fake_ews_event("s2")));
	fake_ews_serve();
	ck_assert_uint_eq(followers[1].events, 1);
	ck_assert_uint_eq(followers[1].reads, 2);
	ck_assert_int_eq(followers[1].busy, BUSY_BUSY);
	ck_assert_uint_eq(followers[0].reads, 1);
	ck_assert_uint_eq(fake_http_count("GetUserAvailability"), 2);
}
END_TEST

/* Ways of cutting the same news; each must come to the same two events. */
static void say_in_chunks(size_t chunk)
{
	char *one = fake_ews_event("s1");
	char *two = fake_ews_event("s3");
	char both[4000];
	size_t len = (size_t)snprintf(both, sizeof(both), "%s%s", one, two);

	for (size_t at = 0; at < len; at += chunk)
		fake_http_data(fake_http_find("GetStreamingEvents"), both + at,
			       chunk < len - at ? chunk : len - at);

	free(one);
	free(two);
}

static const size_t chunks[] = { 1, 2, 7, 100, 500, 4000 };

START_TEST(envelopes_are_found_however_they_are_cut)
{
	follow(3);
	pass(1);
	say_in_chunks(chunks[_i]);
	fake_ews_serve();
	ck_assert_uint_eq(followers[0].events, 1);
	ck_assert_uint_eq(followers[1].events, 0);
	ck_assert_uint_eq(followers[2].events, 1);
}
END_TEST

/* How a stream may end that had been fine for longer than a minute. */
static void cut_mid_element(void)
{
	struct http_request *stream = fake_http_find("GetStreamingEvents");

	fake_http_data(stream, "<Envelope xmlns=\"http", 21);
	fake_http_fail(stream, ERR_NETWORK);
}

static void end_cleanly(void)
{
	fake_http_answer(fake_http_find("GetStreamingEvents"), 200, "");
}

static void say_closed(void)
{
	ck_assert(!fake_ews_say(fake_ews_closed()));
}

static void say_nonsense(void)
{
	ck_assert(!fake_ews_say(x_strdup("<a></b>")));
}

static void say_nothing(void)
{
	fake_loop_pass(90);
}

static void (*const endings[])(void) = { cut_mid_element, end_cleanly,
					 say_closed, say_nonsense,
					 say_nothing };

START_TEST(ended_stream_is_made_again_and_all_is_read_again)
{
	follow(3);
	pass(70);
	fake_ews_busy = true;
	endings[_i]();
	pass(5);
	ck_assert_uint_eq(fake_http_count("GetStreamingEvents"), 2);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 3);
	ck_assert_uint_eq(fake_http_count("GetUserAvailability"), 2);

	for (size_t i = 0; i < count; i++) {
		ck_assert_uint_eq(followers[i].failures, 0);
		ck_assert_uint_eq(followers[i].live, 2);
		ck_assert_int_eq(followers[i].busy, BUSY_BUSY);
	}
}
END_TEST

START_TEST(one_bad_id_is_dropped_and_the_good_ones_go_on)
{
	follow(3);
	pass(1);
	ck_assert(!fake_ews_say(fake_ews_lost("s2")));
	pass(1);
	ck_assert_uint_eq(followers[1].failures, 1);
	ck_assert_int_eq(followers[1].err, ERR_EXPIRED);
	ck_assert_ptr_null(followers[1].sub);
	ck_assert_uint_eq(fake_http_count("Unsubscribe"), 0);
	ck_assert_uint_eq(fake_http_count("GetStreamingEvents"), 2);
	ck_assert(fake_ews_say(fake_ews_event("s3")));
	fake_ews_serve();
	ck_assert_uint_eq(followers[2].events, 1);
	ck_assert_ptr_null(
		strstr(fake_http_body(fake_http_find("GetStreamingEvents")),
		       ">s2<"));
}
END_TEST

START_TEST(server_that_always_closes_is_not_stormed)
{
	follow(1);
	for (unsigned i = 0; i < 600; i++) {
		struct http_request *stream;

		pass(1);
		stream = fake_http_find("GetStreamingEvents");
		if (stream)
			fake_http_fail(stream, ERR_NETWORK);
	}
	ck_assert_uint_gt(followers[0].troubled, 0);
	ck_assert_uint_le(fake_http_count("GetStreamingEvents"), 200);
}
END_TEST

/* After an outage of any length, while nobody else asks. */
START_TEST(server_that_is_back_is_noticed_within_seconds)
{
	unsigned waited_s = 0;

	follow(2);
	pass(1);
	for (unsigned i = 0; i < 7200; i++) {
		struct http_request *stream =
			fake_http_find("GetStreamingEvents");

		if (stream)
			fake_http_fail(stream, ERR_NETWORK);
		fake_loop_pass(1);
	}
	ck_assert_uint_gt(followers[0].troubled, 0);
	followers[0].live = 0;
	while (!followers[0].live && waited_s < 60) {
		pass(1);
		waited_s++;
	}
	ck_assert_uint_le(waited_s, 9);
	ck_assert_uint_le(fake_http_count("GetStreamingEvents"), 7200 / 3);
}
END_TEST

/* Whatever is asked is answered with that status, and nothing in it. */
static void pass_with_status(unsigned seconds, int status, bool reads)
{
	struct http_request *request;

	for (unsigned i = 0; i < 10 * seconds; i++) {
		while ((request = fake_http_find("GetStreamingEvents")))
			fake_http_answer(request, status, "");
		while (!reads && (request = fake_http_next()))
			fake_http_answer(request, status, "");
		if (reads)
			fake_ews_serve();
		fake_loop_pass_ms(100);
	}
}

START_TEST(server_that_answers_nothing_else_keeps_its_subscriptions)
{
	unsigned before;

	follow(200);
	pass(10);
	before = fake_http_started();
	fake_ews_say(fake_ews_closed());
	pass_with_status(20 * 60, 500, false);
	ck_assert_uint_le(fake_http_started() - before, 20 * 15);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 200);
	ck_assert_str_eq(gateway_health(gateway)->notify, "streaming");
	pass(10);
	ck_assert_uint_eq(fake_http_count("Subscribe"), 200);
	ck_assert_uint_eq(followers[0].failures, 0);
	ck_assert_uint_ge(followers[0].live, 2);
}
END_TEST

START_TEST(server_that_sends_all_away_loses_its_mailboxes_within_seconds)
{
	follow(200);
	pass(10);
	fake_ews_say(fake_ews_closed());
	pass_with_status(5, 302, false);
	for (size_t i = 0; i < count; i++) {
		ck_assert_uint_eq(followers[i].failures, 1);
		ck_assert_int_eq(followers[i].err, ERR_MOVED);
	}
	ck_assert_uint_le(fake_http_count("GetStreamingEvents"), 1 + 3);
}
END_TEST

START_TEST(server_that_refuses_streams_alone_is_asked_another_way)
{
	follow(20);
	pass(10);
	fake_ews_say(fake_ews_closed());
	pass_with_status(60, 502, true);
	ck_assert_str_eq(gateway_health(gateway)->notify, "pull");
}
END_TEST

START_TEST(newcomer_joins_the_stream_of_the_others)
{
	follow(3);
	gateway_backend(gateway)->unsubscribe(&followers[2].sub);
	pass(1);
	subscribe(&followers[2]);
	pass(1);
	ck_assert_uint_eq(followers[2].live, 1);
	ck_assert_uint_eq(followers[2].reads, 1);
	ck_assert_uint_eq(gateway_health(gateway)->streams, 1);
	ck_assert_uint_eq(fake_http_count("GetStreamingEvents"), 2);
}
END_TEST

START_TEST(who_leaves_is_unsubscribed)
{
	follow(2);
	pass(1);
	gateway_backend(gateway)->unsubscribe(&followers[0].sub);
	fake_loop_pass_ms(0);
	ck_assert_ptr_nonnull(
		strstr(fake_http_body(fake_http_find("Unsubscribe")),
		       "<m:SubscriptionId>s1</m:SubscriptionId>"));
	pass(1);
	ck_assert_uint_eq(gateway_health(gateway)->subscriptions, 1);
}
END_TEST

START_TEST(mailboxes_of_one_site_share_a_stream_of_their_own)
{
	count = 4;
	followers = x_zalloc(count * sizeof(*followers));
	for (size_t i = 0; i < count; i++) {
		followers[i].mailbox.address = followers[i].address;
		snprintf(followers[i].address, ADDRESS_SIZE, "u%zu@example.com",
			 i + 1);
		followers[i].mailbox.grouping = i % 2 ? "Site-1" : NULL;
		subscribe(&followers[i]);
	}
	pass(5);
	ck_assert_uint_eq(gateway_health(gateway)->streams, 2);
	for (size_t i = 0; i < count; i++)
		ck_assert_uint_eq(followers[i].live, 1);
}
END_TEST

START_TEST(group_keeps_its_affinity)
{
	struct http_request *stream;

	fake_http_answer_header("Set-Cookie",
				"X-BackEndOverrideCookie=abc~1; path=/");
	follow(2);
	pass(1);
	stream = fake_http_find("GetStreamingEvents");
	ck_assert_str_eq(fake_http_sent(stream, "X-AnchorMailbox"),
			 "u1@example.com");
	ck_assert_str_eq(fake_http_sent(stream, "X-PreferServerAffinity"),
			 "true");
	ck_assert_str_eq(fake_http_sent(stream, "Cookie"),
			 "X-BackEndOverrideCookie=abc~1");
	ck_assert_ptr_nonnull(strstr(fake_http_body(stream),
				     "<t:PrimarySmtpAddress>u1@example.com"));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(ten_thousand_mailboxes_come_up_with_few_requests);
	TEST(event_is_read_in_the_same_millisecond);
	TEST_ROWS(envelopes_are_found_however_they_are_cut, chunks);
	TEST_ROWS(ended_stream_is_made_again_and_all_is_read_again, endings);
	TEST(one_bad_id_is_dropped_and_the_good_ones_go_on);
	TEST(server_that_always_closes_is_not_stormed);
	TEST(server_that_is_back_is_noticed_within_seconds);
	TEST(server_that_answers_nothing_else_keeps_its_subscriptions);
	TEST(server_that_sends_all_away_loses_its_mailboxes_within_seconds);
	TEST(server_that_refuses_streams_alone_is_asked_another_way);
	TEST(newcomer_joins_the_stream_of_the_others);
	TEST(who_leaves_is_unsubscribed);
	TEST(mailboxes_of_one_site_share_a_stream_of_their_own);
	TEST(group_keeps_its_affinity);
}
