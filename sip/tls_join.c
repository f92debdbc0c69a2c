/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sip/tls_join.h"

/* Reads of one turn; others have their turn between two of ours. */
enum { TURN = 8 };

/* What became of a direction. */
enum flow {
	FLOW_WAITS,
	FLOW_MORE, /* the turn is over before the data is */
	FLOW_OVER,
};

static void over(struct tls_join *join, const struct why *why)
{
	join->handlers->over(join, why, join->arg);
}

static void on_patience(void *arg)
{
	struct tls_join *join = arg;
	struct why why;

	why_set(&why, ERR_TIMEOUT, "%s",
		join->joined ? "nothing was said for too long"
			     : "the handshake takes too long");
	over(join, &why);
}

static void keep(struct tls_join_half *half, const char *data, size_t len)
{
	half->data = x_zalloc(len);
	memcpy(half->data, data, len);
	half->len = len;
	half->sent = 0;
}

static void forget(struct tls_join_half *half)
{
	free(half->data);
	*half = (struct tls_join_half){ .data = NULL };
}

/* false: broken. *sentp: how much was taken. */
static bool stack_send(struct tls_join *join, const char *data, size_t len,
		       size_t *sentp)
{
	ssize_t sent = send(join->stack_fd, data, len, MSG_NOSIGNAL);

	*sentp = sent > 0 ? (size_t)sent : 0;
	return sent >= 0 || errno == EAGAIN || errno == EINTR;
}

static bool client_send(struct tls_join *join, const char *data, size_t len,
			size_t *sentp)
{
	enum tls_step step = tls_conn_write(join->tls, data, len, sentp);

	return step != TLS_STEP_FAILED && step != TLS_STEP_CLOSED;
}

typedef bool send_h(struct tls_join *join, const char *data, size_t len,
		    size_t *sentp);

/* Sends what waits; true if nothing does any more. */
static bool flush(struct tls_join *join, struct tls_join_half *half,
		  send_h *send_to, bool *brokenp)
{
	size_t sent;

	while (half->data) {
		*brokenp = !send_to(join, half->data + half->sent,
				    half->len - half->sent, &sent);
		half->sent += sent;
		if (half->sent == half->len)
			forget(half);
		else if (*brokenp || !sent)
			return false;
	}
	return true;
}

static enum tls_step client_read(struct tls_join *join, char *data,
				 size_t *lenp)
{
	enum tls_step step = tls_conn_read(join->tls, data, JOIN_BYTES, lenp);

	join->read_wants_write = step == TLS_STEP_WANT_WRITE;
	return step;
}

static enum tls_step stack_read(struct tls_join *join, char *data, size_t *lenp)
{
	ssize_t got = recv(join->stack_fd, data, JOIN_BYTES, 0);

	*lenp = got > 0 ? (size_t)got : 0;
	if (got > 0)
		return TLS_STEP_DONE;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return TLS_STEP_WANT_READ;
	return TLS_STEP_CLOSED;
}

typedef enum tls_step read_h(struct tls_join *join, char *data, size_t *lenp);

static enum flow relay(struct tls_join *join, struct tls_join_half *half,
		       read_h *read_from, send_h *send_to)
{
	char data[JOIN_BYTES];
	bool broken = false;
	size_t len, sent;

	for (unsigned turn = 0; turn < TURN; turn++) {
		enum tls_step step;

		if (!flush(join, half, send_to, &broken))
			return broken ? FLOW_OVER : FLOW_WAITS;

		step = read_from(join, data, &len);
		if (step == TLS_STEP_CLOSED || step == TLS_STEP_FAILED)
			return FLOW_OVER;
		if (step != TLS_STEP_DONE)
			return FLOW_WAITS;
		if (!send_to(join, data, len, &sent))
			return FLOW_OVER;
		if (sent < len)
			keep(half, data + sent, len - sent);
	}
	return FLOW_MORE;
}

static void watch_anew(struct tls_join *join)
{
	unsigned client = join->up.data ? 0 : FD_READ;
	unsigned stack = join->down.data ? 0 : FD_READ;

	if (join->down.data || join->read_wants_write)
		client |= FD_WRITE;
	if (join->up.data)
		stack |= FD_WRITE;
	fd_watch_change(join->client, client);
	fd_watch_change(join->stack, stack);
}

static void pump(void *arg)
{
	struct tls_join *join = arg;
	enum flow up = relay(join, &join->up, client_read, stack_send);
	enum flow down = relay(join, &join->down, stack_read, client_send);
	struct why why;

	if (up == FLOW_OVER || down == FLOW_OVER) {
		why_set(&why, ERR_CLOSED, "%s hung up",
			up == FLOW_OVER ? "the client" : "the stack");
		over(join, &why);
		return;
	}

	if (up == FLOW_MORE || down == FLOW_MORE)
		timer_start_ms(&join->again, 0, pump, join);
	if (join->settings.idle_s)
		timer_start(&join->patience, join->settings.idle_s, on_patience,
			    join);
	watch_anew(join);
}

/* A side that is gone and that we do not read from would wake us forever. */
static void on_client(unsigned events, void *arg)
{
	struct tls_join *join = arg;
	struct why why;

	if ((events & FD_HANGUP) && join->up.data) {
		why_set(&why, ERR_CLOSED, "the client hung up");
		over(join, &why);
		return;
	}
	pump(join);
}

static void on_stack(unsigned events, void *arg)
{
	struct tls_join *join = arg;
	struct why why;

	if ((events & FD_HANGUP) && join->down.data) {
		why_set(&why, ERR_CLOSED, "the stack hung up");
		over(join, &why);
		return;
	}
	pump(join);
}

static unsigned port_of(int fd)
{
	struct sockaddr_in name = { .sin_port = 0 };
	socklen_t size = sizeof(name);
	union {
		struct sockaddr_in *in;
		struct sockaddr *any;
	} at = { .in = &name };

	getsockname(fd, at.any, &size);
	return ntohs(name.sin_port);
}

static void on_connected(unsigned events, void *arg)
{
	struct tls_join *join = arg;
	int error = 0;
	socklen_t size = sizeof(error);
	struct why why;

	(void)events;
	getsockopt(join->stack_fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		why_set(&why, ERR_NETWORK, "the SIP stack does not listen: %s",
			strerror(error));
		over(join, &why);
		return;
	}

	timer_stop(&join->patience);
	fd_watch_free(&join->client);
	fd_watch_free(&join->stack);
	join->client = fd_watch_new(join->client_fd, FD_READ, on_client, join);
	join->stack = fd_watch_new(join->stack_fd, FD_READ, on_stack, join);
	join->local_port = port_of(join->stack_fd);
	tls_conn_peer(join->tls, join->source.certificate);
	join->joined = true;
	timer_start_ms(&join->again, 0, pump, join);
	join->handlers->ready(join, join->arg);
}

static void stack_connect(struct tls_join *join)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)join->settings.stack_port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	union {
		const struct sockaddr_in *in;
		const struct sockaddr *any;
	} at = { .in = &to };
	int on = 1;
	struct why why;

	join->stack_fd =
		socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(join->stack_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (join->stack_fd >= 0 &&
	    (!connect(join->stack_fd, at.any, sizeof(to)) ||
	     errno == EINPROGRESS)) {
		fd_watch_change(join->client, 0);
		join->stack = fd_watch_new(join->stack_fd, FD_WRITE,
					   on_connected, join);
		return;
	}

	why_set(&why, ERR_NETWORK, "cannot reach the SIP stack: %s",
		strerror(errno));
	over(join, &why);
}

static void on_handshake(unsigned events, void *arg)
{
	struct tls_join *join = arg;
	struct why why;

	(void)events;
	if (join->stack)
		return;

	switch (tls_conn_handshake(join->tls, &why)) {
	case TLS_STEP_WANT_READ:
		fd_watch_change(join->client, FD_READ);
		break;
	case TLS_STEP_WANT_WRITE:
		fd_watch_change(join->client, FD_WRITE);
		break;
	case TLS_STEP_DONE:
		stack_connect(join);
		break;
	case TLS_STEP_CLOSED:
	case TLS_STEP_FAILED:
		over(join, &why);
		break;
	}
}

struct tls_join *tls_join_new(const struct tls_join_settings *settings, int fd,
			      const struct tls_front_source *source,
			      const struct tls_join_handlers *handlers,
			      void *arg)
{
	struct tls_join *join = x_new(struct tls_join);
	int on = 1;

	join->settings = *settings;
	join->source = *source;
	join->handlers = handlers;
	join->arg = arg;
	join->client_fd = fd;
	join->stack_fd = -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	join->tls = tls_conn_new(settings->server, fd);
	join->client = fd_watch_new(fd, FD_READ, on_handshake, join);
	timer_start(&join->patience, settings->handshake_s, on_patience, join);
	return join;
}

void tls_join_free(struct tls_join **joinp)
{
	struct tls_join *join = *joinp;

	if (!join)
		return;

	timer_stop(&join->patience);
	timer_stop(&join->again);
	fd_watch_free(&join->client);
	fd_watch_free(&join->stack);
	if (join->joined)
		tls_conn_bye(join->tls);
	tls_conn_free(&join->tls);
	close(join->client_fd);
	if (join->stack_fd >= 0)
		close(join->stack_fd);
	forget(&join->up);
	forget(&join->down);
	free(join);
	*joinp = NULL;
}

void tls_join_drop(struct tls_join *join)
{
	shutdown(join->client_fd, SHUT_RDWR);
}
