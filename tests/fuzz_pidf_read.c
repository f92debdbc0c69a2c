/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sip/pidf_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct claim claim;

	if (pidf_read(&claim, (const char *)data, size, NULL))
		return 0;

	if (!memchr(claim.note, '\0', sizeof(claim.note)) ||
	    claim.state >= STATE_COUNT || claim.source >= CLAIM_COUNT ||
	    claim.from < 0 || claim.until < 0)
		abort();
	return 0;
}
