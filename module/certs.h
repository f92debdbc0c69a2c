/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificates by hand: what gateways send, and what is installed in a trust
 * directory. Nothing is installed whose SHA-256 the administrator did not say.
 */
#ifndef MODULE_CERTS_H
#define MODULE_CERTS_H

#include "base/json.h"
#include "base/tls_chain.h"
#include "base/tls_issuers.h"

/* What a gateway sent, and what was fetched where that lacks something. */
struct certs_seen {
	const struct tls_chain *chain;
	const struct tls_issuers_result *issuers; /* NULL: nothing was */
};

/* From the server's own up, and what is missing. */
void certs_show(const struct certs_seen *seen, const char *host,
		const char *trust, struct json *out);
void certs_show_pem(const struct certs_seen *seen, struct json *out);

/* One of those into the directory; colons and case do not matter. */
enum err certs_accept(const struct certs_seen *seen, const char *directory,
		      const char *fingerprint, struct why *why);
/* Of a directory or a file. */
enum err certs_list(const char *trust, struct json *out, struct why *why);
/* The file that holds this certificate alone. */
enum err certs_remove(const char *directory, const char *fingerprint,
		      struct why *why);

#endif
