/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/http_private.h"
#include "base/metric.h"
#include "base/vault.h"

static struct http_requests ready = TAILQ_HEAD_INITIALIZER(ready);

void http_mark_ready(struct http_request *request)
{
	if (request->ready)
		return;

	request->ready = true;
	TAILQ_INSERT_TAIL(&ready, request, in_ready);
}

static void unmark(struct http_request *request)
{
	if (request->ready)
		TAILQ_REMOVE(&ready, request, in_ready);
	request->ready = false;
}

static void request_free(struct http_request *request)
{
	http_easy_free(request);
	curl_slist_free_all(request->headers);
	if (request->secret)
		vault_free(request->got.data);
	else
		buf_free(&request->got);
	buf_free(&request->fields);
	free(request->method);
	free(request->url);
	if (request->secret)
		vault_free(request->body);
	else
		free(request->body);
	free(request);
}

void http_request_kill(struct http_request *request)
{
	unmark(request);
	http_origin_detach(request);
	request->dead = true;
	if (!request->delivering)
		request_free(request);
}

/* headers: room for HTTP_HEADERS_MAX. */
static void fill_reply(const struct http_request *request,
		       struct http_reply *reply, struct http_header *headers)
{
	const char *at = buf_text(&request->fields);

	for (unsigned i = 0; i < request->field_count; i++) {
		headers[i].name = at;
		at += strlen(at) + 1;
		headers[i].value = at;
		at += strlen(at) + 1;
	}

	*reply = (struct http_reply){
		.why = request->why,
		.status = request->status,
		.body = request->stream ? "" : buf_text(&request->got),
		.body_bytes = request->stream ? 0 : request->got.len,
		.headers = headers,
		.header_count = request->field_count,
		.elapsed_ms = request->elapsed_ms,
		.peer = request->peer,
	};
}

static void tell_head(struct http_request *request)
{
	struct http_header headers[HTTP_HEADERS_MAX];
	struct http_reply reply;

	if (!request->stream || request->head_told || !request->head_in)
		return;

	request->head_told = true;
	fill_reply(request, &reply, headers);
	reply.why = (struct why){ .err = ERR_OK };
	if (request->handlers->head)
		request->handlers->head(&reply, request->arg);
}

static void tell_data(struct http_request *request)
{
	size_t len = request->got.len;
	char *data;

	if (!request->stream || len == 0)
		return;

	data = buf_take(&request->got);
	if (request->handlers->data)
		request->handlers->data(data, len, request->arg);
	free(data);
}

/* It was sent, and is not sent again; streams stay for half an hour. */
static void forget_body(struct http_request *request)
{
	if (!request->stream || !request->head_told || !request->body ||
	    request->body_bytes > http_easy_sent(request))
		return;

	http_easy_forget_body(request);
	free(request->body);
	request->body = NULL;
}

static void tell_done(struct http_request *request)
{
	struct http_header headers[HTTP_HEADERS_MAX];
	struct http_reply reply;

	if (request->phase != HTTP_ENDED)
		return;

	http_origin_detach(request);
	request->dead = true;
	fill_reply(request, &reply, headers);
	if (request->handlers->done)
		request->handlers->done(&reply, request->arg);
}

static void deliver(struct http_request *request)
{
	unmark(request);
	request->delivering = true;
	tell_head(request);
	if (!request->dead)
		forget_body(request);
	if (!request->dead)
		tell_data(request);
	if (!request->dead)
		tell_done(request);
	request->delivering = false;
	if (request->dead)
		request_free(request);
}

void http_deliver_ready(void)
{
	struct http_request *request;

	while ((request = TAILQ_FIRST(&ready)))
		deliver(request);
}

static void count(const struct http_request *request)
{
	const char *name = request->origin->name;

	char status[16] = "none";

	if (request->status)
		snprintf(status, sizeof(status), "%d", request->status);
	metric_add_two(METRIC_http_answers_total, name, status, 1);
	if (request->why.err || request->status >= 400)
		metric_add(METRIC_http_errors_total, name, 1);
	if (!request->stream)
		metric_observe_ms(METRIC_http_seconds, name,
				  request->elapsed_ms);
}

/* In order; urgent ones, in order too, before the others. */
static void queue(struct http_request *request)
{
	struct http_origin *origin = request->origin;
	struct http_request *before = NULL;

	if (request->urgent)
		before = TAILQ_FIRST(&origin->waiting);
	while (before && before->urgent)
		before = TAILQ_NEXT(before, in_origin);

	if (before)
		TAILQ_INSERT_BEFORE(before, request, in_origin);
	else
		TAILQ_INSERT_TAIL(&origin->waiting, request, in_origin);
	origin->waiting_count++;
	http_kick(origin);
}

void http_finished(struct http_request *request, CURLcode code)
{
	struct http_origin *origin = request->origin;
	bool again;

	http_easy_outcome(request, code);
	again = !request->why.err && http_easy_wants_again(request);
	count(request);

	origin->running_count--;
	origin->slots_used -= !request->stream;
	http_line_remove(request);

	if (again) {
		unmark(request);
		http_easy_free(request);
		request->phase = HTTP_WAITS;
		TAILQ_REMOVE(&origin->running, request, in_origin);
		request->urgent = true;
		queue(request);
	} else {
		request->phase = HTTP_ENDED;
		http_mark_ready(request);
	}

	http_kick(origin);
}

/* Nobody's value may begin a header of its own. */
static bool is_line(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' && *text != '\t')
			return false;
	return true;
}

static void add_header(struct http_request *request, const char *name,
		       const char *value)
{
	struct buf line = BUF(SIZE_MAX / 4);

	if (!is_line(name) || !is_line(value) || strpbrk(name, ": ")) {
		why_set(&request->refused, ERR_CONFIG,
			"header %.40s has characters that no header may have",
			name);
		return;
	}

	if (*value)
		buf_print(&line, "%s: %s", name, value);
	else
		buf_print(&line, "%s;", name);
	request->headers =
		x_or_die(curl_slist_append(request->headers, buf_text(&line)));
	buf_free(&line);
}

/* What curl would send by itself is not sent. */
static void copy_headers(struct http_request *request,
			 const struct http_request_options *options)
{
	request->headers = x_or_die(curl_slist_append(NULL, "Expect:"));
	request->headers =
		x_or_die(curl_slist_append(request->headers, "Content-Type:"));
	for (size_t i = 0; i < options->header_count; i++)
		add_header(request, options->headers[i].name,
			   options->headers[i].value);
}

static void copy_body(struct http_request *request,
		      const struct http_request_options *options)
{
	bool post = request->method && strcmp(request->method, "POST") == 0;

	if (!options->body && !post)
		return;

	request->body_bytes = options->body ? options->body_bytes : 0;
	request->body =
		request->secret
			? x_or_die(vault_zalloc(1, request->body_bytes + 1))
			: x_zalloc(request->body_bytes + 1);
	if (request->body_bytes > 0)
		memcpy(request->body, options->body, request->body_bytes);
}

struct http_request *http_start(struct http_origin *origin,
				const struct http_request_options *options,
				const struct http_handlers *handlers, void *arg)
{
	struct http_request *request = x_new(struct http_request);
	size_t max = options->reply_bytes_max ? options->reply_bytes_max
					      : HTTP_REPLY_BYTES_MAX;

	request->origin = origin;
	request->handlers = handlers;
	request->arg = arg;
	request->method = options->method ? x_strdup(options->method) : NULL;
	request->url = x_strdup(options->url);
	request->stream = options->stream;
	request->timeout_s =
		options->timeout_s ? options->timeout_s : origin->timeout_s;
	if (options->stream)
		request->timeout_s = 0;
	/* What curl hands over in one round, see tell_data(). */
	request->got = BUF(options->stream ? SIZE_MAX / 4 : max);
	request->secret = options->secret;
	if (request->secret) {
		request->got.size = max + 2; /* so that it never grows */
		request->got.data = x_or_die(vault_zalloc(1, max + 2));
	}
	request->fields = BUF(HTTP_HEADER_BYTES_MAX);
	copy_headers(request, options);
	copy_body(request, options);

	request->urgent = options->urgent;
	queue(request);
	return request;
}

void http_cancel(struct http_request **requestp)
{
	struct http_request *request = *requestp;

	*requestp = NULL;
	if (request && !request->dead)
		http_request_kill(request);
}

enum err http_open(struct why *why)
{
	const curl_version_info_data *about;

	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, vault_alloc, vault_free,
				 vault_realloc, vault_strdup,
				 vault_zalloc) != CURLE_OK)
		return why_set(why, ERR_CONFIG, "libcurl does not start");

	about = curl_version_info(CURLVERSION_NOW);
	if (about->features & CURL_VERSION_ASYNCHDNS)
		return ERR_OK;

	curl_global_cleanup();
	return why_set(why, ERR_CONFIG,
		       "libcurl %s looks up names in the loop's own thread",
		       about->version);
}

void http_close(void)
{
	curl_global_cleanup();
}
