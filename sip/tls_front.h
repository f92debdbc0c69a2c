/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS in front of the SIP stack: takes the public connections, and joins each
 * to a TCP connection to the stack's private listener.
 *
 * The stack's listener should be on 127.0.0.1, with TPTAG_PONG2PING(1), so
 * that pings (RFC 5626, 4.4.1) are answered through us, and must refuse
 * connections for which tls_front_source() is false: those are not ours.
 */
#ifndef SIP_TLS_FRONT_H
#define SIP_TLS_FRONT_H

#include "base/tls_server.h"

enum { TLS_FRONT_ADDRESS_SIZE = 64 };

struct tls_front_settings {
	const char *address; /* numeric, IPv4 or IPv6 without brackets */
	unsigned port;       /* 0: any, see tls_front_port() */
	unsigned stack_port; /* of the private listener on 127.0.0.1 */
	struct tls_server_files files;
	unsigned connections; /* at once; further ones wait; 0: 10000 */
	unsigned handshakes;  /* at once; further ones wait; 0: 100 */
	unsigned per_source;  /* connections of one address; 0: no limit */
	unsigned handshake_s; /* longest handshake; 0: 10 */
	unsigned idle_s;      /* without a byte either way; 0: no limit */
};

struct tls_front;

/* Listens when it returns. ERR_CONFIG, ERR_NETWORK. */
enum err tls_front_new(struct tls_front **frontp,
		       const struct tls_front_settings *settings,
		       struct why *why);
void tls_front_free(struct tls_front **frontp);

unsigned tls_front_port(const struct tls_front *front);

/* Another certificate from now on; takes it. */
void tls_front_certify(struct tls_front *front, struct tls_server **serverp);

struct tls_front_source {
	char address[TLS_FRONT_ADDRESS_SIZE]; /* of the real client, numeric */
	unsigned port;
	char certificate[TLS_NAME_SIZE]; /* name in it; "" showed none */
};

/*
 * Who is behind a private connection, by the port it comes from. False: the
 * connection is not ours.
 */
bool tls_front_source(const struct tls_front *front, unsigned local_port,
		      struct tls_front_source *source);

/* Closes the connection that comes from this port, if there is one. */
void tls_front_drop(struct tls_front *front, unsigned local_port);

struct tls_front_facts {
	unsigned connections, handshakes;
	unsigned long accepted, failed, refused;
};
void tls_front_facts(const struct tls_front *front,
		     struct tls_front_facts *facts);

#endif
