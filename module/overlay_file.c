/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file: what is laid over, one gateway a line, then who did what.
 *
 *   added name=branch host=mail.branch.example.com
 *   changed name=hq port=8443 secret=file:/etc/daymark/new.secret
 *   removed name=old
 *   did 2026-11-22T21:00:00Z root change hq port=8443
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "module/overlay_private.h"

static const char *const kinds[] = { "added", "changed", "removed" };

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), COVERS_MAX = 1000 };

static enum err read_cover(struct overlay *overlay, enum overlay_kind kind,
			   const char *words, struct why *why)
{
	bool *given = x_zalloc(gateway_table.count * sizeof(*given));
	struct gateway_settings fields;
	struct cover *cover;
	enum err err;

	directive_defaults(&gateway_table, &fields);
	err = directive_apply_given(&gateway_table, &fields, words, given, why);
	if (!err && !fields.name[0])
		err = why_set(why, ERR_CONFIG, "gateway without a name");
	if (!err && overlay_find(overlay, fields.name))
		err = why_set(why, ERR_CONFIG, "gateway %s is there twice",
			      fields.name);
	if (!err && overlay->count == COVERS_MAX)
		err = why_set(why, ERR_CONFIG, "more than %d gateways",
			      COVERS_MAX);
	if (err) {
		free(given);
		return err;
	}

	cover = overlay_put(overlay, fields.name, kind);
	free(cover->given);
	cover->given = given;
	cover->fields = fields;
	return ERR_OK;
}

static enum err read_line(struct overlay *overlay, char *line, struct why *why)
{
	size_t len = strcspn(line, " ");
	const char *rest = line[len] ? line + len + 1 : line + len;

	if (!*line || *line == '#')
		return ERR_OK;

	line[len] = '\0';
	if (!strcmp(line, "did")) {
		overlay_remember(overlay, rest);
		return ERR_OK;
	}
	for (unsigned i = 0; i < KINDS; i++)
		if (!strcmp(line, kinds[i]))
			return read_cover(overlay, (enum overlay_kind)i, rest,
					  why);
	return why_set(why, ERR_CONFIG,
		       "%.40s: want added, changed, removed or did", line);
}

enum err overlay_read(struct overlay *overlay, char *text, struct why *why)
{
	struct why inner = { .err = ERR_OK };

	for (unsigned number = 1; *text; number++) {
		size_t len = strcspn(text, "\n");
		char *next = text[len] ? text + len + 1 : text + len;

		text[len] = '\0';
		if (read_line(overlay, text, &inner))
			return why_set(why, ERR_CONFIG, "%u: %s", number,
				       inner.text);
		text = next;
	}
	return ERR_OK;
}

static void write_cover(const struct cover *cover, struct buf *out)
{
	buf_print(out, "%s", kinds[cover->kind]);
	for (size_t i = 0; i < gateway_table.count; i++) {
		if (!cover->given[i])
			continue;
		buf_add(out, " ", 1);
		directive_write(&gateway_table.rows[i], &cover->fields, out);
	}
	buf_add(out, "\n", 1);
}

void overlay_write(const struct overlay *overlay, struct buf *out)
{
	buf_print(out, "# Written by daymark; see daymarkctl gateways.\n");
	for (size_t i = 0; i < overlay->count; i++)
		write_cover(&overlay->covers[i], out);
	for (size_t i = 0; i < overlay->deed_count; i++)
		buf_print(out, "did %s\n", overlay->deeds[i]);
}

/* Who asks may be "uid 1000". */
void overlay_deed_line(const struct overlay_deed *deed, struct buf *out)
{
	char text[CLOCK_TEXT_SIZE];

	buf_print(out, "%s ", clock_text(text, deed->when));
	for (const char *c = deed->who; *c; c++)
		buf_add(out, *c == ' ' ? "-" : c, 1);
	buf_print(out, " %s %s%s%s", deed->verb, deed->name,
		  *deed->fields ? " " : "", deed->fields);
}

/* "2026-11-22T21:00:00Z root change hq port=8443", cut into its words. */
static void show_deed(const char *line, const char *wanted, struct json *array)
{
	char when[64] = "", who[64] = "", verb[16] = "", name[256] = "";
	struct json *row;
	int at = 0;

	if (sscanf(line, "%63s %63s %15s %255s%n", when, who, verb, name, &at) <
	    4)
		return;
	if (*wanted && strcmp(wanted, name) != 0)
		return;
	row = json_put_object(array, NULL);
	json_put_text(row, "when", when);
	json_put_text(row, "who", who);
	json_put_text(row, "what", verb);
	json_put_text(row, "gateway", name);
	json_put_text(row, "fields", line + at + strspn(line + at, " "));
}

void overlay_history(const struct overlay *overlay, const char *name,
		     struct json *array)
{
	for (size_t i = overlay->deed_count; i-- > 0;)
		show_deed(overlay->deeds[i], name, array);
}
