/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/metric.h"
#include "tests/http_talk.h"

struct http_server *server;
struct http_origin *origin;

static void on_head(const struct http_reply *reply, void *arg)
{
	struct talk *talk = arg;

	talk->heads++;
	talk->status = reply->status;
	ck_assert_int_eq(reply->why.err, ERR_OK);
	if (talk->free_at_head)
		http_origin_free(talk->free_at_head);
}

static void on_data(const char *data, size_t len, void *arg)
{
	struct talk *talk = arg;

	buf_add(&talk->data, data, len);
	if (talk->cancel_at_data)
		http_cancel(&talk->request);
}

static void on_done(const struct http_reply *reply, void *arg)
{
	const char *answer = http_reply_header(reply, "x-answer");
	struct talk *talk = arg;

	talk->dones++;
	talk->status = reply->status;
	talk->why = reply->why;
	talk->elapsed_ms = reply->elapsed_ms;
	buf_add(&talk->data, reply->body, reply->body_bytes);
	ck_assert_uint_eq(strlen(reply->body) <= reply->body_bytes, 1);
	snprintf(talk->answer, sizeof(talk->answer), "%s",
		 answer ? answer : "");
	snprintf(talk->peer, sizeof(talk->peer), "%s", reply->peer);
	if (talk->cancel)
		http_cancel(talk->cancel);
}

static const struct http_handlers handlers = { on_head, on_data, on_done };

const struct http_origin_options http_plain = {
	.name = "ex", .timeout_s = 5, .connect_timeout_s = 5, .parallel = 2
};

void origin_is(const struct http_origin_options *options)
{
	http_origin_free(&origin);
	origin = http_origin_new(options);
}

void http_setup(void)
{
	struct why why;

	ck_assert_int_eq(loop_open(NULL, &why), ERR_OK);
	ck_assert_int_eq(http_open(&why), ERR_OK);
	server = http_server_new(NULL, NULL);
	origin_is(&http_plain);
}

void http_teardown(void)
{
	http_origin_free(&origin);
	http_server_free(&server);
	http_close();
	loop_close();
	metric_forget_all();
}

static const char *url_of(const char *path)
{
	static char url[200];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u%s",
		 http_server_port(server), path);
	return url;
}

void talk_start_with(struct talk *talk, struct http_request_options options,
		     const char *path)
{
	talk->data = BUF(2 << 20);
	options.url = *path == '/' ? url_of(path) : path;
	talk->request = http_start(origin, &options, &handlers, talk);
	ck_assert_uint_eq(talk->dones, 0);
}

void talk_start(struct talk *talk, const char *path)
{
	talk_start_with(talk, (struct http_request_options){ .stream = false },
			path);
}

void talk_end(struct talk *talk)
{
	buf_free(&talk->data);
}

void loop_turn(unsigned ms)
{
	uint64_t until_ms = clock_ms() + ms;

	while (clock_ms() < until_ms)
		loop_step(5);
}
