/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ews_batch"
#include <stdio.h>
#include <string.h>

#include "calendar/backend.h"
#include "tests/fake_ews.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { MAILBOXES = 250 };

static struct gateway *gateway;
static struct mailbox mailboxes[MAILBOXES];
static char addresses[MAILBOXES][ADDRESS_SIZE];
static struct subscription *subs[MAILBOXES];
static unsigned reads, failures;
static enum err last_err;

static void on_word(void *arg)
{
	(void)arg;
}

static void on_troubled(const struct why *why, void *arg)
{
	(void)why;
	(void)arg;
}

static void on_changed(const struct timeline *timeline, enum read_cause cause,
		       void *arg)
{
	(void)timeline;
	(void)cause;
	(void)arg;
	reads++;
}

static void on_failed(const struct why *why, void *arg)
{
	(void)arg;
	failures++;
	last_err = why->err;
}

static const struct backend_handlers handlers = {
	on_word, on_troubled, on_word, on_changed, on_failed,
};

static void setup(void)
{
	struct gateway_settings settings;

	fake_loop_reset();
	fake_http_reset();
	fake_ews_reset();
	reads = failures = 0;
	ck_assert_int_eq(gateway_parse(&settings, "name=hq host=ex.example.com",
				       NULL),
			 ERR_OK);
	ck_assert_int_eq(gateway_new(&gateway, &settings, NULL), ERR_OK);
}

static void follow(int count)
{
	for (int i = 0; i < count; i++) {
		mailboxes[i].address = addresses[i];
		snprintf(addresses[i], ADDRESS_SIZE, "u%d@example.com", i);
		subs[i] = gateway_backend(gateway)->subscribe(gateway,
							      &mailboxes[i],
							      &handlers, NULL);
	}
}

static void come_up(int count)
{
	follow(count);
	for (int i = 0; i < 20; i++) {
		fake_ews_serve();
		fake_loop_pass_ms(100);
	}
	ck_assert_uint_eq(reads, (unsigned)count);
	reads = 0;
}

static void read_from(int first, int until, enum read_cause cause)
{
	for (int i = first; i < until; i++)
		gateway_backend(gateway)->read(subs[i], cause);
	fake_loop_pass_ms(0);
}

static void teardown(void)
{
	for (int i = 0; i < MAILBOXES; i++)
		gateway_backend(gateway)->unsubscribe(&subs[i]);

	gateway_free(&gateway);
	ck_assert_uint_eq(fake_http_open(), 0);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static unsigned asked_since(unsigned before)
{
	return fake_http_count("GetUserAvailability") - before;
}

START_TEST(what_changes_while_requests_are_under_way_gathers)
{
	unsigned before;

	come_up(120);
	before = fake_http_count("GetUserAvailability");
	read_from(0, 1, READ_NOTIFIED);
	read_from(1, 2, READ_NOTIFIED);
	ck_assert_uint_eq(asked_since(before), 2);
	for (int i = 2; i < 90; i++)
		read_from(i, i + 1, READ_NOTIFIED);
	ck_assert_uint_eq(asked_since(before), 2);
	fake_ews_serve();
	ck_assert_uint_eq(asked_since(before), 3);
	ck_assert_uint_eq(reads, 90);
}
END_TEST

START_TEST(full_batches_do_not_wait)
{
	unsigned before;

	come_up(MAILBOXES);
	before = fake_http_count("GetUserAvailability");
	read_from(0, MAILBOXES, READ_NOTIFIED);
	fake_ews_serve();
	ck_assert_uint_eq(asked_since(before), 3);
	ck_assert_uint_eq(reads, MAILBOXES);
}
END_TEST

START_TEST(audits_gather_for_a_while)
{
	unsigned before;

	come_up(120);
	before = fake_http_count("GetUserAvailability");
	read_from(0, 99, READ_AUDIT);
	fake_loop_pass(59);
	ck_assert_uint_eq(asked_since(before), 0);
	read_from(99, 100, READ_AUDIT);
	ck_assert_uint_eq(asked_since(before), 1);
	fake_ews_serve();
	ck_assert_uint_eq(reads, 100);
}
END_TEST

START_TEST(change_during_a_read_is_read_again)
{
	come_up(1);
	read_from(0, 1, READ_NOTIFIED);
	read_from(0, 1, READ_NOTIFIED);
	ck_assert_uint_eq(fake_http_count("GetUserAvailability"), 2);
	fake_ews_serve();
	ck_assert_uint_eq(fake_http_count("GetUserAvailability"), 3);
	ck_assert_uint_eq(reads, 2);
}
END_TEST

START_TEST(back_off_that_the_server_names_is_obeyed)
{
	char *busy = fake_ews_fault("ErrorServerBusy", "30000");

	come_up(1);
	read_from(0, 1, READ_NOTIFIED);
	fake_http_answer(fake_http_find("GetUserAvailability"), 500, busy);
	fake_loop_pass_ms(29999);
	ck_assert_ptr_null(fake_http_find("GetUserAvailability"));
	fake_loop_pass_ms(1);
	fake_ews_serve();
	ck_assert_uint_eq(reads, 1);
	ck_assert_uint_eq(failures, 0);
	ck_assert_uint_eq(gateway_health(gateway)->throttled_ms, 30000);
	free(busy);
}
END_TEST

START_TEST(retry_after_is_obeyed)
{
	come_up(1);
	read_from(0, 1, READ_NOTIFIED);
	fake_http_answer_header("Retry-After", "20");
	fake_http_answer(fake_http_find("GetUserAvailability"), 503, "");
	fake_loop_pass(19);
	ck_assert_ptr_null(fake_http_find("GetUserAvailability"));
	fake_loop_pass(1);
	ck_assert_ptr_nonnull(fake_http_find("GetUserAvailability"));
}
END_TEST

START_TEST(what_the_front_end_says_of_the_server_behind_it_is_shown)
{
	come_up(1);
	read_from(0, 1, READ_NOTIFIED);
	fake_http_answer_header("X-CasErrorCode", "ServerNotFound");
	fake_http_answer(fake_http_find("GetUserAvailability"), 503, "");
	ck_assert_str_eq(gateway_health(gateway)->why.text,
			 "HTTP 503: service unavailable; "
			 "X-CasErrorCode: ServerNotFound");
}
END_TEST

START_TEST(wrong_password_is_sent_twice_for_all_together)
{
	follow(MAILBOXES);

	for (int i = 0; i < 600; i++) {
		fake_loop_pass(1);
		if (fake_http_next())
			fake_http_answer(fake_http_next(), 401, "");
	}

	ck_assert_uint_eq(fake_http_started(), 2);
	ck_assert_uint_eq(failures, MAILBOXES);
	ck_assert_int_eq(last_err, ERR_LOGIN);
	ck_assert_int_eq(gateway_health(gateway)->why.err, ERR_LOGIN);
}
END_TEST

START_TEST(older_server_is_asked_in_its_version)
{
	char *wrong = fake_ews_fault("ErrorInvalidServerVersion", NULL);
	struct gateway_settings settings;

	gateway_free(&gateway);
	ck_assert_int_eq(gateway_parse(&settings,
				       "name=hq host=h notify=streaming "
				       "version=Exchange2010_SP2",
				       NULL),
			 ERR_OK);
	ck_assert_int_eq(gateway_new(&gateway, &settings, NULL), ERR_OK);
	follow(1);
	fake_loop_pass_ms(0);
	fake_http_answer(fake_http_find("Subscribe"), 500, wrong);
	fake_loop_pass_ms(0);
	ck_assert_ptr_nonnull(
		strstr(fake_http_body(fake_http_find("Subscribe")),
		       "\"Exchange2010_SP1\""));
	fake_http_answer(fake_http_find("Subscribe"), 500, wrong);
	fake_loop_pass_ms(0);
	ck_assert_uint_eq(failures, 1);
	ck_assert_int_eq(last_err, ERR_VERSION);
	free(wrong);
}
END_TEST

static void with_details(void)
{
	struct gateway_settings settings;

	gateway_free(&gateway);
	ck_assert_int_eq(gateway_parse(&settings, "name=hq host=h details=yes",
				       NULL),
			 ERR_OK);
	ck_assert_int_eq(gateway_new(&gateway, &settings, NULL), ERR_OK);
}

static bool subject_is_asked_for(unsigned wants)
{
	bool asked;

	gateway_want(gateway, wants);
	follow(1);
	read_from(0, 1, READ_NOTIFIED);
	ck_assert_ptr_nonnull(fake_http_find("FindItem"));
	asked = strstr(fake_http_body(fake_http_find("FindItem")),
		       "\"item:Subject\"");
	gateway_backend(gateway)->unsubscribe(&subs[0]);
	return asked;
}

START_TEST(subjects_are_asked_for_only_where_they_are_wanted)
{
	with_details();
	ck_assert(!subject_is_asked_for(0));
	ck_assert(!subject_is_asked_for(WANT_HOURS));
	ck_assert(subject_is_asked_for(WANT_HOURS | WANT_SUBJECTS));
}
END_TEST

/* How often the details of the one mailbox were asked for within a time. */
static unsigned details_asked(enum read_cause cause, unsigned wait_s)
{
	unsigned before = fake_http_count("FindItem");

	gateway_backend(gateway)->read(subs[0], cause);
	for (unsigned i = 0; i < wait_s; i++) {
		fake_loop_pass(1);
		fake_ews_serve();
	}
	return fake_http_count("FindItem") - before;
}

/* An entry made and told, then deleted while nothing was told, is in none of
 * two equal looks at free/busy, but in the details between them. */
START_TEST(free_busy_does_not_vouch_for_details_read_apart_from_it)
{
	with_details();
	follow(1);
	details_asked(READ_FIRST, 5);
	details_asked(READ_AUDIT, 70);
	ck_assert_uint_eq(details_asked(READ_AUDIT, 70), 0);
	ck_assert_uint_eq(details_asked(READ_NOTIFIED, 5), 1);
	ck_assert_uint_eq(details_asked(READ_AUDIT, 70), 1);
	ck_assert_uint_eq(details_asked(READ_AUDIT, 70), 0);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(what_changes_while_requests_are_under_way_gathers);
	TEST(full_batches_do_not_wait);
	TEST(audits_gather_for_a_while);
	TEST(change_during_a_read_is_read_again);
	TEST(back_off_that_the_server_names_is_obeyed);
	TEST(retry_after_is_obeyed);
	TEST(what_the_front_end_says_of_the_server_behind_it_is_shown);
	TEST(wrong_password_is_sent_twice_for_all_together);
	TEST(older_server_is_asked_in_its_version);
	TEST(free_busy_does_not_vouch_for_details_read_apart_from_it);
	TEST(subjects_are_asked_for_only_where_they_are_wanted);
}
