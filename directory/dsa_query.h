/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libldap's messages as values of directory/dsa.h; for the link alone. */
#ifndef DIRECTORY_DSA_QUERY_H
#define DIRECTORY_DSA_QUERY_H

#include <ldap.h>

#include "directory/dsa.h"

/* Asks; the message id, or -1 with why. */
int dsa_query_send(LDAP *ld, const struct dsa_search *search, struct why *why);

/* Reads one message and calls the handler it is for; does not free it. */
void dsa_query_take(LDAP *ld, LDAPMessage *message,
		    const struct dsa_handlers *handlers, void *arg);

#endif
