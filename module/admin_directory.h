/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The directory row of admin.def. */
#ifndef MODULE_ADMIN_DIRECTORY_H
#define MODULE_ADMIN_DIRECTORY_H

#include "module/engine.h"

enum err show_directory(struct engine *engine, const char *argument,
			struct json *out, struct why *why);

#endif
