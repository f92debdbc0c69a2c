/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "departure"
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/loop.h"
#include "module/departure.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static struct settings settings;
static struct departures *departures;
static char events[1000];

static void note(const char *event)
{
	size_t len = strlen(events);

	snprintf(events + len, sizeof(events) - len, "%s%s", len ? " " : "",
		 event);
}

static void on_publish(const char *entity, const char *body, size_t body_bytes,
		       void *arg)
{
	(void)arg;
	ck_assert_str_eq(entity, "sip:ann@x");
	ck_assert_uint_eq(strlen(body), body_bytes);
	ck_assert_ptr_nonnull(strstr(body, "<basic>closed</basic>"));
	note("publish");
}

static void on_withdraw(const char *entity, void *arg)
{
	(void)entity;
	(void)arg;
	note("withdraw");
}

static void on_sign_out(const char *entity, void *arg)
{
	(void)entity;
	(void)arg;
	note("sign_out");
}

/* What is confirmed stands in the log without its pairs. */
static void on_log(enum log_level level, const char *line, void *arg)
{
	char what[64];
	size_t len = strcspn(line, "=");

	(void)level;
	(void)arg;
	while (len && line[len - 1] != ' ')
		len--;
	snprintf(what, sizeof(what), "\"%.*s\"", len ? (int)len - 1 : 0, line);
	note(what);
}

static struct host host = { .publish = on_publish,
			    .withdraw = on_withdraw,
			    .sign_out = on_sign_out };

static const char *heard(void)
{
	static char copy[sizeof(events)];

	strcpy(copy, events);
	events[0] = '\0';
	return copy;
}

static void setup(void)
{
	fake_loop_reset();
	log_to(on_log, NULL);
	log_set_level(LOG_LEVEL_INFO);
	directive_defaults(&settings_table, &settings);
	departures = departures_new(&settings, &host);
	host.sign_out = on_sign_out;
	events[0] = '\0';
}

static void teardown(void)
{
	departures_free(&departures);
	directive_free(&settings_table, &settings);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

#define SUBSCRIBED "\"calendar was not subscribed\""
#define CLOSED     "publish \"presence closed\""
#define WITHDRAWN  "withdraw \"presence withdrawn\""
#define SIGNED_OUT "sign_out \"user signed out\""
#define ERASED     "\"calendar data erased\""

START_TEST(steps_come_in_their_order_each_confirmed)
{
	departure_begin(departures, "sip:ann@x", NULL);
	ck_assert_str_eq(heard(), SUBSCRIBED);
	fake_loop_pass_ms(0);
	ck_assert_str_eq(heard(), CLOSED);
	fake_loop_pass_ms(19); /* so that watchers see it closed */
	ck_assert_str_eq(heard(), "");
	fake_loop_pass_ms(1);
	ck_assert_str_eq(heard(), WITHDRAWN " " SIGNED_OUT " " ERASED);
	ck_assert_uint_eq(departures_count(departures), 0);
}
END_TEST

START_TEST(who_may_again_is_done_with_at_once)
{
	departure_begin(departures, "sip:ann@x", NULL);
	heard();
	departure_hurry(departures, "sip:ann@x");
	ck_assert_str_eq(heard(),
			 CLOSED " " WITHDRAWN " " SIGNED_OUT " " ERASED);
	ck_assert_uint_eq(departures_count(departures), 0);
	departure_hurry(departures, "sip:ann@x");
	fake_loop_pass(10);
	ck_assert_str_eq(heard(), "");
}
END_TEST

START_TEST(leaving_twice_ends_the_first_time_before_the_second)
{
	departure_begin(departures, "sip:ann@x", NULL);
	heard();
	departure_begin(departures, "sip:ann@x", NULL);
	ck_assert_str_eq(heard(), CLOSED " " WITHDRAWN " " SIGNED_OUT " " ERASED
					 " " SUBSCRIBED);
	ck_assert_uint_eq(departures_count(departures), 1);
}
END_TEST

START_TEST(host_that_signs_nobody_out_is_served_too)
{
	host.sign_out = NULL;
	departure_begin(departures, "sip:ann@x", NULL);
	heard();
	fake_loop_pass_ms(100);
	ck_assert_str_eq(heard(),
			 CLOSED " " WITHDRAWN " \"user signed out\" " ERASED);
}
END_TEST

enum { MANY = 2000 };

static unsigned begun, erased, most;

static void count_log(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)arg;
	begun += strstr(line, "not subscribed") != NULL;
	erased += strstr(line, "erased") != NULL;
}

static void publish_any(const char *entity, const char *body, size_t body_bytes,
			void *arg)
{
	(void)entity;
	(void)body;
	(void)body_bytes;
	(void)arg;
}

/* Before and after each turn of the loop. */
static struct timer looking;
static unsigned before, looks;

struct feed {
	feed_parted_h *parted;
	void *arg;
	bool freed;
};
static struct feed feeds[MANY];

/* In place of calendar/feed.c. */
bool feed_part(struct feed *feed, feed_parted_h *parted, void *arg)
{
	feed->parted = parted;
	feed->arg = arg;
	return true;
}

void feed_free(struct feed **feedp)
{
	if (*feedp)
		(*feedp)->freed = true;
	*feedp = NULL;
}

static void look_at_turn(void *arg)
{
	unsigned now = begun + erased;

	(void)arg;
	most = now - before > most ? now - before : most;
	before = now;
	if (++looks < 2 * MANY)
		timer_start_ms(&looking, 0, look_at_turn, NULL);
}

START_TEST(thousands_leave_some_a_turn_and_nobody_is_forgotten)
{
	char entity[32];

	log_to(count_log, NULL);
	host.publish = publish_any;
	begun = erased = 0;
	for (int i = 0; i < MANY; i++) {
		snprintf(entity, sizeof(entity), "sip:u%d@x", i);
		departure_begin(departures, entity, NULL);
	}
	ck_assert_uint_lt(begun, 100);
	departure_hurry(departures, "sip:u1999@x");
	ck_assert_uint_eq(erased, 1);
	before = begun + erased;
	look_at_turn(NULL);
	fake_loop_pass(1);
	host.publish = on_publish;
	ck_assert_uint_eq(erased, MANY);
	ck_assert_uint_lt(most, 101);
	ck_assert_uint_eq(departures_count(departures), 0);
}
END_TEST

static struct timer answer;
static int hops; /* turns of the loop before it */

static void answer_all(void *arg)
{
	static const struct why ok = { .err = ERR_OK };

	(void)arg;
	if (hops-- > 0) {
		timer_start_ms(&answer, 0, answer_all, NULL);
		return;
	}
	for (int i = 0; i < MANY; i++)
		if (feeds[i].parted && !feeds[i].freed)
			feeds[i].parted(&ok, feeds[i].arg);
}

/* When Exchange answers all of them, of whom it was to within 500 ms. */
static const unsigned answers_ms[] = { 0, 10, 499, 500, 501, 520, 5000 };

START_TEST(exchange_may_answer_while_thousands_wait_for_their_turn)
{
	char entity[32];

	log_to(count_log, NULL);
	host.publish = publish_any;
	begun = erased = 0;
	hops = 5;
	memset(feeds, 0, sizeof(feeds));
	for (int i = 0; i < MANY; i++) {
		snprintf(entity, sizeof(entity), "sip:u%d@x", i);
		departure_begin(departures, entity, &feeds[i]);
	}
	timer_start_ms(&answer, answers_ms[_i], answer_all, NULL);
	fake_loop_pass_ms(answers_ms[_i]);
	answer_all(NULL);
	departure_hurry(departures, "sip:u7@x");
	fake_loop_pass(1);
	host.publish = on_publish;
	ck_assert_uint_eq(erased, MANY);
	ck_assert_uint_eq(departures_count(departures), 0);
	for (int i = 0; i < MANY; i++)
		ck_assert(feeds[i].parted && feeds[i].freed);
}
END_TEST

START_TEST(freed_in_between_no_further_step_is_taken)
{
	departure_begin(departures, "sip:ann@x", NULL);
	heard();
	departures_free(&departures);
	fake_loop_pass(10);
	ck_assert_str_eq(heard(), "");
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(steps_come_in_their_order_each_confirmed);
	TEST(who_may_again_is_done_with_at_once);
	TEST(leaving_twice_ends_the_first_time_before_the_second);
	TEST(host_that_signs_nobody_out_is_served_too);
	TEST(thousands_leave_some_a_turn_and_nobody_is_forgotten);
	TEST_ROWS(exchange_may_answer_while_thousands_wait_for_their_turn,
		  answers_ms);
	TEST(freed_in_between_no_further_step_is_taken);
}
