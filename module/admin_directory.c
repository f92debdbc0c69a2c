/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "module/admin_directory.h"

static void confirm(struct engine *engine, struct json *out)
{
	engine->unsettled = true;
	json_put_number(out, "revoked",
			(int64_t)directories_confirm(engine->directories,
						     engine->asker));
}

static void discard(struct engine *engine, struct json *out)
{
	json_put_number(out, "kept",
			(int64_t)directories_discard(engine->directories,
						     engine->asker));
}

static void reconcile(struct engine *engine, struct json *out)
{
	directories_reconcile(engine->directories);
	json_put_text(out, "directories", "are being read");
}

static const struct {
	const char *word;
	void (*run)(struct engine *engine, struct json *out);
} actions[] = {
	{ "confirm", confirm },
	{ "discard", discard },
	{ "reconcile", reconcile },
};

enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

enum err show_directory(struct engine *engine, const char *argument,
			struct json *out, struct why *why)
{
	int i = 0;

	if (!*argument) {
		directories_show(engine->directories,
				 json_put_array(out, "directories"));
		json_put_number(out, "missing from all",
				(int64_t)members_held(engine->members));
		directories_show_held(engine->directories,
				      json_put_array(out, "held"));
		return ERR_OK;
	}

	while (i < ACTIONS && strcmp(argument, actions[i].word) != 0)
		i++;
	if (i == ACTIONS)
		return why_set(why, ERR_CONFIG,
			       "%.40s: want confirm, discard or reconcile",
			       argument);
	actions[i].run(engine, out);
	return ERR_OK;
}
