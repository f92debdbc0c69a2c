/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An HTTP listener of the simulator on the loop (libmicrohttpd, no threads).
 *
 * Each request is given to one handler once its body is there; the handler
 * answers, begins a stream, or asks to be called again later. Whoever holds a
 * stream writes to it until it ends or the peer is gone.
 */
#ifndef TESTS_EXCHANGE_WEB_H
#define TESTS_EXCHANGE_WEB_H

#include "base/buf.h"
#include "base/err.h"
#include "tests/exchange/ntlm.h"

struct account;
struct web;
struct web_call;
struct web_stream;

/* One TCP connection; what it remembers is NTLM's, which is bound to it. */
struct web_link {
	struct ntlm ntlm;
	const struct account *account; /* proven by NTLM, NULL */
};

enum { WEB_HEADERS_MAX = 8, WEB_BODY_MAX = 16 << 20 };

struct web_reply {
	unsigned status;
	const char *type; /* NULL: none */
	struct buf body;  /* taken */
	struct {
		const char *name;
		char *value; /* taken */
	} headers[WEB_HEADERS_MAX];
	size_t header_count;
	bool truncate; /* the connection dies half way through the body */
};

/* Copies value. */
void web_reply_header(struct web_reply *reply, const char *name,
		      const char *value);

/* Must answer, stream or wait before it returns. */
typedef void web_h(struct web_call *call, void *arg);

struct web_options {
	const char *host; /* numeric, NULL: 127.0.0.1 */
	unsigned port;    /* 0: any */
	const char *cert; /* PEM files; NULL: plain HTTP */
	const char *key;
};

struct web *web_new(const struct web_options *options, web_h *h, void *arg,
		    struct why *why);
/* All connections die with it; streams are told. */
void web_free(struct web **webp);
unsigned web_port(const struct web *web);
/* While held nothing is accepted, read or answered. */
void web_hold(struct web *web, bool held);

const char *web_method(const struct web_call *call);
const char *web_path(const struct web_call *call);
/* NULL if absent. */
const char *web_header(const struct web_call *call, const char *name);
const char *web_cookie(const struct web_call *call, const char *name);
const char *web_query(const struct web_call *call, const char *name);
const struct buf *web_body(const struct web_call *call);
struct web_link *web_link(const struct web_call *call);

/* With the answer, whatever it will be. */
void web_give_cookie(struct web_call *call, const char *name,
		     const char *value);
bool web_answered(const struct web_call *call);

/* Takes what the reply owns. */
void web_answer(struct web_call *call, struct web_reply *reply);
/*
 * The handler is called again with the same request; until then, or until
 * the client hangs up, the call counts in *waiting.
 */
void web_wait(struct web_call *call, unsigned delay_ms, unsigned *waiting);
/* How often it waited before. */
unsigned web_waited(const struct web_call *call);

/* Last words: the stream is no more. From the loop, never from within. */
typedef void web_gone_h(void *arg);

/* Takes the headers of the reply, whose body begins the stream. */
struct web_stream *web_stream(struct web_call *call, struct web_reply *reply,
			      web_gone_h *h, void *arg);
void web_stream_write(struct web_stream *stream, const char *data, size_t len);
/* HTTP chunks of no more than so many bytes; 0: as they come. */
void web_stream_pieces(struct web_stream *stream, size_t bytes);
/* After what is written; gone is still called. */
void web_stream_end(struct web_stream *stream);
/* The same, but the connection is cut. */
void web_stream_cut(struct web_stream *stream);
size_t web_stream_waiting(const struct web_stream *stream);

#endif
