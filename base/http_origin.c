/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/http_private.h"
#include "base/metric.h"
#include "base/vault.h"

static char *copy(const char *text)
{
	return text ? x_strdup(text) : NULL;
}

static char *copy_secret(const char *text)
{
	return text ? x_or_die(vault_strdup(text)) : NULL;
}

static void start(struct http_request *request)
{
	struct http_origin *origin = request->origin;

	TAILQ_REMOVE(&origin->waiting, request, in_origin);
	TAILQ_INSERT_TAIL(&origin->running, request, in_origin);
	origin->waiting_count--;

	if (request->refused.err) {
		request->why = request->refused;
		request->phase = HTTP_ENDED;
		http_mark_ready(request);
		return;
	}

	origin->running_count++;
	origin->slots_used += !request->stream;
	request->phase = HTTP_RUNS;
	http_easy_make(request);
	http_line_add(origin->line, request);
	metric_add(METRIC_http_requests_total, origin->name, 1);
}

static void on_kick(void *arg)
{
	struct http_origin *origin = arg;
	struct http_request *request = TAILQ_FIRST(&origin->waiting);
	enum http_token_state state = HTTP_TOKEN_READY;
	uint64_t now_ms = clock_ms();
	struct why why = { .err = ERR_OK };

	if (now_ms < origin->paused_until_ms) {
		timer_start_ms(&origin->kick, origin->paused_until_ms - now_ms,
			       on_kick, origin);
		return;
	}

	if (origin->token && request)
		state = http_token_ready(origin->token, &why);
	if (state == HTTP_TOKEN_COMING)
		return;

	while (request) {
		struct http_request *next = TAILQ_NEXT(request, in_origin);

		if (state == HTTP_TOKEN_REFUSED && !request->refused.err)
			request->refused = why;

		if (request->stream || request->refused.err ||
		    origin->slots_used < origin->parallel)
			start(request);
		request = next;
	}

	http_deliver_ready();
}

void http_kick(struct http_origin *origin)
{
	if (!TAILQ_EMPTY(&origin->waiting))
		timer_start_ms(&origin->kick, 0, on_kick, origin);
}

/* A line without requests is of use only to an origin. */
void http_line_let_go(struct http_line *line)
{
	if (line->retired && !line->busy && line->running == 0)
		http_line_free(&line);
}

static void retire(struct http_origin *origin)
{
	struct http_line *line = origin->line;

	line->retired = true;
	origin->line = NULL;
	http_line_let_go(line);
}

/* Takes the request off the wire and out of the origin's lists. */
void http_origin_detach(struct http_request *request)
{
	struct http_origin *origin = request->origin;

	if (!origin)
		return;

	request->origin = NULL;
	if (request->phase == HTTP_WAITS) {
		TAILQ_REMOVE(&origin->waiting, request, in_origin);
		origin->waiting_count--;
		return;
	}

	TAILQ_REMOVE(&origin->running, request, in_origin);
	if (request->phase == HTTP_RUNS) {
		origin->running_count--;
		origin->slots_used -= !request->stream;
		http_line_remove(request);
		http_kick(origin);
	}
}

struct http_origin *http_origin_new(const struct http_origin_options *options)
{
	struct http_origin *origin = x_new(struct http_origin);

	origin->name = x_strdup(options->name ? options->name : "");
	origin->proxy = copy(options->proxy);
	origin->user = copy(options->user);
	origin->secret = copy_secret(options->secret);
	origin->trust = copy(options->trust);
	origin->auth = options->auth;
	origin->parallel =
		options->parallel ? options->parallel : HTTP_PARALLEL_DEFAULT;
	origin->timeout_s = options->timeout_s ? options->timeout_s
					       : HTTP_TIMEOUT_DEFAULT_S;
	origin->connect_timeout_s = options->connect_timeout_s
					    ? options->connect_timeout_s
					    : HTTP_CONNECT_TIMEOUT_DEFAULT_S;
	if (options->resolve)
		origin->resolve =
			x_or_die(curl_slist_append(NULL, options->resolve));
	TAILQ_INIT(&origin->waiting);
	TAILQ_INIT(&origin->running);
	http_trust_load(origin);
	origin->line = http_line_new(origin);
	if (options->token && options->secret)
		origin->token = http_token_new(origin, options);
	return origin;
}

void http_origin_free(struct http_origin **originp)
{
	struct http_origin *origin = *originp;
	struct http_request *request;

	*originp = NULL;
	if (!origin)
		return;

	while ((request = TAILQ_FIRST(&origin->waiting)))
		http_request_kill(request);
	while ((request = TAILQ_FIRST(&origin->running)))
		http_request_kill(request);

	http_token_free(&origin->token);
	timer_stop(&origin->kick);
	retire(origin);
	curl_slist_free_all(origin->resolve);
	vault_free(origin->secret);
	buf_free(&origin->trusted);
	free(origin->trust);
	free(origin->proxy);
	free(origin->user);
	free(origin->name);
	free(origin);
}

void http_origin_credentials(struct http_origin *origin, const char *user,
			     const char *secret)
{
	char *new_user = copy(user);
	char *new_secret = copy_secret(secret);

	free(origin->user);
	vault_free(origin->secret);
	origin->user = new_user;
	origin->secret = new_secret;
	origin->settled = 0;
	if (origin->token)
		http_token_client(origin->token, user, secret);
}

void http_origin_trust(struct http_origin *origin, const char *trust)
{
	char *new_trust = copy(trust);

	free(origin->trust);
	origin->trust = new_trust;
	http_trust_load(origin);
	retire(origin);
	origin->line = http_line_new(origin);
}

void http_origin_pause(struct http_origin *origin, unsigned pause_ms)
{
	uint64_t until_ms = clock_ms() + pause_ms;

	if (until_ms > origin->paused_until_ms)
		origin->paused_until_ms = until_ms;
}

unsigned http_origin_waiting(const struct http_origin *origin)
{
	return origin->waiting_count;
}

unsigned http_origin_running(const struct http_origin *origin)
{
	return origin->running_count;
}
