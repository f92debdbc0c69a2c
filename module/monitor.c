/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/http_listen.h"
#include "base/log.h"
#include "module/measure.h"
#include "module/monitor.h"
#include "module/ready.h"

enum { PORT_MAX = 65535 };

struct monitor {
	struct engine *engine;
	struct http_listener *listener;
};

struct place {
	char host[64];
	unsigned port;
	bool loopback;
};

/* That the loop turns is what this one says. */
static unsigned get_healthz(struct engine *engine, struct buf *out)
{
	(void)engine;
	buf_print(out, "alive\n");
	return 200;
}

static unsigned get_readyz(struct engine *engine, struct buf *out)
{
	return ready(engine, out) ? 200 : 503;
}

static unsigned get_metrics(struct engine *engine, struct buf *out)
{
	if (!engine->applied)
		return 503;
	measure(engine, out);
	return 200;
}

static const struct {
	const char *path, *type;
	unsigned (*get)(struct engine *engine, struct buf *out);
} pages[] = {
	{ "/healthz", "text/plain; charset=utf-8", get_healthz },
	{ "/metrics", "text/plain; version=0.0.4; charset=utf-8", get_metrics },
	{ "/readyz", "text/plain; charset=utf-8", get_readyz },
};

enum { PAGES = sizeof(pages) / sizeof(pages[0]) };

static void on_visit(const struct http_visit *visit,
		     struct http_reply_out *reply, void *arg)
{
	const struct monitor *monitor = arg;
	size_t i = 0;

	while (i < PAGES && strcmp(visit->path, pages[i].path) != 0)
		i++;
	reply->body = BUF(MEASURE_BYTES_MAX);
	reply->type = pages[i < PAGES ? i : 0].type;
	if (i == PAGES) {
		reply->status = 404;
		buf_print(&reply->body, "/metrics, /healthz or /readyz\n");
	} else if (strcmp(visit->method, "GET") != 0 &&
		   strcmp(visit->method, "HEAD") != 0) {
		reply->status = 405;
		buf_print(&reply->body, "only GET and HEAD\n");
	} else {
		reply->status = pages[i].get(monitor->engine, &reply->body);
	}
}

static bool read_host(struct place *place)
{
	struct in_addr four;
	struct in6_addr six;

	if (inet_pton(AF_INET, place->host, &four) == 1) {
		place->loopback = ntohl(four.s_addr) >> 24 == 127;
		return true;
	}
	if (inet_pton(AF_INET6, place->host, &six) != 1)
		return false;
	place->loopback = IN6_IS_ADDR_LOOPBACK(&six);
	return true;
}

static enum err read_place(struct place *place, const char *text,
			   struct why *why)
{
	int len = 0;
	bool bracket = *text == '[';

	*place = (struct place){ .port = 0 };
	if (bracket)
		sscanf(text, "[%63[0-9a-fA-F:.]]:%5u%n", place->host,
		       &place->port, &len);
	else
		sscanf(text, "%63[0-9.]:%5u%n", place->host, &place->port,
		       &len);
	if (!len || text[len] || !place->port || place->port > PORT_MAX ||
	    bracket != (strchr(place->host, ':') != NULL) || !read_host(place))
		return why_set(why, ERR_CONFIG,
			       "metrics = %.80s: want a numeric address and a "
			       "port, as in 127.0.0.1:9746 or [::1]:9746",
			       text);
	return ERR_OK;
}

enum err monitor_check(const char *place, struct why *why)
{
	struct place parts;

	return *place ? read_place(&parts, place, why) : ERR_OK;
}

enum err monitor_new(struct monitor **monitorp, struct engine *engine,
		     const char *text, struct why *why)
{
	struct monitor *monitor = NULL;
	struct http_listen_options options = { .host = NULL };
	struct place place;
	enum err err = monitor_check(text, why);

	*monitorp = NULL;
	if (err || !*text)
		return err;

	read_place(&place, text, NULL);
	options.host = place.host;
	options.port = place.port;
	monitor = x_new(struct monitor);
	monitor->engine = engine;
	monitor->listener = http_listener_new(&options, on_visit, monitor, why);
	if (!monitor->listener) {
		monitor_free(&monitor);
		return why ? why->err : ERR_NETWORK;
	}
	if (!place.loopback)
		log_warn("metrics can be read by whoever reaches the address",
			 KV("metrics", text));
	*monitorp = monitor;
	return ERR_OK;
}

void monitor_free(struct monitor **monitorp)
{
	struct monitor *monitor = *monitorp;

	if (!monitor)
		return;
	http_listener_free(&monitor->listener);
	free(monitor);
	*monitorp = NULL;
}
