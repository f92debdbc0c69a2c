/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "watches"
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "module/watches.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

#define ANN "sip:ann@example.com"
#define BOB "sip:bob@example.com"

static struct watches *watches;
static int ann, others; /* who is watched, by what was told */
static unsigned ended;
static char last[200];

static void on_watch(const char *entity, int delta, void *arg)
{
	ck_assert_ptr_eq(arg, &ann);
	*(strcmp(entity, ANN) ? &others : &ann) += delta;
}

static void begin(void)
{
	fake_loop_reset();
	ann = others = 0;
	ended = 0;
	watches = watches_new(on_watch, &ann);
}

static void finish(void)
{
	watches_free(&watches);
	ck_assert_ptr_null(watches);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

/* A subscription of so many seconds from the start of the test. */
static void take(const char *key, const char *watcher, const char *entity,
		 unsigned lasts_s, uint32_t cseq)
{
	const struct pipe_message message = {
		.kind = PIPE_WATCH,
		.id = cseq,
		.number = FAKE_LOOP_WALL + (int64_t)lasts_s,
		.texts = { key, watcher, entity, "wt", "st",
			   cseq > 1 ? "sip:later" : "sip:first", "call", "" },
	};

	watches_take(watches, &message);
}

static void on_end(const struct publish_dialog *dialog, void *arg)
{
	(void)arg;
	ended++;
	snprintf(last, sizeof(last), "%s %s %s %s %s %s %u", dialog->watcher,
		 dialog->entity, dialog->watcher_tag, dialog->server_tag,
		 dialog->contact, dialog->call_id, dialog->cseq);
}

START_TEST(each_subscription_counts_until_its_time_is_over)
{
	begin();
	take("1", BOB, ANN, 60, 1);
	take("2", BOB, ANN, 120, 1);
	take("3", ANN, BOB, 60, 1);
	ck_assert_int_eq(ann, 2);
	ck_assert_int_eq(others, 1);
	fake_loop_pass(59);
	ck_assert_uint_eq(watches_count(watches), 3);
	fake_loop_pass(1);
	ck_assert_int_eq(ann, 1);
	ck_assert_int_eq(others, 0);
	fake_loop_pass(60);
	ck_assert_int_eq(ann, 0);
	ck_assert_uint_eq(watches_count(watches), 0);
	finish();
}
END_TEST

START_TEST(one_that_is_renewed_counts_once_and_lasts_longer)
{
	begin();
	take("1", BOB, ANN, 60, 1);
	fake_loop_pass(50);
	take("1", BOB, ANN, 110, 2);
	ck_assert_int_eq(ann, 1);
	fake_loop_pass(50);
	ck_assert_int_eq(ann, 1);
	watches_end(watches, BOB, on_end, NULL);
	ck_assert_str_eq(last, BOB " " ANN " wt st sip:later call 2");
	ck_assert_int_eq(ann, 0);
	finish();
}
END_TEST

START_TEST(one_that_is_over_is_forgotten_at_once_or_never_was)
{
	begin();
	take("1", BOB, ANN, 60, 1);
	take("1", BOB, ANN, 0, 2);
	ck_assert_int_eq(ann, 0);
	take("1", BOB, ANN, 0, 3);
	take("2", BOB, ANN, 0, 1);
	ck_assert_int_eq(ann, 0);
	ck_assert_uint_eq(watches_count(watches), 0);
	finish();
}
END_TEST

START_TEST(names_are_the_same_however_the_server_writes_them)
{
	begin();
	take("1", "sip:BOB@Example.COM:5060;x=y", "sip:Ann@EXAMPLE.com", 60, 1);
	ck_assert_int_eq(ann, 1);
	watches_end(watches, BOB, on_end, NULL);
	ck_assert_uint_eq(ended, 1);
	ck_assert_int_eq(ann, 0);
	finish();
}
END_TEST

START_TEST(whoever_is_signed_out_loses_all_his_watches_and_no_others)
{
	char key[16];

	begin();
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%u", i);
		take(key, i % 2 ? ANN : BOB, i % 2 ? BOB : ANN, 60, 1);
	}
	watches_end(watches, BOB, on_end, NULL);
	ck_assert_uint_eq(ended, 500);
	ck_assert_int_eq(ann, 0);
	ck_assert_int_eq(others, 500);
	watches_end(watches, "sip:nobody@example.com", on_end, NULL);
	ck_assert_uint_eq(ended, 500);
	finish();
}
END_TEST

START_TEST(there_are_never_more_than_the_limit)
{
	char key[16];

	begin();
	for (unsigned i = 0; i < WATCHES_MAX + 5; i++) {
		snprintf(key, sizeof(key), "%u", i);
		take(key, BOB, ANN, 60, 1);
	}
	ck_assert_uint_eq(watches_count(watches), WATCHES_MAX);
	ck_assert_int_eq(ann, WATCHES_MAX);
	take("7", BOB, ANN, 90, 2); /* which is there already */
	fake_loop_pass(60);
	ck_assert_uint_eq(watches_count(watches), 1);
	take("new", BOB, ANN, 90, 1);
	ck_assert_int_eq(ann, 2);
	finish();
}
END_TEST

START_TEST(who_watches_is_described_with_his_contact_and_its_end)
{
	struct json *array = json_new_array();
	struct buf text = BUF(4096);

	begin();
	take("1", BOB, ANN, 60, 1);
	take("2", ANN, BOB, 60, 1);
	watches_describe(watches, ANN, array);
	json_write(array, &text);
	ck_assert_ptr_nonnull(strstr(buf_text(&text), BOB));
	ck_assert_ptr_nonnull(strstr(buf_text(&text), "sip:first"));
	ck_assert_ptr_nonnull(strstr(buf_text(&text), "2026-09-17T08:01:00Z"));
	ck_assert_ptr_null(strstr(buf_text(&text), ANN));
	buf_free(&text);
	json_free(&array);
	finish();
}
END_TEST

static void tests(void)
{
	TEST(each_subscription_counts_until_its_time_is_over);
	TEST(one_that_is_renewed_counts_once_and_lasts_longer);
	TEST(one_that_is_over_is_forgotten_at_once_or_never_was);
	TEST(names_are_the_same_however_the_server_writes_them);
	TEST(whoever_is_signed_out_loses_all_his_watches_and_no_others);
	TEST(there_are_never_more_than_the_limit);
	TEST(who_watches_is_described_with_his_contact_and_its_end);
}
