/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "directory/guard.h"

/* What was allowed in one second; a ring of as many as the span has. */
struct second {
	uint64_t second; /* of the steady clock */
	unsigned count;
};

struct guard {
	struct guard_options options;
	bool holds;
	struct second seconds[];
};

struct guard *guard_new(const struct guard_options *options)
{
	struct guard *guard;

	assert(options->span_s && options->span_s <= GUARD_SPAN_MAX_S);
	guard = x_zalloc(sizeof(*guard) +
			 options->span_s * sizeof(guard->seconds[0]));
	guard->options = *options;
	return guard;
}

void guard_free(struct guard **guardp)
{
	free(*guardp);
	*guardp = NULL;
}

static size_t recent(const struct guard *guard, uint64_t now)
{
	size_t count = 0;

	for (unsigned i = 0; i < guard->options.span_s; i++)
		if (guard->seconds[i].second + guard->options.span_s > now)
			count += guard->seconds[i].count;

	return count;
}

static void note(struct guard *guard, uint64_t now, unsigned count)
{
	struct second *second = &guard->seconds[now % guard->options.span_s];

	if (second->second != now)
		*second = (struct second){ .second = now };
	second->count += count;
}

unsigned guard_limit(const struct guard *guard, size_t entitled)
{
	size_t part = entitled * guard->options.percent / 100;

	return part > guard->options.absolute ? (unsigned)part
					      : guard->options.absolute;
}

bool guard_allows(struct guard *guard, unsigned count, size_t entitled,
		  uint64_t now_ms)
{
	uint64_t now = now_ms / 1000;
	size_t gone = recent(guard, now);

	/* The percentage is of what there was before the span's losses. */
	if (guard->holds ||
	    gone + count > guard_limit(guard, entitled + gone)) {
		guard->holds = true;
		return false;
	}

	note(guard, now, count);
	return true;
}

bool guard_holds(const struct guard *guard)
{
	return guard->holds;
}

void guard_release(struct guard *guard)
{
	guard->holds = false;
	for (unsigned i = 0; i < guard->options.span_s; i++)
		guard->seconds[i].count = 0;
}
