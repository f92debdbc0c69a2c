/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "calls"
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sip/answer_read.h"
#include "sip/calls.h"
#include "sip/flow.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { SENT_MAX = 256 };

/* sip/udp_share.h as the test sees it: what was sent, and when. */
static struct {
	const char *text;
	uint64_t at_ms;
} sent[SENT_MAX];
static unsigned sent_count, flushes;

void udp_share_send(struct udp_share *share, const struct datagram *datagrams,
		    unsigned count)
{
	(void)share;
	for (unsigned i = 0; i < count; i++, sent_count++) {
		ck_assert_uint_lt(sent_count, SENT_MAX);
		sent[sent_count].text = datagrams[i].data;
		sent[sent_count].at_ms = clock_ms();
	}
}

/* sip/flow.h as the test sees it. */
void flow_say(struct flow *flow, const char *text, size_t bytes)
{
	struct datagram as_sent = { .data = text, .len = bytes };

	(void)flow;
	udp_share_send(NULL, &as_sent, 1);
}

void flow_flush(void)
{
	flushes++;
}

static struct calls *calls;
static struct call *over;
static int status;
static unsigned done_count, late_count;
static uint64_t begin_ms;

static void on_done(struct call *call, int result, void *arg)
{
	(void)arg;
	over = call;
	status = result;
	done_count++;
}

static void on_late(struct call *call, void *arg)
{
	(void)call;
	(void)arg;
	late_count++;
}

static const struct calls_handlers handlers = { .done = on_done,
						.late = on_late };

static void setup(void)
{
	fake_loop_reset();
	fake_loop_pass(1000);
	begin_ms = clock_ms();
	sent_count = flushes = done_count = late_count = 0;
	over = NULL;
	status = 0;
	calls = calls_new(&handlers, NULL);
}

static void teardown(void)
{
	calls_free(&calls);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static void begin(struct call *call, char branch[BRANCH_SIZE], const char *text)
{
	*call = (struct call){ 0 };
	calls_begin(calls, call, branch);
	call->text = text;
	call->bytes = strlen(text);
	calls_send(calls, call);
	calls_flush(calls);
}

static void answer(const char *branch, int code, const char *method)
{
	char text[512];
	int len = snprintf(text, sizeof(text),
			   "SIP/2.0 %d Word\r\n"
			   "Via: SIP/2.0/UDP h;rport=5;branch=%s\r\n"
			   "CSeq: 7 %s\r\n\r\n",
			   code, branch, method);

	calls_answer(calls, text, (size_t)len);
}

START_TEST(a_request_goes_out_at_once_and_ends_with_its_answer)
{
	char branch[BRANCH_SIZE];
	struct call call;

	begin(&call, branch, "text");
	ck_assert_uint_eq(sent_count, 1);
	ck_assert_str_eq(sent[0].text, "text");
	answer(branch, 200, "NOTIFY");
	ck_assert_ptr_eq(over, &call);
	ck_assert_int_eq(status, 200);
	fake_loop_pass(60);
	ck_assert_uint_eq(sent_count, 1);
	ck_assert_uint_eq(done_count, 1);
}
END_TEST

START_TEST(what_is_not_answered_is_sent_again_later_and_later)
{
	static const uint64_t at_ms[] = { 0,     500,   1500,  3500,
					  7500,  11500, 15500, 19500,
					  23500, 27500, 31500 };
	char branch[BRANCH_SIZE];
	struct call call;

	begin(&call, branch, "text");
	fake_loop_pass_ms(31999);
	ck_assert_uint_eq(sent_count, sizeof(at_ms) / sizeof(at_ms[0]));
	for (unsigned i = 0; i < sent_count; i++)
		ck_assert_uint_eq(sent[i].at_ms - begin_ms, at_ms[i]);
	ck_assert_uint_eq(late_count, 1);
	ck_assert_uint_eq(done_count, 0);

	fake_loop_pass_ms(1);
	ck_assert_ptr_eq(over, &call);
	ck_assert_int_eq(status, 408);
}
END_TEST

START_TEST(a_provisional_answer_slows_it_down)
{
	char branch[BRANCH_SIZE];
	struct call call;

	begin(&call, branch, "text");
	answer(branch, 100, "NOTIFY");
	ck_assert_uint_eq(done_count, 0);
	fake_loop_pass_ms(7499);
	ck_assert_uint_eq(sent_count, 1);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(sent_count, 2);
	fake_loop_pass_ms(24500);
	ck_assert_int_eq(status, 408);
}
END_TEST

START_TEST(answers_find_their_requests_in_any_order)
{
	char branches[40][BRANCH_SIZE];
	struct call made[40];

	for (unsigned i = 0; i < 40; i++)
		begin(&made[i], branches[i], "text");
	for (unsigned i = 40; i-- > 0;) {
		answer(branches[i], 200 + (int)i, "NOTIFY");
		ck_assert_ptr_eq(over, &made[i]);
		ck_assert_int_eq(status, 200 + (int)i);
	}
}
END_TEST

static const struct {
	const char *what;
	unsigned at; /* which character of the branch is another */
	int code;
	const char *method;
} strays[] = {
	{ "another prefix", 0, 200, "NOTIFY" },
	{ "another number", 15, 200, "NOTIFY" },
	{ "another secret", 20, 200, "NOTIFY" },
	{ "another method", BRANCH_SIZE, 200, "SUBSCRIBE" },
	{ "no status", BRANCH_SIZE, 99, "NOTIFY" },
	{ "no such status", BRANCH_SIZE, 700, "NOTIFY" },
};

START_TEST(answers_to_nothing_change_nothing)
{
	char branch[BRANCH_SIZE], wrong[BRANCH_SIZE + 1];
	struct call call;

	begin(&call, branch, "text");
	memcpy(wrong, branch, BRANCH_SIZE);
	if (strays[_i].at < BRANCH_SIZE)
		wrong[strays[_i].at] = wrong[strays[_i].at] == '1' ? '2' : '1';
	answer(wrong, strays[_i].code, strays[_i].method);
	ck_assert_uint_eq(done_count, 0);
	answer(branch, 481, "NOTIFY");
	ck_assert_int_eq(status, 481);
	answer(branch, 200, "NOTIFY");
	ck_assert_uint_eq(done_count, 1);
}
END_TEST

START_TEST(what_is_ended_is_not_sent_again)
{
	char branch[BRANCH_SIZE];
	struct call call;

	begin(&call, branch, "text");
	fake_loop_pass_ms(700);
	ck_assert_uint_eq(sent_count, 2);
	calls_end(calls, &call);
	fake_loop_pass(60);
	ck_assert_uint_eq(sent_count, 2);
	answer(branch, 200, "NOTIFY");
	ck_assert_uint_eq(done_count, 0);
}
END_TEST

static void begin_on_connection(struct call *call, char branch[BRANCH_SIZE])
{
	static char connection;

	*call = (struct call){ .flow = (struct flow *)(void *)&connection };
	calls_begin(calls, call, branch);
	call->text = "text";
	call->bytes = strlen(call->text);
	calls_send(calls, call);
	calls_flush(calls);
}

START_TEST(on_a_connection_nothing_is_sent_again)
{
	char branch[BRANCH_SIZE];
	struct call call;

	begin_on_connection(&call, branch);
	ck_assert_uint_ge(flushes, 1);
	fake_loop_pass_ms(499);
	ck_assert_uint_eq(late_count, 0);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(late_count, 1);
	fake_loop_pass_ms(31499);
	ck_assert_uint_eq(sent_count, 1);
	ck_assert_uint_eq(late_count, 1);
	ck_assert_uint_eq(done_count, 0);

	fake_loop_pass_ms(1);
	ck_assert_ptr_eq(over, &call);
	ck_assert_int_eq(status, 408);
}
END_TEST

static const unsigned moments_ms[] = { 0, 100, 600, 31900 };

START_TEST(what_the_stack_read_ends_a_call_on_a_connection_at_any_time)
{
	char branch[BRANCH_SIZE];
	struct answer answer = { .status = 180,
				 .branch = branch,
				 .branch_len = 0,
				 .method = "NOTIFY",
				 .method_len = 6 };
	struct call call;

	begin_on_connection(&call, branch);
	calls_take(calls, &answer);
	answer.branch_len = strlen(branch);
	calls_take(calls, &answer);
	fake_loop_pass_ms(moments_ms[_i]);
	ck_assert_uint_eq(done_count, 0);
	answer.status = 503;
	calls_take(calls, &answer);
	ck_assert_ptr_eq(over, &call);
	ck_assert_int_eq(status, 503);
	calls_take(calls, &answer);
	ck_assert_uint_eq(done_count, 1);
	ck_assert_uint_eq(sent_count, 1);
}
END_TEST

START_TEST(more_than_a_batch_goes_out_in_order)
{
	static struct call made[2 * UDP_SHARE_BATCH + 3];
	static char texts[2 * UDP_SHARE_BATCH + 3][8];
	unsigned count = 2 * UDP_SHARE_BATCH + 3;
	char branch[BRANCH_SIZE];

	for (unsigned i = 0; i < count; i++) {
		snprintf(texts[i], sizeof(texts[i]), "%u", i);
		made[i] = (struct call){ 0 };
		calls_begin(calls, &made[i], branch);
		made[i].text = texts[i];
		made[i].bytes = strlen(texts[i]);
		calls_send(calls, &made[i]);
	}
	calls_flush(calls);
	ck_assert_uint_eq(sent_count, count);
	for (unsigned i = 0; i < count; i++)
		ck_assert_ptr_eq(sent[i].text, texts[i]);
	for (unsigned i = 0; i < count; i++)
		calls_end(calls, &made[i]);
	fake_loop_pass(1);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(a_request_goes_out_at_once_and_ends_with_its_answer);
	TEST(what_is_not_answered_is_sent_again_later_and_later);
	TEST(a_provisional_answer_slows_it_down);
	TEST(answers_find_their_requests_in_any_order);
	TEST_ROWS(answers_to_nothing_change_nothing, strays);
	TEST(what_is_ended_is_not_sent_again);
	TEST(on_a_connection_nothing_is_sent_again);
	TEST_ROWS(what_the_stack_read_ends_a_call_on_a_connection_at_any_time,
		  moments_ms);
	TEST(more_than_a_batch_goes_out_in_order);
}
