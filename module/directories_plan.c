/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "module/directories_plan.h"

/* What one directory must not share with those before it. */
static enum err check_own(const struct directories_plan *plan,
			  const struct watch_settings *settings,
			  struct why *why)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct watch_settings *other = &plan->items[i].settings;

		if (!strcmp(other->name, settings->name))
			return why_set(why, ERR_CONFIG,
				       "two directories are called %s",
				       settings->name);
		if (settings->state[0] &&
		    !strcmp(other->state, settings->state))
			return why_set(why, ERR_CONFIG,
				       "directories %s and %s share the state "
				       "file %s: give each its own",
				       other->name, settings->name,
				       settings->state);
	}
	return ERR_OK;
}

/* Counted once it is read, so that what was begun is freed. */
static enum err add(struct directories_plan *plan, const char *text,
		    struct why *why)
{
	struct planned *planned = &plan->items[plan->count];
	enum err err = watch_parse(&planned->settings, text, why);

	planned->text = text;
	if (!err && !strcmp(planned->settings.name, "configuration"))
		err = why_set(why, ERR_CONFIG,
			      "directory configuration: that name is taken");
	if (!err)
		err = secret_read(planned->secret, planned->settings.secret,
				  why);
	if (!err)
		err = check_own(plan, &planned->settings, why);
	plan->count++;
	return err;
}

enum err directories_plan_new(struct directories_plan **planp,
			      const struct directive_list *texts,
			      struct why *why)
{
	struct directories_plan *plan = x_new(struct directories_plan);
	enum err err = ERR_OK;

	plan->items = x_zalloc((texts->count + 1) * sizeof(*plan->items));
	while (!err && plan->count < texts->count)
		err = add(plan, texts->items[plan->count], why);
	if (err)
		directories_plan_free(&plan);
	*planp = plan;
	return err;
}

void directories_plan_free(struct directories_plan **planp)
{
	struct directories_plan *plan = *planp;

	*planp = NULL;
	if (!plan)
		return;

	while (plan->count) {
		struct planned *planned = &plan->items[--plan->count];

		secret_wipe(planned->secret);
		directive_free(&watch_table, &planned->settings);
	}
	free(plan->items);
	free(plan);
}

enum err directories_check(const struct directive_list *texts, struct why *why)
{
	struct directories_plan *plan;
	enum err err = directories_plan_new(&plan, texts, why);

	directories_plan_free(&plan);
	return err;
}
