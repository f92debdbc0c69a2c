/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/directive.h"

enum { NAME_MAX_BYTES = 64, NEAR = 2 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

/* Levenshtein's distance; a has at most NAME_MAX_BYTES. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_BYTES + 1];
	size_t len = strlen(a);

	for (unsigned i = 0; i <= len; i++)
		row[i] = i;

	for (unsigned j = 1; *b; b++, j++) {
		unsigned corner = row[0];

		row[0] = j;
		for (size_t i = 1; i <= len; i++) {
			unsigned above = row[i];

			row[i] = least(above + 1, row[i - 1] + 1,
				       corner + (a[i - 1] != *b));
			corner = above;
		}
	}

	return row[len];
}

const struct directive *directive_near(const struct directive_table *table,
				       const char *name)
{
	const struct directive *best = NULL;
	unsigned nearest = NEAR + 1;

	if (strlen(name) > NAME_MAX_BYTES)
		return NULL;

	for (size_t i = 0; i < table->count; i++) {
		unsigned away = distance(name, table->rows[i].name);

		if (away < nearest && away < strlen(name)) {
			nearest = away;
			best = &table->rows[i];
		}
	}

	return best;
}
