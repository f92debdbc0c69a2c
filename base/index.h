/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Things found by name: a hash table that grows with what is in it. Names are
 * kept by what is found, not copied; the hash has a random seed, since
 * strangers choose names too.
 */
#ifndef BASE_INDEX_H
#define BASE_INDEX_H

#include <stddef.h>

struct index;

/* The name under which the item was put. */
typedef const char *index_name_h(const void *item);

struct index *index_new(index_name_h *name);
void index_free(struct index **indexp);

/* NULL if there is none. */
void *index_find(const struct index *index, const char *name);

/* There must be none of its name yet. */
void index_put(struct index *index, void *item);
void index_take(struct index *index, const char *name);

size_t index_count(const struct index *index);

/*
 * Each item once, in no order: start with place 0 and go on until NULL.
 * Nothing may be put or taken meanwhile.
 */
void *index_walk(const struct index *index, size_t *placep);

#endif
