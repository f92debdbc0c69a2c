/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fetches what a server should have sent with its certificate and did not,
 * from where the certificate beneath says (RFC 5280, 4.2.2.1, caIssuers).
 *
 * It is for people to look at. What comes over plain HTTP may be from anybody:
 * it counts as an issuer where it has signed what is beneath it, and still
 * nothing is trusted for it. Redirections are not followed; size, number and
 * time are bounded.
 */
#ifndef BASE_TLS_ISSUERS_H
#define BASE_TLS_ISSUERS_H

#include "base/tls_chain.h"

enum {
	TLS_ISSUERS_MAX = 4, /* one above the other */
	TLS_ISSUER_BYTES_MAX = 64 << 10,
};

struct tls_issuers_options {
	const struct tls_chain *chain; /* as sent */
	const char *host;              /* as of tls_judge() */
	const char *trust;             /* as of tls_trust_new() */
	unsigned timeout_ms;           /* for all of them */
};

struct tls_issuers_result {
	struct tls_chain *fetched;       /* each has issued the one before it */
	char from[TLS_ISSUERS_MAX][256]; /* where each was had */
	/* Why there are not more: ERR_OK if the chain is whole with these. */
	struct why why;
	/* As if the server had sent these too; nobody acts on it. */
	struct tls_judgement judged;
};

struct tls_issuers;

/* Once, from the loop. */
typedef void tls_issuers_h(void *arg);

/* All is copied. http_open() was called before. */
struct tls_issuers *tls_issuers_new(const struct tls_issuers_options *options,
				    tls_issuers_h *done, void *arg);

/* NULL before it is done; then it lasts as long as the issuers. */
const struct tls_issuers_result *tls_issuers_result(
	const struct tls_issuers *issuers);
void tls_issuers_free(struct tls_issuers **issuersp);

/*
 * The certificates that such a place has, into the chain: one in DER, any in
 * PEM, or what PKCS #7 carries of them in either form. How many there were.
 */
size_t tls_issuer_read(struct tls_chain *chain, const void *data, size_t len);

#endif
