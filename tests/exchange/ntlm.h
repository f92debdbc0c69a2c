/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The server's side of NTLM over HTTP, NTLMv2 only ([MS-NLMP] 3.2.5,
 * [MS-NTHT]): the challenge belongs to one TCP connection.
 */
#ifndef TESTS_EXCHANGE_NTLM_H
#define TESTS_EXCHANGE_NTLM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { NTLM_CHALLENGE_BYTES = 8, NTLM_NAME_MAX = 256, NTLM_TOKEN_MAX = 4096 };

struct ntlm {
	bool challenged;
	unsigned char challenge[NTLM_CHALLENGE_BYTES];
};

/* Who says so, UTF-8; proof and blob are the client's NTLMv2 answer. */
struct ntlm_claim {
	char user[NTLM_NAME_MAX];
	char domain[NTLM_NAME_MAX];
	unsigned char answer[NTLM_TOKEN_MAX];
	size_t answer_bytes;
};

/* 1, 2, 3: which message of the three the token is; 0: none of them. */
int ntlm_kind(const unsigned char *token, size_t len);

/* Appends the challenge message, which asks for NTLMv2. */
void ntlm_challenge(struct ntlm *ntlm, const char *domain, const char *host,
		    struct buf *out);

/* Reads an authenticate message. */
bool ntlm_read(const unsigned char *token, size_t len,
	       struct ntlm_claim *claim);

/* Whether who knows the password gave that answer to this challenge. */
bool ntlm_proves(const struct ntlm *ntlm, const struct ntlm_claim *claim,
		 const char *password);

/* Standard base64. text_decode: -1 if it is not, or longer than size. */
void text_encode(const void *data, size_t len, struct buf *out);
long text_decode(const char *text, void *to, size_t size);

#endif
