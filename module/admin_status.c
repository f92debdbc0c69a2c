/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/clock.h"
#include "config.h"
#include "module/admin_gateways.h"
#include "module/admin_licence.h"
#include "module/admin_status.h"
#include "module/ready.h"

static void put_trouble(struct json *array, const char *where, const char *what,
			time_t since, const char *ask)
{
	struct json *row = json_put_object(array, NULL);

	json_put_text(row, "where", where);
	json_put_text(row, "what", what);
	json_put_moment(row, "since", since);
	json_put_text(row, "ask", ask);
}

static void gateway_troubles(const struct gateways *gateways,
			     struct json *array)
{
	for (size_t i = 0; i < gateways_count(gateways); i++) {
		const struct gateway *gateway = gateways_at(gateways, i);
		const struct gateway_health *health = gateway_health(gateway);
		char where[100], ask[100];

		if (!health->why.err)
			continue;
		snprintf(where, sizeof(where), "gateway %s",
			 gateway_name(gateway));
		snprintf(ask, sizeof(ask), "daymarkctl trouble %s",
			 gateway_name(gateway));
		put_trouble(array, where, health->why.text, health->since, ask);
	}
}

static void put_count(struct json *array, const char *where, size_t count,
		      const char *what, const char *ask)
{
	char text[100];

	if (!count)
		return;
	snprintf(text, sizeof(text), "%zu %s", count, what);
	put_trouble(array, where, text, 0, ask);
}

/* Each with the command that tells more. */
static void put_troubles(struct engine *engine, struct json *array)
{
	struct licence_facts licences;

	gateway_troubles(engine->gateways, array);
	put_count(array, "directories",
		  directories_alarmed(engine->directories), "with an alarm",
		  "daymarkctl directory");
	put_count(array, "calendars", roster_unknowns(engine->roster),
		  "shown as unknown", "daymarkctl users");
	if (!ready(engine, NULL))
		put_trouble(array, "start", "not everything was read yet",
			    engine->started, "daymarkctl users");
	licence_facts(members_licence(engine->members), &licences);
	put_count(array, "licences", licences.waiting, "users wait for one",
		  "daymarkctl licences");
}

/* Said before anything else; there is no table where there is no trouble. */
static void show_troubles(struct engine *engine, struct json *out)
{
	struct json *troubles = json_new_array();
	char text[100];

	put_troubles(engine, troubles);
	snprintf(text, sizeof(text), "in trouble, see the %zu below",
		 json_count(troubles));
	json_put_text(out, "health", json_count(troubles) ? text : "good");
	if (json_count(troubles))
		put_troubles(engine, json_put_array(out, "trouble"));
	json_free(&troubles);
}

static void show_host(const struct engine *engine, struct json *out)
{
	struct host_facts facts = { .contacts = 0 };
	struct json *json;

	if (!engine->host.facts)
		return;
	engine->host.facts(&facts, engine->host.arg);
	json = json_put_object(out, "sip");
#define FACT(name) json_put_number(json, #name, (int64_t)facts.name);
	HOST_FACTS(FACT)
#undef FACT
}

enum err show_status(struct engine *engine, const char *argument,
		     struct json *out, struct why *why)
{
	(void)argument;
	(void)why;
	show_troubles(engine, out);
	json_put_text(out, "version", PACKAGE_VERSION);
	json_put_text(out, "host", engine->host.name);
	json_put_moment(out, "running since", engine->started);
	roster_show_counts(engine->roster, out);
	show_host(engine, out);
	admin_licence_counts(engine, json_put_object(out, "licences"));
	if (directories_count(engine->directories))
		directories_show(engine->directories,
				 json_put_array(out, "directories"));
	admin_gateways_list(engine, json_put_array(out, "gateways"));
	if (locator_count(engine->locator))
		locator_show(engine->locator,
			     json_put_array(out, "autodiscover"));
	return ERR_OK;
}
