/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "sip/dialog_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct claim claim;
	bool talking;

	if (!dialog_info_read(&claim, &talking, (const char *)data, size,
			      NULL) &&
	    claim.source != CLAIM_PHONE)
		abort();
	return 0;
}
