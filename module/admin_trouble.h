/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The trouble and certs rows of admin.def. */
#ifndef MODULE_ADMIN_TROUBLE_H
#define MODULE_ADMIN_TROUBLE_H

#include "module/engine.h"

/* Sets engine->looking where the answer takes its time. */
enum err show_trouble(struct engine *engine, const char *argument,
		      struct json *out, struct why *why);

enum err show_certs(struct engine *engine, const char *argument,
		    struct json *out, struct why *why);

/* The answer when it is there; user: his, "" the gateways'. */
enum trouble_status admin_trouble_show(const struct engine *engine,
				       const char *gateway, const char *user,
				       struct json *out);

#endif
