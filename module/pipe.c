/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <string.h>

#include "module/pipe.h"

enum { HEAD_BYTES = 16, LENGTH_BYTES = 4 };

static const struct {
	const char *name;
	enum pipe_way way;
	size_t texts;
} rows[] = {
#define PIPE(name, way, texts, doc) { #name, PIPE_WAY_##way, texts },
#include "module/pipe.def"
};

const char *pipe_kind_name(enum pipe_kind kind)
{
	return kind < PIPE_COUNT ? rows[kind].name : "?";
}

size_t pipe_texts(enum pipe_kind kind)
{
	return rows[kind].texts;
}

static void put(char *at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (char)(unsigned char)(value >> (8 * i));
}

static uint64_t get(const char *at, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = bytes; i > 0; i--)
		value = value << 8 | (unsigned char)at[i - 1];
	return value;
}

size_t pipe_write(char packet[PIPE_BYTES_MAX],
		  const struct pipe_message *message)
{
	size_t count = rows[message->kind].texts;
	size_t bytes = HEAD_BYTES;

	packet[0] = PIPE_VERSION;
	packet[1] = (char)message->kind;
	packet[2] = (char)count;
	packet[3] = 0;
	put(packet + 4, message->id, 4);
	put(packet + 8, (uint64_t)message->number, 8);
	for (size_t i = 0; i < count; i++) {
		const char *text = message->texts[i];
		size_t len = strlen(text);

		if (len > PIPE_TEXT_MAX ||
		    len + LENGTH_BYTES + 1 > PIPE_BYTES_MAX - bytes)
			return 0;
		put(packet + bytes, len, LENGTH_BYTES);
		memcpy(packet + bytes + LENGTH_BYTES, text, len + 1);
		bytes += LENGTH_BYTES + len + 1;
	}
	return bytes;
}

/* The next text, which is a C string of just its length; NULL if not. */
static const char *take_text(const char **atp, size_t *leftp)
{
	const char *text = *atp + LENGTH_BYTES;
	size_t len;

	if (*leftp < LENGTH_BYTES + 1)
		return NULL;

	len = (size_t)get(*atp, LENGTH_BYTES);
	*leftp -= LENGTH_BYTES + 1;
	if (len > PIPE_TEXT_MAX || len > *leftp || text[len] ||
	    memchr(text, '\0', len))
		return NULL;

	*leftp -= len;
	*atp = text + len + 1;
	return text;
}

static enum err malformed(const char *what, struct why *why)
{
	return why_set(why, ERR_MALFORMED, "packet %s", what);
}

enum err pipe_read(struct pipe_message *message, enum pipe_way way,
		   const char *packet, size_t bytes, struct why *why)
{
	const char *at = packet + HEAD_BYTES;
	size_t left = bytes - HEAD_BYTES;
	unsigned kind;

	if (bytes < HEAD_BYTES || bytes > PIPE_BYTES_MAX)
		return malformed("of no length that we know", why);
	if (packet[0] != PIPE_VERSION)
		return why_set(why, ERR_VERSION,
			       "packet of version %d, ours is %d: engine and "
			       "module come from different builds",
			       packet[0], PIPE_VERSION);

	kind = (unsigned char)packet[1];
	if (kind >= PIPE_COUNT || !(rows[kind].way & way))
		return malformed("of no kind that comes this way", why);
	if ((unsigned char)packet[2] != rows[kind].texts || packet[3])
		return malformed("with another number of texts", why);

	*message = (struct pipe_message){
		.kind = (enum pipe_kind)kind,
		.id = (uint32_t)get(packet + 4, 4),
		.number = (int64_t)get(packet + 8, 8),
	};
	for (size_t i = 0; i < rows[kind].texts; i++) {
		message->texts[i] = take_text(&at, &left);
		if (!message->texts[i])
			return malformed("with a text that is none", why);
	}
	return left ? malformed("with more than its texts", why) : ERR_OK;
}
