/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "module/admin_licence.h"
#include "module/admin_trouble.h"
#include "sip/uri.h"

static enum err trouble_user(struct engine *engine, const char *address,
			     struct json *out, struct why *why)
{
	char entity[ENTITY_SIZE];
	enum err err = uri_entity(entity, address, why);

	if (!err)
		err = roster_explain(engine->roster, entity, out, why);
	if (!err)
		admin_licence_user(engine, entity, out);
	return err;
}

enum err show_trouble(struct engine *engine, const char *argument,
		      struct json *out, struct why *why)
{
	if (!strncmp(argument, "user ", 5))
		return trouble_user(engine, argument + 5, out, why);

	engine->looking = argument;
	return ERR_OK;
}

enum trouble_status admin_trouble_show(const struct engine *engine,
				       const char *gateway, struct json *out)
{
	return troubles_show(engine->troubles, gateway,
			     engine->settings.language, out);
}
