/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "module/admin.h"
#include "module/engine.h"

static bool gateway_is_configured(const struct settings *settings,
				  const char *name)
{
	bool found = false;

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
static enum err check_users(const struct settings *settings, struct why *why)
{
	const char *known = "";
	struct users users;
	enum err err = users_read(&users, settings, why);

	for (size_t i = 0; !err && i < users.count; i++) {
		const struct user *user = &users.items[i];

		if (!user->gateway[0] || !strcmp(user->gateway, known))
			continue;
		if (!gateway_is_configured(settings, user->gateway))
			err = why_set(why, ERR_CONFIG,
				      "user %s: no gateway is called %s",
				      user->entity, user->gateway);
		known = user->gateway;
	}
	users_free(&users);
	return err;
}

enum err engine_check(const struct settings *settings, struct why *why)
{
	enum err err = settings_check(settings, why);

	if (!err)
		err = gateways_check(&settings->gateway, why);
	return err ? err : check_users(settings, why);
}

/* In the order in which nothing needs to be undone. */
static enum err apply(struct engine *engine, const struct settings *settings,
		      struct why *why)
{
	struct users users;
	enum err err = users_read(&users, settings, why);

	if (!err)
		err = gateways_change(engine->gateways, &settings->gateway,
				      why);
	if (err) {
		users_free(&users);
		return err;
	}

	if (settings != &engine->settings) {
		directive_free(&settings_table, &engine->settings);
		directive_copy(&settings_table, &engine->settings, settings);
	}
	log_set_level(settings_log_level(&engine->settings));
	roster_gateways(engine->roster);
	gateways_settle(engine->gateways);
	roster_users(engine->roster, &users);
	roster_settings(engine->roster);
	log_info("configuration applied", KN("users", users.count),
		 KN("gateways", gateways_count(engine->gateways)));
	users_free(&users);
	return ERR_OK;
}

enum err engine_new(struct engine **enginep, const struct settings *settings,
		    const struct host *host, struct why *why)
{
	struct engine *engine = x_new(struct engine);
	enum err err = engine_check(settings, why);

	directive_defaults(&settings_table, &engine->settings);
	engine->host = *host;
	engine->started = clock_now();
	engine->gateways = gateways_new();
	engine->roster =
		roster_new(&engine->settings, engine->gateways, &engine->host);
	if (!err)
		err = admin_new(&engine->admin, engine, settings->control, why);
	if (!err)
		err = apply(engine, settings, why);
	if (err)
		engine_free(&engine);

	*enginep = engine;
	return err;
}

void engine_free(struct engine **enginep)
{
	struct engine *engine = *enginep;

	if (!engine)
		return;

	admin_free(&engine->admin);
	roster_free(&engine->roster);
	gateways_free(&engine->gateways);
	directive_free(&settings_table, &engine->settings);
	free(engine);
	*enginep = NULL;
}

enum err engine_reload(struct engine *engine, const struct settings *settings,
		       struct why *why)
{
	enum err err = engine_check(settings, why);

	if (err)
		return err;
	if (strcmp(settings->control, engine->settings.control) != 0)
		log_warn("control stays where it is until the next start",
			 KV("control", engine->settings.control));
	return apply(engine, settings, why);
}
