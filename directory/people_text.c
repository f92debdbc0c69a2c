/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "directory/people_file.h"

enum { FIELDS = 8, FIELD_MAX = 2 * PEOPLE_COOKIE_BYTES };

static const char first_line[] = "daymark-directory 1";

/* The letters of the field of flags; those of standing come from its rows. */
enum {
	FLAG_ENTITLED = 'e',
	FLAG_DISABLED = 'd',
	FLAG_NO_ADDRESS = 'n',
	FLAG_DELETED = 'x',
	FLAG_ABSENT = 'a',
	FLAG_KEPT = 'k'
};

void people_head_clear(struct people_head *head)
{
	free(head->identity);
	free(head->scope);
	for (size_t i = 0; i < PEOPLE_COOKIES; i++) {
		free(head->cookies[i].name);
		free(head->cookies[i].data);
	}
	*head = (struct people_head){ .identity = NULL };
}

void people_head_set(struct people_head *head, const char *name,
		     const char *data, size_t len)
{
	struct people_cookie *cookie = head->cookies;
	size_t i = 0;

	while (i < PEOPLE_COOKIES && cookie[i].name &&
	       strcmp(cookie[i].name, name) != 0)
		i++;
	if (i == PEOPLE_COOKIES || len > PEOPLE_COOKIE_BYTES)
		return;

	if (!cookie[i].name)
		cookie[i].name = x_strdup(name);
	free(cookie[i].data);
	cookie[i].data = NULL;
	cookie[i].len = 0;
	if (!data)
		return;
	cookie[i].data = x_zalloc(len + 1);
	memcpy(cookie[i].data, data, len);
	cookie[i].len = len;
}

const struct people_cookie *people_head_get(const struct people_head *head,
					    const char *name)
{
	for (size_t i = 0; i < PEOPLE_COOKIES && head->cookies[i].name; i++)
		if (!strcmp(head->cookies[i].name, name))
			return head->cookies[i].data ? &head->cookies[i] : NULL;

	return NULL;
}

static bool is_plain(char byte)
{
	return (unsigned char)byte >= ' ' && byte != '%' && byte != 0x7f;
}

/* A field is never empty on the line: "%" alone stands for that. */
static void add_field(struct buf *out, const char *data, size_t len)
{
	const char *end = data + len;

	buf_add(out, len ? "\t" : "\t%", len ? 1 : 2);
	while (data < end) {
		const char *from = data;

		while (data < end && is_plain(*data))
			data++;
		buf_add(out, from, (size_t)(data - from));
		if (data < end)
			buf_print(out, "%%%02x", (unsigned char)*data++);
	}
}

static void add_text(struct buf *out, const char *text)
{
	add_field(out, text ? text : "", text ? strlen(text) : 0);
}

static void add_flags(struct buf *out, const struct row *row)
{
	char flags[8] = { 0 };
	size_t at = 0;

	if (row->entitled)
		flags[at++] = FLAG_ENTITLED;
	if (row->disabled)
		flags[at++] = FLAG_DISABLED;
	if (row->addressless)
		flags[at++] = FLAG_NO_ADDRESS;
	if (row->gone == STANDING_DELETED)
		flags[at++] = FLAG_DELETED;
	if (row->gone == STANDING_ABSENT)
		flags[at++] = FLAG_ABSENT;
	if (row->kept)
		flags[at++] = FLAG_KEPT;
	add_text(out, flags);
}

static void add_row(struct buf *out, const struct row *row)
{
	const char *member;

	buf_add(out, row->group ? "group" : "user", row->group ? 5 : 4);
	add_text(out, row->id);
	add_flags(out, row);
	buf_print(out, "\t%lld", (long long)row->expires);
	add_text(out, row->dn);
	add_text(out, row->address);
	add_text(out, row->mailbox);
	add_text(out, row->home);
	buf_add(out, "\n", 1);
	for (size_t i = 0; (member = people_member(row, i)); i++) {
		buf_add(out, "member", 6);
		add_text(out, member);
		buf_add(out, "\n", 1);
	}
}

void people_write_head(const struct people_head *head, struct buf *out)
{
	buf_print(out, "%s\nidentity", first_line);
	add_text(out, head->identity);
	buf_print(out, "\nscope");
	add_text(out, head->scope);
	buf_print(out, "\n");
	for (size_t i = 0; i < PEOPLE_COOKIES; i++) {
		const struct people_cookie *cookie = &head->cookies[i];

		if (!cookie->data)
			continue;
		buf_print(out, "cookie");
		add_text(out, cookie->name);
		add_field(out, cookie->data, cookie->len);
		buf_print(out, "\n");
	}
}

const struct row *people_write_rows(const struct row *from, unsigned count,
				    struct buf *out)
{
	const struct row *row = from;

	for (; row && count; row = row->next, count--)
		if (row->dn)
			add_row(out, row);
	return row;
}

void people_write(const struct people *people, const struct people_head *head,
		  struct buf *out)
{
	people_write_head(head, out);
	people_write_rows(people_first(people), UINT_MAX, out);
}

struct field {
	char *data;
	size_t len;
};

struct reader {
	struct people *people;
	struct people_head *head;
	struct field fields[FIELDS]; /* of the line, behind its word */
	size_t count;
	struct sighting group; /* waits for its members */
	size_t group_room;
	bool group_gone;
};

static int digit(char byte)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = byte ? strchr(digits, byte) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* NULL where it is broken. */
static char *unescape(const char *data, size_t len, size_t *lenp)
{
	char *out = x_zalloc(len + 1);
	size_t to = 0;

	if (len == 1 && *data == '%')
		len = 0;
	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (data[i] != '%') {
			out[to++] = data[i];
			continue;
		}
		high = i + 2 < len ? digit(data[i + 1]) : -1;
		low = i + 2 < len ? digit(data[i + 2]) : -1;
		if (high < 0 || low < 0) {
			free(out);
			return NULL;
		}
		out[to++] = (char)(high * 16 + low);
		i += 2;
	}

	*lenp = to;
	return out;
}

static void clear_fields(struct reader *reader)
{
	for (size_t i = 0; i < reader->count; i++)
		free(reader->fields[i].data);
	reader->count = 0;
}

/* What is behind the first tab. */
static bool split_fields(struct reader *reader, const char *line, size_t len)
{
	const char *end = line + len;

	clear_fields(reader);
	while (line < end) {
		const char *tab =
			memchr(line + 1, '\t', (size_t)(end - line) - 1);
		const char *stop = tab ? tab : end;
		size_t size = (size_t)(stop - line) - 1;
		struct field field;

		if (reader->count == FIELDS || size > FIELD_MAX)
			return false;
		field.data = unescape(line + 1, size, &field.len);
		if (!field.data)
			return false;
		reader->fields[reader->count++] = field;
		line = stop;
	}

	return true;
}

static bool is_id(const char *text)
{
	return strlen(text) == PERSON_ID_SIZE - 1 &&
	       text[strspn(text, "0123456789abcdef")] == '\0';
}

static bool has_flag(const struct reader *reader, int flag)
{
	return strchr(reader->fields[1].data, flag) != NULL;
}

static void set_flags(const struct reader *reader, struct row *row)
{
	if (has_flag(reader, FLAG_DELETED))
		row->gone = STANDING_DELETED;
	else if (has_flag(reader, FLAG_ABSENT))
		row->gone = STANDING_ABSENT;
	row->addressless = has_flag(reader, FLAG_NO_ADDRESS);
	row->kept = has_flag(reader, FLAG_KEPT);
	if (has_flag(reader, FLAG_ENTITLED) && *row->address &&
	    !people_holder(reader->people, row->address))
		people_entitle(reader->people, row, true);
}

static void finish_group(struct reader *reader)
{
	struct change change;

	if (!reader->group.dn)
		return;

	people_see(reader->people, &reader->group, &change);
	if (reader->group_gone)
		change.row->gone = STANDING_ABSENT;
	change_clear(&change);
	sighting_clear(&reader->group);
	reader->group_room = 0;
}

static void sighting_of(const struct reader *reader, struct sighting *sighting)
{
	const struct field *fields = reader->fields;

	memcpy(sighting->id, fields[0].data, sizeof(sighting->id));
	sighting->disabled = has_flag(reader, FLAG_DISABLED);
	sighting->expires = (time_t)strtoll(fields[2].data, NULL, 10);
	sighting->dn = x_strdup(fields[3].data);
	sighting->address = x_strdup(fields[4].data);
	sighting->mailbox = x_strdup(fields[5].data);
	sighting->home = x_strdup(fields[6].data);
}

static bool take_user(struct reader *reader)
{
	struct sighting sighting = { .dn = NULL };
	struct change change;

	if (reader->count != 7 || !is_id(reader->fields[0].data) ||
	    people_find(reader->people, reader->fields[0].data))
		return false;

	sighting_of(reader, &sighting);
	people_see(reader->people, &sighting, &change);
	set_flags(reader, change.row);
	change_clear(&change);
	sighting_clear(&sighting);
	return true;
}

static bool take_group(struct reader *reader)
{
	if (reader->count != 7 || !is_id(reader->fields[0].data) ||
	    people_find(reader->people, reader->fields[0].data))
		return false;

	sighting_of(reader, &reader->group);
	reader->group.group = true;
	reader->group_gone =
		has_flag(reader, FLAG_DELETED) || has_flag(reader, FLAG_ABSENT);
	return true;
}

static bool take_member(struct reader *reader)
{
	struct sighting *group = &reader->group;

	if (!group->dn || reader->count != 1)
		return false;

	if (group->member_count == reader->group_room) {
		reader->group_room = 2 * reader->group_room + 16;
		group->members = x_realloc(group->members,
					   reader->group_room * sizeof(char *));
	}
	group->members[group->member_count++] =
		x_strdup(reader->fields[0].data);
	return true;
}

static bool take_cookie(struct reader *reader)
{
	if (reader->count != 2)
		return false;

	people_head_set(reader->head, reader->fields[0].data,
			reader->fields[1].data, reader->fields[1].len);
	return true;
}

static bool take_identity(struct reader *reader)
{
	if (reader->count != 1 || reader->head->identity)
		return false;

	if (reader->fields[0].len)
		reader->head->identity = x_strdup(reader->fields[0].data);
	return true;
}

static bool take_scope(struct reader *reader)
{
	if (reader->count != 1 || reader->head->scope)
		return false;

	reader->head->scope = x_strdup(reader->fields[0].data);
	return true;
}

static const struct {
	const char *word;
	bool (*take)(struct reader *reader);
} lines[] = {
	{ "user", take_user },         { "group", take_group },
	{ "member", take_member },     { "cookie", take_cookie },
	{ "identity", take_identity }, { "scope", take_scope },
};

static bool take_line(struct reader *reader, const char *line, size_t len)
{
	const char *tab = memchr(line, '\t', len);
	size_t word = tab ? (size_t)(tab - line) : len;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (strlen(lines[i].word) != word ||
		    memcmp(lines[i].word, line, word) != 0)
			continue;
		if (lines[i].take != take_member)
			finish_group(reader);
		return split_fields(reader, line + word, len - word) &&
		       lines[i].take(reader);
	}

	return false;
}

static unsigned read_lines(struct reader *reader, const char *text, size_t len)
{
	const char *end = text + len;
	unsigned number = 1;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t size = stop ? (size_t)(stop - text) : 0;

		/* A last line without an end was cut. */
		if (!stop ||
		    (number == 1 ? size != sizeof(first_line) - 1 ||
					   memcmp(text, first_line, size) != 0
				 : !take_line(reader, text, size)))
			return number;
		text = stop + 1;
		number++;
	}

	return number == 1;
}

enum err people_read(struct people *people, struct people_head *head,
		     const char *text, size_t len, struct why *why)
{
	struct reader reader = { .people = people, .head = head };
	unsigned broken = read_lines(&reader, text, len);

	if (!broken)
		finish_group(&reader);
	sighting_clear(&reader.group);
	clear_fields(&reader);
	if (broken)
		return why_set(why, ERR_MALFORMED, "line %u cannot be read",
			       broken);

	people_regroup(people);
	return ERR_OK;
}
