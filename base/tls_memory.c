/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/crypto.h>

#include "base/tls_memory.h"
#include "base/vault.h"

static void *tls_alloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return size ? vault_alloc(size) : NULL;
}

static void *tls_realloc(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return vault_realloc(old, size);
}

static void tls_free(void *data, const char *file, int line)
{
	(void)file;
	(void)line;
	vault_free(data);
}

bool tls_memory_secret(void)
{
	return CRYPTO_set_mem_functions(tls_alloc, tls_realloc, tls_free);
}
