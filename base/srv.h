/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a domain offers a service: SRV records (RFC 2782), asked for in a
 * thread of base/work.h, since the C library's resolver blocks.
 */
#ifndef BASE_SRV_H
#define BASE_SRV_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SRV_TARGETS_MAX = 8, SRV_HOST_SIZE = 256 };

struct srv_target {
	char host[SRV_HOST_SIZE]; /* without the dot at its end */
	unsigned port;
	unsigned priority, weight;
};

/* Lowest priority first, of these the greatest weight first. */
struct srv_answer {
	struct srv_target targets[SRV_TARGETS_MAX];
	size_t count;
};

/*
 * A DNS message as it came. ERR_GONE: there is no such record, or it says
 * that the service is not offered; ERR_MALFORMED, ERR_SERVER.
 */
enum err srv_read(const unsigned char *message, size_t len,
		  struct srv_answer *answer, struct why *why);

/* "192.0.2.1" or "192.0.2.1:53"; "" is the system's. */
enum err srv_server_check(const char *server, struct why *why);

struct srv_query;

/* Once, from the loop; the query is freed after it. */
typedef void srv_h(const struct srv_answer *answer, const struct why *why,
		   void *arg);

struct srv_query *srv_ask(const char *name, const char *server,
			  unsigned timeout_s, srv_h *h, void *arg);

/* No handler runs after this; NULL is fine. */
void srv_cancel(struct srv_query **queryp);

#endif
