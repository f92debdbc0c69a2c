/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One stretch of addresses is set aside and made usable piece by piece. Blocks
 * are of sizes that are powers of two, each with its size before it; free ones
 * stand in one list per size.
 */
#define _GNU_SOURCE /* explicit_bzero */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"
#include "base/vault.h"

enum { CLASSES = 36, CLASS_MIN = 5, STEP = 1 << 20, MIN_BITS = 26 };

struct block {
	size_t size; /* of the whole, a power of two */
	struct block *next;
	char data[];
};

_Static_assert(sizeof(struct block) == 16, "data is aligned for anything");

static struct {
	pthread_mutex_t lock;
	char *begin, *end; /* set aside */
	char *usable;      /* from begin up to here */
	char *used;
	struct block *free[CLASSES];
} vault = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* As much as the machine lets us set aside, which costs nothing by itself. */
static bool set_aside(void)
{
	for (unsigned bits = CLASSES - 1; bits >= MIN_BITS; bits--) {
		size_t size = (size_t)1 << bits;
		char *begin = mmap(NULL, size, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				   -1, 0);

		if (begin == MAP_FAILED)
			continue;
		madvise(begin, size, MADV_DONTDUMP);
		vault.begin = vault.usable = vault.used = begin;
		vault.end = begin + size;
		return true;
	}
	return false;
}

static unsigned class_of(size_t size)
{
	unsigned class = CLASS_MIN;

	while (((size_t)1 << class) < size)
		class ++;
	return class;
}

static struct block *carve(size_t size)
{
	struct block *block = (struct block *)(void *)vault.used;
	size_t room = (size_t)(vault.usable - vault.used);

	if (size > (size_t)(vault.end - vault.used))
		return NULL;
	if (size > room) {
		size_t more = (size - room + STEP - 1) / STEP * STEP;

		if (more > (size_t)(vault.end - vault.usable) ||
		    mprotect(vault.usable, more, PROT_READ | PROT_WRITE))
			return NULL;
		vault.usable += more;
	}
	vault.used += size;
	block->size = size;
	return block;
}

static void *take(size_t size)
{
	unsigned class = class_of(size + sizeof(struct block));
	struct block *block;

	if (class >= CLASSES || (!vault.begin && !set_aside()))
		return NULL;
	block = vault.free[class];
	if (block)
		vault.free[class] = block->next;
	else
		block = carve((size_t)1 << class);
	return block ? block->data : NULL;
}

static struct block *block_of(void *data)
{
	return (struct block *)(void *)((char *)data - sizeof(struct block));
}

void *vault_alloc(size_t size)
{
	void *data;

	if (size > (size_t)1 << (CLASSES - 1))
		return NULL;
	if (ALLOC_PLAIN)
		return malloc(size ? size : 1);
	pthread_mutex_lock(&vault.lock);
	data = take(size);
	pthread_mutex_unlock(&vault.lock);
	return data;
}

/* What is given back is zeroed already, but for what was never used. */
void *vault_zalloc(size_t count, size_t size)
{
	void *data = size && count > SIZE_MAX / 4 / size
			     ? NULL
			     : vault_alloc(count * size);

	return data ? memset(data, 0, count * size) : NULL;
}

static size_t room_of(void *data)
{
	return ALLOC_PLAIN ? malloc_usable_size(data)
			   : block_of(data)->size - sizeof(struct block);
}

void *vault_realloc(void *old, size_t size)
{
	void *data;

	if (!old)
		return vault_alloc(size);
	if (!ALLOC_PLAIN && size <= room_of(old))
		return old;

	data = vault_alloc(size);
	if (!data)
		return NULL;
	memcpy(data, old, size < room_of(old) ? size : room_of(old));
	vault_free(old);
	return data;
}

char *vault_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = vault_alloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

void vault_free(void *data)
{
	struct block *block;

	if (!data)
		return;

	explicit_bzero(data, room_of(data));
	if (ALLOC_PLAIN) {
		free(data);
		return;
	}
	block = block_of(data);
	pthread_mutex_lock(&vault.lock);
	block->next = vault.free[class_of(block->size)];
	vault.free[class_of(block->size)] = block;
	pthread_mutex_unlock(&vault.lock);
}

bool vault_has(const void *data)
{
	const char *at = data;

	return vault.begin && at >= vault.begin && at < vault.end;
}
