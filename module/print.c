/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "module/cells.h"
#include "module/print.h"

enum { COLUMNS_MAX = 20, NUMBER_SIZE = 32 };

struct column {
	const char *name;
	size_t width;
	bool right;
};

struct table {
	struct column columns[COLUMNS_MAX];
	size_t count;
	size_t at; /* the column to be written next */
	struct buf *out;
};

/* Where lines go: how deep, how wide the names. */
struct place {
	struct buf *out;
	int indent;
	size_t width;
};

/* Nothing that a terminal would obey, but those that are kept. */
static void add_but(struct buf *out, const char *text, const char *kept)
{
	for (; *text; text++) {
		bool obeyed = (unsigned char)*text < ' ' || *text == 0x7f;

		buf_add(out, obeyed && !strchr(kept, *text) ? " " : text, 1);
	}
}

/* On one line. */
static void add_text(struct buf *out, const char *text)
{
	add_but(out, text, "");
}

static void add_block(struct buf *out, const char *text)
{
	add_but(out, text, "\n\t");
}

static const char *scalar(const struct json *json, char number[NUMBER_SIZE])
{
	switch (json_kind(json)) {
	case JSON_KIND_TEXT:
		return json_text(json);
	case JSON_KIND_FLAG:
		return json_number(json) ? "yes" : "no";
	case JSON_KIND_NUMBER:
		snprintf(number, NUMBER_SIZE, "%" PRId64, json_number(json));
		return number;
	case JSON_KIND_NULL:
	case JSON_KIND_ARRAY:
	case JSON_KIND_OBJECT:
		break;
	}
	return "-";
}

static bool is_scalar(const struct json *json)
{
	enum json_kind kind = json_kind(json);

	return kind != JSON_KIND_ARRAY && kind != JSON_KIND_OBJECT;
}

static bool is_block(const struct json *json)
{
	return json_kind(json) == JSON_KIND_TEXT &&
	       strchr(json_text(json), '\n') != NULL;
}

static void pad(struct buf *out, size_t count)
{
	while (count--)
		buf_add(out, " ", 1);
}

/* "live_since" heads its column as "LIVE SINCE". */
static void add_heading(struct buf *out, const char *name)
{
	for (; *name; name++) {
		char letter = *name == '_'
				      ? ' '
				      : (char)toupper((unsigned char)*name);

		buf_add(out, &letter, 1);
	}
}

/* Rows need not all have the same; NULL: there is no room for another. */
static struct column *column_of(struct table *table, const char *name,
				const struct json *json)
{
	size_t i = 0;

	while (i < table->count && strcmp(table->columns[i].name, name) != 0)
		i++;
	if (i == COLUMNS_MAX)
		return NULL;
	if (i == table->count)
		table->columns[table->count++] = (struct column){
			.name = name,
			.width = *name ? cells(name) : 1,
			.right = json_kind(json) == JSON_KIND_NUMBER,
		};
	return &table->columns[i];
}

static void widen(const char *name, const struct json *json, void *arg)
{
	struct table *table = arg;
	char number[NUMBER_SIZE];
	struct column *column;
	size_t width;

	if (!name || !is_scalar(json))
		return;

	column = column_of(table, name, json);
	width = cells(scalar(json, number));
	if (column && width > column->width)
		column->width = width;
}

static void widen_row(const char *name, const struct json *row, void *arg)
{
	(void)name;
	json_each(row, widen, arg);
}

/* The last column is not padded, so that lines do not end in blanks. */
static void add_cell(struct table *table, const char *text, bool heading)
{
	const struct column *column = &table->columns[table->at++];
	const char *shown = *text ? text : "-";
	size_t room = column->width - cells(shown);
	bool last = table->at == table->count;

	if (column->right)
		pad(table->out, room);
	if (heading)
		add_heading(table->out, shown);
	else
		add_text(table->out, shown);
	if (!column->right && !last)
		pad(table->out, room);
	if (last)
		buf_add(table->out, "\n", 1);
	else
		pad(table->out, 2);
}

static void print_row(const char *name, const struct json *row, void *arg)
{
	struct table *table = arg;
	char number[NUMBER_SIZE];

	(void)name;
	table->at = 0;
	pad(table->out, 2);
	while (table->at < table->count) {
		const struct json *cell =
			json_get(row, table->columns[table->at].name);

		add_cell(table,
			 cell && is_scalar(cell) ? scalar(cell, number) : "",
			 false);
	}
}

static void print_list_item(const char *name, const struct json *json,
			    void *arg)
{
	struct place *place = arg;
	char number[NUMBER_SIZE];

	(void)name;
	buf_add(place->out, "  ", 2);
	add_text(place->out, scalar(json, number));
	buf_add(place->out, "\n", 1);
}

static void print_array(const struct json *array, struct buf *out)
{
	struct table table = { .out = out };
	struct place place = { .out = out };

	if (!json_count(array)) {
		buf_print(out, "  none\n");
		return;
	}

	json_each(array, widen_row, &table);
	if (!table.count) {
		json_each(array, print_list_item, &place);
		return;
	}

	pad(out, 2);
	table.at = 0;
	while (table.at < table.count)
		add_cell(&table, table.columns[table.at].name, true);
	json_each(array, print_row, &table);
}

static void widen_name(const char *name, const struct json *json, void *arg)
{
	struct place *place = arg;

	if (is_scalar(json) && !is_block(json) && cells(name) > place->width)
		place->width = cells(name);
}

static void print_member(const char *name, const struct json *json, void *arg)
{
	struct place *place = arg;
	char number[NUMBER_SIZE];
	const char *text;

	if (!is_scalar(json) || is_block(json))
		return;

	text = scalar(json, number);
	pad(place->out, (size_t)place->indent);
	for (const char *c = name; *c; c++)
		buf_add(place->out, *c == '_' ? " " : c, 1);
	pad(place->out, place->width - cells(name) + 2);
	add_text(place->out, *text ? text : "-");
	buf_add(place->out, "\n", 1);
}

static void print_members(const struct json *object, struct buf *out,
			  int indent)
{
	struct place place = { .out = out, .indent = indent };

	json_each(object, widen_name, &place);
	json_each(object, print_member, &place);
}

static void print_section(const char *name, const struct json *json, void *arg)
{
	struct buf *out = arg;

	if (is_scalar(json) && !is_block(json))
		return;

	if (out->len)
		buf_add(out, "\n", 1);
	buf_print(out, "%s:\n", name);
	if (is_block(json))
		add_block(out, json_text(json));
	else if (json_kind(json) == JSON_KIND_ARRAY)
		print_array(json, out);
	else
		print_members(json, out, 2);
}

/* An answer that is one text, such as the metrics, is that text. */
static void print_alone(const char *name, const struct json *json, void *arg)
{
	(void)name;
	add_block(arg, json_text(json));
}

static void note_block(const char *name, const struct json *json, void *arg)
{
	(void)name;
	*(bool *)arg = is_block(json);
}

void print_json(const struct json *object, struct buf *out)
{
	bool block = false;

	if (json_count(object) == 1)
		json_each(object, note_block, &block);
	if (block) {
		json_each(object, print_alone, out);
		return;
	}

	print_members(object, out, 0);
	json_each(object, print_section, out);
}
