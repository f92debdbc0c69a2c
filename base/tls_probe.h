/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Goes to a server as far as it will let us: its name, a connection, a TLS
 * handshake, and brings back the certificates whether or not they are any
 * good. Trusts nobody and sends nothing besides the handshake.
 */
#ifndef BASE_TLS_PROBE_H
#define BASE_TLS_PROBE_H

#include "base/tls_chain.h"

struct tls_probe_options {
	const char *host;    /* asked of the resolver and of the server (SNI) */
	const char *address; /* connect here instead; "" asks the resolver */
	unsigned port;
	bool tls; /* no: a connection is all */
	unsigned timeout_ms;
};

enum tls_probe_stage {
	TLS_PROBE_RESOLVE,
	TLS_PROBE_CONNECT,
	TLS_PROBE_HANDSHAKE,
	TLS_PROBE_THROUGH,
};

struct tls_probe_result {
	enum tls_probe_stage stage; /* the one that failed, or THROUGH */
	struct why why;
	char addresses[256];           /* what the name stands for */
	char peer[64];                 /* the address that answered */
	char protocol[16];             /* "TLSv1.3" */
	bool old_protocol;             /* before TLS 1.2, which we do not use */
	enum tls_verdict verdict;      /* of a handshake that failed */
	const struct tls_chain *chain; /* as sent; empty without handshake */
	unsigned elapsed_ms;
};

/* Once, from the loop; the result is good until it returns. */
typedef void tls_probe_h(const struct tls_probe_result *result, void *arg);

struct tls_probe;

/* The loop and the workers are open. The texts are copied. */
struct tls_probe *tls_probe_new(const struct tls_probe_options *options,
				tls_probe_h *done, void *arg);
/* Owed also after done(); before it, done() will not be called. */
void tls_probe_free(struct tls_probe **probep);

#endif
