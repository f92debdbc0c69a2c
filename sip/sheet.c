/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memmem */
#include <stdbool.h>
#include <string.h>

#include "sip/hash.h"
#include "sip/pidf_id.h"
#include "sip/sheet.h"
#include "sip/slab.h"

enum { GAPS_MAX = 8 }; /* names beyond that are kept as they are */

/* Compared as bytes. */
struct gap {
	unsigned at; /* in what is kept */
	unsigned id; /* 1: of the id, 0: of the entity */
};

struct sheet {
	struct hash_link link;
	unsigned keepers;
	unsigned gap_count;
	size_t bytes; /* without what stands in the gaps */
	struct gap gaps[GAPS_MAX];
	char text[];
};

/* What goes into the gaps. */
struct names {
	const char *text[2]; /* entity, id */
	size_t bytes[2];
	char id[PIDF_ID_SIZE];
};

static struct hash sheets;
static struct sheet *latest; /* those who change at once change alike */

static void name(struct names *names, const char *entity)
{
	pidf_id(names->id, entity);
	names->text[0] = entity;
	names->bytes[0] = strlen(entity);
	names->text[1] = names->id;
	names->bytes[1] = PIDF_ID_DIGITS;
}

size_t sheet_bytes(const struct sheet *sheet, const char *entity)
{
	size_t bytes = sheet->bytes, name_bytes = strlen(entity);

	for (unsigned i = 0; i < sheet->gap_count; i++)
		bytes +=
			sheet->gaps[i].id ? (size_t)PIDF_ID_DIGITS : name_bytes;
	return bytes;
}

static void fill(const struct sheet *sheet, const struct names *names,
		 char *out)
{
	size_t done = 0;

	for (unsigned i = 0; i < sheet->gap_count; i++) {
		const struct gap *gap = &sheet->gaps[i];

		memcpy(out, sheet->text + done, gap->at - done);
		out += gap->at - done;
		memcpy(out, names->text[gap->id], names->bytes[gap->id]);
		out += names->bytes[gap->id];
		done = gap->at;
	}
	memcpy(out, sheet->text + done, sheet->bytes - done);
}

void sheet_fill(const struct sheet *sheet, const char *entity, char *out)
{
	struct names names;

	name(&names, entity);
	fill(sheet, &names, out);
}

/* Whether it would say that text; the length does already. */
static bool says(const struct sheet *sheet, const struct names *names,
		 const char *text)
{
	size_t done = 0;

	for (unsigned i = 0; i < sheet->gap_count; i++) {
		const struct gap *gap = &sheet->gaps[i];
		size_t bytes = names->bytes[gap->id];

		if (memcmp(text, sheet->text + done, gap->at - done) != 0)
			return false;
		text += gap->at - done;
		if (memcmp(text, names->text[gap->id], bytes) != 0)
			return false;
		text += bytes;
		done = gap->at;
	}
	return !memcmp(text, sheet->text + done, sheet->bytes - done);
}

static const char *find(const char *text, const char *end, const char *what,
			size_t bytes)
{
	return bytes ? memmem(text, (size_t)(end - text), what, bytes) : NULL;
}

static void add(struct sheet *sheet, const char *text, size_t bytes)
{
	memcpy(sheet->text + sheet->bytes, text, bytes);
	sheet->bytes += bytes;
}

static void cut(struct sheet *sheet, const struct names *names,
		const char *text, const char *end)
{
	const char *entity = find(text, end, names->text[0], names->bytes[0]);
	const char *id = find(text, end, names->text[1], names->bytes[1]);

	while ((entity || id) && sheet->gap_count < GAPS_MAX) {
		bool is_id = id && (!entity || id < entity);
		const char *found = is_id ? id : entity;

		add(sheet, text, (size_t)(found - text));
		sheet->gaps[sheet->gap_count++] =
			(struct gap){ (unsigned)sheet->bytes, is_id };
		text = found + names->bytes[is_id];
		if (entity && entity < text)
			entity = find(text, end, names->text[0],
				      names->bytes[0]);
		if (id && id < text)
			id = find(text, end, names->text[1], names->bytes[1]);
	}
	add(sheet, text, (size_t)(end - text));
}

static struct sheet *of_link(struct hash_link *link)
{
	return link ? HASH_ENTRY(link, struct sheet, link) : NULL;
}

static bool same(const struct sheet *a, const struct sheet *b)
{
	return a->bytes == b->bytes && a->gap_count == b->gap_count &&
	       !memcmp(a->gaps, b->gaps, sizeof(a->gaps)) &&
	       !memcmp(a->text, b->text, a->bytes);
}

/* That one, or one like it that is there already. */
static struct sheet *settle(struct sheet *sheet)
{
	uint64_t hash = hash_text(sheet->text);
	struct sheet *other = of_link(hash_first(&sheets, hash));

	while (other && !same(other, sheet))
		other = of_link(hash_next(&other->link));
	if (!other) {
		hash_add(&sheets, &sheet->link, hash);
		return sheet;
	}

	slab_free(sheet);
	return other;
}

static struct sheet *sheet_of(const struct names *names, const char *text,
			      size_t bytes)
{
	struct sheet *sheet = slab_new(sizeof(*sheet) + bytes + 1);
	struct sheet *fitting;
	size_t room;

	cut(sheet, names, text, text + bytes);
	room = sizeof(*sheet) + sheet->bytes + 1;
	fitting = memcpy(slab_new(room), sheet, room);
	slab_free(sheet);
	return settle(fitting);
}

struct sheet *sheet_keep(const char *entity, const char *text, size_t bytes)
{
	struct names names;

	name(&names, entity);
	if (!latest || sheet_bytes(latest, entity) != bytes ||
	    !says(latest, &names, text))
		latest = sheet_of(&names, text, bytes);
	latest->keepers++;
	return latest;
}

void sheet_drop(struct sheet **sheetp)
{
	struct sheet *sheet = *sheetp;

	*sheetp = NULL;
	if (!sheet || --sheet->keepers)
		return;

	if (latest == sheet)
		latest = NULL;
	hash_remove(&sheets, &sheet->link);
	slab_free(sheet);
	if (!sheets.count)
		hash_free(&sheets);
}
