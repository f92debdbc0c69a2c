/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/words.h"

static const struct {
	const char *unit;
	int64_t ms;
} units[] = {
	{ "", 1000 },   { "ms", 1 },      { "s", 1000 },
	{ "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
};

/* Cuts the next word off; at stands on its first character or quote. */
static char *cut_word(char **at)
{
	char *word = *at, *end;

	if (*word != '"') {
		end = word + strcspn(word, " \t\r\n");
		*at = *end ? end + 1 : end;
		*end = '\0';
		return word;
	}
	end = strchr(word + 1, '"');
	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return word + 1;
}

enum err words_read(struct words *words, const char *line, struct why *why)
{
	char *at = words->text = x_strdup(line);

	words->count = 0;
	for (;;) {
		at += strspn(at, " \t\r\n");
		if (*at == '\0' || *at == '#')
			return ERR_OK;
		if (words->count == WORDS_MAX)
			return why_set(why, ERR_MALFORMED, "more than %d words",
				       WORDS_MAX);
		words->word[words->count] = cut_word(&at);
		if (!words->word[words->count++])
			return why_set(why, ERR_MALFORMED, "quote not closed");
	}
}

void words_free(struct words *words)
{
	free(words->text);
	words->text = NULL;
	words->count = 0;
}

bool span_read(const char *text, int64_t *span_ms)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (end == text || number > 1000000000 || number < -1000000000)
		return false;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].unit, end) == 0) {
			*span_ms = number * units[i].ms;
			return true;
		}
	return false;
}
