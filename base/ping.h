/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a machine answers ICMP echo requests (RFC 792, RFC 4443), where the
 * system lets us send any (net.ipv4.ping_group_range). An answer tells a
 * closed port from a dead machine; silence tells nothing, as many networks
 * drop these.
 */
#ifndef BASE_PING_H
#define BASE_PING_H

#include <stdbool.h>

/* Once, from the loop. */
typedef void ping_h(bool answered, void *arg);

struct ping;

/* A numeric address, IPv4 or IPv6. NULL: not permitted, or no such address. */
struct ping *ping_new(const char *address, unsigned timeout_ms, ping_h *done,
		      void *arg);
/* Owed also after done(); before it, done() will not be called. */
void ping_free(struct ping **pingp);

#endif
