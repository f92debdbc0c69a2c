/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "calendar/backend.h"
#include "calendar/ews.h"

static const struct backend *const backends[] = {
#define BACKEND(name) &name##_backend,
#include "calendar/backend.def"
};

const struct backend *backend_find(const char *name)
{
	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++)
		if (!strcmp(backends[i]->name, name))
			return backends[i];

	return NULL;
}
