/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "module/wire.h"

enum { ROUND_MAX = 64 }; /* packets read before others get their turn */

struct waiting {
	struct waiting *next;
	size_t bytes;
	char packet[];
};

struct wire {
	int fd;
	struct fd_watch *watch;
	struct wire_handlers handlers;
	void *arg;
	struct waiting *first, *last;
	size_t waiting_bytes;
	struct why why; /* what ended it */
	struct timer end;
};

enum err wire_receive(int fd, char packet[PIPE_BYTES_MAX],
		      struct pipe_message *message, struct why *why)
{
	ssize_t bytes;

	do
		bytes = recv(fd, packet, PIPE_BYTES_MAX, 0);
	while (bytes < 0 && errno == EINTR);
	if (bytes <= 0)
		return why_set(why, ERR_CLOSED, "the server is gone");
	return pipe_read(message, PIPE_WAY_DOWN, packet, (size_t)bytes, why);
}

void wire_say(int fd, const struct pipe_message *message)
{
	char packet[PIPE_BYTES_MAX];
	size_t bytes = pipe_write(packet, message);

	if (bytes)
		send(fd, packet, bytes, MSG_NOSIGNAL);
}

static void on_end(void *arg)
{
	struct wire *wire = arg;

	wire->handlers.closed(&wire->why, wire->arg);
}

/* From the loop, since whoever sends must not be called back. */
static void end(struct wire *wire, enum err err, const char *text)
{
	if (wire->why.err)
		return;
	why_set(&wire->why, err, "%s", text);
	fd_watch_change(wire->watch, 0);
	timer_start(&wire->end, 0, on_end, wire);
}

static void drop_first(struct wire *wire)
{
	struct waiting *first = wire->first;

	wire->first = first->next;
	if (!wire->first)
		wire->last = NULL;
	wire->waiting_bytes -= first->bytes;
	free(first);
}

static bool push(struct wire *wire, const char *packet, size_t bytes)
{
	if (send(wire->fd, packet, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return true;
	if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
		end(wire, ERR_CLOSED, "the server is gone");
	return false;
}

static void push_waiting(struct wire *wire)
{
	while (wire->first &&
	       push(wire, wire->first->packet, wire->first->bytes))
		drop_first(wire);
	if (!wire->first && !wire->why.err)
		fd_watch_change(wire->watch, FD_READ);
}

static void keep_waiting(struct wire *wire, const char *packet, size_t bytes)
{
	struct waiting *waiting = x_zalloc(sizeof(*waiting) + bytes);

	waiting->bytes = bytes;
	memcpy(waiting->packet, packet, bytes);
	if (wire->last)
		wire->last->next = waiting;
	else
		wire->first = waiting;
	wire->last = waiting;
	wire->waiting_bytes += bytes;
	if (wire->waiting_bytes > WIRE_WAITING_MAX)
		end(wire, ERR_TIMEOUT, "the server does not read");
	else
		fd_watch_change(wire->watch, FD_READ | FD_WRITE);
}

void wire_send(struct wire *wire, const struct pipe_message *message)
{
	char packet[PIPE_BYTES_MAX];
	size_t bytes = pipe_write(packet, message);

	if (!bytes || wire->why.err)
		return;
	if ((wire->first || !push(wire, packet, bytes)) && !wire->why.err)
		keep_waiting(wire, packet, bytes);
}

static void read_some(struct wire *wire)
{
	char packet[PIPE_BYTES_MAX];
	struct pipe_message message;
	struct why why;

	for (int i = 0; i < ROUND_MAX && !wire->why.err; i++) {
		ssize_t bytes =
			recv(wire->fd, packet, sizeof(packet), MSG_DONTWAIT);

		if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (bytes <= 0)
			end(wire, ERR_CLOSED, "the server is gone");
		else if (pipe_read(&message, PIPE_WAY_DOWN, packet,
				   (size_t)bytes, &why))
			end(wire, why.err, why.text);
		else
			wire->handlers.message(&message, wire->arg);
	}
}

static void on_ready(unsigned events, void *arg)
{
	struct wire *wire = arg;

	if (events & FD_WRITE)
		push_waiting(wire);
	if (events & (FD_READ | FD_HANGUP))
		read_some(wire);
}

struct wire *wire_new(int fd, const struct wire_handlers *handlers, void *arg)
{
	struct wire *wire = x_new(struct wire);

	wire->fd = fd;
	wire->handlers = *handlers;
	wire->arg = arg;
	wire->watch = fd_watch_new(fd, FD_READ, on_ready, wire);
	return wire;
}

void wire_free(struct wire **wirep)
{
	struct wire *wire = *wirep;

	*wirep = NULL;
	if (!wire)
		return;

	timer_stop(&wire->end);
	fd_watch_free(&wire->watch);
	while (wire->first)
		drop_first(wire);
	free(wire);
}
