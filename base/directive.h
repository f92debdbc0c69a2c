/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Configuration directives as data.
 *
 * A table of these says where a value goes, what is accepted and what the
 * manual page prints. Both hosts, the bundled server's file and Kamailio's
 * modparam(), end up in directive_apply().
 */
#ifndef BASE_DIRECTIVE_H
#define BASE_DIRECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum directive_type {
	DIRECTIVE_FLAG,    /* bool: yes, no */
	DIRECTIVE_COUNT,   /* unsigned */
	DIRECTIVE_SECONDS, /* unsigned: 90, 90s, 15m, 2h, 1d */
	DIRECTIVE_TEXT,    /* char[DIRECTIVE_TEXT_SIZE] */
	DIRECTIVE_LIST,    /* struct directive_list: each value adds one */
};

enum { DIRECTIVE_TEXT_SIZE = 256, DIRECTIVE_ITEM_MAX = 4096 };

struct directive_list {
	char **items;
	size_t count;
};

struct directive {
	const char *name;
	enum directive_type type;
	size_t offset;       /* of the field in the settings struct */
	const char *initial; /* written the way an operator would */
	unsigned min, max;   /* of the number, or of the text's length */
	const char *doc;
};

/* What the type cannot say about one value, such as the syntax of a list's. */
typedef enum err directive_check_h(const struct directive *row,
				   const char *value, struct why *why);

struct directive_table {
	const struct directive *rows;
	size_t count;
	directive_check_h *check; /* asked for values given; may be NULL */
};

/*
 * The members of a settings struct, for the .def files of directives:
 *   struct settings {
 *   #define DIRECTIVE(name, type, initial, min, max, doc) \
 *	DIRECTIVE_FIELD_##type(name)
 *   #include "module/directives.def"
 *   };
 */
#define DIRECTIVE_FIELD_FLAG(name)    bool name;
#define DIRECTIVE_FIELD_COUNT(name)   unsigned name;
#define DIRECTIVE_FIELD_SECONDS(name) unsigned name;
#define DIRECTIVE_FIELD_TEXT(name)    char name[DIRECTIVE_TEXT_SIZE];
#define DIRECTIVE_FIELD_LIST(name)    struct directive_list name;

/* And its row in the table; owner is the struct with the fields. */
#define DIRECTIVE_ROW(owner, name, type, initial, min, max, doc) \
	{                                                        \
		#name,                                           \
		DIRECTIVE_##type,                                \
		offsetof(owner, name),                           \
		initial,                                         \
		min,                                             \
		max,                                             \
		doc                                              \
	},

/* Fills every field with its initial value; the struct may be garbage. */
void directive_defaults(const struct directive_table *table, void *settings);

/*
 * The row whose name is nearest to what was written, for "did you mean"; NULL
 * when none is near.
 */
const struct directive *directive_near(const struct directive_table *table,
				       const char *name);

/* The row of that name, or NULL. */
const struct directive *directive_find(const struct directive_table *table,
				       const char *name);

/* ERR_CONFIG with a sentence that names directive, value and what would do. */
enum err directive_apply(const struct directive_table *table, void *settings,
			 const char *name, const char *value, struct why *why);

/*
 * Several fields in one text: name=hq path="/a b" flag=yes. Values with
 * blanks stand in double quotes, \" and \\ inside them; outside of quotes a
 * backslash is itself (DOMAIN\user). Only lists may be given twice. After an
 * error some fields may have been set.
 */
enum err directive_apply_words(const struct directive_table *table,
			       void *settings, const char *text,
			       struct why *why);

/* The same, and marks in given (one for each row) those that were met. */
enum err directive_apply_given(const struct directive_table *table,
			       void *settings, const char *text, bool *given,
			       struct why *why);

/* name=value as directive_apply_words() reads it; not of lists. */
void directive_write(const struct directive *row, const void *settings,
		     struct buf *out);

/* Deep copy, to may be garbage; release of what lists hold. */
void directive_copy(const struct directive_table *table, void *to,
		    const void *from);
void directive_free(const struct directive_table *table, void *settings);

/* Whether the field has the same value in both. */
bool directive_equal(const struct directive *row, const void *a, const void *b);

#endif
