/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/directive.h"

enum { NAME_MAX_BYTES = 64, WORDS_MAX = 1000 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

static enum err read_name(const char **textp, char name[NAME_MAX_BYTES],
			  struct why *why)
{
	size_t len = strcspn(*textp, "= \t\r\n\"");

	if (!len || len >= NAME_MAX_BYTES || (*textp)[len] != '=')
		return why_set(why, ERR_CONFIG,
			       "%.*s: want name=value after name=value",
			       (int)(len < 40 ? len : 40), *textp);

	memcpy(name, *textp, len);
	name[len] = '\0';
	*textp += len + 1;
	return ERR_OK;
}

static enum err read_quoted(const char **textp, const char *name,
			    struct buf *value, struct why *why)
{
	const char *at = *textp + 1;

	for (; *at && *at != '"'; at++) {
		if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		buf_add(value, at, 1);
	}

	if (*at != '"')
		return why_set(why, ERR_CONFIG, "%s: closing quote missing",
			       name);
	at++;
	if (*at && !is_blank(*at))
		return why_set(why, ERR_CONFIG,
			       "%s: want a blank after the closing quote",
			       name);

	*textp = at;
	return ERR_OK;
}

static enum err read_value(const char **textp, const char *name,
			   struct buf *value, struct why *why)
{
	size_t len = strcspn(*textp, " \t\r\n");

	if (**textp == '"')
		return read_quoted(textp, name, value, why);
	if (memchr(*textp, '"', len))
		return why_set(why, ERR_CONFIG,
			       "%s: a quote stands inside of the value", name);

	buf_add(value, *textp, len);
	*textp += len;
	return ERR_OK;
}

/* given: the rows that were met before. */
static enum err apply_once(const struct directive_table *table, void *settings,
			   const char *name, const char *value, bool *given,
			   struct why *why)
{
	const struct directive *row = directive_find(table, name);
	size_t i = row ? (size_t)(row - table->rows) : 0;

	if (row && row->type != DIRECTIVE_LIST && given[i])
		return why_set(why, ERR_CONFIG, "%s: given twice", name);
	if (row)
		given[i] = true;

	return directive_apply(table, settings, name, value, why);
}

static enum err apply_word(const struct directive_table *table, void *settings,
			   const char **textp, bool *given, struct why *why)
{
	struct buf value = BUF(DIRECTIVE_ITEM_MAX);
	char name[NAME_MAX_BYTES];
	enum err err = read_name(textp, name, why);

	if (!err)
		err = read_value(textp, name, &value, why);
	if (!err && buf_full(&value))
		err = why_set(why, ERR_CONFIG, "%s: longer than %d bytes", name,
			      DIRECTIVE_ITEM_MAX);
	if (!err)
		err = apply_once(table, settings, name, buf_text(&value), given,
				 why);

	buf_free(&value);
	return err;
}

enum err directive_apply_given(const struct directive_table *table,
			       void *settings, const char *text, bool *given,
			       struct why *why)
{
	unsigned words = 0;
	enum err err = ERR_OK;

	memset(given, 0, table->count * sizeof(*given));
	text = skip_blanks(text);
	while (*text && !err) {
		if (++words > WORDS_MAX)
			err = why_set(why, ERR_CONFIG, "more than %d words",
				      WORDS_MAX);
		else
			err = apply_word(table, settings, &text, given, why);
		text = skip_blanks(text);
	}

	return err;
}

enum err directive_apply_words(const struct directive_table *table,
			       void *settings, const char *text,
			       struct why *why)
{
	bool *given = x_zalloc(table->count * sizeof(*given) + 1);
	enum err err = directive_apply_given(table, settings, text, given, why);

	free(given);
	return err;
}
