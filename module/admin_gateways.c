/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "module/admin_gateways.h"

enum { VERB_SIZE = 16, NAME_SIZE = 128, ORIGIN_MAX = 1024 };

static void put_origin(const char *name, struct json *row, const void *arg)
{
	const struct engine *engine = arg;
	struct buf origin = BUF(ORIGIN_MAX);

	overlay_origin(engine->overlay, name, &origin);
	json_put_text(row, "origin", buf_text(&origin));
	buf_free(&origin);
}

void admin_gateways_list(const struct engine *engine, struct json *array)
{
	gateways_show(engine->gateways, put_origin, engine, array);
}

static void show_all(const struct engine *engine, struct json *out)
{
	const char *path = overlay_path(engine->overlay);

	admin_gateways_list(engine, json_put_array(out, "gateways"));
	overlay_removed(engine->overlay,
			json_put_array(out, "removed by hand"));
	json_put_text(out, "changes by hand are kept in",
		      path ? path : "memory, until the next start");
}

static const char *take_word(const char *text, char *word, size_t size)
{
	size_t len = strcspn(text, " ");

	snprintf(word, size, "%.*s", (int)len, text);
	return text + len + strspn(text + len, " ");
}

/* "--file /a b" as the field that it is; or that field as it stands. */
static void secret_field(const struct engine *engine, const char *name,
			 const char *option, struct buf *fields)
{
	struct gateway_settings settings;
	struct gateway *const *found;
	size_t count;

	directive_defaults(&gateway_table, &settings);
	found = gateways_choose(engine->gateways, name, &count);
	if (count && *name)
		settings = *gateway_settings(*found);
	if (!strncmp(option, "--file ", 7))
		snprintf(settings.secret, sizeof(settings.secret), "file:%s",
			 option + 7);
	directive_write(directive_find(&gateway_table, "secret"), &settings,
			fields);
}

static enum err change(struct engine *engine, struct overlay_deed *deed,
		       struct json *out, struct why *why)
{
	struct buf fields = BUF(DIRECTIVE_ITEM_MAX);
	enum err err;

	if (!strcmp(deed->verb, "secret")) {
		if (*deed->fields && strncmp(deed->fields, "--file ", 7) != 0)
			return why_set(why, ERR_CONFIG,
				       "usage: gateways secret NAME [--file "
				       "PATH]");
		secret_field(engine, deed->name, deed->fields, &fields);
		deed->fields = buf_text(&fields);
	}
	err = engine_gateway(engine, deed, why);
	buf_free(&fields);
	if (!err)
		json_put_text(out, "gateways",
			      overlay_path(engine->overlay)
				      ? "done, and kept"
				      : "done, until the next start");
	return err;
}

enum err show_gateways(struct engine *engine, const char *argument,
		       struct json *out, struct why *why)
{
	char verb[VERB_SIZE], name[NAME_SIZE];
	struct overlay_deed deed = { .verb = verb,
				     .name = name,
				     .who = engine->asker,
				     .when = clock_now() };

	if (!*argument) {
		show_all(engine, out);
		return ERR_OK;
	}

	argument = take_word(argument, verb, sizeof(verb));
	deed.fields = take_word(argument, name, sizeof(name));
	if (!strcmp(verb, "history")) {
		overlay_history(engine->overlay, name,
				json_put_array(out, "history"));
		return ERR_OK;
	}
	if (!*name && !overlay_is_deed(verb))
		return why_set(why, ERR_CONFIG,
			       "gateways: want add, change, remove, enable, "
			       "disable, secret, clear or history");
	if (!*name || strchr(name, '='))
		return why_set(why, ERR_CONFIG, "usage: gateways %s NAME%s",
			       verb,
			       !strcmp(verb, "add") || !strcmp(verb, "change")
				       ? " FIELD=VALUE ..."
			       : !strcmp(verb, "secret") ? " [--file PATH]"
							 : "");
	return change(engine, &deed, out, why);
}
