/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "calendar/ews_code.h"
#include "calendar/ews_pool.h"

#define MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"

struct ews_call {
	struct backend_pool *pool;
	enum gate_urgency urgency;
	const struct ews_call_handlers *handlers;
	void *arg;
	struct ticket ticket;
	struct http_request *request;
	const char *version; /* asked in */
};

/* Cookies that keep a group's requests on one server: 2013 on, and 2010. */
static const char *const affinity_cookies[] = {
	"X-BackEndOverrideCookie=",
	"exchangecookie=",
};

static void ask_again(struct ews_call *call);

/* Gone before its owner hears, who may well free everything else. */
static void finish(struct ews_call *call, const struct ews_answer *answer)
{
	const struct ews_call_handlers *handlers = call->handlers;
	void *arg = call->arg;

	free(call);
	handlers->answered(answer, arg);
}

/*
 * Trouble of the gateway, in contrast to trouble with a mailbox: no SOAP
 * came, or it says that the server is busy or the account no good.
 */
static bool concerns_all(const struct ews_answer *answer)
{
	enum err err = answer->trouble.why.err;

	if (err == ERR_THROTTLED || err == ERR_LOGIN)
		return true;

	return !answer->envelope && err && err != ERR_MOVED &&
	       err != ERR_DENIED;
}

static void judge(struct ews_call *call, struct ews_answer *answer)
{
	struct verdict verdict = { .wait_ms = answer->trouble.backoff_ms };

	answer->everybody = concerns_all(answer);
	if (answer->everybody)
		verdict.why = answer->trouble.why;

	gate_answered(gateway_gate(call->pool->gateway), &call->ticket,
		      &verdict);

	if (answer->trouble.why.err == ERR_VERSION &&
	    ews_lower_version(call->pool, call->version, call->handlers->floor))
		ask_again(call);
	else
		finish(call, answer);
}

static void note_version(const struct ews_call *call,
			 const struct xml_node *envelope)
{
	struct gateway_health *health = gateway_condition(call->pool->gateway);
	char version[EWS_VERSION_SIZE];

	ews_read_version(envelope, version);
	if (version[0])
		memcpy(health->version, version, sizeof(version));
}

struct arrival {
	struct ews_call *call; /* NULL once it has its answer */
	const struct http_reply *reply;
};

static void on_envelope(const struct xml_node *root, void *arg)
{
	struct arrival *arrival = arg;
	struct ews_call *call = arrival->call;
	struct ews_answer answer = { .http = arrival->reply };
	struct ews_trouble first;

	if (ews_read_fault(root, &answer.trouble) == ERR_MALFORMED)
		return;

	/* A busy server may say so in the message instead of a Fault. */
	if (!answer.trouble.why.err &&
	    ews_read_result(root, &first) == ERR_THROTTLED)
		answer.trouble = first;

	note_version(call, root);
	answer.envelope = root;
	arrival->call = NULL;
	judge(call, &answer);
}

static void on_reply(const struct http_reply *reply, void *arg)
{
	struct arrival arrival = { arg, reply };
	struct ews_answer answer = { .http = reply };

	arrival.call->request = NULL;
	ews_note_reply(arrival.call->pool, reply);

	if (!reply->why.err && reply->body_bytes)
		xml_read(reply->body, reply->body_bytes, &xml_limits_default,
			 on_envelope, &arrival, NULL);

	if (!arrival.call)
		return;

	ews_reply_trouble(reply, &answer.trouble);
	judge(arrival.call, &answer);
}

static const struct http_handlers on_http = { .done = on_reply };

static void on_admitted(const struct why *why, void *arg)
{
	struct ews_call *call = arg;
	const struct ews_answer shut = { .trouble = { .why = *why },
					 .everybody = true };
	struct ews_letter letter = { .body = BUF(EWS_REQUEST_MAX) };

	if (why->err) {
		finish(call, &shut);
		return;
	}

	call->version = ews_version(call->pool, call->handlers->floor);
	call->handlers->write(&letter, call->version, call->arg);
	call->request = ews_send(call->pool, &letter, false, &on_http, call);
	buf_free(&letter.body);
}

static void ask_again(struct ews_call *call)
{
	gate_ask(gateway_gate(call->pool->gateway), &call->ticket,
		 call->urgency, on_admitted, call);
}

struct ews_call *ews_call_new(struct backend_pool *pool,
			      enum gate_urgency urgency,
			      const struct ews_call_handlers *handlers,
			      void *arg)
{
	struct ews_call *call = x_new(struct ews_call);

	call->pool = pool;
	call->urgency = urgency;
	call->handlers = handlers;
	call->arg = arg;
	ask_again(call);
	return call;
}

void ews_call_free(struct ews_call **callp)
{
	struct ews_call *call = *callp;

	if (!call)
		return;

	http_cancel(&call->request);
	gate_leave(gateway_gate(call->pool->gateway), &call->ticket);
	free(call);
	*callp = NULL;
}

struct http_request *ews_send(struct backend_pool *pool,
			      const struct ews_letter *letter, bool stream,
			      const struct http_handlers *h, void *arg)
{
	char action[sizeof(MESSAGES) + 64];
	struct http_header headers[8] = {
		{ "Content-Type", "text/xml; charset=utf-8" },
		{ "Accept", "text/xml" },
		{ "SOAPAction", action },
	};
	struct http_request_options options = {
		.url = gateway_url(pool->gateway),
		.headers = headers,
		.header_count = 3,
		.body = buf_text(&letter->body),
		.body_bytes = letter->body.len,
		.stream = stream,
	};

	snprintf(action, sizeof(action), "\"" MESSAGES "/%s\"",
		 letter->operation);

	if (letter->anchor) {
		headers[options.header_count++] =
			(struct http_header){ "X-AnchorMailbox",
					      letter->anchor };
		headers[options.header_count++] =
			(struct http_header){ "X-PreferServerAffinity",
					      "true" };
	}

	if (letter->cookie && letter->cookie[0])
		headers[options.header_count++] =
			(struct http_header){ "Cookie", letter->cookie };

	return http_start(gateway_origin(pool->gateway), &options, h, arg);
}

/* What the front end says of the server behind it. */
static void add_cas_error(const struct http_reply *reply, struct why *why)
{
	const char *said = http_reply_header(reply, "X-CasErrorCode");
	struct why bare = *why;

	if (said)
		why_set(why, bare.err, "%.110s; X-CasErrorCode: %.64s",
			bare.text, said);
}

void ews_reply_trouble(const struct http_reply *reply,
		       struct ews_trouble *trouble)
{
	unsigned wait_s;

	*trouble = (struct ews_trouble){ .why = reply->why };

	if (reply->why.err)
		return;

	if (reply->status == 200) {
		why_set(&trouble->why, ERR_MALFORMED,
			"answer of %zu bytes is no SOAP envelope",
			reply->body_bytes);
		return;
	}

	ews_status_err(reply->status, http_reply_header(reply, "Location"),
		       &trouble->why);
	add_cas_error(reply, &trouble->why);
	wait_s = http_reply_retry_after_s(reply, clock_now());
	trouble->backoff_ms = (wait_s < 3600 ? wait_s : 3600) * 1000;
}

void ews_note_reply(struct backend_pool *pool, const struct http_reply *reply)
{
	struct gateway_health *health = gateway_condition(pool->gateway);
	const char *date = http_reply_header(reply, "Date");
	time_t then;

	if (!reply->status)
		return;

	health->last_answer = clock_now();

	/* It names a whole second: on average half of one has passed. */
	if (date && ews_read_http_date(date, &then))
		health->skew_ms = (int64_t)then * 1000 + 500 - clock_wall_ms();
}

const char *ews_version(const struct backend_pool *pool, const char *floor)
{
	return !floor || ews_version_reaches(pool->version, floor)
		       ? pool->version
		       : floor;
}

bool ews_lower_version(struct backend_pool *pool, const char *refused,
		       const char *floor)
{
	const char *below = ews_version_below(refused);

	if (!below || (floor && !ews_version_reaches(below, floor)))
		return false;
	if (strcmp(pool->version, refused) != 0)
		return true;

	log_info("server speaks an older version",
		 KV("gateway", gateway_name(pool->gateway)),
		 KV("refused", refused), KV("version", below));
	pool->version = below;
	return true;
}

void ews_keep_cookie(char cookie[EWS_COOKIE_SIZE],
		     const struct http_reply *reply)
{
	for (size_t i = 0; i < reply->header_count * 2; i++) {
		const struct http_header *header = &reply->headers[i / 2];
		const char *name = affinity_cookies[i % 2];
		size_t len = strcspn(header->value, ";");

		if (!strcasecmp(header->name, "Set-Cookie") &&
		    !strncasecmp(header->value, name, strlen(name)) &&
		    len < EWS_COOKIE_SIZE)
			snprintf(cookie, EWS_COOKIE_SIZE, "%.*s", (int)len,
				 header->value);
	}
}
