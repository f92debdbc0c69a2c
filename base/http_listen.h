/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Small HTTP requests that others send to us, on the loop (libmicrohttpd, no
 * threads): each is given whole to one handler, which answers it at once.
 * Bodies, connections and idle times are bounded.
 */
#ifndef BASE_HTTP_LISTEN_H
#define BASE_HTTP_LISTEN_H

#include <sys/socket.h>

#include "base/buf.h"
#include "base/err.h"

struct http_listener;

/* Borrowed until the handler returns. */
struct http_visit {
	const char *method;
	const char *path; /* without the query */
	const struct sockaddr *peer;
	const char *body; /* NUL-terminated */
	size_t body_bytes;
};

struct http_reply_out {
	unsigned status;  /* 200 unless set */
	const char *type; /* of the body; lives on */
	struct buf body;  /* taken */
};

/* Must not free the listener. */
typedef void http_visit_h(const struct http_visit *visit,
			  struct http_reply_out *reply, void *arg);

struct http_listen_options {
	const char *host; /* numeric, IPv4 or IPv6; NULL or "": any */
	unsigned port;    /* 0: any */
	const char *cert; /* PEM files; NULL or "": plain HTTP */
	const char *key;
};

enum {
	HTTP_VISIT_BYTES_MAX = 1 << 20,
	HTTP_VISITORS_MAX = 1000, /* connections at once */
	HTTP_VISIT_IDLE_S = 60,
};

/* NULL on error: ERR_CONFIG for files and address, ERR_NETWORK. */
struct http_listener *http_listener_new(
	const struct http_listen_options *options, http_visit_h *h, void *arg,
	struct why *why);
void http_listener_free(struct http_listener **listenerp);
unsigned http_listener_port(const struct http_listener *listener);

#endif
