/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a token endpoint answers is a token or a reason. */
#include <stdint.h>
#include <stdlib.h>

#include "base/token_read.h"
#include "base/vault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct token_answer answer = { .value = NULL };
	enum err err;

	if (!len)
		return 0;
	err = token_read(&answer, data[0] & 1 ? 200 : 400,
			 (const char *)data + 1, len - 1, NULL);
	if (!err != (answer.value != NULL))
		abort();
	vault_free(answer.value);
	return 0;
}
