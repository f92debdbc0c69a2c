/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the simulator is asked: EWS, Autodiscover by SOAP and by POX, as the
 * first byte says. There is no network: this file is its web, and nothing is
 * pushed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "tests/exchange/command.h"
#include "tests/exchange/exchange.h"
#include "tests/exchange/push.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct web {
	unsigned port;
};

struct web_call {
	struct buf body;
	struct web_link *link;
	struct web_stream *stream;
	bool answered;
};

struct web_stream {
	web_gone_h *gone;
	void *arg;
	size_t written;
};

static const char *const setup[] = {
	"server ex1 port 1 version Exchange2016",
	"server ex2 port 2 version Exchange2010_SP2",
	"account svc secret impersonates *",
	"mailbox ann@example.com ex1",
	"mailbox bob@example.com ex2",
	"create ann@example.com Lunch in 1h for 1h",
};

struct web *web_new(const struct web_options *options, web_h *h, void *arg,
		    struct why *why)
{
	struct web *web = x_new(struct web);

	(void)h;
	(void)arg;
	(void)why;
	web->port = options->port;
	return web;
}

void web_free(struct web **webp)
{
	free(*webp);
	*webp = NULL;
}

unsigned web_port(const struct web *web)
{
	return web->port;
}

void web_hold(struct web *web, bool held)
{
	(void)web;
	(void)held;
}

const char *web_method(const struct web_call *call)
{
	(void)call;
	return "POST";
}

const char *web_path(const struct web_call *call)
{
	(void)call;
	return "/";
}

const char *web_header(const struct web_call *call, const char *name)
{
	(void)call;
	(void)name;
	return NULL;
}

const char *web_cookie(const struct web_call *call, const char *name)
{
	return web_header(call, name);
}

const char *web_query(const struct web_call *call, const char *name)
{
	return web_header(call, name);
}

const struct buf *web_body(const struct web_call *call)
{
	return &call->body;
}

struct web_link *web_link(const struct web_call *call)
{
	return call->link;
}

void web_give_cookie(struct web_call *call, const char *name, const char *value)
{
	(void)call;
	(void)name;
	(void)value;
}

bool web_answered(const struct web_call *call)
{
	return call->answered;
}

void web_reply_header(struct web_reply *reply, const char *name,
		      const char *value)
{
	if (reply->header_count == WEB_HEADERS_MAX)
		abort();
	reply->headers[reply->header_count].name = name;
	reply->headers[reply->header_count++].value = x_strdup(value);
}

static void reply_clear(struct web_reply *reply)
{
	buf_free(&reply->body);
	while (reply->header_count)
		free(reply->headers[--reply->header_count].value);
}

void web_answer(struct web_call *call, struct web_reply *reply)
{
	if (call->answered)
		abort();
	call->answered = true;
	reply_clear(reply);
}

void web_wait(struct web_call *call, unsigned delay_ms, unsigned *waiting)
{
	(void)delay_ms;
	(void)waiting;
	call->answered = true;
}

unsigned web_waited(const struct web_call *call)
{
	(void)call;
	return 0;
}

struct web_stream *web_stream(struct web_call *call, struct web_reply *reply,
			      web_gone_h *h, void *arg)
{
	web_answer(call, reply);
	call->stream = x_new(struct web_stream);
	call->stream->gone = h;
	call->stream->arg = arg;
	return call->stream;
}

void web_stream_write(struct web_stream *stream, const char *data, size_t len)
{
	stream->written += len && data[len - 1] == '>';
}

void web_stream_pieces(struct web_stream *stream, size_t bytes)
{
	(void)stream;
	(void)bytes;
}

void web_stream_end(struct web_stream *stream)
{
	(void)stream;
}

void web_stream_cut(struct web_stream *stream)
{
	(void)stream;
}

size_t web_stream_waiting(const struct web_stream *stream)
{
	(void)stream;
	return 0;
}

struct push {
	unsigned status_s;
};

struct push *push_new(struct subscription *subscription, const char *url,
		      unsigned status_s)
{
	struct push *push = x_new(struct push);

	(void)subscription;
	(void)url;
	push->status_s = status_s;
	return push;
}

void push_free(struct push **pushp)
{
	free(*pushp);
	*pushp = NULL;
}

void push_stir(struct push *push)
{
	(void)push;
}

static struct exchange *organisation(void)
{
	struct exchange *exchange = exchange_new();
	struct why why;

	for (size_t i = 0; i < sizeof(setup) / sizeof(*setup); i++) {
		struct json *answer = json_new_object();

		if (command_run(exchange, setup[i], answer, &why) != ERR_OK)
			abort();
		json_free(&answer);
	}
	return exchange;
}

static void call_ended(struct web_call *call)
{
	struct web_stream *stream = call->stream;

	if (stream) {
		stream->gone(stream->arg);
		free(stream);
	}
	buf_free(&call->body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct web_link link = { .account = NULL };
	struct web_call call = { .body = BUF(WEB_BODY_MAX), .link = &link };
	struct exchange *exchange;
	struct server *server;
	struct why why;

	if (!size)
		return 0;
	if (!loop_root() && loop_open(NULL, &why) != ERR_OK)
		abort();
	exchange = organisation();
	server = exchange->servers;
	buf_add(&call.body, (const char *)data + 1, size - 1);
	if (data[0] == 'p')
		serve_autodiscover_pox(server, &call);
	else if (data[0] == 's')
		serve_autodiscover_soap(server, &call);
	else
		serve_ews(server, &call, exchange->accounts);
	if (!call.answered)
		abort();
	call_ended(&call);
	exchange_free(&exchange);
	return 0;
}
