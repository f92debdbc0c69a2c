/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "module/admin.h"
#include "module/engine.h"
#include "module/monitor.h"

/* Also what was taken away by hand, else a restart would find us refusing. */
static bool gateway_is_known(const struct settings *settings,
			     const struct overlay *overlay, const char *name)
{
	bool found = overlay_knows(overlay, name);

	for (size_t i = 0; !found && i < settings->gateway.count; i++) {
		struct gateway_settings fields;

		directive_defaults(&gateway_table, &fields);
		if (!gateway_parse(&fields, settings->gateway.items[i], NULL))
			found = !strcmp(fields.name, name);
		directive_free(&gateway_table, &fields);
	}
	return found;
}

/* Neighbours mostly name the same gateway, which is then not sought again. */
static enum err check_users(const struct settings *settings,
			    const struct overlay *overlay, struct why *why)
{
	const char *known = "";
	struct users users;
	enum err err = users_read(&users, settings, why);

	for (size_t i = 0; !err && i < users.count; i++) {
		const struct user *user = &users.items[i];

		if (!user->gateway[0] || !strcmp(user->gateway, known))
			continue;
		if (!gateway_is_known(settings, overlay, user->gateway))
			err = why_set(why, ERR_CONFIG,
				      "user %s: no gateway is called %s",
				      user->entity, user->gateway);
		known = user->gateway;
	}
	users_free(&users);
	return err;
}

static enum err check_gateways(const struct settings *settings,
			       const struct overlay *overlay, struct why *why)
{
	struct directive_list texts;
	enum err err;

	overlay_texts(overlay, &settings->gateway, &texts);
	err = gateways_check(&texts, why);
	overlay_texts_free(&texts);
	return err;
}

static enum err check_lookups(const struct settings *settings,
			      const struct overlay *overlay, struct why *why)
{
	enum err err = locator_check(&settings->autodiscover, why);

	for (size_t i = 0; !err && i < settings->autodiscover.count; i++) {
		struct autodiscover_settings fields;

		err = autodiscover_parse(&fields,
					 settings->autodiscover.items[i], why);
		if (!err &&
		    !gateway_is_known(settings, overlay, fields.gateway))
			err = why_set(why, ERR_CONFIG,
				      "autodiscover: no gateway is called %s",
				      fields.gateway);
	}
	return err;
}

static enum err check_all(const struct settings *settings,
			  const struct overlay *overlay, struct why *why)
{
	enum err err = settings_check(settings, why);
	struct policy policy;

	if (!err)
		err = monitor_check(settings->metrics, why);
	if (!err)
		err = policy_read(&policy, settings, why);
	if (!err)
		policy_free(&policy);
	if (!err)
		err = check_gateways(settings, overlay, why);
	if (!err)
		err = check_lookups(settings, overlay, why);
	if (!err)
		err = directories_check(&settings->directory, why);
	return err ? err : check_users(settings, overlay, why);
}

enum err engine_check(const struct settings *settings, struct why *why)
{
	struct overlay *overlay;
	enum err err = overlay_open(&overlay, settings->gateway_changes, why);

	if (!err)
		err = check_all(settings, overlay, why);
	overlay_free(&overlay);
	return err;
}

static const struct licence_cause by_configuration = {
	.who = "configuration",
	.why = "named in the configuration",
	.evidence = "explicit",
};

static const struct licence_cause not_configured = {
	.who = "configuration",
	.why = "no longer named in the configuration",
	.evidence = "explicit",
};

#define CONFIGURATION "configuration"

static void put_users(struct engine *engine, const struct users *users)
{
	const struct member_place place = { .source = CONFIGURATION,
					    .id = "",
					    .dn = "" };

	members_begin(engine->members, CONFIGURATION);
	for (size_t i = 0; i < users->count; i++)
		members_put(engine->members, &place, &users->items[i],
			    &by_configuration);
	members_settled(engine->members, CONFIGURATION, true, &not_configured);
}

static void change_locator(struct engine *engine)
{
	size_t count;
	struct gateway *const *gateways =
		gateways_choose(engine->gateways, "", &count);

	locator_change(engine->locator, &engine->settings.autodiscover,
		       gateways, count);
}

static enum err change_gateways(struct engine *engine,
				const struct directive_list *configured,
				const struct overlay *overlay,
				const char *renew, struct why *why)
{
	struct directive_list texts;
	enum err err;

	overlay_texts(overlay, configured, &texts);
	err = gateways_change(engine->gateways, &texts, renew, why);
	overlay_texts_free(&texts);
	return err;
}

static void take(struct engine *engine, const struct settings *settings)
{
	if (settings != &engine->settings) {
		directive_free(&settings_table, &engine->settings);
		directive_copy(&settings_table, &engine->settings, settings);
	}
	log_set_level(settings_log_level(&engine->settings));
	roster_gateways(engine->roster);
	change_locator(engine);
	gateways_settle(engine->gateways);
	members_change(engine->members, engine->settings.licences,
		       engine->settings.guests);
}

/* What can fail comes first, so that nothing needs to be undone. */
static enum err apply(struct engine *engine, const struct settings *settings,
		      struct why *why)
{
	struct directories_plan *plan = NULL;
	struct users users;
	enum err err = users_read(&users, settings, why);

	if (!err)
		err = directories_plan_new(&plan, &settings->directory, why);
	if (!err)
		err = change_gateways(engine, &settings->gateway,
				      engine->overlay, NULL, why);
	if (!err) {
		take(engine, settings);
		put_users(engine, &users);
		directories_change(engine->directories, plan);
		roster_settings(engine->roster);
		troubles_changed(engine->troubles);
		log_info("configuration applied", KN("users", users.count),
			 KN("gateways", gateways_count(engine->gateways)),
			 KN("directories",
			    directories_count(engine->directories)));
	}
	directories_plan_free(&plan);
	users_free(&users);
	return err;
}

static void tell_entitlement(const struct engine *engine, const char *entity,
			     enum host_entitlement entitlement)
{
	if (engine->host.entitled)
		engine->host.entitled(entity, entitlement, engine->host.arg);
}

static void on_serve(const struct user *user, void *arg)
{
	const struct engine *engine = arg;

	tell_entitlement(engine, user->entity, HOST_ENTITLED);
	roster_put(engine->roster, user);
}

static void on_dismiss(const char *entity, const struct licence_cause *cause,
		       void *arg)
{
	const struct engine *engine = arg;

	(void)cause;
	tell_entitlement(engine, entity, HOST_REVOKED);
	roster_drop(engine->roster, entity);
}

static void on_moved(const char *entity, void *arg)
{
	const struct engine *engine = arg;

	roster_moved(engine->roster, entity);
}

static enum err start_members(struct engine *engine, struct why *why)
{
	const struct members_options options = {
		.pool = engine->settings.licences,
		.guests = engine->settings.guests,
		.store = ledger_store(engine->ledger),
		.store_arg = ledger_store_arg(engine->ledger),
		.handlers = { .serve = on_serve, .dismiss = on_dismiss },
		.arg = engine,
	};
	enum err err = members_new(&engine->members, &options, why);

	if (err)
		return err;
	engine->decisions = decisions_new(members_licence(engine->members));
	members_add_source(engine->members, CONFIGURATION);
	engine->directories =
		directories_new(engine->members, on_moved, engine);
	return ERR_OK;
}

static void begin(struct engine *engine)
{
	engine->applied = true;
	heap_watch_start();
}

enum err engine_new(struct engine **enginep, const struct settings *settings,
		    const struct host *host, const struct ledger *ledger,
		    struct why *why)
{
	struct engine *engine = x_new(struct engine);
	enum err err =
		overlay_open(&engine->overlay, settings->gateway_changes, why);

	directive_defaults(&settings_table, &engine->settings);
	engine->host = *host;
	engine->ledger = ledger;
	engine->started = clock_now();
	engine->gateways = gateways_new();
	engine->locator = locator_new();
	if (!err)
		err = check_all(settings, engine->overlay, why);
	if (!err && !overlay_path(engine->overlay) &&
	    !settings->gateway_changes[0])
		log_warn("gateways changed at run time are forgotten at a "
			 "restart: the directory of gateway_changes is "
			 "missing");
	if (!err)
		err = manual_open(&engine->manual, settings->overrides, why);
	engine->roster = roster_new(&engine->settings, engine->gateways,
				    engine->manual, &engine->host);
	roster_locator(engine->roster, engine->locator);
	engine->troubles = troubles_new(&engine->settings, engine->gateways,
					engine->locator, engine->roster);
	if (!err)
		err = start_members(engine, why);
	if (!err)
		err = admin_new(&engine->admin, engine, settings->control, why);
	if (!err)
		err = monitor_new(&engine->monitor, engine, settings->metrics,
				  why);
	if (!err)
		err = apply(engine, settings, why);
	if (err)
		engine_free(&engine);
	else
		begin(engine);

	*enginep = engine;
	return err;
}

void engine_free(struct engine **enginep)
{
	struct engine *engine = *enginep;

	if (!engine)
		return;

	heap_watch_stop();
	monitor_free(&engine->monitor);
	admin_free(&engine->admin);
	troubles_free(&engine->troubles);
	directories_free(&engine->directories);
	decisions_free(&engine->decisions);
	members_free(&engine->members);
	roster_free(&engine->roster);
	manual_close(&engine->manual);
	locator_free(&engine->locator);
	gateways_free(&engine->gateways);
	overlay_free(&engine->overlay);
	directive_free(&settings_table, &engine->settings);
	free(engine);
	*enginep = NULL;
}

/* Where it listens already stays open; on error it all stays as it is. */
static enum err move_monitor(struct engine *engine,
			     const struct settings *settings, struct why *why)
{
	struct monitor *before = engine->monitor;
	enum err err;

	if (!strcmp(settings->metrics, engine->settings.metrics))
		return apply(engine, settings, why);

	err = monitor_new(&engine->monitor, engine, settings->metrics, why);
	if (!err)
		err = apply(engine, settings, why);
	if (err) {
		monitor_free(&engine->monitor);
		engine->monitor = before;
	} else {
		monitor_free(&before);
	}
	return err;
}

enum err engine_reload(struct engine *engine, const struct settings *settings,
		       struct why *why)
{
	enum err err = check_all(settings, engine->overlay, why);

	if (err)
		return err;
	if (strcmp(settings->gateway_changes,
		   engine->settings.gateway_changes) != 0)
		log_warn("gateway_changes stays where it is until the next "
			 "start");
	if (strcmp(settings->control, engine->settings.control) != 0)
		log_warn("control stays where it is until the next start",
			 KV("control", engine->settings.control));
	if (strcmp(settings->ledger, engine->settings.ledger) != 0)
		log_warn("the ledger stays where it is until the next start",
			 KV("ledger", ledger_place(engine->ledger)));
	return move_monitor(engine, settings, why);
}

/* On disk first: what is in force is never lost. */
enum err engine_gateway(struct engine *engine, const struct overlay_deed *deed,
			struct why *why)
{
	const struct directive_list *configured = &engine->settings.gateway;
	struct overlay *overlay = overlay_copy(engine->overlay);
	enum err err = overlay_do(overlay, configured, deed, why);

	if (!err)
		err = check_gateways(&engine->settings, overlay, why);
	if (!err)
		err = overlay_keep(overlay, why);
	if (!err) {
		err = change_gateways(engine, configured, overlay, deed->name,
				      why);
		if (err)
			overlay_keep(engine->overlay, NULL);
	}
	if (err) {
		overlay_free(&overlay);
		return err;
	}

	overlay_free(&engine->overlay);
	engine->overlay = overlay;
	roster_gateways(engine->roster);
	change_locator(engine);
	gateways_settle(engine->gateways);
	troubles_changed(engine->troubles);
	log_info("gateway changed by hand", KV("gateway", deed->name),
		 KV("what", deed->verb), KV("by", deed->who));
	return ERR_OK;
}
