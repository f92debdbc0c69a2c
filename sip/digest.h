/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * HTTP Digest as SIP uses it (RFC 3261, 22; RFC 7616; RFC 8760): reading what
 * a client answers and computing what it should have answered. Pure.
 */
#ifndef SIP_DIGEST_H
#define SIP_DIGEST_H

#include "base/crypto.h"
#include "base/err.h"

enum digest_algorithm {
#define DIGEST(name, word, hash) DIGEST_##name,
#include "sip/digest.def"
	DIGEST_COUNT
};

enum { DIGEST_TEXT_SIZE = 256 };

struct digest {
	enum digest_algorithm algorithm; /* absent: MD5 */
	char username[DIGEST_TEXT_SIZE];
	char realm[DIGEST_TEXT_SIZE];
	char nonce[DIGEST_TEXT_SIZE];
	char uri[DIGEST_TEXT_SIZE];
	char response[DIGEST_TEXT_SIZE];
	char cnonce[DIGEST_TEXT_SIZE];
	char qop[DIGEST_TEXT_SIZE];
	char nc[DIGEST_TEXT_SIZE];
	char opaque[DIGEST_TEXT_SIZE];
};

/*
 * params: name=value, quoted or not, NULL ends them. ERR_MALFORMED: too long,
 * no such algorithm, or anything missing that qop=auth needs.
 */
enum err digest_read(struct digest *digest, const char *const *params,
		     struct why *why);

/* MD5 is not, where the machine's policy forbids it. */
bool digest_offers(enum digest_algorithm algorithm);

/* user:realm:password, hashed; user without domain. */
void digest_ha1(enum digest_algorithm algorithm, char ha1[CRYPTO_HEX_SIZE],
		const char *user, const char *realm, const char *password);

/* What response= has to be. */
void digest_response(const struct digest *digest, const char *ha1,
		     const char *method, char response[CRYPTO_HEX_SIZE]);

/* "MD5", "SHA-256" */
const char *digest_algorithm_word(enum digest_algorithm algorithm);

#endif
