/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages between a presence server's adapter and the engine's process, one
 * each packet of a SOCK_SEQPACKET pair. Used on both sides, so this knows
 * neither a library nor the loop. Pure: values to bytes and back.
 *
 * A packet: version, kind, count of texts, zero (a byte each); id (32 bits)
 * and number (64 bits), little endian; then each text: its length (32 bits),
 * its bytes, and a NUL that is not counted.
 */
#ifndef MODULE_PIPE_H
#define MODULE_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum pipe_kind {
#define PIPE(name, way, texts, doc) PIPE_##name,
#include "module/pipe.def"
	PIPE_COUNT
};

enum pipe_way { PIPE_WAY_DOWN = 1, PIPE_WAY_UP = 2, PIPE_WAY_BOTH = 3 };

enum {
	PIPE_VERSION = 1,
	PIPE_TEXTS_MAX = 8,
	PIPE_BYTES_MAX = 12288,
	PIPE_TEXT_MAX = 8192,
	PIPE_FD = 3, /* where the engine finds its end */
};

struct pipe_message {
	enum pipe_kind kind;
	uint32_t id; /* of whom it is an answer to; 0 nobody */
	int64_t number;
	const char *texts[PIPE_TEXTS_MAX]; /* as many as the row says */
};

const char *pipe_kind_name(enum pipe_kind kind);
size_t pipe_texts(enum pipe_kind kind);

/* Bytes written, 0 if it is too long for a packet. */
size_t pipe_write(char packet[PIPE_BYTES_MAX],
		  const struct pipe_message *message);

/*
 * The message's texts point into the packet. ERR_VERSION for another version,
 * ERR_MALFORMED for what is none or does not go this way.
 */
enum err pipe_read(struct pipe_message *message, enum pipe_way way,
		   const char *packet, size_t bytes, struct why *why);

#endif
