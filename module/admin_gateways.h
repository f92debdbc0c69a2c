/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The gateways command: how they are, and changing them at run time. */
#ifndef MODULE_ADMIN_GATEWAYS_H
#define MODULE_ADMIN_GATEWAYS_H

#include "module/engine.h"

enum err show_gateways(struct engine *engine, const char *argument,
		       struct json *out, struct why *why);

/* Each, with its origin, into an array. */
void admin_gateways_list(const struct engine *engine, struct json *array);

#endif
