/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "calendar/autodiscover_plan.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	enum autodiscover_ask ask;
	const char *before, *path;
} places[] = {
#define AUTODISCOVER_PLACE(ask, before, path) { ASK_##ask, before, path },
#include "calendar/autodiscover_place.def"
};

enum { PLACES = sizeof(places) / sizeof(places[0]) };

/* How much a failure says: a place that is not there is the usual thing. */
static const struct {
	enum err err;
	int weight;
} weights[] = {
	{ ERR_OK, 0 },     { ERR_NETWORK, 1 },   { ERR_TIMEOUT, 1 },
	{ ERR_SERVER, 2 }, { ERR_MALFORMED, 2 }, { ERR_GONE, 4 },
	{ ERR_DENIED, 5 },
};

enum { WEIGHTS = sizeof(weights) / sizeof(weights[0]), WEIGHT_USUAL = 3 };

static int weight(enum err err)
{
	for (size_t i = 0; i < WEIGHTS; i++)
		if (weights[i].err == err)
			return weights[i].weight;

	return WEIGHT_USUAL;
}

/* Of equals the first counts, which is of the likeliest place. */
static void note(struct autodiscover_plan *plan, const struct why *why)
{
	if (weight(why->err) > weight(plan->why.err))
		plan->why = *why;
}

static bool is_host(const char *name)
{
	return name[0] && name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
					    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					    "0123456789-.")] == '\0';
}

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcasecmp(text + len - end_len, end);
}

static bool is_within(const char *host, const char *domain)
{
	size_t len = strlen(host), domain_len = strlen(domain);

	return !strcasecmp(host, domain) ||
	       (len > domain_len && host[len - domain_len - 1] == '.' &&
		ends_in(host, domain));
}

static bool may_go(const struct autodiscover_plan *plan, const char *host)
{
	return is_within(host, plan->first) || is_within(host, plan->domain) ||
	       http_host_listed(plan->allow, host);
}

/* False: it was there before, or there were too many. */
static bool mark_seen(struct autodiscover_plan *plan, const char *place)
{
	for (unsigned i = 0; i < plan->count; i++)
		if (!strcasecmp(plan->seen[i], place))
			return false;
	if (plan->count == PLAN_REDIRECTIONS_MAX)
		return false;

	snprintf(plan->seen[plan->count++], HTTP_URL_SIZE, "%s", place);
	return true;
}

static enum autodiscover_ask form_of(const char *url,
				     enum autodiscover_ask initial)
{
	if (ends_in(url, ".svc"))
		return ASK_SOAP;
	return ends_in(url, ".xml") ? ASK_POX : initial;
}

static void ask(struct autodiscover_plan *plan, enum autodiscover_ask how,
		const char *url)
{
	plan->ask = how;
	snprintf(plan->url, sizeof(plan->url), "%s", url);
}

static bool is_wanted(const struct autodiscover_plan *plan, size_t place)
{
	const struct autodiscover_settings *settings = plan->settings;

	return !(places[place].ask == ASK_PLAIN && !settings->plain) &&
	       !(places[place].ask == ASK_SRV && !settings->srv);
}

static void make_url(const struct autodiscover_plan *plan, size_t place,
		     char url[HTTP_URL_SIZE])
{
	const struct autodiscover_settings *settings = plan->settings;
	bool plain = places[place].ask == ASK_PLAIN;
	unsigned port = plain ? settings->plain : settings->port;

	if (places[place].ask == ASK_SRV)
		snprintf(url, HTTP_URL_SIZE, "%s%s", places[place].before,
			 plan->domain);
	else
		snprintf(url, HTTP_URL_SIZE, "%s://%s%s:%u%s",
			 plain ? "http" : "https", places[place].before,
			 plan->domain, port, places[place].path);
}

static void next_place(struct autodiscover_plan *plan)
{
	char url[HTTP_URL_SIZE];

	while (plan->place < PLACES && !is_wanted(plan, plan->place))
		plan->place++;
	if (plan->place == PLACES) {
		plan->ask = ASK_OVER;
		return;
	}

	make_url(plan, plan->place, url);
	plan->detour = false;
	ask(plan, places[plan->place++].ask, url);
}

static void give_up(struct autodiscover_plan *plan, enum err err,
		    const char *text)
{
	why_set(&plan->why, err, "%s", text);
	plan->ask = ASK_OVER;
	plan->place = PLACES;
}

static void start_over(struct autodiscover_plan *plan, const char *known)
{
	const char *at = strrchr(plan->address, '@');

	plan->domain = at ? at + 1 : "";
	plan->place = 0;
	if (!is_host(plan->domain)) {
		give_up(plan, ERR_CONFIG, "address without a mail domain");
		return;
	}

	if (plan->settings->url[0]) {
		ask(plan, form_of(plan->settings->url, ASK_POX),
		    plan->settings->url);
		plan->place = PLACES;
	} else if (*known) {
		ask(plan, form_of(known, ASK_POX), known);
		plan->detour = true;
	} else {
		next_place(plan);
	}
}

void plan_begin(struct autodiscover_plan *plan,
		const struct autodiscover_settings *settings, const char *allow,
		const char *address, const char *known)
{
	memset(plan, 0, sizeof(*plan));
	plan->settings = settings;
	plan->allow = allow;
	snprintf(plan->address, sizeof(plan->address), "%s", address);
	mark_seen(plan, address);
	start_over(plan, known);
	snprintf(plan->first, sizeof(plan->first), "%s", plan->domain);
}

/* A host that does not even answer is not asked in the other form. */
static void skip_same_host(struct autodiscover_plan *plan)
{
	size_t before = plan->place - 1;

	while (!plan->detour && plan->place > 0 && plan->place < PLACES &&
	       places[plan->place].ask == ASK_POX &&
	       places[before].ask == ASK_SOAP &&
	       !strcmp(places[plan->place].before, places[before].before))
		plan->place++;
}

void plan_failed(struct autodiscover_plan *plan, const struct why *why)
{
	note(plan, why);
	if (why->err == ERR_NETWORK || why->err == ERR_TLS ||
	    why->err == ERR_TIMEOUT)
		skip_same_host(plan);
	next_place(plan);
}

static void refuse(struct autodiscover_plan *plan, const char *what,
		   const char *target)
{
	struct why why;

	why_set(&why, ERR_DENIED, "%s: redirected to %.120s", what, target);
	plan_failed(plan, &why);
}

void plan_redirect_url(struct autodiscover_plan *plan, const char *text)
{
	enum autodiscover_ask form =
		form_of(text, plan->ask == ASK_SOAP ? ASK_SOAP : ASK_POX);
	struct http_url url;

	if (http_url_read(&url, text, NULL))
		refuse(plan, "that is no URL", text);
	else if (!url.tls)
		refuse(plan, "only https is followed", text);
	else if (!may_go(plan, url.host))
		refuse(plan, "that host is not allowed", text);
	else if (!mark_seen(plan, text))
		refuse(plan, "that is a loop, or too long a way", text);
	else {
		ask(plan, form, text);
		plan->detour = true;
	}
}

/* In the same domain the same place is asked. */
static void change_address(struct autodiscover_plan *plan, const char *address)
{
	char known[HTTP_URL_SIZE] = "";
	const char *domain = strrchr(address, '@') + 1;

	if (!strcasecmp(domain, plan->domain))
		snprintf(known, sizeof(known), "%s", plan->url);
	snprintf(plan->address, sizeof(plan->address), "%s", address);
	start_over(plan, known);
}

void plan_redirect_address(struct autodiscover_plan *plan, const char *address)
{
	const char *at = strrchr(address, '@');

	if (!at || strlen(address) >= ADDRESS_SIZE || !is_host(at + 1))
		refuse(plan, "that is no address", address);
	else if (!may_go(plan, at + 1))
		refuse(plan, "that domain is not allowed", address);
	else if (!mark_seen(plan, address))
		refuse(plan, "that is a loop, or too long a way", address);
	else
		change_address(plan, address);
}

void plan_redirect_srv(struct autodiscover_plan *plan,
		       const struct srv_target *target)
{
	char url[HTTP_URL_SIZE];

	snprintf(url, sizeof(url), "https://%.250s:%u%s", target->host,
		 target->port, places[1].path);
	plan_redirect_url(plan, url);
}
