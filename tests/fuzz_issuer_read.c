/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a place has for a certificate's issuer can be put into words. */
#include <stdint.h>
#include <stdlib.h>

#include "base/tls_issuers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_chain *chain = tls_chain_new();
	size_t count = tls_issuer_read(chain, data, len);
	struct tls_cert cert;

	if (count != tls_chain_count(chain) || count > TLS_CHAIN_MAX)
		abort();
	for (size_t i = 0; i < count; i++)
		tls_chain_cert(chain, i, &cert);
	tls_chain_free(&chain);
	return 0;
}
