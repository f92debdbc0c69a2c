/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The licence rows of admin.def: who holds one, and an administrator's word. */
#ifndef MODULE_ADMIN_LICENCE_H
#define MODULE_ADMIN_LICENCE_H

#include "module/engine.h"

/* As the rows are called: the argument's text, the answer to fill. */
enum err show_licences(struct engine *engine, const char *argument,
		       struct json *out, struct why *why);
enum err show_grant(struct engine *engine, const char *argument,
		    struct json *out, struct why *why);
enum err show_revoke(struct engine *engine, const char *argument,
		     struct json *out, struct why *why);
enum err show_disable(struct engine *engine, const char *argument,
		      struct json *out, struct why *why);
enum err show_enable(struct engine *engine, const char *argument,
		     struct json *out, struct why *why);
enum err show_clear(struct engine *engine, const char *argument,
		    struct json *out, struct why *why);

/* How the pool is, as members of an object. */
void admin_licence_counts(const struct engine *engine, struct json *object);

/* One user's licence, and the sources that name him. */
void admin_licence_user(const struct engine *engine, const char *entity,
			struct json *object);

void admin_licence_metrics(const struct engine *engine);

#endif
