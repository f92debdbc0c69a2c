/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "publication"
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "sip/publication.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { SENT_MAX = 4096 };

/* What was sent, in order; the test answers. */
static struct sent {
	struct publication *publication;
	char entity[64], etag[32], body[32];
	unsigned expires_s;
	bool cancelled;
} sents[SENT_MAX];
static unsigned sent, kepts;
static char last_tag[32];
static struct publisher *publisher;

static const struct publisher_settings settings = {
	.rate = 100,
	.in_flight = 10,
	.expires_s = 3600,
	.backoff = { .min_s = 1, .max_s = 10 },
};

static void *on_send(struct publication *publication,
		     const struct publication_request *request, void *arg)
{
	struct sent *one = &sents[sent++];

	(void)arg;
	ck_assert_uint_lt(sent, SENT_MAX);
	*one = (struct sent){ .publication = publication,
			      .expires_s = request->expires_s };
	snprintf(one->entity, sizeof(one->entity), "%s", request->entity);
	snprintf(one->etag, sizeof(one->etag), "%s", request->etag);
	snprintf(one->body, sizeof(one->body), "%s",
		 request->body ? request->body : "");
	return one;
}

static void on_cancel(void *flight, void *arg)
{
	struct sent *one = flight;

	(void)arg;
	one->cancelled = true;
}

static void on_kept(const char *entity, const char *etag, time_t until,
		    void *arg)
{
	(void)entity;
	(void)until;
	(void)arg;
	kepts++;
	snprintf(last_tag, sizeof(last_tag), "%s", etag);
}

static const struct publisher_handlers handlers = {
	.send = on_send,
	.cancel = on_cancel,
	.kept = on_kept,
};

static void silent(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

static void setup(void)
{
	fake_loop_reset();
	log_to(silent, NULL);
	sent = kepts = 0;
	publisher = publisher_new(&settings, &handlers, NULL);
}

static void teardown(void)
{
	publisher_free(&publisher);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static void publish(const char *entity, const char *body)
{
	publisher_publish(publisher, entity, body, strlen(body));
}

static void answer(unsigned which, int status, const char *etag)
{
	const struct publication_answer it = { .status = status,
					       .etag = etag,
					       .expires_s = 600,
					       .min_expires_s = 7200 };

	publisher_answer(sents[which].publication, &it);
}

START_TEST(one_request_is_under_way_and_the_newest_goes_next)
{
	publish("sip:ann@example.com", "one");
	ck_assert_uint_eq(sent, 0);
	fake_loop_pass_ms(20);
	ck_assert_uint_eq(sent, 1);
	ck_assert_str_eq(sents[0].etag, "");

	publish("sip:ann@example.com", "two");
	publish("sip:ann@example.com", "three");
	fake_loop_pass(1);
	ck_assert_uint_eq(sent, 1);

	answer(0, 200, "a");
	fake_loop_pass_ms(20);
	ck_assert_uint_eq(sent, 2);
	ck_assert_str_eq(sents[1].etag, "a");
	ck_assert_str_eq(sents[1].body, "three");
	answer(1, 200, "b");
	ck_assert_uint_eq(kepts, 2);
	ck_assert_str_eq(last_tag, "b");
}
END_TEST

START_TEST(it_is_renewed_without_a_body_within_the_granted_time)
{
	publish("sip:ann@example.com", "one");
	fake_loop_pass_ms(20);
	answer(0, 200, "a");
	fake_loop_pass(299);
	ck_assert_uint_eq(sent, 1);
	fake_loop_pass(160);
	ck_assert_uint_eq(sent, 2);
	ck_assert_str_eq(sents[1].etag, "a");
	ck_assert_str_eq(sents[1].body, "");
}
END_TEST

START_TEST(a_server_with_a_tag_of_our_own_is_given_all_each_time)
{
	publish("sip:ann@example.com", "one");
	fake_loop_pass_ms(20);
	answer(0, 200, PUBLICATION_OWN_TAG);
	fake_loop_pass(460);
	ck_assert_uint_eq(sent, 2);
	ck_assert_str_eq(sents[1].body, "one");
}
END_TEST

/* What follows from an answer to a renewal under tag "a". */
static const struct {
	int status;
	unsigned wait_s; /* until it is sent again */
	const char *etag, *body;
	unsigned expires_s;
} rows[] = {
	{ 412, 0, "", "one", 3600 }, { 423, 0, "a", "", 7200 },
	{ 503, 1, "a", "", 3600 },   { 500, 1, "a", "", 3600 },
	{ 408, 1, "a", "", 3600 },   { 403, 1, "a", "", 3600 },
	{ 302, 1, "a", "", 3600 },
};

START_TEST(the_answer_says_whose_move_is_next)
{
	publish("sip:ann@example.com", "one");
	fake_loop_pass_ms(20);
	answer(0, 200, "a");
	fake_loop_pass(460);
	ck_assert_uint_eq(sent, 2);

	answer(1, rows[_i].status, NULL);
	fake_loop_pass_ms(rows[_i].wait_s ? 600 : 20);
	ck_assert_uint_eq(sent, rows[_i].wait_s ? 2 : 3);
	fake_loop_pass_ms(500);
	ck_assert_uint_eq(sent, 3);
	ck_assert_str_eq(sents[2].etag, rows[_i].etag);
	ck_assert_str_eq(sents[2].body, rows[_i].body);
	ck_assert_uint_eq(sents[2].expires_s, rows[_i].expires_s);
}
END_TEST

static void publish_many(unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char entity[64];

		snprintf(entity, sizeof(entity), "sip:u%u@example.com", i);
		publish(entity, "body");
	}
}

START_TEST(all_share_a_budget_of_requests_a_second)
{
	unsigned answered = 0;

	publish_many(1000);
	for (int i = 0; i < 500; i++) {
		fake_loop_pass_ms(10);
		while (answered < sent)
			answer(answered++, 200, "a");
	}
	ck_assert_uint_ge(sent, 480);
	ck_assert_uint_le(sent, 520);
}
END_TEST

START_TEST(the_budget_may_be_several_a_millisecond)
{
	struct publisher_settings many = settings;
	unsigned answered = 0;

	many.rate = 4000;
	many.in_flight = 100;
	publisher_free(&publisher);
	publisher = publisher_new(&many, &handlers, NULL);
	publish_many(3000);
	for (int i = 0; i < 500; i++) {
		fake_loop_pass_ms(1);
		while (answered < sent)
			answer(answered++, 200, "a");
	}
	ck_assert_uint_ge(sent, 1900);
	ck_assert_uint_le(sent, 2500); /* a tenth of a second was saved up */
}
END_TEST

START_TEST(no_more_than_so_many_wait_for_their_answer)
{
	publish_many(50);
	fake_loop_pass(10);
	ck_assert_uint_eq(sent, settings.in_flight);
}
END_TEST

START_TEST(an_answer_makes_room_at_once)
{
	publish_many(50);
	fake_loop_pass(10);
	answer(0, 200, "a");
	ck_assert_uint_eq(sent, settings.in_flight + 1);
	answer(1, 200, "a");
	ck_assert_uint_eq(sent, settings.in_flight + 2);
}
END_TEST

START_TEST(an_answer_does_not_outrun_the_budget)
{
	unsigned answered = 0;

	publish_many(50);
	fake_loop_pass(10);
	while (answered < sent)
		answer(answered++, 200, "a");
	ck_assert_uint_le(sent, settings.in_flight + settings.rate / 10 + 1);
}
END_TEST

START_TEST(who_is_under_way_is_not_sent_twice_however_long_it_takes)
{
	publish_many(50);
	fake_loop_pass(10);
	for (unsigned i = 0; i < settings.in_flight; i++)
		publish(sents[i].entity, "newer");
	fake_loop_pass(3600);
	ck_assert_uint_eq(sent, settings.in_flight);
	answer(0, 200, "a");
	for (unsigned i = 1; i < sent - 1; i++)
		ck_assert_str_ne(sents[sent - 1].entity, sents[i].entity);
}
END_TEST

START_TEST(while_the_server_is_silent_one_finds_out)
{
	struct publisher_facts facts;

	publish_many(5);
	fake_loop_pass(1);
	ck_assert_uint_eq(sent, 5);
	for (unsigned i = 0; i < 5; i++)
		answer(i, 408, NULL);
	publisher_facts(publisher, &facts);
	ck_assert(facts.troubled);
	fake_loop_pass(12);
	ck_assert_uint_eq(sent, 6);

	answer(5, 200, "a");
	fake_loop_pass(1);
	ck_assert_uint_eq(sent, 10);
}
END_TEST

START_TEST(who_lost_one_document_is_asked_for_all)
{
	publish_many(5);
	fake_loop_pass(1);
	for (unsigned i = 0; i < 5; i++)
		answer(i, 200, "a");
	publish("sip:u0@example.com", "new");
	fake_loop_pass_ms(20);
	ck_assert_uint_eq(sent, 6);
	answer(5, 412, NULL);
	fake_loop_pass(1);
	ck_assert_uint_eq(sent, 11);
	ck_assert_str_eq(sents[6].body, "new");
}
END_TEST

START_TEST(a_document_goes_when_it_is_withdrawn)
{
	publish("sip:ann@example.com", "one");
	fake_loop_pass_ms(20);
	publisher_withdraw(publisher, "sip:ann@example.com");
	answer(0, 200, "a");
	fake_loop_pass_ms(20);
	ck_assert_uint_eq(sent, 2);
	ck_assert_uint_eq(sents[1].expires_s, 0);
	ck_assert_str_eq(sents[1].etag, "a");
	answer(1, 200, NULL);
	ck_assert_str_eq(last_tag, "");
	fake_loop_pass(4000);
	ck_assert_uint_eq(sent, 2);
}
END_TEST

START_TEST(who_comes_back_while_it_goes_is_published_anew)
{
	publish("sip:ann@example.com", "one");
	fake_loop_pass_ms(20);
	answer(0, 200, "a");
	publisher_withdraw(publisher, "sip:ann@example.com");
	fake_loop_pass_ms(20);
	publish("sip:ann@example.com", "two");
	answer(1, 200, NULL);
	fake_loop_pass_ms(20);
	ck_assert_uint_eq(sent, 3);
	ck_assert_str_eq(sents[2].etag, "");
	ck_assert_str_eq(sents[2].body, "two");
}
END_TEST

START_TEST(what_an_engine_before_us_published_is_taken_over_or_removed)
{
	time_t until = clock_now() + 3600;

	publisher_known(publisher, "sip:ann@example.com", "x", until);
	publisher_known(publisher, "sip:bob@example.com", "y", until);
	publish("sip:ann@example.com", "one");
	fake_loop_pass_ms(20);
	ck_assert_uint_eq(sent, 1);
	ck_assert_str_eq(sents[0].etag, "x");
	ck_assert_str_eq(sents[0].body, "one");

	publisher_settle(publisher);
	fake_loop_pass_ms(50);
	ck_assert_uint_eq(sent, 2);
	ck_assert_str_eq(sents[1].entity, "sip:bob@example.com");
	ck_assert_str_eq(sents[1].etag, "y");
	ck_assert_uint_eq(sents[1].expires_s, 0);
}
END_TEST

START_TEST(what_is_under_way_at_the_end_is_cancelled)
{
	publish("sip:ann@example.com", "one");
	fake_loop_pass_ms(20);
	publisher_free(&publisher);
	ck_assert(sents[0].cancelled);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(one_request_is_under_way_and_the_newest_goes_next);
	TEST(it_is_renewed_without_a_body_within_the_granted_time);
	TEST(a_server_with_a_tag_of_our_own_is_given_all_each_time);
	TEST_ROWS(the_answer_says_whose_move_is_next, rows);
	TEST(all_share_a_budget_of_requests_a_second);
	TEST(the_budget_may_be_several_a_millisecond);
	TEST(no_more_than_so_many_wait_for_their_answer);
	TEST(an_answer_makes_room_at_once);
	TEST(an_answer_does_not_outrun_the_budget);
	TEST(who_is_under_way_is_not_sent_twice_however_long_it_takes);
	TEST(while_the_server_is_silent_one_finds_out);
	TEST(who_lost_one_document_is_asked_for_all);
	TEST(a_document_goes_when_it_is_withdrawn);
	TEST(who_comes_back_while_it_goes_is_published_anew);
	TEST(what_an_engine_before_us_published_is_taken_over_or_removed);
	TEST(what_is_under_way_at_the_end_is_cancelled);
}
