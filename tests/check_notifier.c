/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "notifier"
#include <string.h>

#include "base/alloc.h"
#include "sip/notifier.h"
#include "sip/notify_out.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

/* sip/notify_out.h as the test sees it: sent when the test says so. */
struct notify_out {
	struct notify_out_handlers handlers;
	void *arg;
	struct notify_item *queued[64];
	struct notify_item *flying[64];
	unsigned waiting, in_flight;
};

static struct notify_out *out;
static char state[128], body[8192], type[64];

void notify_out_answer(struct notify_out *of, const char *data, size_t len)
{
	(void)of;
	(void)data;
	(void)len;
}

struct notify_out *notify_out_new(void *agent, unsigned in_flight,
				  const struct notify_out_handlers *handlers,
				  void *arg)
{
	(void)agent;
	(void)in_flight;
	out = x_new(struct notify_out);
	out->handlers = *handlers;
	out->arg = arg;
	return out;
}

void notify_out_free(struct notify_out **outp)
{
	free(*outp);
	*outp = out = NULL;
}

void notify_out_limit(struct notify_out *of, unsigned in_flight)
{
	(void)of;
	(void)in_flight;
}

void notify_out_queue(struct notify_out *of, struct notify_item *item,
		      bool urgent)
{
	ck_assert_int_eq(item->stage, NOTIFY_IDLE);
	(void)urgent;
	item->stage = NOTIFY_QUEUED;
	of->queued[of->waiting++] = item;
}

static void strike(struct notify_item **items, unsigned *count,
		   const struct notify_item *item)
{
	for (unsigned i = 0; i < *count; i++)
		if (items[i] == item)
			items[i--] = items[--*count];
}

void notify_out_cancel(struct notify_out *of, struct notify_item *item)
{
	strike(of->queued, &of->waiting, item);
	strike(of->flying, &of->in_flight, item);
	item->stage = NOTIFY_IDLE;
}

unsigned notify_out_flying(const struct notify_out *of)
{
	return of->in_flight;
}

unsigned notify_out_waiting(const struct notify_out *of)
{
	return of->waiting;
}

/* Sends the first in line; false if there is none. */
static bool sent(void)
{
	struct notify_request request = { 0 };
	struct notify_item *item = out->queued[0];

	if (!out->waiting)
		return false;

	memmove(out->queued, out->queued + 1, --out->waiting * sizeof(item));
	item->stage = NOTIFY_FLYING;
	out->flying[out->in_flight++] = item;
	out->handlers.compose(item, &request, out->arg);
	strcpy(state, request.state);
	strcpy(type, request.content_type);
	memcpy(body, request.body, request.body_bytes);
	body[request.body_bytes] = '\0';
	return true;
}

static void answered(int status)
{
	struct notify_item *item = out->flying[0];

	memmove(out->flying, out->flying + 1, --out->in_flight * sizeof(item));
	item->stage = NOTIFY_IDLE;
	out->handlers.done(item, status, out->arg);
}

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
	ck_assert(sent());
	answered(200);
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
	ck_assert(sent());
	ck_assert_str_eq(state, "active;expires=600");
	ck_assert_str_eq(type, "application/pidf+xml");
	ck_assert_str_eq(body, "<first/>");
}
END_TEST

START_TEST(before_anybody_spoke_there_is_a_document_all_the_same)
{
	struct subscribe what = a_subscribe();

	subscribe(&what);
	ck_assert(sent());
	ck_assert_ptr_nonnull(strstr(body, "<basic>closed</basic>"));
}
END_TEST

START_TEST(one_notify_is_under_way_and_the_next_says_the_newest)
{
	watching();
	say("<one/>");
	ck_assert(sent());
	say("<two/>");
	say("<three/>");
	ck_assert(!sent());
	answered(200);
	ck_assert(sent());
	ck_assert_str_eq(body, "<three/>");
	answered(200);
	ck_assert(!sent());
}
END_TEST

START_TEST(a_fetch_is_told_once_and_forgotten)
{
	struct subscribe what = a_subscribe();
	struct notifier_facts facts;

	what.expires_s = 0;
	ck_assert_int_eq(subscribe(&what), 200);
	ck_assert_int_eq(watchers, 0);
	ck_assert(sent());
	ck_assert_str_eq(state, "terminated;reason=timeout");
	answered(200);
	say("<later/>");
	ck_assert(!sent());
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
	ck_assert(sent());
	ck_assert_str_eq(state, "terminated;reason=timeout");
}
END_TEST

START_TEST(a_renewed_watch_goes_on)
{
	struct subscribe what = watching();

	fake_loop_pass(500);
	ck_assert_int_eq(subscribe(&what), 200);
	ck_assert_int_eq(answer.watched, 0);
	ck_assert(sent());
	answered(200);
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
	ck_assert(sent());
	ck_assert_str_eq(state, "terminated;reason=timeout");
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
	ck_assert(sent());
	answered(answers[_i].status);
	ck_assert_int_eq(watchers, answers[_i].left);
	say("<two/>");
	ck_assert_int_eq(sent(), answers[_i].left);
}
END_TEST

START_TEST(withdrawn_means_offline_and_no_resource)
{
	say("<one/>");
	watching();
	notifier_withdraw(notifier, "sip:bob@example.org");
	ck_assert_int_eq(watchers, 0);
	ck_assert(sent());
	ck_assert_str_eq(state, "terminated;reason=noresource");
	ck_assert_ptr_nonnull(strstr(body, "<basic>closed</basic>"));
}
END_TEST

START_TEST(news_keep_their_distance)
{
	notifier_free(&notifier);
	begin(5);
	watching();
	say("<one/>");
	ck_assert(!sent());
	fake_loop_pass(4);
	say("<two/>");
	ck_assert(!sent());
	fake_loop_pass(1);
	ck_assert(sent());
	ck_assert_str_eq(body, "<two/>");
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
	ck_assert(sent());
	ck_assert_ptr_nonnull(strstr(body, "version=\"0\" state=\"full\""));
	answered(200);

	watching();
	ck_assert(sent());
	ck_assert_ptr_nonnull(strstr(body, "version=\"1\" state=\"partial\""));
	ck_assert_ptr_nonnull(strstr(body, "status=\"active\""));
	ck_assert_ptr_nonnull(strstr(body, "sip:ann@example.org"));
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
}
