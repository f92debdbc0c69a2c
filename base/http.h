/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * HTTP requests on the loop (libcurl multi).
 *
 * An origin is one server with everything that applies to each request there:
 * trust, credentials, proxy, how many requests at once. More requests than
 * that wait in order. TLS is always verified against the trust store and the
 * host's name; redirects are reported, never followed; bodies and headers are
 * bounded; nothing is decompressed.
 */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/err.h"

enum http_auth {
	HTTP_AUTH_NONE = 0,
	HTTP_AUTH_BASIC = 1,
	HTTP_AUTH_NTLM = 2,
	HTTP_AUTH_NEGOTIATE = 4,
	HTTP_AUTH_BEARER = 8, /* the secret is the token */
};

struct http_origin;
struct http_request;

/*
 * Where bearer tokens come from (OAuth2 client credentials); user and secret
 * of the origin are then the client's.
 */
struct http_token_options {
	const char *url;     /* of the token endpoint */
	const char *scope;   /* NULL: none */
	const char *trust;   /* as of the origin */
	const char *resolve; /* as of the origin */
};

/* All texts are copied; the secret is wiped when the origin is freed. */
struct http_origin_options {
	const char *name; /* for log and metrics */
	/* PEM file, or directory of PEM files by any name; NULL: the system's */
	const char *trust;
	const char *proxy; /* URL; NULL or "": none */
	const char *user;  /* NULL: send no credentials */
	const char *secret;
	unsigned auth;      /* any of enum http_auth, best offered is used */
	unsigned parallel;  /* requests at once, streams not counted; 0: 10 */
	unsigned timeout_s; /* of a request on the wire; 0: 60 */
	unsigned connect_timeout_s; /* 0: 10 */
	/* host:port:address as curl --resolve; NULL: ask the resolver */
	const char *resolve;
	/* With HTTP_AUTH_BEARER; NULL: the secret is the token itself. */
	const struct http_token_options *token;
};

struct http_origin *http_origin_new(const struct http_origin_options *options);

/* Cancels what is under way; no handler of its requests runs after this. */
void http_origin_free(struct http_origin **originp);

/* Next requests use these; running ones are not touched. */
void http_origin_credentials(struct http_origin *origin, const char *user,
			     const char *secret);

/* Connections are closed so that the next handshake sees the new trust. */
void http_origin_trust(struct http_origin *origin, const char *trust);

/* Nothing is started before this steady-clock moment (Retry-After). */
void http_origin_pause(struct http_origin *origin, unsigned pause_ms);
unsigned http_origin_waiting(const struct http_origin *origin);
unsigned http_origin_running(const struct http_origin *origin);

struct http_header {
	const char *name;
	const char *value;
};

/* Borrowed until the handler returns. */
struct http_reply {
	struct why
		why; /* ERR_OK whenever an HTTP answer came, whatever status */
	int status;  /* 0 if none came */
	const char *body; /* NUL-terminated; "" for streams */
	size_t body_bytes;
	const struct http_header *headers; /* of the final answer */
	size_t header_count;
	unsigned elapsed_ms; /* from start on the wire to the end */
	const char *peer;    /* "192.0.2.1:443" or "" */
};

/* Case-insensitive; NULL if absent, the first if repeated. */
const char *http_reply_header(const struct http_reply *reply, const char *name);

/*
 * Retry-After (RFC 9110, 10.2.3) in seconds, both forms; 0 if absent,
 * at most a day. now: for the date form.
 */
unsigned http_reply_retry_after_s(const struct http_reply *reply, time_t now);

/* UTC seconds of the Date header; 0 if absent or not a date. */
time_t http_reply_date(const struct http_reply *reply);

/* The struct is to last as long as the request. */
struct http_handlers {
	/* Streams only: status and headers are in, why is ERR_OK. */
	void (*head)(const struct http_reply *reply, void *arg);
	/* Streams only, while the body arrives. May cancel the request. */
	void (*data)(const char *data, size_t len, void *arg);
	/* Once, last, unless cancelled; the request is freed after it. */
	void (*done)(const struct http_reply *reply, void *arg);
};

struct http_request_options {
	const char *method; /* NULL: POST with a body, else GET */
	const char *url;
	const struct http_header *headers;
	size_t header_count;
	const char *body; /* copied */
	size_t body_bytes;
	size_t reply_bytes_max; /* 0: 8 MiB; for a stream no limit applies */
	unsigned timeout_s;     /* 0: the origin's; streams: none */
	bool stream;
	bool urgent; /* goes before those that wait */
	bool secret; /* body and reply are kept out of cores; not of streams */
};

enum {
	HTTP_REPLY_BYTES_MAX = 8 << 20,
	HTTP_HEADERS_MAX = 100,
	HTTP_HEADER_BYTES_MAX = 64 << 10,
};

/* Handlers run from the loop, never from inside this. */
struct http_request *http_start(struct http_origin *origin,
				const struct http_request_options *options,
				const struct http_handlers *handlers,
				void *arg);

/* No handler runs after this; fine inside one, and on NULL. */
void http_cancel(struct http_request **requestp);

/* http_close() when all origins are freed. */
enum err http_open(struct why *why);
void http_close(void);

#endif
