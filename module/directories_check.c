/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/secret.h"
#include "directory/watch.h"
#include "module/directories.h"

static enum err check_secret(const struct watch_settings *settings,
			     struct why *why)
{
	char secret[SECRET_SIZE];
	enum err err = secret_read(secret, settings->secret, why);

	secret_wipe(secret);
	return err;
}

/* What one directory must not share with those before it. */
static enum err check_own(const struct directive_list *texts, size_t i,
			  const struct watch_settings *settings,
			  struct why *why)
{
	enum err err = ERR_OK;

	for (size_t j = 0; j < i && !err; j++) {
		struct watch_settings other;

		watch_parse(&other, texts->items[j], NULL);
		if (!strcmp(other.name, settings->name))
			err = why_set(why, ERR_CONFIG,
				      "two directories are called %s",
				      settings->name);
		else if (settings->state[0] &&
			 !strcmp(other.state, settings->state))
			err = why_set(why, ERR_CONFIG,
				      "directories %s and %s share the state "
				      "file %s: give each its own",
				      other.name, settings->name,
				      settings->state);
		directive_free(&watch_table, &other);
	}
	return err;
}

enum err directories_check(const struct directive_list *texts, struct why *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < texts->count && !err; i++) {
		struct watch_settings settings;

		err = watch_parse(&settings, texts->items[i], why);
		if (!err && !strcmp(settings.name, "configuration"))
			err = why_set(why, ERR_CONFIG,
				      "directory configuration: that name is "
				      "taken");
		if (!err)
			err = check_secret(&settings, why);
		if (!err)
			err = check_own(texts, i, &settings, why);
		directive_free(&watch_table, &settings);
	}
	return err;
}
