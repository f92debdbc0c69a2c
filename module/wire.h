/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The engine's end of the pipe (module/pipe.h) on the loop. What the other
 * side does not take at once waits here, up to a limit.
 */
#ifndef MODULE_WIRE_H
#define MODULE_WIRE_H

#include "module/pipe.h"

struct wire;

enum { WIRE_WAITING_MAX = 64 << 20 }; /* bytes */

struct wire_handlers {
	void (*message)(const struct pipe_message *message, void *arg);
	/* The other side is gone, or does not read, or talks nonsense. */
	void (*closed)(const struct why *why, void *arg);
};

/* Blocks; for what comes before the loop runs. ERR_CLOSED at the end. */
enum err wire_receive(int fd, char packet[PIPE_BYTES_MAX],
		      struct pipe_message *message, struct why *why);

/* Waits for room; for what is said before the loop runs. */
void wire_say(int fd, const struct pipe_message *message);

/* fd stays the caller's. */
struct wire *wire_new(int fd, const struct wire_handlers *handlers, void *arg);
void wire_free(struct wire **wirep);

/* What is too long for a packet is not sent. */
void wire_send(struct wire *wire, const struct pipe_message *message);

#endif
