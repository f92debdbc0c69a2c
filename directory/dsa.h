/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A directory system agent (X.500's and RFC 4511's word for a directory
 * server) on the loop, by libldap, which has taken the names with ldap_.
 *
 * Connecting, securing and binding happen in a worker thread, since libldap
 * blocks there (docs/decisions/0016-libldap.md); from then on the socket is non-blocking and
 * looked at by the loop, and nothing here ever waits. When it is down its
 * servers are tried in turn, with back-off; when it is silent for longer than
 * the deadline of its heartbeat it is down. Searches die with the connection they
 * were asked on: done() says ERR_NETWORK, and up() is when to ask again.
 */
#ifndef DIRECTORY_DSA_H
#define DIRECTORY_DSA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct dsa;
struct dsa_query;

struct dsa_bytes {
	const char *data; /* followed by a NUL that len does not count */
	size_t len;
};

struct dsa_attr {
	const char *name; /* as the server writes it, "member;range=0-1499" */
	const struct dsa_bytes *values;
	size_t count;
};

struct dsa_control {
	const char *oid;
	bool critical; /* in requests */
	struct dsa_bytes value;
};

/* Borrowed until the handler returns. */
struct dsa_entry {
	const char *dn;
	const struct dsa_attr *attrs;
	size_t attr_count;
	const struct dsa_control *controls;
	size_t control_count;
};

/* code: RFC 4511, appendix A; negative ones are libldap's own. */
struct dsa_result {
	struct why why; /* ERR_OK only for code 0 */
	int code;
	const struct dsa_control *controls;
	size_t control_count;
};

/* All from the loop, never inside dsa_search(). */
struct dsa_handlers {
	void (*entry)(const struct dsa_entry *entry, void *arg);
	/* RFC 4511, 4.13; may be NULL. */
	void (*intermediate)(const char *oid, const struct dsa_bytes *value,
			     void *arg);
	/* Once, last, unless cancelled. */
	void (*done)(const struct dsa_result *result, void *arg);
};

struct dsa_options {
	const char *const *uris; /* ldap://host:port or ldaps://host:port */
	size_t uri_count;
	bool starttls;       /* on ldap:// links, before the bind */
	const char *trust;   /* PEM file; NULL: the system's */
	const char *bind_dn; /* NULL or "": anonymous */
	const char *secret;
	bool gssapi;          /* bind by Kerberos instead */
	unsigned timeout_s;   /* for connecting and binding */
	unsigned heartbeat_s; /* distance of heartbeats; 0 none */
	unsigned deadline_s;  /* for the answer to one */
	unsigned retry_first_s, retry_longest_s;
};

struct dsa_watch {
	/* Bound; heartbeats begin. server: the URI that answered. */
	void (*up)(const char *server, void *arg);
	/* After it was up, or when a whole round of servers failed. */
	void (*down)(const struct why *why, void *arg);
};

/* Options are copied, the secret is wiped at the end. Starts connecting. */
struct dsa *dsa_new(const struct dsa_options *options,
		    const struct dsa_watch *handlers, void *arg);

/* Queries end without a word. */
void dsa_free(struct dsa **linkp);

bool dsa_is_up(const struct dsa *link);

/* Lets the connection go and tries the next server. */
void dsa_next(struct dsa *link, const struct why *why);

enum dsa_scope { DSA_BASE, DSA_ONE, DSA_SUBTREE };

struct dsa_search {
	const char *base;
	enum dsa_scope scope;
	const char *filter;       /* NULL: (objectClass=*) */
	const char *const *attrs; /* NULL-terminated; NULL: all */
	const struct dsa_control *controls;
	size_t control_count;
	unsigned timeout_s; /* 0: none, for searches that persist */
	bool patient; /* a server that answers nothing else meanwhile, as Samba
			 while it reads thousands, is not dead before that */
};

/* Never NULL: on a link that is down done() comes at once, from the loop. */
struct dsa_query *dsa_search(struct dsa *link, const struct dsa_search *search,
			     const struct dsa_handlers *handlers, void *arg);

/* No handler runs after this; fine inside one, and on NULL. */
void dsa_cancel(struct dsa_query **queryp);

/* The remedy for a result code; see dsa_codes.def. */
enum err dsa_code_err(int code);

/* Case-insensitive on the name without options; NULL if there is none. */
const struct dsa_attr *dsa_entry_attr(const struct dsa_entry *entry,
				      const char *name);
/* First value, "" if there is none. */
const char *dsa_entry_text(const struct dsa_entry *entry, const char *name);
const struct dsa_control *dsa_control_find(const struct dsa_control *all,
					   size_t count, const char *oid);

/* RFC 4515, 3: what stands for itself in a filter; out needs 3 * len + 1. */
void dsa_filter_escape(char *out, const char *data, size_t len);

#endif
