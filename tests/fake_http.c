/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "tests/fake_http.h"

enum { HEADERS_MAX = 10, OPERATIONS_MAX = 20 };

struct http_origin {
	char unused;
};

struct http_request {
	struct http_request *next;
	struct http_handlers handlers;
	void *arg;
	char *body;
	char url[600];
	struct http_header headers[HEADERS_MAX];
	char values[HEADERS_MAX][600];
	size_t header_count;
	bool stream;
	bool headed;
};

static struct {
	char operation[64];
	unsigned count;
} counts[OPERATIONS_MAX];

static struct http_request *first;
static unsigned started, open_now, open_most, streams_now;
static struct http_header answer_header;
static char last_secret[100];

static const char *operation_of(const struct http_request *request)
{
	const char *action = fake_http_sent(request, "SOAPAction");
	const char *slash = action ? strrchr(action, '/') : NULL;

	return slash ? slash + 1 : "";
}

static bool is_operation(const struct http_request *request, const char *name)
{
	const char *operation = operation_of(request);

	return strlen(operation) == strlen(name) + 1 &&
	       !strncmp(operation, name, strlen(name));
}

static void count(const struct http_request *request)
{
	const char *operation = operation_of(request);
	int i = 0;

	while (i < OPERATIONS_MAX - 1 && counts[i].operation[0] &&
	       strcmp(counts[i].operation, operation) != 0)
		i++;

	snprintf(counts[i].operation, sizeof(counts[i].operation), "%s",
		 operation);
	counts[i].count++;
}

static bool is_open(const struct http_request *request)
{
	const struct http_request *other = first;

	while (other && other != request)
		other = other->next;

	return other != NULL;
}

static void request_free(struct http_request *request)
{
	struct http_request **place = &first;

	while (*place != request)
		place = &(*place)->next;

	*place = request->next;
	open_now -= !request->stream;
	streams_now -= request->stream;
	free(request->body);
	free(request);
}

void fake_http_reset(void)
{
	while (first)
		request_free(first);

	started = open_now = open_most = streams_now = 0;
	answer_header = (struct http_header){ NULL, NULL };
	memset(counts, 0, sizeof(counts));
}

unsigned fake_http_started(void)
{
	return started;
}

unsigned fake_http_open(void)
{
	return open_now + streams_now;
}

unsigned fake_http_open_most(void)
{
	return open_most;
}

struct http_request *fake_http_find(const char *operation)
{
	struct http_request *request = first;

	while (request && !is_operation(request, operation))
		request = request->next;

	return request;
}

struct http_request *fake_http_next(void)
{
	struct http_request *request = first;

	while (request && request->headed)
		request = request->next;

	return request;
}

struct http_request *fake_http_to(const char *url)
{
	struct http_request *request = first;

	while (request && strcmp(request->url, url) != 0)
		request = request->next;

	return request;
}

unsigned fake_http_count(const char *operation)
{
	for (int i = 0; i < OPERATIONS_MAX; i++)
		if (!strncmp(counts[i].operation, operation,
			     strlen(operation)) &&
		    strlen(counts[i].operation) == strlen(operation) + 1)
			return counts[i].count;

	return 0;
}

const char *fake_http_body(const struct http_request *request)
{
	return request->body;
}

const char *fake_http_url(const struct http_request *request)
{
	return request->url;
}

const char *fake_http_sent(const struct http_request *request,
			   const char *header)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (!strcasecmp(request->headers[i].name, header))
			return request->headers[i].value;

	return NULL;
}

bool fake_http_is_stream(const struct http_request *request)
{
	return request->stream;
}

void fake_http_answer_header(const char *name, const char *value)
{
	answer_header = (struct http_header){ name, value };
}

static struct http_reply reply_of(int status, const char *body)
{
	return (struct http_reply){
		.status = status,
		.body = body,
		.body_bytes = strlen(body),
		.headers = &answer_header,
		.header_count = answer_header.name ? 1 : 0,
		.peer = "",
	};
}

static void end(struct http_request *request, const struct http_reply *reply)
{
	struct http_handlers handlers = request->handlers;
	void *arg = request->arg;

	request_free(request);
	handlers.done(reply, arg);
}

void fake_http_answer(struct http_request *request, int status,
		      const char *body)
{
	struct http_reply reply = reply_of(status, body);

	if (request->stream) {
		fake_http_head(request, status);
		if (is_open(request))
			fake_http_data(request, body, strlen(body));
		reply = reply_of(status, "");
	}

	if (is_open(request))
		end(request, &reply);
}

void fake_http_fail(struct http_request *request, enum err err)
{
	struct http_reply reply = reply_of(0, "");

	reply.header_count = 0;
	why_set(&reply.why, err, "on purpose");
	end(request, &reply);
}

void fake_http_head(struct http_request *request, int status)
{
	struct http_reply reply = reply_of(status, "");

	request->headed = true;
	if (request->handlers.head)
		request->handlers.head(&reply, request->arg);
}

bool fake_http_data(struct http_request *request, const char *data, size_t len)
{
	if (!is_open(request))
		return false;

	request->handlers.data(data, len, request->arg);
	return is_open(request);
}

const char *fake_http_secret(void)
{
	return last_secret;
}

struct http_origin *http_origin_new(const struct http_origin_options *options)
{
	snprintf(last_secret, sizeof(last_secret), "%s",
		 options->secret ? options->secret : "");
	return x_new(struct http_origin);
}

void http_origin_free(struct http_origin **originp)
{
	free(*originp);
	*originp = NULL;
}

void http_origin_credentials(struct http_origin *origin, const char *user,
			     const char *secret)
{
	(void)origin;
	(void)user;
	snprintf(last_secret, sizeof(last_secret), "%s", secret);
}

const char *http_reply_header(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (!strcasecmp(reply->headers[i].name, name))
			return reply->headers[i].value;

	return NULL;
}

unsigned http_reply_retry_after_s(const struct http_reply *reply, time_t now)
{
	const char *value = http_reply_header(reply, "Retry-After");

	(void)now;
	return value ? (unsigned)strtoul(value, NULL, 10) : 0;
}

/* Nobody's clock is at the other end. */
time_t http_reply_date(const struct http_reply *reply)
{
	(void)reply;
	return 0;
}

struct http_request *http_start(struct http_origin *origin,
				const struct http_request_options *options,
				const struct http_handlers *handlers, void *arg)
{
	struct http_request *request = x_new(struct http_request);
	struct http_request **place = &first;

	(void)origin;
	request->handlers = *handlers;
	request->arg = arg;
	request->body = x_strdup(options->body ? options->body : "");
	snprintf(request->url, sizeof(request->url), "%s", options->url);
	request->stream = options->stream;

	for (size_t i = 0; i < options->header_count && i < HEADERS_MAX; i++) {
		snprintf(request->values[i], sizeof(request->values[i]), "%s",
			 options->headers[i].value);
		request->headers[i] =
			(struct http_header){ options->headers[i].name,
					      request->values[i] };
		request->header_count++;
	}

	while (*place)
		place = &(*place)->next;
	*place = request;
	started++;
	count(request);
	streams_now += request->stream;
	open_now += !request->stream;
	if (open_now > open_most)
		open_most = open_now;
	return request;
}

void http_cancel(struct http_request **requestp)
{
	if (*requestp)
		request_free(*requestp);

	*requestp = NULL;
}
