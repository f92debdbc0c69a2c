/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "sip/uri.h"
#include "sip/who.h"

static bool matches(const char *line, const char *entity)
{
	char wanted[ENTITY_SIZE];

	if (!strncmp(line, "*@", 2))
		return !strcasecmp(line + 2, uri_domain(entity));

	return uri_entity(wanted, line, NULL) == ERR_OK &&
	       !strcmp(wanted, entity);
}

bool who_listed(const struct directive_list *list, const char *entity)
{
	for (size_t i = 0; i < list->count; i++)
		if (matches(list->items[i], entity))
			return true;

	return false;
}

bool who_may_watch(const struct directive_list *allow,
		   const struct directive_list *deny, const char *watcher,
		   const char *entity)
{
	if (!strcmp(watcher, entity))
		return true;
	if (who_listed(deny, watcher))
		return false;

	return !strcmp(uri_domain(watcher), uri_domain(entity)) ||
	       who_listed(allow, watcher);
}

enum err who_check(const struct directive_list *list, const char *name,
		   struct why *why)
{
	char entity[ENTITY_SIZE];

	for (size_t i = 0; i < list->count; i++) {
		const char *line = list->items[i];

		if (strncmp(line, "*@", 2) != 0 || !line[2])
			if (uri_entity(entity, line, NULL) != ERR_OK)
				return why_set(why, ERR_CONFIG,
					       "%s = %.80s: want an address "
					       "or *@domain",
					       name, line);
	}

	return ERR_OK;
}
