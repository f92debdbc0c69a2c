/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "tests/exchange/web_private.h"

enum { BLOCK_BYTES = 32 << 10, STREAM_MAX = 256 << 20 };

static void say_farewell(void *arg)
{
	struct web_stream *stream = arg;
	web_gone_h *gone = stream->gone;
	void *owner = stream->arg;

	buf_free(&stream->out);
	free(stream);
	gone(owner);
}

void web_stream_drop(struct web_stream *stream)
{
	fd_watch_free(&stream->watch);
	stream->call->stream = NULL;
	stream->call = NULL;
	timer_start_ms(&stream->farewell, 0, say_farewell, stream);
}

void web_reply_header(struct web_reply *reply, const char *name,
		      const char *value)
{
	if (reply->header_count == WEB_HEADERS_MAX)
		return;

	reply->headers[reply->header_count].name = name;
	reply->headers[reply->header_count++].value = x_strdup(value);
}

void web_give_cookie(struct web_call *call, const char *name, const char *value)
{
	struct buf text = BUF(1024);

	buf_print(&text, "%s=%s; path=/; HttpOnly", name, value);
	free(call->cookie);
	call->cookie = buf_take(&text);
}

bool web_answered(const struct web_call *call)
{
	return call->answered;
}

static void queue(struct web_call *call, struct web_reply *reply,
		  struct MHD_Response *response)
{
	if (reply->type)
		MHD_add_response_header(response, "Content-Type", reply->type);
	for (size_t i = 0; i < reply->header_count; i++) {
		MHD_add_response_header(response, reply->headers[i].name,
					reply->headers[i].value);
		free(reply->headers[i].value);
	}
	reply->header_count = 0;
	if (call->cookie)
		MHD_add_response_header(response, "Set-Cookie", call->cookie);
	call->answered = true;
	if (MHD_queue_response(call->connection, reply->status, response) !=
	    MHD_YES)
		call->broken = true;
	MHD_destroy_response(response);
}

static ssize_t read_half(void *arg, uint64_t pos, char *to, size_t max)
{
	const struct buf *body = arg;
	size_t left = body->len / 2 - (size_t)pos;

	if (pos >= body->len / 2)
		return MHD_CONTENT_READER_END_WITH_ERROR;

	if (left > max)
		left = max;
	memcpy(to, body->data + pos, left);
	return (ssize_t)left;
}

static void free_half(void *arg)
{
	struct buf *body = arg;

	buf_free(body);
	free(body);
}

void web_answer(struct web_call *call, struct web_reply *reply)
{
	struct MHD_Response *response;
	struct buf *body;
	size_t len = reply->body.len;

	if (reply->truncate) {
		body = x_new(struct buf);
		*body = reply->body;
		response = MHD_create_response_from_callback(len, BLOCK_BYTES,
							     read_half, body,
							     free_half);
	} else {
		response =
			MHD_create_response_from_buffer(len,
							buf_take(&reply->body),
							MHD_RESPMEM_MUST_FREE);
	}
	queue(call, reply, response);
}

static ssize_t stream_read(void *arg, uint64_t pos, char *to, size_t max)
{
	struct web_call *call = arg;
	struct web_stream *stream = call->stream;
	size_t left = stream->out.len - stream->sent;

	(void)pos;
	if (left == 0 && stream->cut)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (left == 0 && stream->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (left == 0) {
		buf_free(&stream->out);
		stream->sent = 0;
		web_suspend(call);
		return 0;
	}

	if (left > max)
		left = max;
	if (stream->piece && left > stream->piece)
		left = stream->piece;
	memcpy(to, stream->out.data + stream->sent, left);
	stream->sent += left;
	return (ssize_t)left;
}

/* MHD does not look at suspended connections; data here is TLS's own. */
static void peer_moves(unsigned events, void *arg)
{
	struct web_stream *stream = arg;
	char byte;

	(void)events;
	if (recv(stream->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0) {
		fd_watch_free(&stream->watch);
		return;
	}
	stream->sent = stream->out.len;
	web_stream_cut(stream);
	fd_watch_free(&stream->watch);
}

struct web_stream *web_stream(struct web_call *call, struct web_reply *reply,
			      web_gone_h *h, void *arg)
{
	struct web_stream *stream = x_new(struct web_stream);

	stream->call = call;
	stream->out = BUF(STREAM_MAX);
	buf_add(&stream->out, buf_text(&reply->body), reply->body.len);
	buf_free(&reply->body);
	stream->fd = MHD_get_connection_info(call->connection,
					     MHD_CONNECTION_INFO_CONNECTION_FD)
			     ->connect_fd;
	stream->watch = fd_watch_new(stream->fd, FD_READ, peer_moves, stream);
	stream->gone = h;
	stream->arg = arg;
	call->stream = stream;
	queue(call, reply,
	      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES,
						stream_read, call, NULL));
	return stream;
}

void web_stream_write(struct web_stream *stream, const char *data, size_t len)
{
	if (!stream->call || stream->ended || stream->cut)
		return;

	buf_add(&stream->out, data, len);
	web_resume(stream->call);
}

void web_stream_pieces(struct web_stream *stream, size_t bytes)
{
	stream->piece = bytes;
}

void web_stream_end(struct web_stream *stream)
{
	stream->ended = true;
	if (stream->call)
		web_resume(stream->call);
}

void web_stream_cut(struct web_stream *stream)
{
	stream->cut = true;
	if (stream->call)
		web_resume(stream->call);
}

size_t web_stream_waiting(const struct web_stream *stream)
{
	return stream->out.len - stream->sent;
}
