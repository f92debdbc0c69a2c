/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "tests/exchange/web.h"

enum { ROUNDS_MAX = 16, BLOCK_BYTES = 32 << 10, STREAM_MAX = 256 << 20 };

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
};

/*
 * Work that is ready without a descriptor saying so (resumed connections,
 * TLS records already read) is asked for by MHD_get_timeout() being 0.
 */
static void run(void *arg)
{
	struct web *web = arg;
	MHD_UNSIGNED_LONG_LONG wait_ms = 1;

	if (web->held)
		return;

	for (int i = 0; i < ROUNDS_MAX; i++) {
		MHD_run(web->daemon);
		if (MHD_get_timeout(web->daemon, &wait_ms) != MHD_YES)
			return;
		if (wait_ms > 0)
			break;
	}
	timer_start_ms(&web->again, wait_ms, run, web);
}

static void readable(unsigned events, void *arg)
{
	(void)events;
	run(arg);
}

static void kick(struct web *web)
{
	if (!web->closing)
		timer_start_ms(&web->again, 0, run, web);
}

static void resume(struct web_call *call)
{
	if (!call->suspended)
		return;

	call->suspended = false;
	MHD_resume_connection(call->connection);
	kick(call->web);
}

static void suspend(struct web_call *call)
{
	call->suspended = true;
	MHD_suspend_connection(call->connection);
}

static struct web_call *call_new(struct web *web,
				 struct MHD_Connection *connection,
				 const char *method, const char *path)
{
	struct web_call *call = x_new(struct web_call);

	call->web = web;
	call->connection = connection;
	call->method = x_strdup(method);
	call->path = x_strdup(path);
	call->body = BUF(WEB_BODY_MAX);
	call->next = web->calls;
	if (call->next)
		call->next->prev = call;
	web->calls = call;
	return call;
}

static void say_farewell(void *arg)
{
	struct web_stream *stream = arg;
	web_gone_h *gone = stream->gone;
	void *owner = stream->arg;

	buf_free(&stream->out);
	free(stream);
	gone(owner);
}

/* MHD is still busy with it: its owner hears from the loop. */
static void stream_drop(struct web_stream *stream)
{
	stream->call->stream = NULL;
	stream->call = NULL;
	timer_start_ms(&stream->farewell, 0, say_farewell, stream);
}

static void completed(void *arg, struct MHD_Connection *connection, void **slot,
		      enum MHD_RequestTerminationCode code)
{
	struct web_call *call = *slot;

	(void)arg;
	(void)connection;
	(void)code;
	if (!call)
		return;

	*slot = NULL;
	timer_stop(&call->wait);
	if (call->stream)
		stream_drop(call->stream);
	if (call->next)
		call->next->prev = call->prev;
	if (call->prev)
		call->prev->next = call->next;
	else
		call->web->calls = call->next;
	buf_free(&call->body);
	free(call->cookie);
	free(call->method);
	free(call->path);
	free(call);
}

static enum MHD_Result asked(void *arg, struct MHD_Connection *connection,
			     const char *url, const char *method,
			     const char *version, const char *data,
			     size_t *data_bytes, void **slot)
{
	struct web *web = arg;
	struct web_call *call = *slot;

	(void)version;
	if (!call) {
		*slot = call_new(web, connection, method, url);
		return MHD_YES;
	}
	if (*data_bytes > 0) {
		buf_add(&call->body, data, *data_bytes);
		*data_bytes = 0;
		return buf_full(&call->body) ? MHD_NO : MHD_YES;
	}
	if (web->closing)
		return MHD_NO;

	if (!call->answered && !call->suspended)
		web->handler(call, web->arg);
	return call->broken ? MHD_NO : MHD_YES;
}

static void connected(void *arg, struct MHD_Connection *connection, void **slot,
		      enum MHD_ConnectionNotificationCode code)
{
	(void)arg;
	(void)connection;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*slot = x_new(struct web_link);
		return;
	}
	free(*slot);
	*slot = NULL;
}

static char *file_text(const char *path)
{
	char block[4096];
	struct buf text = BUF(1 << 20);
	FILE *file = fopen(path, "re");
	size_t got;

	if (!file)
		return NULL;

	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		buf_add(&text, block, got);
	fclose(file);
	return buf_take(&text);
}

static struct MHD_Daemon *start(struct web *web, const char *cert,
				const char *key, const struct sockaddr *address)
{
	const struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key },
		{ MHD_OPTION_END, 0, NULL },
	};
	const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;

	if (cert)
		flags |= MHD_USE_TLS;
	return MHD_start_daemon(flags, 0, NULL, NULL, asked, web,
				MHD_OPTION_SOCK_ADDR, address,
				MHD_OPTION_CONNECTION_LIMIT, 20000U,
				MHD_OPTION_NOTIFY_CONNECTION, connected, web,
				MHD_OPTION_NOTIFY_COMPLETED, completed, web,
				MHD_OPTION_ARRAY, cert ? tls : none,
				MHD_OPTION_END);
}

static enum err listen_on(struct web *web, const struct web_options *options,
			  struct why *why)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	const char *host = options->host ? options->host : "127.0.0.1";
	char *cert = options->cert ? file_text(options->cert) : NULL;
	char *key = options->key ? file_text(options->key) : NULL;
	const union MHD_DaemonInfo *info;

	address.sin_port = htons((uint16_t)options->port);
	if (inet_pton(AF_INET, host, &address.sin_addr) == 1 &&
	    !cert == !options->cert && !key == !cert)
		web->daemon = start(web, cert, key,
				    (const struct sockaddr *)(void *)&address);
	free(cert);
	free(key);
	if (!web->daemon)
		return why_set(why, ERR_NETWORK, "cannot listen on %s:%u: %s",
			       host, options->port, strerror(errno));

	info = MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_BIND_PORT);
	web->port = info->port;
	info = MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	web->watch = fd_watch_new(info->epoll_fd, FD_READ, readable, web);
	return ERR_OK;
}

struct web *web_new(const struct web_options *options, web_h *h, void *arg,
		    struct why *why)
{
	struct web *web = x_new(struct web);

	web->handler = h;
	web->arg = arg;
	if (listen_on(web, options, why) != ERR_OK)
		web_free(&web);
	return web;
}

void web_free(struct web **webp)
{
	struct web *web = *webp;

	if (!web)
		return;

	*webp = NULL;
	web->closing = true;
	timer_stop(&web->again);
	for (struct web_call *call = web->calls; call; call = call->next) {
		timer_stop(&call->wait);
		if (call->stream)
			call->stream->cut = true;
		resume(call);
	}
	fd_watch_free(&web->watch);
	if (web->daemon)
		MHD_stop_daemon(web->daemon);
	free(web);
}

unsigned web_port(const struct web *web)
{
	return web->port;
}

void web_hold(struct web *web, bool held)
{
	web->held = held;
	fd_watch_change(web->watch, held ? 0 : FD_READ);
	kick(web);
}

const char *web_method(const struct web_call *call)
{
	return call->method;
}

const char *web_path(const struct web_call *call)
{
	return call->path;
}

const char *web_header(const struct web_call *call, const char *name)
{
	return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND,
					   name);
}

const char *web_cookie(const struct web_call *call, const char *name)
{
	return MHD_lookup_connection_value(call->connection, MHD_COOKIE_KIND,
					   name);
}

const char *web_query(const struct web_call *call, const char *name)
{
	return MHD_lookup_connection_value(call->connection,
					   MHD_GET_ARGUMENT_KIND, name);
}

const struct buf *web_body(const struct web_call *call)
{
	return &call->body;
}

struct web_link *web_link(const struct web_call *call)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(call->connection,
					MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
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

static void waited(void *arg)
{
	struct web_call *call = arg;

	call->waited++;
	resume(call);
}

void web_wait(struct web_call *call, unsigned delay_ms)
{
	suspend(call);
	timer_start_ms(&call->wait, delay_ms, waited, call);
}

unsigned web_waited(const struct web_call *call)
{
	return call->waited;
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
		suspend(call);
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

struct web_stream *web_stream(struct web_call *call, struct web_reply *reply,
			      web_gone_h *h, void *arg)
{
	struct web_stream *stream = x_new(struct web_stream);

	stream->call = call;
	stream->out = BUF(STREAM_MAX);
	buf_add(&stream->out, buf_text(&reply->body), reply->body.len);
	buf_free(&reply->body);
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
	resume(stream->call);
}

void web_stream_pieces(struct web_stream *stream, size_t bytes)
{
	stream->piece = bytes;
}

void web_stream_end(struct web_stream *stream)
{
	stream->ended = true;
	if (stream->call)
		resume(stream->call);
}

void web_stream_cut(struct web_stream *stream)
{
	stream->cut = true;
	if (stream->call)
		resume(stream->call);
}

size_t web_stream_waiting(const struct web_stream *stream)
{
	return stream->out.len - stream->sent;
}
