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
	void **places; /* open addressing, next free place */
	size_t count;
	size_t size;
	uint64_t seed;
};

/* FNV-1a; the seed makes it nobody's to predict. */
static size_t home(const struct index *index, const char *name)
{
	uint64_t hash = index->seed;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
	return (size_t)(hash ^ hash >> 32) & (index->size - 1);
}

static size_t after(const struct index *index, size_t place)
{
	return (place + 1) & (index->size - 1);
}

/* Where the name is, or would go. */
static size_t seek(const struct index *index, const char *name)
{
	size_t place = home(index, name);

	while (index->places[place] &&
	       strcmp(index->name(index->places[place]), name) != 0)
		place = after(index, place);
	return place;
}

static void grow(struct index *index)
{
	size_t old_size = index->size;
	void **old = index->places;

	index->size *= 2;
	index->places = x_zalloc(index->size * sizeof(*index->places));
	for (size_t i = 0; i < old_size; i++)
		if (old[i])
			index->places[seek(index, index->name(old[i]))] =
				old[i];
	free(old);
}

struct index *index_new(index_name_h *name)
{
	struct index *index = x_new(struct index);

	index->name = name;
	index->size = SIZE_FIRST;
	index->places = x_zalloc(index->size * sizeof(*index->places));
	if (getrandom(&index->seed, sizeof(index->seed), 0) < 0)
		index->seed = (uintptr_t)index;
	return index;
}

void index_free(struct index **indexp)
{
	if (!*indexp)
		return;

	free((*indexp)->places);
	free(*indexp);
	*indexp = NULL;
}

void *index_find(const struct index *index, const char *name)
{
	return index->places[seek(index, name)];
}

void index_put(struct index *index, void *item)
{
	size_t place;

	if (4 * (index->count + 1) > 3 * index->size)
		grow(index);

	place = seek(index, index->name(item));
	assert(!index->places[place]);
	index->places[place] = item;
	index->count++;
}

/* Those behind it move up, so that no search ends at the hole too early. */
void index_take(struct index *index, const char *name)
{
	size_t hole = seek(index, name);

	if (!index->places[hole])
		return;

	index->places[hole] = NULL;
	index->count--;
	for (size_t place = after(index, hole); index->places[place];
	     place = after(index, place)) {
		void *item = index->places[place];

		index->places[place] = NULL;
		index->places[seek(index, index->name(item))] = item;
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
