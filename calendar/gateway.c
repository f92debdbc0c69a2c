/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/http_url.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/secret.h"
#include "calendar/backend.h"
#include "calendar/gate.h"
#include "calendar/gateway.h"

enum { CONNECT_TIMEOUT_S = 10 };

struct gateway {
	struct gateway_settings settings;
	char url[3 * DIRECTIVE_TEXT_SIZE];
	const struct backend *backend;
	struct http_origin *origin;
	struct gate *gate;
	struct backend_pool *pool;
	struct gateway_health health;
	unsigned wants;
};

/* An IPv6 address stands in brackets. */
static void make_url(struct gateway *gateway)
{
	const struct gateway_settings *s = &gateway->settings;
	bool bare = strchr(s->host, ':') && s->host[0] != '[';

	snprintf(gateway->url, sizeof(gateway->url), "%s://%s%s%s:%u%s",
		 s->tls ? "https" : "http", bare ? "[" : "", s->host,
		 bare ? "]" : "", s->port, s->path);
}

static void make_origin(struct gateway *gateway, const char *secret)
{
	const struct gateway_settings *s = &gateway->settings;
	char resolve[3 * DIRECTIVE_TEXT_SIZE];
	struct http_token_options token;
	struct http_origin_options options = {
		.token = gateway_token(s, &token),
		.name = s->name,
		.trust = s->trust[0] ? s->trust : NULL,
		.proxy = s->proxy,
		.user = s->account[0] ? s->account : NULL,
		.secret = secret,
		.auth = s->account[0] ? gateway_auth_schemes(s)
				      : HTTP_AUTH_NONE,
		.parallel = s->parallel,
		.timeout_s = s->timeout,
		.connect_timeout_s = s->timeout < CONNECT_TIMEOUT_S
					     ? s->timeout
					     : CONNECT_TIMEOUT_S,
	};

	if (s->address[0]) {
		snprintf(resolve, sizeof(resolve), "%s:%u:%s", s->host, s->port,
			 s->address);
		options.resolve = resolve;
	}

	gateway->origin = http_origin_new(&options);
}

/* One line when trouble begins or changes, one when it is over. */
static void note_why(struct gateway *gateway, const struct why *why)
{
	struct gateway_health *health = &gateway->health;

	if (health->why.err == why->err)
		return;

	if (why->err)
		log_warn("gateway in trouble",
			 KV("gateway", gateway_name(gateway)), KWHY(why));
	else
		log_info("gateway works again",
			 KV("gateway", gateway_name(gateway)));

	health->why = *why;
	health->since = clock_now();
}

static void on_verdict(const struct verdict *verdict, unsigned wait_ms,
		       void *arg)
{
	struct gateway *gateway = arg;

	const char *name = gateway->settings.name;

	gateway->health.requests++;
	if (verdict->why.err) {
		gateway->health.failures++;
		metric_add_two(METRIC_gateway_errors_total, name,
			       err_name(verdict->why.err), 1);
	}
	if (verdict->why.err == ERR_THROTTLED) {
		gateway->health.throttled_ms += wait_ms;
		metric_add(METRIC_gateway_throttled_seconds_total, name,
			   wait_ms);
	}

	note_why(gateway, &verdict->why);
}

static bool in_list(const char *list, const char *domain)
{
	size_t len = strlen(domain);

	while (*list) {
		list += strspn(list, ", ");
		if (strcspn(list, ", ") == len &&
		    !strncasecmp(list, domain, len))
			return true;
		list += strcspn(list, ", ");
	}

	return false;
}

/* Counters that alerts look at are there before they count. */
static void expect_errors(const char *name)
{
	static const enum err errors[] = { ERR_TIMEOUT, ERR_NETWORK,
					   ERR_TLS,     ERR_THROTTLED,
					   ERR_LOGIN,   ERR_SERVER };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		metric_add_two(METRIC_gateway_errors_total, name,
			       err_name(errors[i]), 0);
	metric_add(METRIC_gateway_throttled_seconds_total, name, 0);
	metric_add(METRIC_moves_total, name, 0);
	metric_add(METRIC_audit_differences_total, name, 0);
	metric_add(METRIC_calendar_events_total, name, 0);
}

enum err gateway_new(struct gateway **gatewayp,
		     const struct gateway_settings *settings, struct why *why)
{
	struct gateway *gateway;
	char secret[SECRET_SIZE];
	enum err err = gateway_check(settings, why);

	if (!err)
		err = secret_read(secret, settings->secret, why);
	if (err)
		return err;

	gateway = x_new(struct gateway);
	gateway->settings = *settings;
	gateway->backend = backend_find(settings->type);
	gateway->health.notify = "";
	make_url(gateway);
	make_origin(gateway, secret);
	secret_wipe(secret);
	expect_errors(settings->name);
	gateway->gate = gate_new(settings->parallel, on_verdict, gateway);
	gateway->pool = gateway->backend->open(gateway);
	*gatewayp = gateway;
	return ERR_OK;
}

void gateway_free(struct gateway **gatewayp)
{
	struct gateway *gateway = *gatewayp;

	if (!gateway)
		return;

	gateway->backend->close(&gateway->pool);
	gate_free(&gateway->gate);
	http_origin_free(&gateway->origin);
	free(gateway);
	*gatewayp = NULL;
}

const struct gateway_settings *gateway_settings(const struct gateway *gateway)
{
	return &gateway->settings;
}

const char *gateway_name(const struct gateway *gateway)
{
	return gateway->settings.name;
}

const struct backend *gateway_backend(const struct gateway *gateway)
{
	return gateway->backend;
}

const struct gateway_health *gateway_health(const struct gateway *gateway)
{
	return &gateway->health;
}

struct gateway_health *gateway_condition(struct gateway *gateway)
{
	return &gateway->health;
}

struct backend_pool *gateway_pool(struct gateway *gateway)
{
	return gateway->pool;
}

struct gate *gateway_gate(struct gateway *gateway)
{
	return gateway->gate;
}

struct http_origin *gateway_origin(struct gateway *gateway)
{
	return gateway->origin;
}

const char *gateway_url(const struct gateway *gateway)
{
	return gateway->url;
}

enum err gateway_renew_secret(struct gateway *gateway, const char *place,
			      struct why *why)
{
	struct gateway_settings *s = &gateway->settings;
	char secret[SECRET_SIZE];
	enum err err = secret_read(secret, place, why);

	if (err)
		return err;

	if (place != s->secret)
		snprintf(s->secret, sizeof(s->secret), "%s", place);
	http_origin_credentials(gateway->origin,
				s->account[0] ? s->account : NULL, secret);
	secret_wipe(secret);
	gate_reopen(gateway->gate);
	return ERR_OK;
}

bool gateway_is_at(const struct gateway_settings *settings, const char *text)
{
	struct http_url url;
	const char *host = url.host;

	if (!*text || http_url_read(&url, text, NULL))
		return false;
	if (*host == '[') {
		url.host[strcspn(url.host, "]")] = '\0';
		host++;
	}
	if (!strcasecmp(host, settings->host))
		return url.port == settings->port;

	return http_host_listed(settings->aliases, url.host);
}

enum gateway_match gateway_match(const struct gateway *gateway,
				 const char *address)
{
	const char *at = strrchr(address, '@');

	if (!gateway->settings.domains[0])
		return GATEWAY_ANYBODY;

	return at && in_list(gateway->settings.domains, at + 1)
		       ? GATEWAY_NAMED
		       : GATEWAY_OTHERS;
}

bool gateway_serves(const struct gateway *gateway, const char *address)
{
	return gateway_match(gateway, address) != GATEWAY_OTHERS;
}

void gateway_want(struct gateway *gateway, unsigned wants)
{
	gateway->wants = wants;
}

unsigned gateway_wants(const struct gateway *gateway)
{
	return gateway->wants;
}
