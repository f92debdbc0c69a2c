/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One client's TLS connection, joined to one TCP connection to the stack:
 * handshake, connect, relay. What one side cannot take yet waits in one
 * buffer of JOIN_BYTES, and its sender with it; idle joins hold no buffers.
 */
#ifndef SIP_TLS_JOIN_H
#define SIP_TLS_JOIN_H

#include "base/loop.h"
#include "sip/tls_front.h"

enum { JOIN_BYTES = 8192 };

struct tls_join;

struct tls_join_handlers {
	/* Handshake done and connected: local_port and source are known. */
	void (*ready)(struct tls_join *join, void *arg);
	/* Whoever hears this frees the join. */
	void (*over)(struct tls_join *join, const struct why *why, void *arg);
};

struct tls_join_settings {
	struct tls_server *server;
	unsigned stack_port;
	unsigned handshake_s, idle_s;
};

/* What one side sent and the other has not yet taken. */
struct tls_join_half {
	char *data; /* NULL: nothing waits */
	size_t len, sent;
};

struct tls_join {
	struct tls_front_source source;
	unsigned local_port; /* of the connection to the stack */
	bool joined;
	struct tls_join *prev, *next; /* for the owner */

	/* Below is tls_join.c's own. */
	struct tls_join_settings settings;
	const struct tls_join_handlers *handlers;
	void *arg;
	struct tls_conn *tls;
	int client_fd, stack_fd;
	struct fd_watch *client, *stack;
	struct tls_join_half up, down; /* to the stack, to the client */
	bool read_wants_write;
	struct timer patience; /* of the handshake, later of idleness */
	struct timer again;    /* there is more to read than one turn takes */
};

/* Takes the descriptor. Never NULL. */
struct tls_join *tls_join_new(const struct tls_join_settings *settings, int fd,
			      const struct tls_front_source *source,
			      const struct tls_join_handlers *handlers,
			      void *arg);
void tls_join_free(struct tls_join **joinp);

/* over() comes from the loop. */
void tls_join_drop(struct tls_join *join);

#endif
