/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "tests/exchange/journal.h"
#include "tests/exchange/stream.h"

enum { FRAME_MAX = 64 << 20, NOTIFICATIONS_MAX = 100, SMALL_PIECE = 7 };

struct bad_id {
	char *id;
	char *code;
	struct bad_id *next;
};

struct stream {
	struct server *server;
	struct web_stream *web; /* NULL once the connection is gone */
	char *budget;
	struct subscription *subscriptions;
	struct bad_id *bad; /* to be said in the next frame */
	struct timer beat;
	struct timer flush;
	struct timer end;
	bool begun;
	bool ended;
	struct stream *next;
};

static struct stream *streams;

static void forget_bad(struct stream *stream)
{
	while (stream->bad) {
		struct bad_id *bad = stream->bad;

		stream->bad = bad->next;
		free(bad->id);
		free(bad->code);
		free(bad);
	}
}

static void stop(struct stream *stream)
{
	timer_stop(&stream->beat);
	timer_stop(&stream->flush);
	timer_stop(&stream->end);
	while (stream->subscriptions)
		stream_leave(stream, stream->subscriptions);
}

static void gone(void *arg)
{
	struct stream *stream = arg, **at = &streams;

	stop(stream);
	forget_bad(stream);
	while (*at != stream)
		at = &(*at)->next;
	*at = stream->next;
	stream->server->streams--;
	free(stream->budget);
	free(stream);
}

static void spoil(struct stream *stream, struct buf *frame)
{
	char *tag;

	switch (server_corrupts(stream->server)) {
	case CORRUPT_TRUNCATED:
		frame->len /= 2;
		web_stream_write(stream->web, frame->data, frame->len);
		stop(stream);
		stream->ended = true;
		web_stream_cut(stream->web);
		return;
	case CORRUPT_MALFORMED:
		tag = strstr(frame->data, "</");
		if (tag)
			memcpy(tag, "<<", 2);
		break;
	case CORRUPT_DOUBLED:
		web_stream_write(stream->web, frame->data, frame->len);
		break;
	case CORRUPT_PIECES:
		web_stream_pieces(stream->web, SMALL_PIECE);
		break;
	case CORRUPT_NONE:
	case CORRUPT_BAD_ID:
	case CORRUPT_CLOSED:
	case CORRUPT_HTML:
	case CORRUPT_EMPTY:
	case CORRUPT_COUNT:
		break;
	}
	web_stream_write(stream->web, frame->data, frame->len);
}

/* Opens the one message of a frame; code NULL means all is well. */
static struct xml_out *frame_start(struct stream *stream, const char *code)
{
	struct xml_out *out =
		server_envelope(stream->server, true, !stream->begun);

	stream->begun = true;
	xml_start(out, "m:GetStreamingEventsResponse");
	xml_start(out, "m:ResponseMessages");
	xml_start(out, "m:GetStreamingEventsResponseMessage");
	xml_attribute(out, "ResponseClass", code ? "Error" : "Success");
	if (code)
		xml_leaf(out, "m:MessageText", op_error_text(code));
	xml_leaf(out, "m:ResponseCode", code ? code : "NoError");
	if (code)
		xml_leaf_number(out, "m:DescriptiveLinkKey", 0);
	return out;
}

static void beat(void *arg);

static void frame_send(struct stream *stream, struct xml_out **outp)
{
	const struct knobs *knobs = &stream->server->knobs;
	struct buf frame = BUF(FRAME_MAX);

	xml_out_finish(outp, &frame);
	web_stream_pieces(stream->web, knobs->chunk_bytes);
	spoil(stream, &frame);
	buf_free(&frame);
	if (!stream->ended && knobs->heartbeat_s > 0)
		timer_start(&stream->beat, knobs->heartbeat_s, beat, stream);
}

static void send_status(struct stream *stream, const char *code,
			const char *status)
{
	struct xml_out *out = frame_start(stream, code);

	if (stream->bad) {
		xml_start(out, "m:ErrorSubscriptionIds");
		for (struct bad_id *bad = stream->bad; bad; bad = bad->next)
			xml_leaf(out, "t:SubscriptionId", bad->id);
		xml_end(out);
		forget_bad(stream);
	}
	xml_leaf(out, "m:ConnectionStatus", status);
	frame_send(stream, &out);
}

static void beat(void *arg)
{
	struct stream *stream = arg;

	if (stream->server->knobs.heartbeats)
		send_status(stream, NULL, "OK");
	else
		timer_start(&stream->beat, 1, beat, stream);
}

void stream_close(struct stream *stream, const char *code)
{
	if (stream->ended)
		return;

	send_status(stream, code, "Closed");
	if (stream->ended)
		return;

	stream->ended = true;
	stop(stream);
	web_stream_end(stream->web);
}

static void at_end(void *arg)
{
	stream_close(arg, NULL);
}

static void note_told(const struct subscription *subscription)
{
	if (subscription->server->knobs.journal_told)
		journal_note(subscription->exchange->journal, "told",
			     subscription->mailbox->address);
}

static size_t write_events(struct stream *stream)
{
	struct xml_out *out = NULL;
	struct subscription *at = stream->subscriptions;
	const char *element = stream->server->knobs.schema_frames
				      ? "t:Notification"
				      : "m:Notification";
	size_t written = 0;

	for (; at && written < NOTIFICATIONS_MAX; at = at->in_stream) {
		if (at->count == 0)
			continue;

		if (!out) {
			out = frame_start(stream, NULL);
			xml_start(out, "m:Notifications");
		}
		subscription_heard(at, notification_write(out, element, at,
							  EVENTS_A_REPLY));
		note_told(at);
		written++;
	}
	if (out)
		frame_send(stream, &out);
	return written;
}

static void flush(void *arg)
{
	struct stream *stream = arg;

	if (stream->bad)
		send_status(stream, stream->bad->code, "OK");
	else if (!stream->begun)
		send_status(stream, NULL, "OK");
	else if (write_events(stream) == 0)
		return;

	if (!stream->ended)
		stream_stir(stream);
}

void stream_stir(struct stream *stream)
{
	if (!stream->ended && !timer_running(&stream->flush))
		timer_start_ms(&stream->flush, stream->server->knobs.gather_ms,
			       flush, stream);
}

struct stream *stream_new(const struct op_call *call, const char *budget,
			  unsigned timeout_s)
{
	struct stream *stream = x_new(struct stream);
	struct web_reply reply = {
		.status = 200,
		.type = "text/xml; charset=utf-8",
		.body = BUF(1),
	};

	stream->server = call->server;
	stream->budget = x_strdup(budget);
	stream->next = streams;
	streams = stream;
	call->server->streams++;
	stream->web = web_stream(call->web, &reply, gone, stream);
	timer_start(&stream->end, timeout_s, at_end, stream);
	return stream;
}

void stream_join(struct stream *stream, struct subscription *subscription)
{
	subscription->stream = stream;
	subscription->in_stream = stream->subscriptions;
	stream->subscriptions = subscription;
}

void stream_reject(struct stream *stream, const char *id, const char *code)
{
	struct bad_id *bad = x_new(struct bad_id);

	bad->id = x_strdup(id);
	bad->code = x_strdup(code);
	bad->next = stream->bad;
	stream->bad = bad;
}

void stream_start(struct stream *stream)
{
	stream_stir(stream);
}

void stream_leave(struct stream *stream, struct subscription *subscription)
{
	struct subscription **at = &stream->subscriptions;

	while (*at != subscription)
		at = &(*at)->in_stream;
	*at = subscription->in_stream;
	subscription->stream = NULL;
	subscription->count = 0;
	subscription_touch(subscription);
}

void stream_refuse(struct stream *stream, struct subscription *subscription,
		   const char *code)
{
	stream_reject(stream, subscription->id, code);
	stream_leave(stream, subscription);
	stream_stir(stream);
}

unsigned streams_open(const struct exchange *exchange, const char *budget)
{
	unsigned count = 0;

	for (struct stream *at = streams; at; at = at->next)
		if (at->server->exchange == exchange && !at->ended &&
		    (!budget || strcasecmp(at->budget, budget) == 0))
			count++;
	return count;
}

void streams_drop(const struct server *server)
{
	for (struct stream *at = streams; at; at = at->next) {
		if (at->server != server || at->ended)
			continue;

		at->ended = true;
		stop(at);
		web_stream_cut(at->web);
	}
}

void streams_close(const struct server *server)
{
	for (struct stream *at = streams; at; at = at->next)
		if (at->server == server)
			stream_close(at, NULL);
}

static void corrupt_one(struct stream *stream, enum corrupt corrupt)
{
	struct subscription *victim = stream->subscriptions;

	if (corrupt == CORRUPT_BAD_ID && victim) {
		stream_reject(stream, victim->id, "ErrorSubscriptionNotFound");
		subscription_free(&victim);
		stream_stir(stream);
	} else if (corrupt == CORRUPT_CLOSED) {
		stream_close(stream, NULL);
	} else {
		stream->server->corrupt = corrupt;
		beat(stream);
	}
}

void streams_corrupt(struct server *server)
{
	enum corrupt corrupt = server_corrupts(server);
	struct stream *next;

	for (struct stream *at = streams; at; at = next) {
		next = at->next;
		if (at->server == server && !at->ended)
			corrupt_one(at, corrupt);
	}
	server->corrupt = CORRUPT_NONE;
}
