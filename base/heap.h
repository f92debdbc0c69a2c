/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that was needed for a moment goes back to the system.
 *
 * A burst (everybody subscribes, a directory is read) leaves the heap full of
 * holes between what stays. malloc keeps them for the next burst, which may
 * be a day away, unless it is asked to give back whole pages.
 *
 * To ask malloc what it holds takes as long as there are holes, 15 ms with
 * 50,000 users, and to give back takes longer; nobody is served meanwhile. So
 * it is asked while memory has grown lately, else only now and then, and what
 * it holds is given back in another round of the loop.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* What is known when it is looked next. Zeroed at first. */
struct heap_looks {
	size_t resident; /* bytes when it grew last, or less since */
	unsigned left;   /* looks that are still worth it for that */
	unsigned idle;   /* left out since the last one */
};

/* Whether to ask malloc, once every half minute. resident: bytes. */
bool heap_worth_looking(struct heap_looks *looks, size_t resident);

/* Looks from the loop every some seconds, until told to stop. */
void heap_watch_start(void);
void heap_watch_stop(void);

/* Bytes that are used and bytes that malloc holds for later. */
bool heap_worth_trimming(size_t used, size_t held);

#endif
