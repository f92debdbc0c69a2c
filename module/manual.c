/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/index.h"
#include "base/log.h"
#include "module/manual.h"

static const char usual_path[] = LOCALSTATEDIR "/lib/daymark/overrides";

enum { LINE_SIZE = 2048 };

struct override {
	char *entity;
	struct claim claim;
};

struct manual {
	char *path; /* NULL: nowhere */
	struct index *index;
};

static const char *name_of(const void *item)
{
	const struct override *override = item;

	return override->entity;
}

static void drop(struct manual *manual, struct override *override)
{
	index_take(manual->index, override->entity);
	free(override->entity);
	free(override);
}

static void put(struct manual *manual, const char *entity,
		const struct claim *claim)
{
	struct override *override = index_find(manual->index, entity);

	if (!override) {
		override = x_new(struct override);
		override->entity = x_strdup(entity);
		index_put(manual->index, override);
	}
	override->claim = *claim;
}

static bool is_over(const struct claim *claim)
{
	return claim->until && claim->until <= clock_now();
}

static enum err read_line(struct manual *manual, char *line, unsigned number,
			  struct why *why)
{
	struct why inner = { .err = ERR_OK };
	struct claim claim;
	const char *entity;
	size_t len = strlen(line);

	if (len && line[len - 1] == '\n')
		line[len - 1] = '\0';
	if (!line[0] || line[0] == '#')
		return ERR_OK;
	if (manual_read_line(line, &entity, &claim, &inner))
		return why_set(why, ERR_CONFIG, "%s:%u: %s", manual->path,
			       number, inner.text);
	if (!is_over(&claim))
		put(manual, entity, &claim);
	return ERR_OK;
}

static enum err read_file(struct manual *manual, struct why *why)
{
	FILE *in = fopen(manual->path, "re");
	char line[LINE_SIZE];
	enum err err = ERR_OK;

	if (!in && errno == ENOENT)
		return ERR_OK;
	if (!in)
		return why_set(why, ERR_CONFIG, "overrides = %s: %s",
			       manual->path, strerror(errno));

	for (unsigned number = 1; !err && fgets(line, sizeof(line), in);
	     number++)
		err = read_line(manual, line, number, why);
	fclose(in);
	return err;
}

enum err manual_open(struct manual **manualp, const char *path, struct why *why)
{
	struct manual *manual = x_new(struct manual);
	enum err err = ERR_OK;

	*manualp = manual;
	manual->index = index_new(name_of);
	if (!*path && !file_has_room(usual_path)) {
		log_warn("states set by hand are not kept over a restart: the "
			 "directory of the file is missing",
			 KV("overrides", usual_path));
		return ERR_OK;
	}

	if (strcmp(path, "-") != 0) {
		manual->path = x_strdup(*path ? path : usual_path);
		err = read_file(manual, why);
	}
	if (err)
		manual_close(manualp);
	return err;
}

void manual_close(struct manual **manualp)
{
	struct manual *manual = *manualp;
	struct override *override;
	size_t place = 0;

	if (!manual)
		return;

	while ((override = index_walk(manual->index, &place))) {
		free(override->entity);
		free(override);
	}
	index_free(&manual->index);
	free(manual->path);
	free(manual);
	*manualp = NULL;
}

const struct claim *manual_find(const struct manual *manual, const char *entity)
{
	const struct override *override = index_find(manual->index, entity);

	return override ? &override->claim : NULL;
}

static void add_moment(struct buf *out, const char *name, time_t moment)
{
	char text[CLOCK_TEXT_SIZE];

	if (moment)
		buf_print(out, " %s=%s", name, clock_text(text, moment));
}

static void add_note(struct buf *out, const char *note)
{
	if (!*note)
		return;

	buf_print(out, " note=\"");
	for (; *note; note++) {
		if (*note == '"' || *note == '\\')
			buf_add(out, "\\", 1);
		buf_add(out, note, 1);
	}
	buf_print(out, "\"");
}

static void add_all(const struct manual *manual, struct buf *out)
{
	const struct override *override;
	size_t place = 0;

	buf_print(out, "# Written by daymark; daymarkctl set and unset.\n");
	while ((override = index_walk(manual->index, &place))) {
		if (is_over(&override->claim))
			continue;
		buf_print(out, "%s state=%s", override->entity,
			  state_word(override->claim.state));
		add_moment(out, "from", override->claim.from);
		add_moment(out, "until", override->claim.until);
		add_note(out, override->claim.note);
		buf_print(out, "\n");
	}
}

static enum err write_file(const struct manual *manual, struct why *why)
{
	struct buf text = BUF(MANUAL_BYTES_MAX);
	struct why inner = { .err = ERR_OK };

	if (!manual->path)
		return ERR_OK;

	add_all(manual, &text);
	if (buf_full(&text))
		why_set(&inner, ERR_CONFIG, "%s: too large", manual->path);
	else
		file_replace(manual->path, &text, 0600, &inner);
	buf_free(&text);
	return inner.err ? why_set(why, ERR_CONFIG,
				   "set for now, but a restart will forget "
				   "it: %s",
				   inner.text)
			 : ERR_OK;
}

enum err manual_set(struct manual *manual, const char *entity,
		    const struct claim *claim, struct why *why)
{
	struct override *override = index_find(manual->index, entity);

	if (claim)
		put(manual, entity, claim);
	else if (!override || is_over(&override->claim))
		return why_set(why, ERR_GONE, "%s: nothing is set by hand",
			       entity);
	else
		drop(manual, override);
	return write_file(manual, why);
}
