/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of base/http share. A request waits in its origin's queue,
 * runs on the origin's line (a curl multi with its connections), and is put
 * on the one ready list when there is something to tell; handlers are called
 * only from that list, never while curl is on the stack, so that they may
 * cancel and free as they like.
 */
#ifndef BASE_HTTP_PRIVATE_H
#define BASE_HTTP_PRIVATE_H

#include <curl/curl.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/http.h"
#include "base/loop.h"

enum {
	HTTP_PARALLEL_DEFAULT = 10,
	HTTP_TIMEOUT_DEFAULT_S = 60,
	HTTP_CONNECT_TIMEOUT_DEFAULT_S = 10,
};

enum http_phase { HTTP_WAITS, HTTP_RUNS, HTTP_ENDED };

TAILQ_HEAD(http_requests, http_request);

/*
 * Connections that share one trust. When the trust changes the origin takes
 * a new line, and the old one goes with its last request.
 */
struct http_line {
	struct http_origin *origin;
	CURLM *multi;
	struct timer timer;
	LIST_HEAD(, http_socket) sockets;
	unsigned running;
	bool busy; /* curl is at work on it */
	bool retired;
};

struct http_origin {
	char *name;
	char *trust;
	struct buf trusted; /* the certificates of a trust directory */
	bool trust_is_dir;
	char *proxy;
	char *user;
	char *secret;
	struct curl_slist *resolve;
	struct http_token *token; /* NULL: none */
	unsigned auth;
	unsigned settled; /* the method that worked, 0 if not known */
	unsigned parallel;
	unsigned timeout_s;
	unsigned connect_timeout_s;
	uint64_t paused_until_ms;
	struct timer kick;
	struct http_line *line;
	struct http_requests waiting;
	struct http_requests running; /* and ended ones not yet told */
	unsigned waiting_count;
	unsigned running_count; /* on the wire, streams too */
	unsigned slots_used;    /* streams not */
};

struct http_request {
	TAILQ_ENTRY(http_request) in_origin;
	TAILQ_ENTRY(http_request) in_ready;
	struct http_origin *origin;
	struct http_line *line;
	enum http_phase phase;
	const struct http_handlers *handlers;
	void *arg;

	char *method; /* NULL: what curl makes of it */
	char *url;
	char *body; /* NULL: none */
	size_t body_bytes;
	struct curl_slist *headers;
	unsigned timeout_s;
	bool stream;
	bool urgent;
	struct why refused; /* it cannot even be tried */

	CURL *easy;
	char curl_text[CURL_ERROR_SIZE];
	unsigned auth;     /* methods tried this time */
	unsigned token;    /* serial of the one sent */
	bool secret;       /* body and got are in the vault */
	bool again;        /* this is the second try */
	struct buf got;    /* body, or of a stream what was not yet told */
	struct buf fields; /* name NUL value NUL ... */
	unsigned field_count;
	int status;
	bool head_in;
	bool head_told;
	bool too_large;

	bool ready;      /* is on the ready list */
	bool delivering; /* a handler of it is on the stack */
	bool dead;       /* to be freed after that */
	struct why why;
	unsigned elapsed_ms;
	char peer[80];
};

/* http_origin.c */
void http_kick(struct http_origin *origin);
void http_line_let_go(struct http_line *line);
void http_origin_detach(struct http_request *request);

/* http_trust.c: reads the certificates of a directory. */
void http_trust_load(struct http_origin *origin);

/* http_line.c */
struct http_line *http_line_new(struct http_origin *origin);
void http_line_free(struct http_line **linep);
void http_line_add(struct http_line *line, struct http_request *request);
void http_line_remove(struct http_request *request);

/* http.c */
void http_mark_ready(struct http_request *request);
void http_deliver_ready(void);
void http_request_kill(struct http_request *request);
void http_finished(struct http_request *request, CURLcode code);

/* http_easy.c */
void http_easy_make(struct http_request *request);
void http_easy_free(struct http_request *request);
/* Bytes of the body that have left. */
size_t http_easy_sent(const struct http_request *request);
/* The body goes now, all of it was sent. */
void http_easy_forget_body(const struct http_request *request);
void http_easy_outcome(struct http_request *request, CURLcode code);

/* True if the request should be tried once more, with request->auth. */
bool http_easy_wants_again(struct http_request *request);

/* http_token.c */
struct http_token *http_token_new(struct http_origin *owner,
				  const struct http_origin_options *options);
void http_token_free(struct http_token **tokenp);
void http_token_client(struct http_token *token, const char *client,
		       const char *secret);

/* COMING: the origin is kicked when that is decided. REFUSED: see why. */
enum http_token_state {
	HTTP_TOKEN_READY,
	HTTP_TOKEN_COMING,
	HTTP_TOKEN_REFUSED,
};
enum http_token_state http_token_ready(struct http_token *token,
				       struct why *why);
const char *http_token_value(const struct http_token *token, unsigned *serialp);

/* The server did not take the one of that serial. */
void http_token_drop(struct http_token *token, unsigned serial);

/* http_reply.c */
void http_fields_add(struct http_request *request, const char *line,
		     size_t len);
enum err http_reason(const struct http_request *request, CURLcode code,
		     struct why *why);

#endif
