/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The configured directories as they were read and found good, with their
 * secrets: all that could fail about changing to them is behind us.
 */
#ifndef MODULE_DIRECTORIES_PLAN_H
#define MODULE_DIRECTORIES_PLAN_H

#include "base/secret.h"
#include "directory/watch.h"
#include "module/directories.h"

struct planned {
	const char *text; /* of the directive, borrowed */
	struct watch_settings settings;
	char secret[SECRET_SIZE];
};

struct directories_plan {
	struct planned *items;
	size_t count;
};

#endif
