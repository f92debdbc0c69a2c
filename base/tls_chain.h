/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The certificates a server sends, and what is to be said of them.
 *
 * Judging is pure: the same chain, host, trust and time give the same verdict
 * (RFC 5280, 6; RFC 6125), and it is the verdict that base/http.h acts on. A
 * chain is kept as it was sent, also when nothing in it can be trusted.
 */
#ifndef BASE_TLS_CHAIN_H
#define BASE_TLS_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"

enum tls_verdict {
#define TLS_VERDICT(name, id, wording, remedy) TLS_VERDICT_##name,
#include "base/tls_verdict.def"
	TLS_VERDICT_COUNT
};

struct tls_verdict_row {
	const char *id, *wording, *remedy;
};
const struct tls_verdict_row *tls_verdict_row(enum tls_verdict verdict);

enum {
	TLS_CHAIN_MAX = 20, /* certificates; more are not looked at */
	TLS_DN_SIZE = 512,
	TLS_NAMES_SIZE = 1024,
	TLS_FINGERPRINT_SIZE = 65, /* SHA-256 in hexadecimal, with the NUL */
};

/* One certificate in words. */
struct tls_cert {
	char subject[TLS_DN_SIZE];
	char issuer[TLS_DN_SIZE];
	char serial[80];
	char common_name[256];
	char names[TLS_NAMES_SIZE]; /* SAN: "a.test, b.test, 192.0.2.1" */
	char key[64];               /* "RSA 2048" */
	char signature[64];         /* "sha256WithRSAEncryption" */
	char fingerprint[TLS_FINGERPRINT_SIZE];
	char issuer_url[256]; /* where its issuer may be had; "" */
	time_t from, until;   /* UTC seconds */
	bool self_issued;
};

struct tls_chain;

/* A chain without certificates. */
struct tls_chain *tls_chain_new(void);
struct tls_chain *tls_chain_copy(const struct tls_chain *chain);
void tls_chain_free(struct tls_chain **chainp);

/* Those in the PEM or, failing that, the one in DER; how many there were. */
size_t tls_chain_add(struct tls_chain *chain, const void *data, size_t len);
/* All of the other's. */
void tls_chain_append(struct tls_chain *chain, const struct tls_chain *more);
size_t tls_chain_count(const struct tls_chain *chain);
void tls_chain_cert(const struct tls_chain *chain, size_t i,
		    struct tls_cert *cert);
void tls_chain_pem(const struct tls_chain *chain, size_t i, struct buf *out);
/* The first end of validity in it; 0 if it is empty. */
time_t tls_chain_until(const struct tls_chain *chain);

/* What is installed: a PEM file, a directory of them, or the system's. */
struct tls_trust;

/* place: NULL or "" for the system's. ERR_CONFIG where nothing can be read. */
enum err tls_trust_new(struct tls_trust **trustp, const char *place,
		       struct why *why);
void tls_trust_free(struct tls_trust **trustp);

struct tls_judgement {
	enum tls_verdict verdict;
	int code;         /* OpenSSL's, see verify(1); 0 if it has none */
	int depth;        /* of the certificate it concerns, 0 the server's */
	char detail[400]; /* names and numbers, for the evidence */
	size_t verified;  /* so many of the chain, from the server's up */
	bool anchored;    /* the path ends in something installed */
};

/* host: name or address that the gateway is configured with. */
void tls_judge(const struct tls_chain *chain, const char *host,
	       const struct tls_trust *trust, time_t now,
	       struct tls_judgement *judgement);

/* For base/tls*.c: borrowed, a STACK_OF(X509). */
void *tls_chain_stack(const struct tls_chain *chain);

#endif
