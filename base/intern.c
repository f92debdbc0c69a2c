/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/index.h"
#include "base/intern.h"

struct kept {
	unsigned keepers;
	char text[];
};

static const char nothing[] = "";
static struct index *all; /* NULL: none is kept */

static const char *text_of(const void *item)
{
	return ((const struct kept *)item)->text;
}

const char *intern(const char *text)
{
	size_t bytes = strlen(text) + 1;
	struct kept *kept;

	if (!*text)
		return nothing;
	if (!all)
		all = index_new(text_of);

	kept = index_find(all, text);
	if (!kept) {
		kept = x_zalloc(sizeof(*kept) + bytes);
		memcpy(kept->text, text, bytes);
		index_put(all, kept);
	}
	kept->keepers++;
	return kept->text;
}

void intern_drop(const char **textp)
{
	const char *text = *textp;
	struct kept *kept;

	*textp = NULL;
	if (!text || text == nothing)
		return;

	kept = (struct kept *)((uintptr_t)text - offsetof(struct kept, text));
	if (--kept->keepers)
		return;

	index_take(all, text);
	free(kept);
	if (!index_count(all))
		index_free(&all);
}

void intern_replace(const char **textp, const char *text)
{
	const char *other = intern(text);

	intern_drop(textp);
	*textp = other;
}
