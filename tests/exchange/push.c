/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/http.h"
#include "base/loop.h"
#include "tests/exchange/push.h"
#include "tests/exchange/subscription.h"

enum { MESSAGE_MAX = 4 << 20, TIMEOUT_S = 30 };

struct push {
	struct subscription *subscription;
	char *url;
	unsigned status_s;
	unsigned waited_s; /* since the last delivery that worked */
	uint64_t mark;     /* of what is under way */
	struct http_origin *origin;
	struct http_request *request;
	struct timer send;
	struct timer status;
	bool more;
};

static void send_now(void *arg);

static void read_result(const struct xml_node *root, void *arg)
{
	bool *okp = arg;
	const char *text =
		xml_path_text(root,
			      "Body/SendNotificationResult/SubscriptionStatus");

	*okp = strcmp(text, "OK") == 0;
}

static void retry(struct push *push)
{
	const struct knobs *knobs = &push->subscription->server->knobs;
	unsigned wait_s = push->waited_s ? push->waited_s : knobs->retry_s;
	struct subscription *subscription = push->subscription;

	if (push->waited_s + wait_s > push->status_s) {
		subscription_free(&subscription);
		return;
	}
	push->waited_s += wait_s;
	timer_start(&push->send, wait_s, send_now, push);
}

static void delivered(const struct http_reply *reply, void *arg)
{
	struct push *push = arg;
	struct subscription *subscription = push->subscription;
	bool ok = false;
	struct why why;

	push->request = NULL;
	if (reply->why.err != ERR_OK || reply->status != 200) {
		retry(push);
		return;
	}
	xml_read(reply->body, reply->body_bytes, &xml_limits_default,
		 read_result, &ok, &why);
	if (!ok) {
		subscription_free(&subscription);
		return;
	}

	push->waited_s = 0;
	subscription_heard(subscription, push->mark);
	timer_start(&push->status, push->status_s, send_now, push);
	if (subscription->count > 0 || push->more)
		push_stir(push);
}

static void send_now(void *arg)
{
	struct push *push = arg;
	static const struct http_header headers[] = {
		{ "Content-Type", "text/xml; charset=utf-8" },
		{ "SOAPAction",
		  "\"http://schemas.microsoft.com/exchange/services/2006/"
		  "messages/SendNotification\"" },
	};
	static const struct http_handlers handlers = { .done = delivered };
	struct buf body = BUF(MESSAGE_MAX);
	struct http_request_options options = {
		.url = push->url,
		.headers = headers,
		.header_count = sizeof(headers) / sizeof(headers[0]),
	};
	struct xml_out *out;

	if (push->request)
		return;

	out = server_envelope(push->subscription->server, false, true);
	xml_start(out, "m:SendNotification");
	xml_start(out, "m:ResponseMessages");
	xml_start(out, "m:SendNotificationResponseMessage");
	xml_attribute(out, "ResponseClass", "Success");
	xml_leaf(out, "m:ResponseCode", "NoError");
	push->mark = notification_write(out, "m:Notification",
					push->subscription, EVENTS_A_REPLY);
	xml_out_finish(&out, &body);
	options.body = body.data;
	options.body_bytes = body.len;
	push->more = false;
	push->request = http_start(push->origin, &options, &handlers, push);
	buf_free(&body);
}

struct push *push_new(struct subscription *subscription, const char *url,
		      unsigned status_s)
{
	const struct http_origin_options options = {
		.name = "push",
		.trust = getenv("SSL_CERT_FILE"),
		.parallel = 1,
		.timeout_s = TIMEOUT_S,
		.connect_timeout_s = TIMEOUT_S,
	};
	struct push *push = x_new(struct push);

	push->subscription = subscription;
	push->url = x_strdup(url);
	push->status_s = status_s;
	push->origin = http_origin_new(&options);
	timer_start(&push->send, 0, send_now, push);
	return push;
}

void push_free(struct push **pushp)
{
	struct push *push = *pushp;

	if (!push)
		return;

	*pushp = NULL;
	timer_stop(&push->send);
	timer_stop(&push->status);
	http_cancel(&push->request);
	http_origin_free(&push->origin);
	free(push->url);
	free(push);
}

void push_stir(struct push *push)
{
	if (push->request)
		push->more = true;
	else if (!timer_running(&push->send))
		timer_start(&push->send, 0, send_now, push);
}
