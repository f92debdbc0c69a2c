/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where Exchange servers call us back: listeners, shared by the gateways that
 * name the same address and port. What is called for is known by the last
 * part of the path, a secret of ours; what nobody knows is answered with
 * Unsubscribe, so that old subscriptions end.
 */
#ifndef CALENDAR_CALLBACK_H
#define CALENDAR_CALLBACK_H

#include <stdbool.h>

#include "base/http_listen.h"
#include "calendar/gateway.h"

struct callback;

enum called {
	CALLED_NOBODY, /* not ours */
	CALLED_WELL,
	CALLED_OFF, /* ours, and not wanted any more */
};

/* The text is a notification as it came. */
typedef enum called callback_h(const char *token, const char *text, size_t len,
			       void *arg);

/* NULL on error. Settings outlive it. */
struct callback *callback_new(const struct gateway_settings *settings,
			      callback_h *h, void *arg, struct why *why);
void callback_free(struct callback **callbackp);

enum { CALLBACK_TOKEN_SIZE = 33, CALLBACK_URL_SIZE = 300 };

/* One that nobody can guess, and where it is called at. */
void callback_token(char token[CALLBACK_TOKEN_SIZE]);
void callback_url(const struct gateway_settings *settings, const char *token,
		  char url[CALLBACK_URL_SIZE]);

/* "192.0.2.1, 198.51.100.0/24, 2001:db8::/32"; an empty list allows all. */
bool callback_allows(const char *list, const struct sockaddr *peer);

#endif
