/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whose request this is: Digest challenges and their answers.
 *
 * A nonce is the moment it was made and a random number, sealed with a key
 * that lives as long as the process, so giving one away costs no memory. Only
 * a nonce that came back with the right password is remembered, to let each
 * of its counts pass once.
 */
#ifndef SIP_AUTH_H
#define SIP_AUTH_H

#include <time.h>

#include "sip/accounts.h"

struct auth;

enum {
	AUTH_NONCE_LIFE_S = 600,
	AUTH_NONCES_MAX = 100000,
	AUTH_NONCE_SIZE = 8 + 16 + 32 + 1,
};

enum auth_result {
	AUTH_OK,
	AUTH_STALE, /* right password, but the nonce is old or its count used */
	AUTH_WRONG,
};

struct auth *auth_new(void);
void auth_free(struct auth **authp);

void auth_nonce(const struct auth *auth, char nonce[AUTH_NONCE_SIZE],
		const char *realm, time_t now);

/*
 * Whether this answer is good for this method; accountp is set on AUTH_OK.
 * That uri= is the request's own is for the caller to see.
 */
enum auth_result auth_check(struct auth *auth, const struct accounts *accounts,
			    const struct digest *digest, const char *method,
			    time_t now, const struct account **accountp);

#endif
