/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "module/overlay_private.h"

static const char usual_path[] = LOCALSTATEDIR "/lib/daymark/gateways";

static size_t row_of(const char *name)
{
	return (size_t)(directive_find(&gateway_table, name) -
			gateway_table.rows);
}

struct cover *overlay_find(const struct overlay *overlay, const char *name)
{
	for (size_t i = 0; i < overlay->count; i++)
		if (!strcmp(overlay->covers[i].fields.name, name))
			return &overlay->covers[i];
	return NULL;
}

static bool *given_new(const bool *from)
{
	bool *given = x_zalloc(gateway_table.count * sizeof(*given));

	if (from)
		memcpy(given, from, gateway_table.count * sizeof(*given));
	return given;
}

struct cover *overlay_put(struct overlay *overlay, const char *name,
			  enum overlay_kind kind)
{
	struct cover *cover;

	overlay->covers = x_realloc(overlay->covers,
				    (overlay->count + 1) * sizeof(*cover));
	cover = &overlay->covers[overlay->count++];
	cover->kind = kind;
	cover->given = given_new(NULL);
	directive_defaults(&gateway_table, &cover->fields);
	strncpy(cover->fields.name, name, sizeof(cover->fields.name) - 1);
	cover->given[row_of("name")] = true;
	return cover;
}

void overlay_drop(struct overlay *overlay, struct cover *cover)
{
	size_t after = overlay->count - 1 - (size_t)(cover - overlay->covers);

	free(cover->given);
	memmove(cover, cover + 1, after * sizeof(*cover));
	overlay->count--;
}

void overlay_lay(const struct cover *cover, struct gateway_settings *settings)
{
	const char *from = (const char *)&cover->fields;
	char *to = (char *)settings;

	for (size_t i = 0; i < gateway_table.count; i++) {
		const struct directive *row = &gateway_table.rows[i];

		if (!cover->given[i])
			continue;
		if (row->type == DIRECTIVE_TEXT)
			memcpy(to + row->offset, from + row->offset,
			       DIRECTIVE_TEXT_SIZE);
		else if (row->type == DIRECTIVE_FLAG)
			memcpy(to + row->offset, from + row->offset,
			       sizeof(bool));
		else
			memcpy(to + row->offset, from + row->offset,
			       sizeof(unsigned));
	}
}

void overlay_remember(struct overlay *overlay, const char *line)
{
	if (overlay->deed_count == OVERLAY_DEEDS_MAX) {
		free(overlay->deeds[0]);
		overlay->deed_count--;
		memmove(&overlay->deeds[0], &overlay->deeds[1],
			overlay->deed_count * sizeof(*overlay->deeds));
	}
	overlay->deeds =
		x_realloc(overlay->deeds,
			  (overlay->deed_count + 1) * sizeof(*overlay->deeds));
	overlay->deeds[overlay->deed_count++] = x_strdup(line);
}

enum err overlay_open(struct overlay **overlayp, const char *path,
		      struct why *why)
{
	struct overlay *overlay = x_new(struct overlay);
	struct buf text = BUF(OVERLAY_BYTES_MAX);
	struct why inner = { .err = ERR_OK };
	enum err err = ERR_OK;

	if (strcmp(path, "-") != 0 && (*path || file_has_room(usual_path)))
		overlay->path = x_strdup(*path ? path : usual_path);
	if (overlay->path)
		err = file_read(overlay->path, &text, why);
	if (!err && text.len && overlay_read(overlay, text.data, &inner))
		err = why_set(why, ERR_CONFIG, "%s:%s", overlay->path,
			      inner.text);
	buf_free(&text);
	if (err)
		overlay_free(&overlay);
	*overlayp = overlay;
	return err;
}

struct overlay *overlay_copy(const struct overlay *from)
{
	struct overlay *to = x_new(struct overlay);

	to->path = from->path ? x_strdup(from->path) : NULL;
	to->covers = x_zalloc((from->count + 1) * sizeof(*to->covers));
	for (size_t i = 0; i < from->count; i++) {
		to->covers[i] = from->covers[i];
		to->covers[i].given = given_new(from->covers[i].given);
	}
	to->count = from->count;
	for (size_t i = 0; i < from->deed_count; i++)
		overlay_remember(to, from->deeds[i]);
	return to;
}

void overlay_free(struct overlay **overlayp)
{
	struct overlay *overlay = *overlayp;

	if (!overlay)
		return;

	for (size_t i = 0; i < overlay->count; i++)
		free(overlay->covers[i].given);
	for (size_t i = 0; i < overlay->deed_count; i++)
		free(overlay->deeds[i]);
	free(overlay->deeds);
	free(overlay->covers);
	free(overlay->path);
	free(overlay);
	*overlayp = NULL;
}

const char *overlay_path(const struct overlay *overlay)
{
	return overlay->path;
}

static void add_text(struct directive_list *texts, char *text)
{
	texts->items = x_realloc(texts->items,
				 (texts->count + 1) * sizeof(*texts->items));
	texts->items[texts->count++] = text;
}

/* What is as it is anyway need not be said. */
static char *text_of(const struct gateway_settings *settings)
{
	struct gateway_settings initial;
	struct buf text = BUF(OVERLAY_BYTES_MAX);

	directive_defaults(&gateway_table, &initial);
	for (size_t i = 0; i < gateway_table.count; i++) {
		const struct directive *row = &gateway_table.rows[i];

		if (directive_equal(row, settings, &initial))
			continue;
		directive_write(row, settings, &text);
		buf_add(&text, " ", 1);
	}
	return buf_take(&text);
}

/* NULL: taken away. */
static char *text_under(const struct overlay *overlay, const char *configured)
{
	struct gateway_settings settings;
	const struct cover *cover;

	if (gateway_parse(&settings, configured, NULL))
		return x_strdup(configured);
	cover = overlay_find(overlay, settings.name);
	if (!cover)
		return x_strdup(configured);
	if (cover->kind == OVERLAY_REMOVED)
		return NULL;
	overlay_lay(cover, &settings);
	return text_of(&settings);
}

static bool is_configured(const struct directive_list *configured,
			  const char *name)
{
	bool found = false;

	for (size_t i = 0; !found && i < configured->count; i++) {
		struct gateway_settings settings;

		found = !gateway_parse(&settings, configured->items[i], NULL) &&
			!strcmp(settings.name, name);
	}
	return found;
}

void overlay_texts(const struct overlay *overlay,
		   const struct directive_list *configured,
		   struct directive_list *texts)
{
	*texts = (struct directive_list){ .count = 0 };
	for (size_t i = 0; i < configured->count; i++) {
		char *text = text_under(overlay, configured->items[i]);

		if (text)
			add_text(texts, text);
	}
	for (size_t i = 0; i < overlay->count; i++) {
		const struct cover *cover = &overlay->covers[i];

		if (is_configured(configured, cover->fields.name))
			continue;
		if (cover->kind == OVERLAY_ADDED)
			add_text(texts, text_of(&cover->fields));
		else if (cover->kind == OVERLAY_CHANGED)
			log_warn("gateway was changed by hand and is gone from "
				 "the configuration",
				 KV("gateway", cover->fields.name));
	}
}

void overlay_texts_free(struct directive_list *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->items[i]);
	free(texts->items);
	*texts = (struct directive_list){ .count = 0 };
}

bool overlay_knows(const struct overlay *overlay, const char *name)
{
	return overlay_find(overlay, name);
}

static enum err lay_words(struct overlay *overlay,
			  const struct overlay_deed *deed,
			  enum overlay_kind kind, const char *words,
			  struct why *why)
{
	struct cover *cover = overlay_find(overlay, deed->name);
	bool *given = given_new(NULL);
	enum err err;

	if (!cover)
		cover = overlay_put(overlay, deed->name, kind);
	err = directive_apply_given(&gateway_table, &cover->fields, words,
				    given, why);
	if (!err && given[row_of("name")])
		err = why_set(why, ERR_CONFIG,
			      "name: a gateway's name cannot be changed");
	for (size_t i = 0; i < gateway_table.count; i++)
		cover->given[i] |= given[i];
	free(given);
	return err;
}

static enum err take_away(struct overlay *overlay, const char *name,
			  bool configured)
{
	struct cover *cover = overlay_find(overlay, name);

	if (cover)
		overlay_drop(overlay, cover);
	if (configured)
		overlay_put(overlay, name, OVERLAY_REMOVED);
	return ERR_OK;
}

static enum err uncover(struct overlay *overlay, const char *name,
			struct why *why)
{
	struct cover *cover = overlay_find(overlay, name);

	if (!cover)
		return why_set(why, ERR_GONE,
			       "nothing was done by hand to a gateway %s",
			       name);
	overlay_drop(overlay, cover);
	return ERR_OK;
}

static enum err act(struct overlay *overlay, const struct overlay_deed *deed,
		    bool configured, struct why *why)
{
	if (!strcmp(deed->verb, "clear"))
		return uncover(overlay, deed->name, why);
	if (!strcmp(deed->verb, "remove"))
		return take_away(overlay, deed->name, configured);
	if (!strcmp(deed->verb, "add") && overlay_find(overlay, deed->name))
		overlay_drop(overlay, overlay_find(overlay, deed->name));
	if (!strcmp(deed->verb, "enable"))
		return lay_words(overlay, deed, OVERLAY_CHANGED, "enabled=yes",
				 why);
	if (!strcmp(deed->verb, "disable"))
		return lay_words(overlay, deed, OVERLAY_CHANGED, "enabled=no",
				 why);
	return lay_words(overlay, deed,
			 strcmp(deed->verb, "add") ? OVERLAY_CHANGED
						   : OVERLAY_ADDED,
			 deed->fields, why);
}

static const struct {
	const char *verb;
	bool must_be;
	bool fields;
} deeds[] = {
#define DEED(verb, must_be, fields) { #verb, must_be, fields },
#include "module/overlay.def"
};

enum { DEEDS = sizeof(deeds) / sizeof(deeds[0]) };

bool overlay_is_deed(const char *verb)
{
	for (size_t i = 0; i < DEEDS; i++)
		if (!strcmp(deeds[i].verb, verb))
			return true;
	return false;
}

static enum err check(const struct overlay *overlay,
		      const struct overlay_deed *deed, bool configured,
		      struct why *why)
{
	const struct cover *cover = overlay_find(overlay, deed->name);
	bool removed = cover && cover->kind == OVERLAY_REMOVED;
	bool is = (configured && !removed) ||
		  (cover && cover->kind == OVERLAY_ADDED);
	size_t i = 0;

	while (i < DEEDS && strcmp(deeds[i].verb, deed->verb) != 0)
		i++;
	if (i == DEEDS)
		return why_set(why, ERR_CONFIG,
			       "gateways %.40s: want add, change, remove, "
			       "enable, disable, secret, clear or history",
			       deed->verb);
	if (deeds[i].must_be && !is)
		return why_set(why, ERR_GONE, "no gateway is called %.64s",
			       deed->name);
	if (deeds[i].fields == !*deed->fields)
		return why_set(why, ERR_CONFIG,
			       *deed->fields
				       ? "%.40s: %.64s: nothing may follow"
				       : "%.40s %.64s: want field=value",
			       deed->verb,
			       *deed->fields ? deed->fields : deed->name);
	if (!strcmp(deed->verb, "add") && is)
		return why_set(why, ERR_CONFIG, "there is a gateway %s already",
			       deed->name);
	if (!strcmp(deed->verb, "add") && removed)
		return why_set(why, ERR_CONFIG,
			       "the configuration has %s, which was removed by "
			       "hand: clear %s brings it back",
			       deed->name, deed->name);
	return ERR_OK;
}

enum err overlay_do(struct overlay *overlay,
		    const struct directive_list *configured,
		    const struct overlay_deed *deed, struct why *why)
{
	struct buf line = BUF(OVERLAY_BYTES_MAX);
	bool is = is_configured(configured, deed->name);
	enum err err = check(overlay, deed, is, why);

	for (const char *c = deed->fields; *c && !err; c++)
		if ((unsigned char)*c < ' ')
			err = why_set(why, ERR_CONFIG,
				      "a control character in the fields");
	if (!err)
		err = act(overlay, deed, is, why);
	if (err)
		return err;

	overlay_deed_line(deed, &line);
	overlay_remember(overlay, buf_text(&line));
	buf_free(&line);
	return ERR_OK;
}

enum err overlay_keep(const struct overlay *overlay, struct why *why)
{
	struct buf text = BUF(OVERLAY_BYTES_MAX);
	enum err err = ERR_OK;

	if (!overlay->path)
		return ERR_OK;

	overlay_write(overlay, &text);
	if (buf_full(&text))
		err = why_set(why, ERR_CONFIG, "%s: larger than %d bytes",
			      overlay->path, OVERLAY_BYTES_MAX);
	if (!err)
		err = file_replace(overlay->path, &text, 0600, why);
	buf_free(&text);
	return err;
}

void overlay_origin(const struct overlay *overlay, const char *name,
		    struct buf *out)
{
	const struct cover *cover = overlay_find(overlay, name);
	const char *before = "configuration, by hand: ";

	if (!cover || cover->kind != OVERLAY_CHANGED) {
		buf_print(out, "%s", cover ? "by hand" : "configuration");
		return;
	}
	for (size_t i = 0; i < gateway_table.count; i++) {
		if (!cover->given[i] || i == row_of("name"))
			continue;
		buf_print(out, "%s%s", before, gateway_table.rows[i].name);
		before = ", ";
	}
}

void overlay_removed(const struct overlay *overlay, struct json *array)
{
	for (size_t i = 0; i < overlay->count; i++)
		if (overlay->covers[i].kind == OVERLAY_REMOVED)
			json_put_text(array, NULL,
				      overlay->covers[i].fields.name);
}
