/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <sys/queue.h>

#include "base/alloc.h"
#include "base/index.h"
#include "calendar/located.h"

struct kept {
	char *address;
	struct located located;
	TAILQ_ENTRY(kept) in_use;
};

struct located_memory {
	struct index *index;
	TAILQ_HEAD(, kept) used; /* the longest unused first */
	unsigned max;
};

static const char *name_of(const void *item)
{
	const struct kept *kept = item;

	return kept->address;
}

static void drop(struct located_memory *memory, struct kept *kept)
{
	index_take(memory->index, kept->address);
	TAILQ_REMOVE(&memory->used, kept, in_use);
	free(kept->address);
	free(kept);
}

struct located_memory *located_memory_new(unsigned max)
{
	struct located_memory *memory = x_new(struct located_memory);

	memory->index = index_new(name_of);
	memory->max = max;
	TAILQ_INIT(&memory->used);
	return memory;
}

void located_memory_free(struct located_memory **memoryp)
{
	struct located_memory *memory = *memoryp;
	struct kept *kept;

	*memoryp = NULL;
	if (!memory)
		return;

	while ((kept = TAILQ_FIRST(&memory->used)))
		drop(memory, kept);
	index_free(&memory->index);
	free(memory);
}

void located_keep(struct located_memory *memory, const char *address,
		  const struct located *located)
{
	struct kept *kept = x_new(struct kept);

	located_forget(memory, address);
	if (index_count(memory->index) >= memory->max)
		drop(memory, TAILQ_FIRST(&memory->used));

	kept->address = x_strdup(address);
	kept->located = *located;
	index_put(memory->index, kept);
	TAILQ_INSERT_TAIL(&memory->used, kept, in_use);
}

const struct located *located_find(struct located_memory *memory,
				   const char *address, time_t now)
{
	struct kept *kept = index_find(memory->index, address);

	if (!kept)
		return NULL;
	if (kept->located.until <= now) {
		drop(memory, kept);
		return NULL;
	}

	TAILQ_REMOVE(&memory->used, kept, in_use);
	TAILQ_INSERT_TAIL(&memory->used, kept, in_use);
	return &kept->located;
}

void located_forget(struct located_memory *memory, const char *address)
{
	struct kept *kept = index_find(memory->index, address);

	if (kept)
		drop(memory, kept);
}

unsigned located_count(const struct located_memory *memory)
{
	return (unsigned)index_count(memory->index);
}
