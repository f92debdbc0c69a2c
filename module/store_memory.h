/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A licence ledger that lives no longer than the process, and remembers the
 * last STORE_MEMORY_MAX lines.
 */
#ifndef MODULE_STORE_MEMORY_H
#define MODULE_STORE_MEMORY_H

#include "directory/licence.h"

struct store_memory;

enum { STORE_MEMORY_MAX = 10000 };

struct store_memory *store_memory_new(void);

/* Tells those who wait. */
void store_memory_free(struct store_memory **storep);

/* The store argument is the struct store_memory. */
extern const struct licence_store store_memory;

#endif
