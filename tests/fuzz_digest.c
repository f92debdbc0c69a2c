/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line is one parameter of an Authorization header. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sip/digest.h"

enum { TEXT_MAX = 8192, PARAMS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[TEXT_MAX + 1], response[CRYPTO_HEX_SIZE];
	const char *params[PARAMS_MAX + 1];
	struct digest digest;
	char *rest = text, *param;
	size_t count = 0;

	if (len > TEXT_MAX)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	while (count < PARAMS_MAX && (param = strsep(&rest, "\n")))
		params[count++] = param;
	params[count] = NULL;
	if (digest_read(&digest, params, NULL))
		return 0;
	if (digest.algorithm >= DIGEST_COUNT || !*digest.nonce ||
	    !*digest.username || !*digest.response)
		abort();
	digest_response(&digest, "0123456789abcdef", "REGISTER", response);
	return 0;
}
