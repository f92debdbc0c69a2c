/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "module/config_read.h"

struct reader {
	const char *at;
	const char *end;
	unsigned line;
	char first[CONFIG_VALUE_MAX + 1]; /* the values of a statement */
	char second[CONFIG_VALUE_MAX + 1];
	char third[CONFIG_VALUE_MAX + 1];
	struct why *why;
};

/* -1 at the end. */
static int peek(const struct reader *in)
{
	return in->at < in->end ? (unsigned char)*in->at : -1;
}

static bool take(struct reader *in, char wanted)
{
	if (peek(in) != wanted)
		return false;
	in->at++;
	return true;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct reader *in)
{
	while (is_blank(peek(in)))
		in->at++;
	if (peek(in) == '#')
		while (peek(in) != '\n' && peek(in) != -1)
			in->at++;
}

/* Within parentheses and between statements. */
static void skip_lines(struct reader *in)
{
	skip_blanks(in);
	while (take(in, '\n')) {
		in->line++;
		skip_blanks(in);
	}
}

static enum err bad(struct reader *in, const char *text)
{
	return why_set(in->why, ERR_CONFIG, "%s", text);
}

static enum err read_quoted(struct reader *in, char value[CONFIG_VALUE_MAX + 1])
{
	size_t len = 0;

	while (!take(in, '"')) {
		int c = peek(in);

		if (c == '\n' || c == -1)
			return bad(in, "a text in quotes must end on its line");
		if (c == '\0')
			return bad(in, "a NUL byte in a text");
		if (len == CONFIG_VALUE_MAX)
			return bad(in, "a text longer than 4096 bytes");
		in->at++;
		if (c == '\\' && (peek(in) == '"' || peek(in) == '\\'))
			c = (unsigned char)*in->at++;
		value[len++] = (char)c;
	}
	value[len] = '\0';
	return ERR_OK;
}

static enum err read_bare(struct reader *in, char value[CONFIG_VALUE_MAX + 1])
{
	size_t len = 0;

	while (isgraph(peek(in)) && !strchr("\"#(),=", peek(in))) {
		if (len == CONFIG_VALUE_MAX)
			return bad(in, "a word longer than 4096 bytes");
		value[len++] = *in->at++;
	}
	value[len] = '\0';
	return len ? ERR_OK : bad(in, "want a word or a text in \"quotes\"");
}

static enum err read_value(struct reader *in, char value[CONFIG_VALUE_MAX + 1])
{
	return take(in, '"') ? read_quoted(in, value) : read_bare(in, value);
}

static enum err read_modparam(struct reader *in)
{
	char *const values[] = { in->first, in->second, in->third };

	if (!take(in, '('))
		return bad(in,
			   "want modparam(\"module\", \"name\", \"value\")");

	for (int i = 0; i < 3; i++) {
		enum err err;

		skip_lines(in);
		err = read_value(in, values[i]);
		if (err)
			return err;
		skip_lines(in);
		if (!take(in, i < 2 ? ',' : ')'))
			return bad(in, i < 2 ? "want a comma and the next text "
					       "of modparam"
					     : "want ) after the third text of "
					       "modparam");
	}
	return ERR_OK;
}

static enum err read_set(struct reader *in, bool equals_needed)
{
	if (!take(in, '=') && equals_needed)
		return bad(in, "want NAME = VALUE, loadmodule, modparam or "
			       "include_file");
	skip_blanks(in);
	return read_value(in, in->third);
}

static const struct {
	const char *word;
	enum config_kind kind;
	bool named; /* the word is the name of what is set */
} words[] = {
	{ "loadmodule", CONFIG_LOADMODULE, false },
	{ "modparam", CONFIG_MODPARAM, false },
	{ "include_file", CONFIG_INCLUDE, false },
	{ "include", CONFIG_INCLUDE, false },
	{ "mpath", CONFIG_SET, true },
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

static int find(const char *word)
{
	int i = 0;

	while (i < WORDS && strcmp(words[i].word, word) != 0)
		i++;
	return i;
}

static enum err read_rest(struct reader *in, struct config_statement *statement)
{
	int word = find(in->second);
	bool plain = word == WORDS;

	statement->kind = plain ? CONFIG_SET : words[word].kind;
	skip_blanks(in);
	if (statement->kind == CONFIG_MODPARAM) {
		statement->module = in->first;
		return read_modparam(in);
	}
	if (!plain && !words[word].named)
		statement->name = "";
	return read_set(in, plain);
}

static enum err read_statement(struct reader *in,
			       struct config_statement *statement)
{
	enum err err = read_bare(in, in->second);

	if (!err)
		err = read_rest(in, statement);
	if (err)
		return err;

	skip_blanks(in);
	if (peek(in) != '\n' && peek(in) != -1)
		return bad(in, "something follows that does not belong here");
	return ERR_OK;
}

static enum err read_all(struct reader *in, config_statement_h *h, void *arg,
			 unsigned *linep)
{
	enum err err = ERR_OK;

	for (skip_lines(in); !err && in->at < in->end; skip_lines(in)) {
		struct config_statement statement = { .line = in->line,
						      .module = "",
						      .name = in->second,
						      .value = in->third };

		err = read_statement(in, &statement);
		*linep = err ? in->line : statement.line;
		if (!err)
			err = h(&statement, arg, in->why);
	}
	return err;
}

enum err config_read(const char *text, size_t len, config_statement_h *h,
		     void *arg, struct why *why)
{
	struct why inner = { .err = ERR_OK };
	struct reader in = {
		.at = text, .end = text + len, .line = 1, .why = &inner
	};
	unsigned line = 1;
	enum err err = read_all(&in, h, arg, &line);

	return err ? why_set(why, err, "%u: %s", line, inner.text) : ERR_OK;
}
