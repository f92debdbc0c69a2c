/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/http_listen.h"
#include "base/loop.h"

enum { ROUNDS_MAX = 16, FILE_BYTES_MAX = 1 << 20 };

struct http_listener {
	struct MHD_Daemon *daemon;
	struct fd_watch *watch;
	struct timer again;
	unsigned port;
	http_visit_h *handler;
	void *arg;
};

/*
 * Work that is ready without a descriptor saying so (TLS records already
 * read) is asked for by MHD_get_timeout() being 0.
 */
static void run(void *arg)
{
	struct http_listener *listener = arg;
	MHD_UNSIGNED_LONG_LONG wait_ms = 1;

	for (int i = 0; i < ROUNDS_MAX; i++) {
		MHD_run(listener->daemon);
		if (MHD_get_timeout(listener->daemon, &wait_ms) != MHD_YES)
			return;
		if (wait_ms > 0)
			break;
	}
	timer_start_ms(&listener->again, wait_ms, run, listener);
}

static void on_readable(unsigned events, void *arg)
{
	(void)events;
	run(arg);
}

static void on_over(void *arg, struct MHD_Connection *connection, void **slot,
		    enum MHD_RequestTerminationCode code)
{
	struct buf *body = *slot;

	(void)arg;
	(void)connection;
	(void)code;
	if (!body)
		return;
	buf_free(body);
	free(body);
	*slot = NULL;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection,
				  struct http_reply_out *reply)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		reply->body.len, (void *)(uintptr_t)buf_text(&reply->body),
		MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (reply->type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
					reply->type);
	result = MHD_queue_response(connection, reply->status, response);
	MHD_destroy_response(response);
	buf_free(&reply->body);
	return result;
}

static enum MHD_Result visit(const struct http_listener *listener,
			     struct MHD_Connection *connection,
			     struct http_visit *visit)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection,
					MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct http_reply_out reply = { .status = MHD_HTTP_OK,
					.body = BUF(HTTP_VISIT_BYTES_MAX) };

	visit->peer = info ? info->client_addr : NULL;
	listener->handler(visit, &reply, listener->arg);
	return send_reply(connection, &reply);
}

static enum MHD_Result on_visit(void *arg, struct MHD_Connection *connection,
				const char *path, const char *method,
				const char *version, const char *data,
				size_t *data_bytes, void **slot)
{
	struct buf *body = *slot;
	struct http_visit request = { .method = method, .path = path };

	(void)version;
	if (!body) {
		body = x_new(struct buf);
		*body = BUF(HTTP_VISIT_BYTES_MAX);
		*slot = body;
		return MHD_YES;
	}
	if (*data_bytes) {
		buf_add(body, data, *data_bytes);
		*data_bytes = 0;
		return buf_full(body) ? MHD_NO : MHD_YES;
	}

	request.body = buf_text(body);
	request.body_bytes = body->len;
	return visit(arg, connection, &request);
}

static char *file_text(const char *path)
{
	char block[4096];
	struct buf text = BUF(FILE_BYTES_MAX);
	FILE *file = fopen(path, "re");
	size_t got;

	if (!file)
		return NULL;
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		buf_add(&text, block, got);
	fclose(file);
	return buf_take(&text);
}

static enum err start(struct http_listener *listener,
		      const struct addrinfo *address, const char *cert,
		      const char *key)
{
	const struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key },
		{ MHD_OPTION_END, 0, NULL },
	};
	const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
	unsigned flags = MHD_USE_EPOLL;
	const union MHD_DaemonInfo *info;

	if (address->ai_family == AF_INET6)
		flags |= MHD_USE_DUAL_STACK;
	if (cert)
		flags |= MHD_USE_TLS;
	listener->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, on_visit, listener, MHD_OPTION_SOCK_ADDR,
		address->ai_addr, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)HTTP_VISITORS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)HTTP_VISIT_IDLE_S, MHD_OPTION_NOTIFY_COMPLETED,
		on_over, NULL, MHD_OPTION_ARRAY, cert ? tls : none,
		MHD_OPTION_END);
	if (!listener->daemon)
		return ERR_NETWORK;

	info = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_BIND_PORT);
	listener->port = info->port;
	info = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	listener->watch =
		fd_watch_new(info->epoll_fd, FD_READ, on_readable, listener);
	return ERR_OK;
}

static bool given(const char *text)
{
	return text && *text;
}

/* With certificate and key read, or neither wanted. */
static enum err start_at(struct http_listener *listener,
			 const struct http_listen_options *options,
			 const char *cert, const char *key, struct why *why)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *found = NULL;
	char port[16];
	enum err err;

	snprintf(port, sizeof(port), "%u", options->port);
	if (getaddrinfo(given(options->host) ? options->host : NULL, port,
			&hints, &found))
		return why_set(why, ERR_CONFIG,
			       "cannot listen on %.100s: no address",
			       options->host ? options->host : "");

	errno = 0;
	err = start(listener, found, cert, key);
	freeaddrinfo(found);
	if (err)
		why_set(why, err, "cannot listen on %.100s:%u: %s",
			options->host ? options->host : "", options->port,
			errno ? strerror(errno)
			      : "certificate or key not accepted");
	return err;
}

struct http_listener *http_listener_new(
	const struct http_listen_options *options, http_visit_h *h, void *arg,
	struct why *why)
{
	struct http_listener *listener = x_new(struct http_listener);
	char *cert = given(options->cert) ? file_text(options->cert) : NULL;
	char *key = given(options->key) ? file_text(options->key) : NULL;
	enum err err = ERR_OK;

	listener->handler = h;
	listener->arg = arg;
	if (given(options->cert) && (!cert || !key))
		err = why_set(why, ERR_CONFIG, "cannot read %.90s or %.90s",
			      options->cert, options->key ? options->key : "");
	if (!err)
		err = start_at(listener, options, cert, key, why);
	free(cert);
	free(key);
	if (err)
		http_listener_free(&listener);
	return listener;
}

void http_listener_free(struct http_listener **listenerp)
{
	struct http_listener *listener = *listenerp;

	if (!listener)
		return;

	timer_stop(&listener->again);
	fd_watch_free(&listener->watch);
	if (listener->daemon)
		MHD_stop_daemon(listener->daemon);
	free(listener);
	*listenerp = NULL;
}

unsigned http_listener_port(const struct http_listener *listener)
{
	return listener->port;
}
