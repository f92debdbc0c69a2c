/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "calendar/trial_private.h"

enum {
	MINUTES = 1, /* of all that the server is to keep up for us */
	ITEM_AHEAD_S = 40 * 24 * 3600,
	ITEM_LASTS_S = 60,
	AROUND_S = 1800,
};

#define MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"

static struct http_request *ask(struct trial *trial, const char *operation,
				const struct buf *body,
				const struct http_handlers *handlers)
{
	char action[sizeof(MESSAGES) + 64];
	struct http_header headers[6] = {
		{ "Content-Type", "text/xml; charset=utf-8" },
		{ "Accept", "text/xml" },
		{ "SOAPAction", action },
	};
	struct http_request_options options = {
		.url = trial->url,
		.headers = headers,
		.header_count = 3,
		.body = buf_text(body),
		.body_bytes = body->len,
		.stream = handlers->data != NULL,
	};
	bool offer = trial->errand == ERRAND_OFFER;

	snprintf(action, sizeof(action), "\"" MESSAGES "/%s\"", operation);
	if (trial->mailbox[0] && !offer)
		headers[options.header_count++] =
			(struct http_header){ "X-AnchorMailbox",
					      trial->mailbox };
	if (trial->cookie[0] && trial->id[0])
		headers[options.header_count++] =
			(struct http_header){ "Cookie", trial->cookie };
	return http_start(offer ? trial->stranger : trial->origin, &options,
			  handlers, trial);
}

static struct ews_heading heading(const struct trial *trial)
{
	bool named = trial->errand != ERRAND_OFFER &&
		     trial->errand != ERRAND_LOGIN &&
		     trial->errand != ERRAND_READ &&
		     trial->errand != ERRAND_READ_BACK;

	return (struct ews_heading){
		.version = trial_version(trial),
		.impersonate = named && trial->settings.impersonate
				       ? trial->mailbox
				       : NULL,
	};
}

struct window trial_item_window(const struct trial *trial)
{
	return (struct window){ trial->item_from,
				trial->item_from + ITEM_LASTS_S };
}

static void write_subscribe(const struct trial *trial,
			    const struct ews_heading *head, const char *mailbox,
			    struct buf *body)
{
	char url[CALLBACK_URL_SIZE];

	if (trial->way == TRIAL_PUSH) {
		callback_url(&trial->settings, trial->token, url);
		ews_write_subscribe_push(body, head, mailbox, url, MINUTES);
	} else if (trial->way == TRIAL_PULL) {
		ews_write_subscribe_pull(body, head, mailbox, MINUTES);
	} else {
		ews_write_subscribe(body, head, mailbox);
	}
}

/* The item's, with as much around it as servers want to be asked for. */
static void write_read_back(const struct trial *trial,
			    const struct ews_heading *head, struct buf *body)
{
	const char *const mailboxes[] = { trial->mailbox };
	struct window when = trial_item_window(trial);

	when.from -= AROUND_S;
	when.until += AROUND_S;
	ews_write_availability(body, head, mailboxes, 1, &when);
}

static const char *write_letter(struct trial *trial,
				const struct ews_heading *head,
				struct buf *body)
{
	const char *mailbox =
		trial->settings.impersonate ? NULL : trial->mailbox;
	const char *const mailboxes[] = { trial->mailbox };
	const struct window day = window_at(clock_now());
	struct window when;

	switch (trial->errand) {
	case ERRAND_OFFER:
	case ERRAND_LOGIN:
		ews_write_folder(body, head, NULL);
		return "GetFolder";
	case ERRAND_FOLDER:
		ews_write_folder(body, head, mailbox);
		return "GetFolder";
	case ERRAND_READ:
		ews_write_availability(body, head, mailboxes, 1, &day);
		return "GetUserAvailability";
	case ERRAND_SUBSCRIBE:
		write_subscribe(trial, head, mailbox, body);
		return "Subscribe";
	case ERRAND_EVENTS:
		ews_write_get_events(body, head, trial->id, trial->mark);
		return "GetEvents";
	case ERRAND_READ_BACK:
		write_read_back(trial, head, body);
		return "GetUserAvailability";
	case ERRAND_CREATE:
		trial->item_from = clock_now() + ITEM_AHEAD_S;
		trial->item_from -= trial->item_from % 60; /* servers do */
		when = trial_item_window(trial);
		ews_write_create(body, head, mailbox, "Daymark test item",
				 &when);
		return "CreateItem";
	case ERRAND_DELETE:
		ews_write_delete(body, head, trial->item);
		return "DeleteItem";
	case ERRAND_UNSUBSCRIBE:
		break;
	}
	ews_write_unsubscribe(body, head, trial->id);
	return "Unsubscribe";
}

void trial_send(struct trial *trial, const struct http_handlers *handlers)
{
	const struct ews_heading head = heading(trial);
	struct buf body = BUF(EWS_REQUEST_MAX);
	const char *operation = write_letter(trial, &head, &body);

	trial->request = ask(trial, operation, &body, handlers);
	buf_free(&body);
}

void trial_open_stream(struct trial *trial,
		       const struct http_handlers *handlers)
{
	const struct ews_heading head = heading(trial);
	const char *const ids[] = { trial->id };
	struct buf body = BUF(EWS_REQUEST_MAX);

	ews_write_stream(&body, &head, ids, 1, MINUTES);
	trial->stream = ask(trial, "GetStreamingEvents", &body, handlers);
	buf_free(&body);
}

struct http_origin *trial_origin(const struct trial *trial, const char *secret)
{
	const struct gateway_settings *s = &trial->settings;
	char resolve[3 * DIRECTIVE_TEXT_SIZE];
	bool known = secret && s->account[0];
	struct http_token_options token;
	struct http_origin_options options = {
		.name = "trial",
		.token = known ? gateway_token(s, &token) : NULL,
		.trust = s->trust[0] ? s->trust : NULL,
		.proxy = s->proxy,
		.user = known ? s->account : NULL,
		.secret = known ? secret : NULL,
		.auth = known ? gateway_auth_schemes(s) : HTTP_AUTH_NONE,
		.parallel = 2,
		.timeout_s = s->timeout,
	};

	if (s->address[0]) {
		snprintf(resolve, sizeof(resolve), "%s:%u:%s", s->host, s->port,
			 s->address);
		options.resolve = resolve;
	}
	return http_origin_new(&options);
}
