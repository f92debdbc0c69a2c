/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hash tables of things that carry their own link.
 *
 * Keys come from strangers, so the hash is keyed with a random number of this
 * process: nobody can choose Call-IDs that fall into one bucket.
 */
#ifndef SIP_HASH_H
#define SIP_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_text(const char *text);

/* Embedded in what is kept. */
struct hash_link {
	struct hash_link *next;
	uint64_t hash;
};

struct hash {
	struct hash_link **buckets;
	size_t size; /* a power of two, or 0 */
	size_t count;
};

void hash_add(struct hash *hash, struct hash_link *link, uint64_t value);
void hash_remove(struct hash *hash, struct hash_link *link);

/* First of that value, and the next after link; NULL: no more. */
struct hash_link *hash_first(const struct hash *hash, uint64_t value);
struct hash_link *hash_next(const struct hash_link *link);

/*
 * Each link once, in no order; starts with NULL. The one returned may be
 * removed before the next call if its successor was asked for before that.
 */
struct hash_link *hash_each(const struct hash *hash,
			    const struct hash_link *after);

/* The buckets only; what was kept is its owner's. */
void hash_free(struct hash *hash);

#define HASH_ENTRY(link, type, member) \
	((type *)(void *)((char *)(link)-offsetof(type, member)))

#endif
