/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why a connection did not come about. libldap says "can't contact LDAP
 * server" of nearly everything, and GnuTLS nothing; so we ask once more, by
 * ourselves and without credentials. Blocks: for the worker.
 */
#ifndef DIRECTORY_DSA_PROBE_H
#define DIRECTORY_DSA_PROBE_H

#include "base/buf.h"
#include "directory/dsa_dial.h"

/* Replaces dial->why where more is to be said than libldap did. */
void dsa_probe(struct dsa_dial *dial, int code);

/*
 * The names a certificate (X.509, DER) is made out to, with commas; true if
 * host is one of them. Pure.
 */
bool dsa_probe_names(const unsigned char *der, size_t len, const char *host,
		     struct buf *names);

#endif
