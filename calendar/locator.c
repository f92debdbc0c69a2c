/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/metric.h"
#include "base/secret.h"
#include "calendar/locator_private.h"

enum { ALLOW_MAX = 1 << 20, DOMAINS_MAX = 128 };

/* The next of a list with commas or blanks, "" after the last. */
static const char *next_word(const char *list, char *word, size_t size)
{
	size_t len;

	list += strspn(list, ", ");
	len = strcspn(list, ", ");
	snprintf(word, size, "%.*s", (int)len, list);
	return list + len;
}

static void read_domains(struct locator_row *row)
{
	const char *list = row->settings.domains;
	char name[HTTP_HOST_SIZE];

	row->domains = x_zalloc(DOMAINS_MAX * sizeof(*row->domains));
	for (list = next_word(list, name, sizeof(name));
	     *name && row->domain_count < DOMAINS_MAX;
	     list = next_word(list, name, sizeof(name)))
		snprintf(row->domains[row->domain_count++].name, HTTP_HOST_SIZE,
			 "%s", name);
}

/* Passwords are shown to gateways anyhow. */
static void make_allow(struct locator_row *row)
{
	const struct locator *locator = row->locator;
	struct buf allow = BUF(ALLOW_MAX);

	buf_print(&allow, "%s", row->settings.allow);
	for (size_t i = 0; i < locator->gateway_count; i++)
		buf_print(&allow, ",%s,%s", locator->gateways[i].host,
			  locator->gateways[i].aliases);
	row->allow = buf_take(&allow);
}

static void make_origins(struct locator_row *row,
			 const struct gateway_settings *gateway)
{
	const struct autodiscover_settings *s = &row->settings;
	char secret[SECRET_SIZE];
	struct http_origin_options options = {
		.name = "autodiscover",
		.trust = gateway->trust[0] ? gateway->trust : NULL,
		.proxy = gateway->proxy,
		.parallel = s->parallel,
		.timeout_s = s->timeout,
		.connect_timeout_s = s->timeout,
	};

	if (secret_read(secret, gateway->secret, &row->why))
		return;

	row->plain = http_origin_new(&options);
	options.user = gateway->account[0] ? gateway->account : NULL;
	options.secret = secret;
	options.auth = gateway->account[0] ? gateway_auth_schemes(gateway)
					   : HTTP_AUTH_NONE;
	row->origin = http_origin_new(&options);
	secret_wipe(secret);
}

static const struct gateway_settings *find_gateway(
	const struct locator *locator, const char *name)
{
	for (size_t i = 0; i < locator->gateway_count; i++)
		if (!strcmp(locator->gateways[i].name, name))
			return &locator->gateways[i];
	return NULL;
}

static struct locator_row *row_new(struct locator *locator, const char *text)
{
	struct locator_row *row = x_new(struct locator_row);
	const struct gateway_settings *gateway;

	row->locator = locator;
	TAILQ_INIT(&row->urgent);
	TAILQ_INIT(&row->waiting);
	TAILQ_INIT(&row->running);
	autodiscover_parse(&row->settings, text, NULL);
	row->memory = located_memory_new(row->settings.kept);
	row->health.used = true;
	read_domains(row);
	make_allow(row);
	gateway = find_gateway(locator, row->settings.gateway);
	if (gateway)
		make_origins(row, gateway);
	else
		why_set(&row->why, ERR_CONFIG, "no gateway is called %.64s",
			row->settings.gateway);
	return row;
}

static void row_free(struct locator_row *row)
{
	timer_stop(&row->kick);
	locating_free_all(&row->urgent);
	locating_free_all(&row->waiting);
	locating_free_all(&row->running);
	http_origin_free(&row->origin);
	http_origin_free(&row->plain);
	located_memory_free(&row->memory);
	free(row->domains);
	free(row->allow);
	free(row);
}

static void forget_all(struct locator *locator)
{
	for (size_t i = 0; i < locator->count; i++)
		row_free(locator->rows[i]);
	free(locator->rows);
	free(locator->gateways);
	locator->rows = NULL;
	locator->gateways = NULL;
	locator->count = locator->gateway_count = 0;
}

struct locator *locator_new(void)
{
	struct locator *locator = x_new(struct locator);

	TAILQ_INIT(&locator->orphans);
	return locator;
}

void locator_free(struct locator **locatorp)
{
	struct locator *locator = *locatorp;

	*locatorp = NULL;
	if (!locator)
		return;

	forget_all(locator);
	locating_free_all(&locator->orphans);
	free(locator);
}

static bool share_domain(const struct autodiscover_settings *a,
			 const struct autodiscover_settings *b,
			 char name[HTTP_HOST_SIZE])
{
	const char *list = next_word(a->domains, name, HTTP_HOST_SIZE);

	for (; *name; list = next_word(list, name, HTTP_HOST_SIZE))
		if (http_host_listed(b->domains, name))
			return true;
	return false;
}

enum err locator_check(const struct directive_list *directives, struct why *why)
{
	struct autodiscover_settings one, other;
	char name[HTTP_HOST_SIZE];

	for (size_t i = 0; i < directives->count; i++) {
		enum err err =
			autodiscover_parse(&one, directives->items[i], why);

		if (err)
			return err;
		for (size_t j = 0; j < i; j++)
			if (!autodiscover_parse(&other, directives->items[j],
						NULL) &&
			    share_domain(&one, &other, name))
				return why_set(why, ERR_CONFIG,
					       "autodiscover: domain %.100s "
					       "is given twice",
					       name);
	}
	return ERR_OK;
}

void locator_change(struct locator *locator,
		    const struct directive_list *directives,
		    struct gateway *const *gateways, size_t count)
{
	for (size_t i = 0; i < locator->count; i++)
		locating_orphan_all(locator->rows[i]);
	forget_all(locator);

	locator->gateways = x_zalloc((count + 1) * sizeof(*locator->gateways));
	locator->gateway_count = count;
	for (size_t i = 0; i < count; i++)
		locator->gateways[i] = *gateway_settings(gateways[i]);
	locator->rows =
		x_zalloc((directives->count + 1) * sizeof(*locator->rows));
	for (size_t i = 0; i < directives->count; i++)
		locator->rows[locator->count++] =
			row_new(locator, directives->items[i]);
}

struct locator_row *locator_row_of(const struct locator *locator,
				   const char *address,
				   struct locator_domain **domainp)
{
	const char *at = strrchr(address, '@');

	for (size_t i = 0; at && i < locator->count; i++) {
		struct locator_row *row = locator->rows[i];

		for (size_t j = 0; j < row->domain_count; j++)
			if (!strcasecmp(row->domains[j].name, at + 1)) {
				*domainp = &row->domains[j];
				return row;
			}
	}
	return NULL;
}

bool locator_knows(const struct locator *locator, const struct located *located)
{
	for (size_t i = 0; i < locator->gateway_count; i++)
		if (gateway_is_at(&locator->gateways[i], located->external) ||
		    gateway_is_at(&locator->gateways[i], located->internal))
			return true;
	return false;
}

const struct located *locator_known(struct locator *locator,
				    const char *address)
{
	struct locator_domain *domain = NULL;
	struct locator_row *row =
		locator ? locator_row_of(locator, address, &domain) : NULL;

	return row ? located_find(row->memory, address, clock_now()) : NULL;
}

const struct located *locator_recall(struct locator *locator,
				     const char *address)
{
	struct locator_domain *domain = NULL;
	const struct located *located = locator_known(locator, address);

	if (!located)
		return NULL;

	locator_row_of(locator, address, &domain)->remembered++;
	metric_add(METRIC_lookups_total, "remembered", 1);
	return located;
}

bool locator_wants(struct locator *locator, const char *address)
{
	struct locator_domain *domain = NULL;

	return locator && locator_row_of(locator, address, &domain) &&
	       !locator_known(locator, address);
}

void locator_forget(struct locator *locator, const char *address)
{
	struct locator_domain *domain = NULL;
	struct locator_row *row =
		locator ? locator_row_of(locator, address, &domain) : NULL;

	if (row)
		located_forget(row->memory, address);
}

static void show(const struct locator_row *row, struct json *json)
{
	const struct locator_health *health = &row->health;
	char text[CLOCK_TEXT_SIZE];

	json_put_text(json, "domains", row->settings.domains);
	json_put_text(json, "account of", row->settings.gateway);
	json_put_number(json, "found", health->found);
	json_put_number(json, "failed", health->failed);
	json_put_number(json, "answered from memory", row->remembered);
	json_put_number(json, "remembered", located_count(row->memory));
	json_put_number(json, "named no gateway", row->elsewhere);
	json_put_text(json, "last",
		      health->when ? clock_text(text, health->when) : NULL);
	json_put_text(json, "trouble",
		      row->why.err            ? row->why.text
		      : health->why.err       ? health->why.text
		      : health->elsewhere.err ? health->elsewhere.text
					      : "");
}

void locator_show(const struct locator *locator, struct json *array)
{
	for (size_t i = 0; i < locator->count; i++)
		show(locator->rows[i], json_put_object(array, NULL));
}

size_t locator_count(const struct locator *locator)
{
	return locator->count;
}

/* Trouble of one is not hidden by another that goes well. */
static void add_health(struct locator_health *sum,
		       const struct locator_row *row)
{
	const struct locator_health *health = &row->health;
	bool bad = health->why.err && health->why.err != ERR_GONE;

	sum->used = true;
	sum->found += health->found;
	sum->failed += health->failed;
	if (health->when > sum->when)
		sum->when = health->when;
	if (bad || !sum->why.err)
		sum->why = health->why;
	if (health->elsewhere.err)
		sum->elsewhere = health->elsewhere;
}

struct locator_health locator_health(const struct locator *locator,
				     const char *gateway)
{
	struct locator_health sum = { .used = false };

	for (size_t i = 0; i < locator->count; i++)
		if (!strcmp(locator->rows[i]->settings.gateway, gateway))
			add_health(&sum, locator->rows[i]);
	return sum;
}
