/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "udp:192.0.2.1:5060", "tls:[2001:db8::1]:5061": the listen directive. Pure. */
#ifndef SIP_LISTEN_H
#define SIP_LISTEN_H

#include "base/directive.h"

enum { LISTENERS_MAX = 16, LISTEN_HOST_SIZE = 64 };

struct listen {
	int transport;               /* enum transport */
	char host[LISTEN_HOST_SIZE]; /* numeric, without brackets */
	unsigned port;
	char port_text[8];
};

/* An empty list gives UDP and TCP on 127.0.0.1:5060. ERR_CONFIG names the one. */
enum err listen_read(struct listen listens[LISTENERS_MAX], size_t *countp,
		     const struct directive_list *list, struct why *why);

#endif
