/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The server's end of TLS: certificates chosen by the name the client asks
 * for (SNI, RFC 6066, 3), whole chains sent, TLS 1.2 and later, files read
 * again when they change. Connections are non-blocking; the caller has the
 * socket and the loop. The process ignores SIGPIPE from tls_server_new() on.
 */
#ifndef BASE_TLS_SERVER_H
#define BASE_TLS_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { TLS_CERTIFICATES_MAX = 16, TLS_NAME_SIZE = 256 };

struct tls_server_files {
	/* PEM, leaf first, then its chain; several files between spaces. */
	const char *certificate;
	/* PEM, in the same order; "" or NULL: in the certificate's file. */
	const char *key;
	/* PEM file or directory; "" or NULL: clients are not asked. */
	const char *client_trust;
};

struct tls_server;

/* ERR_CONFIG names the file. The texts are copied. */
enum err tls_server_new(struct tls_server **serverp,
			const struct tls_server_files *files, struct why *why);
void tls_server_free(struct tls_server **serverp);

/*
 * Reads the files again if one of them is another than it was. After an error
 * the server goes on with what it has, and tries again when they change.
 * *changedp: connections from now on see new certificates.
 */
enum err tls_server_refresh(struct tls_server *server, bool *changedp,
			    struct why *why);

struct tls_conn;

enum tls_step {
	TLS_STEP_DONE,
	TLS_STEP_WANT_READ,
	TLS_STEP_WANT_WRITE,
	TLS_STEP_CLOSED, /* the peer is through, or gone */
	TLS_STEP_FAILED,
};

/* The descriptor stays the caller's. May outlive the server. */
struct tls_conn *tls_conn_new(struct tls_server *server, int fd);
void tls_conn_free(struct tls_conn **connp);

/* why: of TLS_STEP_FAILED, what OpenSSL says. */
enum tls_step tls_conn_handshake(struct tls_conn *conn, struct why *why);
enum tls_step tls_conn_read(struct tls_conn *conn, void *data, size_t size,
			    size_t *lenp);
/* Until done, the same bytes must be offered again. */
enum tls_step tls_conn_write(struct tls_conn *conn, const void *data,
			     size_t size, size_t *lenp);
/* Says good-bye; nobody waits for the answer. */
void tls_conn_bye(struct tls_conn *conn);

/* First DNS name, else the common name, of the client's certificate; "". */
void tls_conn_peer(struct tls_conn *conn, char name[TLS_NAME_SIZE]);

#endif
