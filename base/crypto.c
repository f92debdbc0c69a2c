/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/crypto.h"

void crypto_random(void *out, size_t len)
{
	if (len > INT_MAX || RAND_bytes(out, (int)len) != 1)
		abort();
}

uint64_t crypto_number(struct crypto_numbers *numbers)
{
	if (!numbers->left) {
		crypto_random(numbers->numbers, sizeof(numbers->numbers));
		numbers->left =
			sizeof(numbers->numbers) / sizeof(numbers->numbers[0]);
	}

	return numbers->numbers[--numbers->left];
}

static const EVP_MD *method(enum crypto_hash hash)
{
	return hash == CRYPTO_MD5 ? EVP_md5() : EVP_sha256();
}

bool crypto_offers(enum crypto_hash hash)
{
	uint8_t out[EVP_MAX_MD_SIZE];

	return EVP_Digest("", 0, out, NULL, method(hash), NULL) == 1;
}

const char *crypto_hash_hex(enum crypto_hash hash, const void *data, size_t len,
			    char hex[CRYPTO_HEX_SIZE])
{
	uint8_t out[EVP_MAX_MD_SIZE];
	unsigned out_len;

	if (EVP_Digest(data, len, out, &out_len, method(hash), NULL) != 1)
		abort();

	return crypto_hex(out, out_len, hex);
}

void crypto_sign(const void *key, size_t key_len, const void *data, size_t len,
		 uint8_t signature[CRYPTO_BYTES_MAX])
{
	if (key_len > INT_MAX ||
	    !HMAC(EVP_sha256(), key, (int)key_len, data, len, signature, NULL))
		abort();
}

const char *crypto_hex(const void *data, size_t len, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}

	hex[2 * len] = '\0';
	return hex;
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

bool crypto_equal_text(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && crypto_equal(a, b, len);
}

void crypto_wipe(void *secret, size_t len)
{
	OPENSSL_cleanse(secret, len);
}

void crypto_wipe_text(char **textp)
{
	if (*textp)
		crypto_wipe(*textp, strlen(*textp));
	free(*textp);
	*textp = NULL;
}
