/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "module/keep.h"

enum { BUCKETS_FIRST = 1024 };

struct kept {
	struct kept *next;
	uint64_t hash;
	size_t bytes;
	char packet[];
};

struct keep {
	struct kept **buckets;
	size_t size; /* a power of two */
	size_t count;
};

struct keep *keep_new(void)
{
	struct keep *keep = x_new(struct keep);

	keep->size = BUCKETS_FIRST;
	keep->buckets = x_zalloc(keep->size * sizeof(struct kept *));
	return keep;
}

void keep_free(struct keep **keepp)
{
	struct keep *keep = *keepp;

	*keepp = NULL;
	if (!keep)
		return;

	for (size_t i = 0; i < keep->size; i++)
		while (keep->buckets[i]) {
			struct kept *kept = keep->buckets[i];

			keep->buckets[i] = kept->next;
			free(kept);
		}
	free(keep->buckets);
	free(keep);
}

bool keep_wants(enum pipe_kind kind)
{
	return kind == PIPE_WATCH || kind == PIPE_PUBLISHED;
}

/* FNV-1a: keys are made by the server, not by strangers. */
static uint64_t hash_of(enum pipe_kind kind, const char *text)
{
	uint64_t hash = 14695981039346656037ULL ^ kind;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211ULL;
	return hash;
}

static void read_kept(const struct kept *kept, struct pipe_message *message)
{
	pipe_read(message, PIPE_WAY_BOTH, kept->packet, kept->bytes, NULL);
}

static struct kept **place_of(struct keep *keep, uint64_t hash,
			      const struct pipe_message *message)
{
	struct kept **place = &keep->buckets[hash & (keep->size - 1)];

	for (; *place; place = &(*place)->next) {
		struct pipe_message other;

		if ((*place)->hash != hash)
			continue;
		read_kept(*place, &other);
		if (other.kind == message->kind &&
		    !strcmp(other.texts[0], message->texts[0]))
			break;
	}
	return place;
}

static void drop(struct keep *keep, struct kept **place)
{
	struct kept *kept = *place;

	*place = kept->next;
	free(kept);
	keep->count--;
}

static void grow(struct keep *keep)
{
	struct kept **old = keep->buckets;
	size_t old_size = keep->size;

	keep->size *= 4;
	keep->buckets = x_zalloc(keep->size * sizeof(struct kept *));
	for (size_t i = 0; i < old_size; i++)
		while (old[i]) {
			struct kept *kept = old[i];
			struct kept **place =
				&keep->buckets[kept->hash & (keep->size - 1)];

			old[i] = kept->next;
			kept->next = *place;
			*place = kept;
		}
	free(old);
}

void keep_put(struct keep *keep, const struct pipe_message *message)
{
	uint64_t hash = hash_of(message->kind, message->texts[0]);
	struct kept **place = place_of(keep, hash, message);
	char packet[PIPE_BYTES_MAX];
	size_t bytes = pipe_write(packet, message);
	struct kept *kept;

	if (*place)
		drop(keep, place);
	if (!message->number || !bytes || keep->count == KEEP_MAX)
		return;

	kept = x_zalloc(sizeof(*kept) + bytes);
	kept->hash = hash;
	kept->bytes = bytes;
	memcpy(kept->packet, packet, bytes);
	kept->next = *place;
	*place = kept;
	if (++keep->count > 2 * keep->size)
		grow(keep);
}

static void each_of(struct keep *keep, struct kept **place, time_t now,
		    keep_h *h, void *arg)
{
	while (*place) {
		struct pipe_message message;

		read_kept(*place, &message);
		if (message.number <= now) {
			drop(keep, place);
			continue;
		}
		h((*place)->packet, (*place)->bytes, arg);
		place = &(*place)->next;
	}
}

void keep_each(struct keep *keep, time_t now, keep_h *h, void *arg)
{
	for (size_t i = 0; i < keep->size; i++)
		each_of(keep, &keep->buckets[i], now, h, arg);
}

size_t keep_count(const struct keep *keep)
{
	return keep->count;
}
