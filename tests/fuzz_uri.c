/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An address of record, once reduced, stays as it is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sip/sane.h"
#include "sip/uri.h"

enum { TEXT_MAX = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[TEXT_MAX + 1], entity[ENTITY_SIZE], again[ENTITY_SIZE];

	if (len > TEXT_MAX)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	sane_params(text);
	sane_params_has(text, "lr");
	if (sane_is_address(text) && !sane_same_address(text, text))
		abort();
	if (uri_entity(entity, text, NULL))
		return 0;
	if (!*uri_domain(entity) || uri_entity(again, entity, NULL) ||
	    strcmp(entity, again))
		abort();
	return 0;
}
