/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "sip/slab.h"

enum {
	GRAIN = 16,  /* sizes are multiples of it */
	SIZES = 129, /* up to 2 KB; what is larger is plain memory */
	BLOCK_BYTES = 256 << 10,
};

/* In front of each thing. */
union head {
	size_t size; /* in grains; 0: plain */
	union head *next;
	long double align;
};

static union head *vacant[SIZES];
static char *room;
static size_t room_bytes;

static union head *cut(size_t bytes)
{
	union head *head;

	if (room_bytes < bytes) {
		room = x_zalloc(BLOCK_BYTES);
		room_bytes = BLOCK_BYTES;
	}

	head = (union head *)(void *)room;
	room += bytes;
	room_bytes -= bytes;
	return head;
}

void *slab_new(size_t bytes)
{
	size_t size = (sizeof(union head) + bytes + GRAIN - 1) / GRAIN;
	union head *head;

	if (ALLOC_PLAIN || size >= SIZES) {
		head = x_zalloc(sizeof(*head) + bytes);
		return head + 1;
	}

	head = vacant[size];
	if (head) {
		vacant[size] = head->next;
		memset(head, 0, size * GRAIN);
	} else {
		head = cut(size * GRAIN);
	}
	head->size = size;
	return head + 1;
}

char *slab_text(const char *text)
{
	size_t bytes = strlen(text) + 1;

	return memcpy(slab_new(bytes), text, bytes);
}

void slab_free(void *thing)
{
	union head *head = thing;
	size_t size;

	if (!head)
		return;

	head--;
	size = head->size;
	if (!size) {
		free(head);
		return;
	}
	head->next = vacant[size];
	vacant[size] = head;
}
