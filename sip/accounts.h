/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who may sign in: a file with a line for each user,
 *   user@domain:realm:HA1-MD5:HA1-SHA-256
 * with both hashes in hex (RFC 7616, 3.4.2), so that no password is kept.
 * Empty lines and lines that begin with # are passed over.
 */
#ifndef SIP_ACCOUNTS_H
#define SIP_ACCOUNTS_H

#include "base/buf.h"
#include "sip/digest.h"
#include "sip/uri.h"

struct account {
	char entity[ENTITY_SIZE]; /* "sip:user@domain" */
	char user[ENTITY_SIZE];   /* as the client says it: "user" */
	char realm[ENTITY_SIZE];
	char ha1[DIGEST_COUNT][CRYPTO_HEX_SIZE];
	struct account *next; /* of the same bucket */
};

struct accounts;

enum { ACCOUNTS_MAX = 1000000, ACCOUNT_LINE_MAX = 1024 };

/* path "": nobody. ERR_CONFIG names file, line and what is wrong. */
enum err accounts_read(struct accounts **accountsp, const char *path,
		       struct why *why);
void accounts_free(struct accounts **accountsp);

/* NULL if there is none. */
const struct account *accounts_find(const struct accounts *accounts,
				    const char *user, const char *realm);
const struct account *accounts_of(const struct accounts *accounts,
				  const char *entity);
size_t accounts_count(const struct accounts *accounts);

/* The line of a file, with its newline. realm NULL: the address's domain. */
enum err account_line(struct buf *out, const char *address, const char *realm,
		      const char *password, struct why *why);

#endif
