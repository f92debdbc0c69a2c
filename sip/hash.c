/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crypto.h"
#include "sip/hash.h"

enum { SIZE_FIRST = 64 };

static uint64_t secret(void)
{
	static uint64_t key;

	while (!key)
		crypto_random(&key, sizeof(key));

	return key;
}

/* The mixing steps of MurmurHash64A, started from a secret. */
uint64_t hash_text(const char *text)
{
	static const uint64_t m = 0xc6a4a7935bd1e995ULL;
	uint64_t hash = secret();
	size_t len = strlen(text);

	for (; len; len -= len < 8 ? len : 8) {
		uint64_t word = 0;

		memcpy(&word, text, len < 8 ? len : 8);
		text += len < 8 ? len : 8;
		word *= m;
		word ^= word >> 47;
		hash = (hash ^ (word * m)) * m;
	}

	hash ^= hash >> 47;
	hash *= m;
	return hash ^ (hash >> 47);
}

static void grow(struct hash *hash)
{
	struct hash wider = { .size = hash->size ? hash->size * 2
						 : SIZE_FIRST };

	wider.buckets = x_zalloc(wider.size * sizeof(struct hash_link *));
	for (size_t i = 0; i < hash->size; i++) {
		struct hash_link *next, *link = hash->buckets[i];

		for (; link; link = next) {
			next = link->next;
			hash_add(&wider, link, link->hash);
		}
	}

	free(hash->buckets);
	*hash = wider;
}

void hash_add(struct hash *hash, struct hash_link *link, uint64_t value)
{
	struct hash_link **bucket;

	if (hash->count >= hash->size)
		grow(hash);

	bucket = &hash->buckets[value & (hash->size - 1)];
	link->hash = value;
	link->next = *bucket;
	*bucket = link;
	hash->count++;
}

void hash_remove(struct hash *hash, struct hash_link *link)
{
	struct hash_link **place =
		&hash->buckets[link->hash & (hash->size - 1)];

	while (*place != link)
		place = &(*place)->next;

	*place = link->next;
	link->next = NULL;
	hash->count--;
}

static struct hash_link *same(struct hash_link *link, uint64_t value)
{
	while (link && link->hash != value)
		link = link->next;

	return link;
}

struct hash_link *hash_first(const struct hash *hash, uint64_t value)
{
	return hash->size ? same(hash->buckets[value & (hash->size - 1)], value)
			  : NULL;
}

struct hash_link *hash_next(const struct hash_link *link)
{
	return same(link->next, link->hash);
}

struct hash_link *hash_each(const struct hash *hash,
			    const struct hash_link *after)
{
	size_t i = 0;

	if (after && after->next)
		return after->next;
	if (after)
		i = (after->hash & (hash->size - 1)) + 1;

	for (; i < hash->size; i++)
		if (hash->buckets[i])
			return hash->buckets[i];

	return NULL;
}

void hash_free(struct hash *hash)
{
	free(hash->buckets);
	*hash = (struct hash){ 0 };
}
