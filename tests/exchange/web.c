/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/web_private.h"

enum { ROUNDS_MAX = 16 };

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

void web_resume(struct web_call *call)
{
	if (!call->suspended)
		return;

	call->suspended = false;
	MHD_resume_connection(call->connection);
	kick(call->web);
}

void web_suspend(struct web_call *call)
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

static void wait_over(struct web_call *call)
{
	if (call->waiting)
		--*call->waiting;
	call->waiting = NULL;
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
	wait_over(call);
	if (call->stream)
		web_stream_drop(call->stream);
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
		web_resume(call);
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

static void waited(void *arg)
{
	struct web_call *call = arg;

	call->waited++;
	wait_over(call);
	web_resume(call);
}

void web_wait(struct web_call *call, unsigned delay_ms, unsigned *waiting)
{
	call->waiting = waiting;
	++*waiting;
	web_suspend(call);
	timer_start_ms(&call->wait, delay_ms, waited, call);
}

unsigned web_waited(const struct web_call *call)
{
	return call->waited;
}
