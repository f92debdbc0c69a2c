/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "http"
#include <string.h>

#include "base/clock.h"
#include "base/metric.h"
#include "tests/http_talk.h"
#include "tests/suite.h"

START_TEST(an_answer_comes_from_the_loop_with_status_body_and_headers)
{
	struct http_header headers[] = { { "X-A", "b" } };
	struct http_request_options options = {
		.headers = headers,
		.header_count = 1,
		.body = "text",
		.body_bytes = 4,
	};
	struct talk talk = { .status = 0 };

	talk_start_with(&talk, options, "/echo");
	UNTIL(talk.dones);
	ck_assert_int_eq(talk.why.err, ERR_OK);
	ck_assert_int_eq(talk.status, 200);
	ck_assert_str_eq(buf_text(&talk.data), "POST|b|-|-|-|text");
	ck_assert_str_eq(talk.answer, "yes");
	ck_assert_int_eq(strncmp(talk.peer, "127.0.0.1:", 10), 0);
	ck_assert_uint_eq(talk.heads, 0);
	ck_assert_int_eq(metric_get(METRIC_http_requests_total, "ex"), 1);
	ck_assert_int_eq(metric_get(METRIC_http_errors_total, "ex"), 0);
	talk_end(&talk);
}
END_TEST

static const struct {
	const char *method;
	const char *body;
	const char *type;
	const char *echo;
} methods[] = {
	{ NULL, NULL, "t/x", "GET|-|t/x|-|-|" },
	{ "SEARCH", "<a/>", "text/xml", "SEARCH|-|text/xml|-|-|<a/>" },
	{ "DELETE", NULL, "", "DELETE|-||-|-|" },
	{ "POST", NULL, "t/x", "POST|-|t/x|-|-|" },
};

START_TEST(the_method_and_the_type_are_the_callers)
{
	struct http_header headers[] = {
		{ "Content-Type", methods[_i].type },
	};
	struct http_request_options options = {
		.method = methods[_i].method,
		.headers = headers,
		.header_count = 1,
		.body = methods[_i].body,
		.body_bytes = methods[_i].body ? strlen(methods[_i].body) : 0,
	};
	struct talk talk = { .status = 0 };

	talk_start_with(&talk, options, "/echo");
	UNTIL(talk.dones);
	ck_assert_str_eq(buf_text(&talk.data), methods[_i].echo);
	talk_end(&talk);
}
END_TEST

static const struct {
	const char *path;
	unsigned bytes_max;
	enum err err;
	int status;
	const char *why; /* part of it */
} answers[] = {
	{ "/status/503", 0, ERR_OK, 503, "" },
	{ "/status/302", 0, ERR_OK, 302, "" },
	{ "/big", 0, ERR_OK, 200, "" },
	{ "/big", 1 << 20, ERR_OK, 200, "" },
	{ "/big", (1 << 20) - 1, ERR_TOO_LARGE, 200,
	  ": answer is larger than 1048575 bytes" },
	{ "/headers", 0, ERR_TOO_LARGE, 0,
	  ": answer has more than 100 headers or 65536 bytes of them" },
	{ "/long-header", 0, ERR_TOO_LARGE, 0,
	  ": answer has more than 100 headers or 65536 bytes of them" },
	{ "/cut", 0, ERR_NETWORK, 200, ": " },
	{ "http://127.0.0.1:1/", 0, ERR_NETWORK, 0,
	  "127.0.0.1:1: Connection refused" },
	{ "http://nowhere.invalid/", 0, ERR_NETWORK, 0,
	  "nowhere.invalid:80: Could not resolve host: nowhere.invalid" },
	{ "ftp://127.0.0.1/", 0, ERR_CONFIG, 0, "127.0.0.1:21: " },
	{ "http://ann:secret@127.0.0.1/", 0, ERR_CONFIG, 0, "127.0.0.1:80: " },
	{ "no url", 0, ERR_CONFIG, 0, "" },
};

START_TEST(an_answer_is_taken_or_the_failure_explained)
{
	struct http_request_options options = {
		.reply_bytes_max = answers[_i].bytes_max,
	};
	struct talk talk = { .status = 0 };

	talk_start_with(&talk, options, answers[_i].path);
	UNTIL(talk.dones);
	ck_assert_int_eq(talk.why.err, answers[_i].err);
	if (answers[_i].status)
		ck_assert_int_eq(talk.status, answers[_i].status);
	ck_assert_msg(strstr(talk.why.text, answers[_i].why) != NULL, "%s",
		      talk.why.text);
	ck_assert_ptr_null(strstr(talk.why.text, "secret"));
	talk_end(&talk);
}
END_TEST

START_TEST(a_silent_server_is_a_timeout)
{
	struct http_request_options options = { .timeout_s = 1 };
	struct talk talk = { .status = 0 };

	talk_start_with(&talk, options, "/gate/a");
	UNTIL(talk.dones);
	ck_assert_int_eq(talk.why.err, ERR_TIMEOUT);
	ck_assert_int_eq(talk.status, 0);
	ck_assert_uint_ge(talk.elapsed_ms, 900);
	ck_assert_int_eq(metric_get(METRIC_http_errors_total, "ex"), 1);
	talk_end(&talk);
}
END_TEST

START_TEST(a_header_cannot_smuggle_another)
{
	struct http_header headers[] = { { "X-A", "b\r\nX-B: c" } };
	struct http_request_options options = {
		.headers = headers,
		.header_count = 1,
	};
	struct talk talk = { .status = 0 };

	talk_start_with(&talk, options, "/echo");
	UNTIL(talk.dones);
	ck_assert_int_eq(talk.why.err, ERR_CONFIG);
	ck_assert_uint_eq(http_server_connections(server), 0);
	talk_end(&talk);
}
END_TEST

START_TEST(a_stream_is_told_piece_by_piece)
{
	struct http_request_options options = { .stream = true };
	struct talk talk = { .status = 0 };

	talk_start_with(&talk, options, "/stream");
	UNTIL(talk.data.len > 0);
	ck_assert_str_eq(buf_text(&talk.data), "first piece");
	ck_assert_uint_eq(talk.heads, 1);
	ck_assert_int_eq(talk.status, 200);
	loop_turn(50);
	ck_assert_uint_eq(talk.dones, 0);

	http_server_open_gate(server);
	UNTIL(talk.dones);
	ck_assert_str_eq(buf_text(&talk.data), "first piecesecond piece");
	ck_assert_int_eq(talk.why.err, ERR_OK);
	ck_assert_uint_eq(talk.heads, 1);
	talk_end(&talk);
}
END_TEST

START_TEST(a_stream_that_is_cut_ends_with_an_error)
{
	struct http_request_options options = { .stream = true };
	struct talk talk = { .status = 0 };

	talk_start_with(&talk, options, "/cut");
	UNTIL(talk.dones);
	ck_assert_str_eq(buf_text(&talk.data), "first piece");
	ck_assert_int_eq(talk.why.err, ERR_NETWORK);
	talk_end(&talk);
}
END_TEST

static const struct {
	const char *name;
	const char *value;
	unsigned wait_s;
} waits[] = {
	{ "Retry-After", "120", 120 },
	{ "retry-after", "0", 0 },
	{ "Retry-After", "", 0 },
	{ "Retry-After", "soon", 0 },
	{ "Retry-After", "-5", 0 },
	{ "Retry-After", "99999999999999999999", 86400 },
	{ "Retry-After", "Thu, 17 Sep 2026 09:01:30 GMT", 90 },
	{ "Retry-After", "Thu, 17 Sep 2026 08:00:00 GMT", 0 },
	{ "Retry-After", "Fri, 17 Sep 2027 09:00:00 GMT", 86400 },
	{ "Date", "Thu, 17 Sep 2026 09:01:30 GMT", 0 },
};

START_TEST(retry_after_is_read_in_both_forms)
{
	const time_t now = 1789635600; /* 2026-09-17T09:00:00Z */
	struct http_header header = { waits[_i].name, waits[_i].value };
	struct http_reply reply = { .headers = &header, .header_count = 1 };

	ck_assert_uint_eq(http_reply_retry_after_s(&reply, now),
			  waits[_i].wait_s);
	if (waits[_i].name[0] == 'D')
		ck_assert_int_eq(http_reply_date(&reply), now + 90);
	else
		ck_assert_int_eq(http_reply_date(&reply), 0);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, http_setup, http_teardown);
	TEST(an_answer_comes_from_the_loop_with_status_body_and_headers);
	TEST_ROWS(the_method_and_the_type_are_the_callers, methods);
	TEST_ROWS(an_answer_is_taken_or_the_failure_explained, answers);
	TEST(a_silent_server_is_a_timeout);
	TEST(a_header_cannot_smuggle_another);
	TEST(a_stream_is_told_piece_by_piece);
	TEST(a_stream_that_is_cut_ends_with_an_error);
	TEST_ROWS(retry_after_is_read_in_both_forms, waits);
}
