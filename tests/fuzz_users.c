/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "module/users.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct users users = { .count = 0 };

	users_add_text(&users, "fuzz", (const char *)data, size, NULL);
	for (size_t i = 0; i < users.count; i++)
		if (!strchr(users.items[i].mailbox, '@') ||
		    strncmp(users.items[i].entity, "sip:", 4) != 0)
			abort();
	users_free(&users);
	return 0;
}
