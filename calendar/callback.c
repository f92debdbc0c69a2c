/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crypto.h"
#include "base/log.h"
#include "calendar/callback.h"
#include "calendar/ews_write.h"

enum { HTTP_OK = 200, HTTP_FORBIDDEN = 403, HTTP_NOT_ALLOWED = 405 };

struct place {
	struct place *next, **prev_next;
	char host[64];
	unsigned port;
	struct http_listener *listener;
	struct callback *callbacks;
};

struct callback {
	struct callback *next, **prev_next;
	struct place *place;
	const struct gateway_settings *settings;
	callback_h *handler;
	void *arg;
};

static struct place *places;

/* The address as 16 bytes, IPv4 as ::ffff:a.b.c.d; false: none of these. */
static bool as_bytes(const struct sockaddr *address, unsigned char bytes[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (address && address->sa_family == AF_INET6) {
		memcpy(bytes,
		       &((const struct sockaddr_in6 *)(const void *)address)
				->sin6_addr,
		       16);
		return true;
	}
	if (!address || address->sa_family != AF_INET)
		return false;

	memcpy(bytes, mapped, sizeof(mapped));
	memcpy(bytes + 12,
	       &((const struct sockaddr_in *)(const void *)address)->sin_addr,
	       4);
	return true;
}

static bool same_bits(const unsigned char *a, const unsigned char *b,
		      unsigned bits)
{
	unsigned whole = bits / 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return bits % 8 == 0 || (a[whole] ^ b[whole]) >> (8 - bits % 8) == 0;
}

/* One item of the list, which is cut at its slash. */
static bool item_allows(char *item, const unsigned char peer[16])
{
	char *slash = strchr(item, '/');
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	unsigned char bytes[16];
	unsigned bits = 128;
	bool is_v4;

	if (slash)
		*slash++ = '\0';
	is_v4 = inet_pton(AF_INET, item, &v4.sin_addr) == 1;
	if (!is_v4 && inet_pton(AF_INET6, item, &v6.sin6_addr) != 1)
		return false;

	if (slash)
		bits = (unsigned)strtoul(slash, NULL, 10) + (is_v4 ? 96 : 0);
	as_bytes(is_v4 ? (const struct sockaddr *)(const void *)&v4
		       : (const struct sockaddr *)(const void *)&v6,
		 bytes);
	return bits <= 128 && same_bits(bytes, peer, bits);
}

bool callback_allows(const char *list, const struct sockaddr *peer)
{
	unsigned char bytes[16];
	char item[64];

	if (!list[strspn(list, ", ")])
		return true;
	if (!as_bytes(peer, bytes))
		return false;

	while (*(list += strspn(list, ", "))) {
		size_t len = strcspn(list, ", ");

		if (len < sizeof(item)) {
			snprintf(item, sizeof(item), "%.*s", (int)len, list);
			if (item_allows(item, bytes))
				return true;
		}
		list += len;
	}
	return false;
}

static enum called find(const struct place *place,
			const struct http_visit *visit, bool *forbiddenp)
{
	const char *slash = strrchr(visit->path, '/');
	enum called called = CALLED_NOBODY;

	for (struct callback *c = place->callbacks;
	     c && slash && called == CALLED_NOBODY; c = c->next) {
		if (callback_allows(c->settings->callback_from, visit->peer))
			called = c->handler(slash + 1, visit->body,
					    visit->body_bytes, c->arg);
		else
			*forbiddenp = true;
	}
	return called;
}

static void on_visit(const struct http_visit *visit,
		     struct http_reply_out *reply, void *arg)
{
	bool forbidden = false;
	enum called called;

	if (strcmp(visit->method, "POST") != 0) {
		reply->status = HTTP_NOT_ALLOWED;
		return;
	}

	called = find(arg, visit, &forbidden);
	if (called == CALLED_NOBODY && forbidden) {
		reply->status = HTTP_FORBIDDEN;
		return;
	}

	reply->status = HTTP_OK;
	reply->type = "text/xml; charset=utf-8";
	ews_write_pushed(&reply->body, called == CALLED_WELL);
}

/* "[::1]:8081" and "192.0.2.1:8081"; without it any address, port of the URL. */
static void read_address(const struct gateway_settings *settings,
			 struct place *place)
{
	const char *text = settings->listen;
	const char *url = strstr(settings->callback, "://");
	const char *colon;

	place->port = strncmp(settings->callback, "https", 5) ? 80 : 443;
	if (!*text && url) {
		text = url + 3;
		colon = text + strcspn(text, ":/");
		if (*text == '[')
			colon = text + strcspn(text, "]") + 1;
		if (*colon == ':')
			place->port = (unsigned)strtoul(colon + 1, NULL, 10);
		return;
	}

	colon = strrchr(text, ':');
	if (!colon)
		return;
	place->port = (unsigned)strtoul(colon + 1, NULL, 10);
	if (*text == '[')
		text++;
	snprintf(place->host, sizeof(place->host), "%.*s", (int)(colon - text),
		 text);
	place->host[strcspn(place->host, "]")] = '\0';
}

static struct place *place_new(const struct gateway_settings *settings,
			       struct why *why)
{
	const struct http_listen_options options = {
		.cert = settings->callback_cert,
		.key = settings->callback_key,
	};
	struct http_listen_options at = options;
	struct place wanted = { .port = 0 };
	struct place *place = places;

	read_address(settings, &wanted);
	while (place && (place->port != wanted.port ||
			 strcmp(place->host, wanted.host) != 0))
		place = place->next;
	if (place)
		return place;

	place = x_new(struct place);
	*place = wanted;
	at.host = place->host;
	at.port = place->port;
	place->listener = http_listener_new(&at, on_visit, place, why);
	if (!place->listener) {
		free(place);
		return NULL;
	}

	place->prev_next = &places;
	place->next = places;
	if (place->next)
		place->next->prev_next = &place->next;
	places = place;
	return place;
}

struct callback *callback_new(const struct gateway_settings *settings,
			      callback_h *h, void *arg, struct why *why)
{
	struct place *place = place_new(settings, why);
	struct callback *callback;

	if (!place)
		return NULL;

	callback = x_new(struct callback);
	callback->settings = settings;
	callback->handler = h;
	callback->arg = arg;
	callback->place = place;
	callback->prev_next = &place->callbacks;
	callback->next = place->callbacks;
	if (callback->next)
		callback->next->prev_next = &callback->next;
	place->callbacks = callback;
	return callback;
}

void callback_free(struct callback **callbackp)
{
	struct callback *callback = *callbackp;
	struct place *place;

	if (!callback)
		return;

	place = callback->place;
	*callback->prev_next = callback->next;
	if (callback->next)
		callback->next->prev_next = callback->prev_next;
	free(callback);
	*callbackp = NULL;

	if (place->callbacks)
		return;
	*place->prev_next = place->next;
	if (place->next)
		place->next->prev_next = place->prev_next;
	http_listener_free(&place->listener);
	free(place);
}

void callback_token(char token[CALLBACK_TOKEN_SIZE])
{
	unsigned char bytes[CALLBACK_TOKEN_SIZE / 2];

	crypto_random(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
}

void callback_url(const struct gateway_settings *settings, const char *token,
		  char url[CALLBACK_URL_SIZE])
{
	const char *base = settings->callback;
	bool slash = *base && base[strlen(base) - 1] == '/';

	snprintf(url, CALLBACK_URL_SIZE, "%s%s%s", base, slash ? "" : "/",
		 token);
}
