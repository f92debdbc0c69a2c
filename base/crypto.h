/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Chance, fingerprints and secrets (OpenSSL's, so that the distribution's
 * policy applies): what Digest authentication (RFC 7616, RFC 8760), nonces
 * and password files need. TLS has its own door, base/tls*.
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum crypto_hash { CRYPTO_MD5, CRYPTO_SHA256 };

enum {
	CRYPTO_BYTES_MAX = 32,
	CRYPTO_HEX_SIZE = 2 * CRYPTO_BYTES_MAX + 1, /* with the NUL */
};

/* Ends the process if the system has no good chance to give. */
void crypto_random(void *out, size_t len);

/* The same, many at a time: a look at OpenSSL's costs 6,000 instructions. */
struct crypto_numbers {
	uint64_t numbers[512];
	unsigned left;
};
uint64_t crypto_number(struct crypto_numbers *numbers);

/* MD5 is missing where the machine runs in FIPS mode: do not offer it then. */
bool crypto_offers(enum crypto_hash hash);

/*
 * Lower-case hexadecimal, as Digest has it; returns hex. The hash is one that
 * is offered.
 */
const char *crypto_hash_hex(enum crypto_hash hash, const void *data, size_t len,
			    char hex[CRYPTO_HEX_SIZE]);

/* HMAC-SHA-256 (RFC 2104). */
void crypto_sign(const void *key, size_t key_len, const void *data, size_t len,
		 uint8_t signature[CRYPTO_BYTES_MAX]);

/* hex: 2 * len + 1 bytes; returns it. */
const char *crypto_hex(const void *data, size_t len, char *hex);

/* In a time that tells nothing about where they differ. */
bool crypto_equal(const void *a, const void *b, size_t len);

/* Texts of any length, the length of which may be known. */
bool crypto_equal_text(const char *a, const char *b);

/* Overwrites a secret in a way the compiler cannot leave out. */
void crypto_wipe(void *secret, size_t len);

/* Wipes and frees a text; sets NULL, accepts NULL. */
void crypto_wipe_text(char **textp);

#endif
