/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One open GetStreamingEvents: a sequence of complete envelopes over one HTTP
 * answer, with the events of its subscriptions, a ConnectionStatus when it
 * was quiet for long, and Closed at its end ([MS-OXWSNTIF] 3.1.4.3).
 */
#ifndef TESTS_EXCHANGE_STREAM_H
#define TESTS_EXCHANGE_STREAM_H

#include "tests/exchange/subscription.h"

struct stream;

/* Answers the call; budget is charged with it. */
struct stream *stream_new(const struct op_call *call, const char *budget,
			  unsigned timeout_s);
void stream_join(struct stream *stream, struct subscription *subscription);
/* Before the stream says anything, an id that is not to be had. */
void stream_reject(struct stream *stream, const char *id, const char *code);
/* The first frame goes out, from the loop. */
void stream_start(struct stream *stream);

void stream_leave(struct stream *stream, struct subscription *subscription);
/* Some of its subscriptions have something to say. */
void stream_stir(struct stream *stream);
/* Says that this subscription has ended with that code; the rest goes on. */
void stream_refuse(struct stream *stream, struct subscription *subscription,
		   const char *code);
/* Says code and Closed and ends. */
void stream_close(struct stream *stream, const char *code);

/* Open ones of that budget, or all for NULL. */
unsigned streams_open(const struct exchange *exchange, const char *budget);
/* Cuts the connections of all streams of that server. */
void streams_drop(const struct server *server);
/* Says Closed on all streams of that server. */
void streams_close(const struct server *server);
/* What server->corrupt asks of a stream, for the next frame: now. */
void streams_corrupt(struct server *server);

#endif
