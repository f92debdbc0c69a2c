/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/alloc.h"
#include "sip/hash.h"
#include "sip/rate.h"

enum { SETS = 4096, WAYS = 4 };

struct bucket {
	uint64_t source; /* hash; 0: nobody's */
	uint64_t at_ms;
	uint64_t millitokens;
};

struct rate {
	unsigned per_s;
	struct bucket buckets[SETS][WAYS];
};

struct rate *rate_new(unsigned per_s)
{
	struct rate *rate = x_new(struct rate);

	rate->per_s = per_s;
	return rate;
}

void rate_free(struct rate **ratep)
{
	free(*ratep);
	*ratep = NULL;
}

void rate_change(struct rate *rate, unsigned per_s)
{
	rate->per_s = per_s;
}

/* The source's own, or the one that was quiet longest. */
static struct bucket *bucket_of(struct rate *rate, uint64_t source,
				uint64_t now_ms)
{
	struct bucket *set = rate->buckets[source % SETS];
	struct bucket *pick = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (set[i].source == source)
			return &set[i];
		if (set[i].at_ms < pick->at_ms)
			pick = &set[i];
	}

	*pick = (struct bucket){ .source = source,
				 .at_ms = now_ms,
				 .millitokens = 1000ULL * rate->per_s };
	return pick;
}

bool rate_take(struct rate *rate, const char *source, uint64_t now_ms)
{
	struct bucket *bucket;
	uint64_t most = 1000ULL * rate->per_s;

	if (!rate->per_s)
		return true;

	bucket = bucket_of(rate, hash_text(source) | 1, now_ms);
	bucket->millitokens += (now_ms - bucket->at_ms) * rate->per_s;
	bucket->at_ms = now_ms;
	if (bucket->millitokens > most)
		bucket->millitokens = most;
	if (bucket->millitokens < 1000)
		return false;

	bucket->millitokens -= 1000;
	return true;
}
