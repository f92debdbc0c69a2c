/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "base/index.h"

enum { SIZE_FIRST = 64 }; /* a power of two, as all sizes are */

struct index {
	index_name_h *name;
	void **places;    /* open addressing, next free place */
	uint32_t *hashes; /* of what is there: names are far away in memory */
	size_t count;
	size_t size;
	uint64_t seed;
};

/* FNV-1a; the seed makes it nobody's to predict. */
static uint32_t hash_of(const struct index *index, const char *name)
{
	uint64_t hash = index->seed;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
	return (uint32_t)(hash ^ hash >> 32);
}

static size_t home(const struct index *index, uint32_t hash)
{
	return hash & (index->size - 1);
}

static size_t after(const struct index *index, size_t place)
{
	return (place + 1) & (index->size - 1);
}

/* Where the name is, or would go. */
static size_t seek(const struct index *index, const char *name, uint32_t hash)
{
	size_t place = home(index, hash);

	while (index->places[place] &&
	       (index->hashes[place] != hash ||
		strcmp(index->name(index->places[place]), name) != 0))
		place = after(index, place);
	return place;
}

/* Something whose name is nobody else's. */
static void place_at_home(struct index *index, void *item, uint32_t hash)
{
	size_t place = home(index, hash);

	while (index->places[place])
		place = after(index, place);
	index->places[place] = item;
	index->hashes[place] = hash;
}

static void make_places(struct index *index, size_t size)
{
	index->size = size;
	index->places = x_zalloc(size * sizeof(*index->places));
	index->hashes = x_zalloc(size * sizeof(*index->hashes));
}

static void grow(struct index *index)
{
	struct index old = *index;

	make_places(index, 2 * old.size);
	for (size_t i = 0; i < old.size; i++)
		if (old.places[i])
			place_at_home(index, old.places[i], old.hashes[i]);
	free(old.places);
	free(old.hashes);
}

struct index *index_new(index_name_h *name)
{
	struct index *index = x_new(struct index);

	index->name = name;
	make_places(index, SIZE_FIRST);
	if (getrandom(&index->seed, sizeof(index->seed), 0) < 0)
		index->seed = (uintptr_t)index;
	return index;
}

void index_free(struct index **indexp)
{
	if (!*indexp)
		return;

	free((*indexp)->places);
	free((*indexp)->hashes);
	free(*indexp);
	*indexp = NULL;
}

void *index_find(const struct index *index, const char *name)
{
	return index->places[seek(index, name, hash_of(index, name))];
}

void index_put(struct index *index, void *item)
{
	uint32_t hash = hash_of(index, index->name(item));
	size_t place;

	if (4 * (index->count + 1) > 3 * index->size)
		grow(index);

	place = seek(index, index->name(item), hash);
	assert(!index->places[place]);
	index->places[place] = item;
	index->hashes[place] = hash;
	index->count++;
}

/* Those behind it move up, so that no search ends at the hole too early. */
void index_take(struct index *index, const char *name)
{
	size_t hole = seek(index, name, hash_of(index, name));

	if (!index->places[hole])
		return;

	index->places[hole] = NULL;
	index->count--;
	for (size_t place = after(index, hole); index->places[place];
	     place = after(index, place)) {
		void *item = index->places[place];

		index->places[place] = NULL;
		place_at_home(index, item, index->hashes[place]);
	}
}

size_t index_count(const struct index *index)
{
	return index->count;
}

void *index_walk(const struct index *index, size_t *placep)
{
	while (*placep < index->size) {
		void *item = index->places[(*placep)++];

		if (item)
			return item;
	}
	return NULL;
}
