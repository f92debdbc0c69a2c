/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Room for small things that live long: watches, their dialogs and documents.
 *
 * Between the stack's transactions, which hold some 10 KB each for half a
 * minute, every one of them would keep two pages of memory from going back.
 * So they lie together; what is freed is used again for things of its size,
 * and never goes back. Under AddressSanitizer it is plain memory.
 */
#ifndef SIP_SLAB_H
#define SIP_SLAB_H

#include <stddef.h>

/* Zeroed, aligned for everything. */
void *slab_new(size_t bytes);
char *slab_text(const char *text);
/* NULL is fine. */
void slab_free(void *thing);

#endif
