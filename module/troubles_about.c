/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "module/trouble_system.h"
#include "module/trouble_user.h"
#include "module/troubles_about.h"
#include "module/usage.h"

enum { MIB = 1 << 20 };

static void add_source(const struct user *user,
		       const struct member_place *place, void *arg)
{
	struct trouble_user_facts *facts = arg;
	size_t len = strlen(facts->sources);

	(void)user;
	snprintf(facts->sources + len, sizeof(facts->sources) - len, "%s%s%s%s",
		 len ? "; " : "", place->source, place->dn[0] ? ": " : "",
		 place->dn);
}

/* "200" is told; none yet, or another one, is not. */
static void count_untold(const char *name, const struct json *row, void *arg)
{
	const struct json *status = json_get(row, "status");
	size_t *countp = arg;

	(void)name;
	if (status && json_text(status)[0] != '2')
		++*countp;
}

static void gather_watchers(const struct engine *engine, const char *entity,
			    struct trouble_user_facts *facts)
{
	struct json *said = json_new_object();
	const struct json *document, *watchers;

	if (engine->host.describe)
		engine->host.describe(entity, said, engine->host.arg);
	watchers = json_get(said, "seen by");
	if (watchers)
		json_each(watchers, count_untold, &facts->untold);
	document = json_get(said, "PUBLISH");
	if (document)
		count_untold(NULL, document, &facts->untold);
	json_free(&said);
}

static void gather_user(const struct engine *engine, const char *entity,
			struct trouble_user_facts *facts)
{
	static const struct why fine = { .err = ERR_OK };

	*facts = (struct trouble_user_facts){
		.now = clock_now(),
		.licence =
			licence_state(members_licence(engine->members), entity),
		.alarmed = directories_alarmed(engine->directories),
		.mailbox = "",
		.gateway = "",
		.why = &fine,
		.shown = "-",
		.shown_why = "nothing was published yet",
	};
	members_of(engine->members, entity, add_source, facts);
	roster_trouble(engine->roster, entity, facts);
	gather_watchers(engine, entity, facts);
	facts->proved = troubles_proved(engine->troubles, facts->gateway);
}

enum err troubles_about_gateway(const struct engine *engine, const char *entity,
				char name[DIRECTIVE_TEXT_SIZE], struct why *why)
{
	struct trouble_user_facts facts;

	if (!members_known(engine->members, entity))
		return why_set(why, ERR_GONE, "%s: no such user", entity);

	gather_user(engine, entity, &facts);
	snprintf(name, DIRECTIVE_TEXT_SIZE, "%s", facts.gateway);
	return ERR_OK;
}

enum trouble_status troubles_about_user(const struct engine *engine,
					const char *entity, struct json *rows,
					struct json *remedies)
{
	struct trouble_user_facts facts;
	struct trouble_row found[USER_CHECK_COUNT];
	const struct trouble_sheet sheet = {
		.kind = "user",
		.name = entity,
		.titles = trouble_user_titles,
		.rows = found,
		.count = USER_CHECK_COUNT,
		.lang = engine->settings.language,
	};

	gather_user(engine, entity, &facts);
	trouble_user_judge(&facts, found);
	trouble_sheet_show(&sheet, rows, remedies);
	return trouble_rows_worst(found, USER_CHECK_COUNT);
}

static void gather_ledger(const struct engine *engine,
			  struct trouble_system_facts *facts)
{
	const struct why *why = ledger_why(engine->ledger);
	int64_t free_bytes;

	facts->ledger = ledger_place(engine->ledger);
	facts->in_memory = !why;
	if (!why)
		return;
	facts->written = *why;
	free_bytes = usage_disk_bytes(facts->ledger);
	facts->disk_mib = free_bytes < 0 ? -1 : free_bytes / MIB;
}

static void gather_host(struct trouble_system_facts *facts)
{
	struct usage usage;

	usage_take(&usage);
	facts->fds = usage.fds;
	facts->fds_max = usage.fds_max;
	facts->resident_mib = usage.resident_bytes / MIB;
	facts->memory_mib = usage.machine_bytes / MIB;
	facts->memory_free_mib = usage.machine_free_bytes / MIB;
}

static void gather_system(const struct engine *engine,
			  struct trouble_system_facts *facts)
{
	struct host_facts host = { .contacts = 0 };

	*facts = (struct trouble_system_facts){
		.directories = directories_count(engine->directories),
		.alarmed = directories_alarmed(engine->directories),
		.unread = directories_unread(engine->directories),
		.held = members_held(engine->members),
		.publish_waiting = roster_waiting(engine->roster),
		.publish_per_s = engine->settings.notify_budget,
	};
	gather_ledger(engine, facts);
	gather_host(facts);
	if (engine->host.facts)
		engine->host.facts(&host, engine->host.arg);
	facts->sip_waiting = host.waiting;
	facts->sip_in_flight = host.in_flight;
	facts->clocks = troubles_clocks(engine->troubles, &facts->skew_ms);
}

enum trouble_status troubles_about_system(const struct engine *engine,
					  struct json *rows,
					  struct json *remedies)
{
	struct trouble_system_facts facts;
	struct trouble_row found[SYSTEM_CHECK_COUNT];
	const struct trouble_sheet sheet = {
		.kind = "of",
		.name = "system",
		.titles = trouble_system_titles,
		.rows = found,
		.count = SYSTEM_CHECK_COUNT,
		.lang = engine->settings.language,
	};

	gather_system(engine, &facts);
	trouble_system_judge(&facts, found);
	trouble_sheet_show(&sheet, rows, remedies);
	return trouble_rows_worst(found, SYSTEM_CHECK_COUNT);
}
