/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/index.h"
#include "module/seen.h"

struct row {
	uint64_t content;
	uint64_t reading; /* in which it came last */
	char key[];
};

struct seen {
	struct index *index; /* by key */
	uint64_t reading;
};

static const char *name_of(const void *item)
{
	const struct row *row = item;

	return row->key;
}

struct seen *seen_new(void)
{
	struct seen *seen = x_new(struct seen);

	seen->index = index_new(name_of);
	return seen;
}

void seen_free(struct seen **seenp)
{
	struct seen *seen = *seenp;
	size_t place = 0;
	void *row;

	*seenp = NULL;
	if (!seen)
		return;

	while ((row = index_walk(seen->index, &place)))
		free(row);
	index_free(&seen->index);
	free(seen);
}

void seen_begin(struct seen *seen)
{
	seen->reading++;
}

bool seen_again(struct seen *seen, const char *key, uint64_t content)
{
	struct row *row = index_find(seen->index, key);

	if (!row)
		return false;
	row->reading = seen->reading;
	return row->content == content;
}

void seen_put(struct seen *seen, const char *key, uint64_t content)
{
	struct row *row = index_find(seen->index, key);

	if (!row) {
		size_t bytes = strlen(key) + 1;

		row = x_zalloc(sizeof(*row) + bytes);
		memcpy(row->key, key, bytes);
		index_put(seen->index, row);
	}
	row->content = content;
	row->reading = seen->reading;
}

void seen_end(struct seen *seen, seen_gone_h *h, void *arg)
{
	size_t count = index_count(seen->index), gone = 0, place = 0;
	struct row **rows = x_zalloc((count + 1) * sizeof(*rows));
	struct row *row;

	while ((row = index_walk(seen->index, &place)))
		if (row->reading != seen->reading)
			rows[gone++] = row;
	for (size_t i = 0; i < gone; i++) {
		if (!h(rows[i]->key, arg))
			continue;
		index_take(seen->index, rows[i]->key);
		free(rows[i]);
	}
	free(rows);
}

size_t seen_count(const struct seen *seen)
{
	return index_count(seen->index);
}
