/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "module/config_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every text handed over is a text within its limit. */
static enum err look(const struct config_statement *statement, void *arg,
		     struct why *why)
{
	(void)arg;
	(void)why;
	if (strlen(statement->value) > CONFIG_VALUE_MAX ||
	    strlen(statement->name) > CONFIG_VALUE_MAX ||
	    strlen(statement->module) > CONFIG_VALUE_MAX)
		abort();
	return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	config_read((const char *)data, size, look, NULL, NULL);
	return 0;
}
