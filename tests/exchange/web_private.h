/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What web.c (listening, requests) and web_answer.c (answers) share. */
#ifndef TESTS_EXCHANGE_WEB_PRIVATE_H
#define TESTS_EXCHANGE_WEB_PRIVATE_H

#include <microhttpd.h>

#include "base/loop.h"
#include "tests/exchange/web.h"

struct web {
	struct MHD_Daemon *daemon;
	struct fd_watch *watch;
	struct timer again;
	web_h *handler;
	void *arg;
	struct web_call *calls;
	unsigned port;
	bool held;
	bool closing;
};

struct web_call {
	struct web *web;
	struct MHD_Connection *connection;
	char *method;
	char *path;
	char *cookie; /* "name=value" to be set with the answer, NULL */
	struct buf body;
	struct timer wait;
	unsigned waited;
	unsigned *waiting; /* counts it while it waits, NULL */
	bool suspended;
	bool answered;
	bool broken; /* the connection may not go on */
	struct web_stream *stream;
	struct web_call *next;
	struct web_call *prev;
};

struct web_stream {
	struct web_call *call;
	struct buf out;
	size_t sent;
	size_t piece;
	bool ended;
	bool cut;
	web_gone_h *gone;
	void *arg;
	struct timer farewell;
	struct fd_watch *watch; /* sees the peer go while we are silent */
	int fd;
};

void web_suspend(struct web_call *call);
void web_resume(struct web_call *call);
/* MHD is still busy with it: its owner hears from the loop. */
void web_stream_drop(struct web_stream *stream);

#endif
