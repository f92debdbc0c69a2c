/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sip/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mime_part part;
	char *copy = malloc(size ? size : 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	if (mime_find(&part, "multipart/related", "b", copy, size, MIME_PIDF) &&
	    (part.body < copy || part.body + part.body_bytes > copy + size))
		abort();
	free(copy);
	return 0;
}
