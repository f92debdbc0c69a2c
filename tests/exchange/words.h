/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line of a configuration, a script or the control port, cut into words. */
#ifndef TESTS_EXCHANGE_WORDS_H
#define TESTS_EXCHANGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { WORDS_MAX = 32 };

/* A line cut into words; quotes hold words with spaces together. */
struct words {
	char *text; /* owns the words */
	char *word[WORDS_MAX];
	size_t count;
};

/* ERR_MALFORMED: open quote or too many. Empty lines and # give no words. */
enum err words_read(struct words *words, const char *line, struct why *why);
void words_free(struct words *words);

/* "5s", "-2m", "1h", "2d", "250ms", "0". */
bool span_read(const char *text, int64_t *span_ms);

#endif
