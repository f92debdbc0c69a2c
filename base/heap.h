/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that was needed for a moment goes back to the system.
 *
 * A burst (everybody subscribes, a directory is read) leaves the heap full of
 * holes between what stays. malloc keeps them for the next burst, which may
 * be a day away, unless it is asked to give back whole pages.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Looks from the loop every some seconds, until told to stop. */
void heap_watch_start(void);
void heap_watch_stop(void);

/* Bytes that are used and bytes that malloc holds for later. */
bool heap_worth_trimming(size_t used, size_t held);

#endif
