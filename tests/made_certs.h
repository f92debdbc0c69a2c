/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificates made for tests: an authority, what it issues, and each way of
 * getting that wrong.
 */
#ifndef TESTS_MADE_CERTS_H
#define TESTS_MADE_CERTS_H

#include <openssl/x509.h>

#include "base/tls_chain.h"

enum made {
#define MADE(name, subject, issuer, san, from_d, until_d, how) MADE_##name,
#include "tests/made_certs.def"
	MADE_COUNT
};

void made_certs_make(void);
/* places: authority information access, as x509v3_config(5) has it. */
void made_certs_make_at(const char *places);
void made_certs_free(void);
X509 *made_cert(enum made made);
EVP_PKEY *made_key(enum made made);

/* list: of enum made, MADE_COUNT ends it. */
struct tls_chain *made_chain(const enum made *list);
/* Writes them in PEM. */
void made_file(const enum made *list, const char *path);

#endif
