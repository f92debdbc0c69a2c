/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The status row of admin.def: what is wrong first, then how everything is. */
#ifndef MODULE_ADMIN_STATUS_H
#define MODULE_ADMIN_STATUS_H

#include "module/engine.h"

enum err show_status(struct engine *engine, const char *argument,
		     struct json *out, struct why *why);

#endif
