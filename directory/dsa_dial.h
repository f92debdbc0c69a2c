/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Connecting, securing and binding to one directory server. Blocks, so it is
 * done in a worker thread; what comes out is used on the loop only.
 */
#ifndef DIRECTORY_DSA_DIAL_H
#define DIRECTORY_DSA_DIAL_H

#include <ldap.h>
#include <stdint.h>

#include "directory/dsa.h"

/* All texts are its own. */
struct dsa_dial {
	char *uri;
	bool starttls;
	char *trust;
	char *bind_dn;
	char *secret;
	bool gssapi;
	unsigned timeout_s;

	uint64_t begin_ms;
	bool silent; /* it took as long as it may */
	LDAP *ld;    /* NULL unless bound */
	struct why why;
};

/* Version, time limits and what TLS has to prove. */
void dsa_dial_options(const struct dsa_dial *dial, LDAP *ld);

/* Non-blocking socket, size of messages bounded. */
void dsa_dial_run(struct dsa_dial *dial);

/* Wipes the secret; ld is the caller's by then. */
void dsa_dial_clear(struct dsa_dial *dial);

#endif
