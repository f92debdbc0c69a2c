/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "sip/answer_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answer answer;

	if (answer_read(&answer, (const char *)data, size) &&
	    (answer.branch < (const char *)data ||
	     answer.branch + answer.branch_len > (const char *)data + size ||
	     answer.method + answer.method_len > (const char *)data + size))
		abort();

	return 0;
}
