/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/exchange/ntlm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ntlm ntlm = { .challenged = true };
	struct ntlm_claim claim;

	ntlm_kind(data, size);
	if (!ntlm_read(data, size, &claim))
		return 0;
	if (claim.answer_bytes > sizeof(claim.answer) ||
	    !memchr(claim.user, '\0', sizeof(claim.user)) ||
	    ntlm_proves(&ntlm, &claim, "nobody knows this"))
		abort();
	return 0;
}
