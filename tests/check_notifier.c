/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "notifier"
#include <string.h>

#include "base/alloc.h"
#include "base/metric.h"
#include "sip/notifier.h"
#include "tests/fake_loop.h"
#include "tests/fake_notify_out.h"
#include "tests/suite.h"

static struct notifier *notifier;
static int watchers;
static struct subscribe_answer answer;

static void on_watched(const char *entity, int delta, void *arg)
{
	(void)arg;
	ck_assert_str_eq(entity, "sip:bob@example.org");
	watchers += delta;
}

static const struct notifier_handlers handlers = { .watched = on_watched };

static void begin(unsigned distance_s)
{
	struct notifier_settings settings = { 60, 3600, distance_s, 2000 };

	fake_loop_reset();
	fake_loop_pass(1000);
	watchers = 0;
	notifier = notifier_new(NULL, &settings, &handlers, NULL);
}

static void setup(void)
{
	begin(0);
}

static void teardown(void)
{
	notifier_free(&notifier);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static struct subscribe a_subscribe(void)
{
	static unsigned cseq;

	return (struct subscribe){
		.entity = "sip:bob@example.org",
		.watcher = "sip:ann@example.org",
		.expires_s = 600,
		.local_tag = "",
		.seed = { .call_id = "c1",
			  .local = "<sip:bob@example.org>",
			  .remote = "<sip:ann@example.org>;tag=r",
			  .remote_tag = "r",
			  .event = "presence",
			  .routes = "",
			  .contact = "<sip:127.0.0.1>",
			  .target = "sip:a@h",
			  .next_hop = "",
			  .cseq = ++cseq },
	};
}

static int subscribe(const struct subscribe *what)
{
	notifier_subscribe(notifier, what, &answer);
	watchers += answer.watched;
	return answer.status;
}

static void say(const char *text)
{
	notifier_publish(notifier, "sip:bob@example.org", text, strlen(text));
}

static struct subscribe watching(void)
{
	static char tag[DIALOG_TAG_SIZE];
	struct subscribe what = a_subscribe();

	ck_assert_int_eq(subscribe(&what), 200);
	strcpy(tag, answer.local_tag);
	ck_assert(fake_notify_sent());
	fake_notify_answered(200);
	what = a_subscribe();
	what.local_tag = tag;
	return what;
}

START_TEST(a_new_watcher_is_told_at_once)
{
	struct subscribe what = a_subscribe();

	say("<first/>");
	ck_assert_int_eq(subscribe(&what), 200);
	ck_assert_uint_eq(answer.expires_s, 600);
	ck_assert_int_eq(watchers, 1);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_state, "active;expires=600");
	ck_assert_str_eq(fake_notify_type, "application/pidf+xml");
	ck_assert_str_eq(fake_notify_body, "<first/>");
}
END_TEST

START_TEST(before_anybody_spoke_there_is_a_document_all_the_same)
{
	struct subscribe what = a_subscribe();

	subscribe(&what);
	ck_assert(fake_notify_sent());
	ck_assert_ptr_nonnull(
		strstr(fake_notify_body, "<basic>closed</basic>"));
}
END_TEST

START_TEST(one_notify_is_under_way_and_the_next_says_the_newest)
{
	watching();
	say("<one/>");
	ck_assert(fake_notify_sent());
	say("<two/>");
	say("<three/>");
	ck_assert(!fake_notify_sent());
	fake_notify_answered(200);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_body, "<three/>");
	fake_notify_answered(200);
	ck_assert(!fake_notify_sent());
}
END_TEST

START_TEST(a_fetch_is_told_once_and_forgotten)
{
	struct subscribe what = a_subscribe();
	struct notifier_facts facts;

	what.expires_s = 0;
	ck_assert_int_eq(subscribe(&what), 200);
	ck_assert_int_eq(watchers, 0);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_state, "terminated;reason=timeout");
	fake_notify_answered(200);
	say("<later/>");
	ck_assert(!fake_notify_sent());
	notifier_facts(notifier, &facts);
	ck_assert_uint_eq(facts.subscriptions[PACKAGE_PRESENCE], 0);
}
END_TEST

START_TEST(a_watch_not_renewed_runs_out)
{
	watching();
	fake_loop_pass(599);
	ck_assert_int_eq(watchers, 1);
	fake_loop_pass(1);
	ck_assert_int_eq(watchers, 0);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_state, "terminated;reason=timeout");
}
END_TEST

START_TEST(a_renewed_watch_goes_on)
{
	struct subscribe what = watching();

	fake_loop_pass(500);
	ck_assert_int_eq(subscribe(&what), 200);
	ck_assert_int_eq(answer.watched, 0);
	ck_assert(fake_notify_sent());
	fake_notify_answered(200);
	fake_loop_pass(500);
	ck_assert_int_eq(watchers, 1);
}
END_TEST

START_TEST(expires_0_ends_the_watch)
{
	struct subscribe what = watching();

	what.expires_s = 0;
	ck_assert_int_eq(subscribe(&what), 200);
	ck_assert_int_eq(watchers, 0);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_state, "terminated;reason=timeout");
}
END_TEST

static const char *const pidf_only[] = { "application/pidf+xml", NULL };
static const char *const any[] = { "text/plain", "*/*", NULL };
static const char *const cpim[] = { "application/cpim-pidf+xml", NULL };

static const struct {
	const char *const *accept;
	long expires_s;
	const char *local_tag;
	int status;
} refusals[] = {
	{ pidf_only, 600, "", 200 }, { any, 600, "", 200 },
	{ cpim, 600, "", 406 },      { NULL, 59, "", 423 },
	{ NULL, 60, "", 200 },       { NULL, EXPIRES_ABSENT, "", 200 },
	{ NULL, 600, "lost", 481 },
};

START_TEST(what_cannot_be_had_is_refused)
{
	struct subscribe what = a_subscribe();

	what.accept = refusals[_i].accept;
	what.expires_s = refusals[_i].expires_s;
	what.local_tag = refusals[_i].local_tag;
	ck_assert_int_eq(subscribe(&what), refusals[_i].status);
}
END_TEST

START_TEST(an_old_cseq_is_refused)
{
	struct subscribe what = watching();

	what.seed.cseq = 0;
	ck_assert_int_eq(subscribe(&what), 500);
}
END_TEST

START_TEST(nobody_elses_call_id_makes_a_dialog)
{
	struct subscribe what = a_subscribe();

	watching();
	what.watcher = "sip:eve@example.org";
	ck_assert_int_eq(subscribe(&what), 400);
}
END_TEST

static const struct {
	int status, left;
} answers[] = { { 200, 1 }, { 202, 1 }, { 481, 0 }, { 408, 0 }, { 503, 0 },
		{ 489, 0 }, { 404, 0 }, { 500, 1 }, { 486, 1 } };

START_TEST(an_answer_that_says_gone_ends_the_watch_at_once)
{
	watching();
	say("<one/>");
	ck_assert(fake_notify_sent());
	fake_notify_answered(answers[_i].status);
	ck_assert_int_eq(watchers, answers[_i].left);
	say("<two/>");
	ck_assert_int_eq(fake_notify_sent(), answers[_i].left);
}
END_TEST

START_TEST(withdrawn_means_offline_and_no_resource)
{
	say("<one/>");
	watching();
	notifier_withdraw(notifier, "sip:bob@example.org");
	ck_assert_int_eq(watchers, 0);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_state, "terminated;reason=noresource");
	ck_assert_ptr_nonnull(
		strstr(fake_notify_body, "<basic>closed</basic>"));
}
END_TEST

START_TEST(news_keep_their_distance)
{
	notifier_free(&notifier);
	begin(5);
	watching();
	say("<one/>");
	ck_assert(!fake_notify_sent());
	fake_loop_pass(4);
	say("<two/>");
	ck_assert(!fake_notify_sent());
	fake_loop_pass(1);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_body, "<two/>");
}
END_TEST

START_TEST(watcher_information_is_full_first_then_partial)
{
	struct subscribe winfo = a_subscribe();

	winfo.package = PACKAGE_WINFO;
	winfo.watcher = "sip:bob@example.org";
	winfo.seed.call_id = "c2";
	ck_assert_int_eq(subscribe(&winfo), 200);
	ck_assert_int_eq(watchers, 0);
	ck_assert(fake_notify_sent());
	ck_assert_ptr_nonnull(
		strstr(fake_notify_body, "version=\"0\" state=\"full\""));
	fake_notify_answered(200);

	watching();
	ck_assert(fake_notify_sent());
	ck_assert_ptr_nonnull(
		strstr(fake_notify_body, "version=\"1\" state=\"partial\""));
	ck_assert_ptr_nonnull(strstr(fake_notify_body, "status=\"active\""));
	ck_assert_ptr_nonnull(strstr(fake_notify_body, "sip:ann@example.org"));
}
END_TEST

static bool only_bob(const char *watcher, const char *entity, void *arg)
{
	(void)arg;
	ck_assert_str_eq(entity, "sip:bob@example.org");
	return !strcmp(watcher, "sip:bob@example.org");
}

START_TEST(who_may_no_longer_watch_is_told_so)
{
	say("<one/>");
	watching();
	notifier_recheck(notifier, only_bob, NULL);
	ck_assert_int_eq(watchers, 0);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_state, "terminated;reason=rejected");
	fake_notify_answered(200);
	say("<two/>");
	ck_assert(!fake_notify_sent());
}
END_TEST

START_TEST(a_watcher_that_is_signed_out_watches_no_more)
{
	say("<one/>");
	watching();
	notifier_end_watcher(notifier, "sip:eve@example.org");
	ck_assert_int_eq(watchers, 1);
	notifier_end_watcher(notifier, "sip:ann@example.org");
	ck_assert_int_eq(watchers, 0);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_state, "terminated;reason=noresource");
}
END_TEST

START_TEST(a_refresh_while_a_notify_is_under_way_makes_one_more)
{
	struct subscribe what;

	say("<one/>");
	what = watching();
	say("<two/>");
	ck_assert(fake_notify_sent());
	ck_assert_int_eq(subscribe(&what), 200);
	ck_assert(!fake_notify_sent());
	say("<three/>");
	say("<four/>");
	fake_notify_answered(200);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_body, "<four/>");
	fake_notify_answered(200);
	ck_assert(!fake_notify_sent());
}
END_TEST

START_TEST(an_end_while_a_notify_is_under_way_is_told_after_it)
{
	struct subscribe what;

	say("<one/>");
	what = watching();
	what.expires_s = 0;
	say("<two/>");
	ck_assert(fake_notify_sent());
	ck_assert_int_eq(subscribe(&what), 200);
	ck_assert_int_eq(watchers, 0);
	fake_notify_answered(200);
	ck_assert(fake_notify_sent());
	ck_assert_str_eq(fake_notify_state, "terminated;reason=timeout");
	fake_notify_answered(200);
	say("<three/>");
	ck_assert(!fake_notify_sent());
}
END_TEST

START_TEST(how_long_news_took_is_measured)
{
	struct buf text = BUF(1 << 20);

	say("<one/>");
	watching();
	metric_forget_all();
	say("<two/>");
	fake_loop_pass(2);
	ck_assert(fake_notify_sent());
	fake_loop_pass(1);
	fake_notify_answered(200);
	metric_print(&text);
	ck_assert_ptr_nonnull(
		strstr(buf_text(&text), "daymark_notify_seconds_sum 3.000"));
	ck_assert_ptr_nonnull(
		strstr(buf_text(&text), "daymark_notify_seconds_count 1\n"));
	buf_free(&text);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(a_new_watcher_is_told_at_once);
	TEST(before_anybody_spoke_there_is_a_document_all_the_same);
	TEST(one_notify_is_under_way_and_the_next_says_the_newest);
	TEST(a_fetch_is_told_once_and_forgotten);
	TEST(a_watch_not_renewed_runs_out);
	TEST(a_renewed_watch_goes_on);
	TEST(expires_0_ends_the_watch);
	TEST_ROWS(what_cannot_be_had_is_refused, refusals);
	TEST(an_old_cseq_is_refused);
	TEST(nobody_elses_call_id_makes_a_dialog);
	TEST_ROWS(an_answer_that_says_gone_ends_the_watch_at_once, answers);
	TEST(withdrawn_means_offline_and_no_resource);
	TEST(news_keep_their_distance);
	TEST(watcher_information_is_full_first_then_partial);
	TEST(how_long_news_took_is_measured);
	TEST(who_may_no_longer_watch_is_told_so);
	TEST(a_watcher_that_is_signed_out_watches_no_more);
	TEST(a_refresh_while_a_notify_is_under_way_makes_one_more);
	TEST(an_end_while_a_notify_is_under_way_is_told_after_it);
}
