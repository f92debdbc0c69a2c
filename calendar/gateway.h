/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A presence gateway: a configured Exchange server or tenant, and how it is.
 *
 * All mailboxes read through one gateway share its connection limits, its
 * credentials and its troubles: when the server throttles or refuses the
 * password, this is where everybody learns to wait.
 */
#ifndef CALENDAR_GATEWAY_H
#define CALENDAR_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/directive.h"
#include "base/http.h"

struct gateway_settings {
#define GATEWAY(name, type, initial, min, max, doc) DIRECTIVE_FIELD_##type(name)
#include "calendar/gateway.def"
};

extern const struct directive_table gateway_table;

/*
 * Reads "name=hq host=mail.example.com ..." over the defaults and checks what
 * no single field can say. Does not read the secret.
 */
enum err gateway_parse(struct gateway_settings *settings, const char *text,
		       struct why *why);

/* What gateway_parse() checks, for settings that came another way. */
enum err gateway_check(const struct gateway_settings *settings,
		       struct why *why);

/* Which of enum http_auth the auth field allows. */
unsigned gateway_auth_schemes(const struct gateway_settings *settings);

/*
 * Where its tokens come from, with what has to outlive the origin's making;
 * NULL: it needs none.
 */
const struct http_token_options *gateway_token(
	const struct gateway_settings *settings,
	struct http_token_options *options);

struct backend;
struct gateway;

/* How the gateway is, as far as the last answers tell. */
struct gateway_health {
	struct why
		why; /* of the last failure that concerned all of it; ERR_OK: none since */
	time_t since;       /* of that */
	time_t last_answer; /* 0 never */
	unsigned requests;
	unsigned failures;
	unsigned throttled_ms; /* all waits the server asked for */
	int64_t skew_ms;       /* its Date header minus our clock */
	char version[64];      /* of t:ServerVersionInfo: "15.01.2507.006" */
	const char *notify;   /* way of being told in use: "streaming" ... "" */
	char notify_why[256]; /* why no better one is; "" it is the best */
	bool notify_blocked;  /* one was tried in vain, not for its version */
	unsigned subscriptions;
	unsigned streams;
};

/* Reads the secret. ERR_CONFIG names the file or variable, not its content. */
enum err gateway_new(struct gateway **gatewayp,
		     const struct gateway_settings *settings, struct why *why);

/* Every subscription at it must be gone. */
void gateway_free(struct gateway **gatewayp);

const struct gateway_settings *gateway_settings(const struct gateway *gateway);
const char *gateway_name(const struct gateway *gateway);
const struct backend *gateway_backend(const struct gateway *gateway);
const struct gateway_health *gateway_health(const struct gateway *gateway);

/*
 * Reads the secret, from this place from now on, and lifts a stop after
 * refused passwords. On error the old one stays.
 */
enum err gateway_renew_secret(struct gateway *gateway, const char *place,
			      struct why *why);

/* Whether the URL, which Autodiscover named, is that server's; "" is not. */
bool gateway_is_at(const struct gateway_settings *settings, const char *url);

/* How well the domains field fits the address, best first. */
enum gateway_match {
	GATEWAY_NAMED,   /* its domain is in the list */
	GATEWAY_ANYBODY, /* there is no list */
	GATEWAY_OTHERS,  /* the list is for others */
};
enum gateway_match gateway_match(const struct gateway *gateway,
				 const char *address);

/* Not for others. */
bool gateway_serves(const struct gateway *gateway, const char *address);

/* What whoever reads calendars has a use for; nothing else is asked for. */
enum gateway_wants {
	WANT_SUBJECTS = 1, /* and categories, where details are allowed */
	WANT_HOURS = 2,    /* that mailboxes' owners set */
};
void gateway_want(struct gateway *gateway, unsigned wants);
unsigned gateway_wants(const struct gateway *gateway);

/* For backends: what all requests to the gateway share. */
struct gate;
struct gate *gateway_gate(struct gateway *gateway);
struct http_origin *gateway_origin(struct gateway *gateway);
struct gateway_health *gateway_condition(struct gateway *gateway);
/* "https://mail.example.com:443/EWS/Exchange.asmx" */
const char *gateway_url(const struct gateway *gateway);

#endif
