/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A second socket on the port of a UDP listener of the stack, on which nothing
 * but answers arrives: the kernel tells them from requests by how they begin.
 *
 * The stack reads a datagram for each turn of the loop and takes it apart
 * entirely; of answers to NOTIFY a few words are wanted, and thousands of them
 * come at once. Requests stay the stack's.
 */
#ifndef SIP_UDP_SHARE_H
#define SIP_UDP_SHARE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

struct udp_share;

enum { UDP_SHARE_BATCH = 64, UDP_SHARE_BYTES_MAX = 8192 };

union udp_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct datagram {
	const union udp_address *to;
	const char *data;
	size_t len;
};

/* "sip:HOST:PORT;..." with a numeric host; false: it is not that. */
bool udp_address_read(union udp_address *to, const char *uri);

/* data: one answer, len bytes, without a NUL. */
typedef void udp_share_h(const char *data, size_t len, void *arg);

/*
 * Beside the socket that this process has bound to host (numeric) and port.
 * NULL: there is none, or the kernel cannot do it; then the stack has it all.
 */
struct udp_share *udp_share_new(const char *host, unsigned port);
void udp_share_free(struct udp_share **sharep);

/* Until then answers are dropped. */
void udp_share_listen(struct udp_share *share, udp_share_h *h, void *arg);

/* How many answers can wait in its buffer. */
unsigned udp_share_room(const struct udp_share *share);

/* At most UDP_SHARE_BATCH; what cannot be sent now is lost as on any wire. */
void udp_share_send(struct udp_share *share, const struct datagram *datagrams,
		    unsigned count);

#endif
