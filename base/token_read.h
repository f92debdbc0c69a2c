/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an OAuth2 token endpoint answers (RFC 6749, 5.1 and 5.2). Pure. */
#ifndef BASE_TOKEN_READ_H
#define BASE_TOKEN_READ_H

#include <stddef.h>

#include "base/err.h"

enum {
	TOKEN_ANSWER_MAX = 64 << 10,
	TOKEN_LASTS_MIN_S = 60,
	TOKEN_LASTS_MAX_S = 24 * 3600,
};

struct token_answer {
	char *value; /* in the vault, the caller's; NULL: none */
	unsigned lasts_s;
};

/*
 * status: of HTTP. ERR_LOGIN: the endpoint does not take us, with its words;
 * ERR_SERVER, ERR_THROTTLED, ERR_MALFORMED: it is in trouble.
 */
enum err token_read(struct token_answer *answer, int status, const char *body,
		    size_t body_bytes, struct why *why);

#endif
