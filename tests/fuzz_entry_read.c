/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An entry as some server might send it: the first line is its DN, the others
 * are name=value, where a name that comes again has another value.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "directory/entry_read.h"

enum { ATTRS_MAX = 64, VALUES_MAX = 16 };

struct entry_of {
	struct dsa_attr attrs[ATTRS_MAX];
	struct dsa_bytes values[ATTRS_MAX][VALUES_MAX];
	size_t count;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_value(struct entry_of *entry, const char *name,
		      const char *value, size_t len)
{
	size_t i = 0;
	struct dsa_attr *attr;

	while (i < entry->count && strcmp(entry->attrs[i].name, name) != 0)
		i++;
	if (i == ATTRS_MAX)
		return;
	attr = &entry->attrs[i];
	if (i == entry->count) {
		entry->count++;
		attr->name = name;
		attr->values = entry->values[i];
	}
	if (attr->count < VALUES_MAX)
		entry->values[i][attr->count++] =
			(struct dsa_bytes){ .data = value, .len = len };
}

/* Cut in place; values may hold NULs, names and the DN end at the first. */
static char *cut(struct entry_of *entry, char *text, size_t size)
{
	char *end = text + size;
	char *line = memchr(text, '\n', size);

	while (line) {
		char *next, *value;

		*line++ = '\0';
		next = memchr(line, '\n', (size_t)(end - line));
		value = memchr(line, '=', (size_t)((next ? next : end) - line));
		if (value) {
			*value++ = '\0';
			add_value(entry, line, value,
				  (size_t)((next ? next : end) - value));
		}
		line = next;
	}
	return text;
}

static void read_with(const char *settings_text, const struct dsa_entry *entry)
{
	struct watch_settings settings;
	struct entry_reader *reader;
	struct sighting sighting;

	if (watch_parse(&settings, settings_text, NULL))
		abort();
	reader = entry_reader_new(&settings);
	if (entry_read(reader, entry, &sighting) &&
	    strlen(sighting.id) != PERSON_ID_SIZE - 1)
		abort();
	sighting_clear(&sighting);
	entry_reader_free(&reader);
	directive_free(&watch_table, &settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entry_of *parts = x_new(struct entry_of);
	char *text = x_zalloc(size + 1);
	struct dsa_entry entry = { .attrs = parts->attrs };

	if (size)
		memcpy(text, data, size);
	entry.dn = cut(parts, text, size);
	entry.attr_count = parts->count;
	read_with("uri=ldap://x base=dc=x", &entry);
	read_with("uri=ldap://x base=dc=x address=mail expires=shadowExpire",
		  &entry);
	for (size_t i = 0; i < parts->count; i++)
		entry_range_next(parts->attrs[i].name);
	free(text);
	free(parts);
	return 0;
}
