/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/intern.h"
#include "module/users.h"
#include "sip/uri.h"

struct fields {
#define USER(name, type, initial, min, max, doc) DIRECTIVE_FIELD_##type(name)
#include "module/user.def"
};

static const struct directive rows[] = {
#define USER(name, type, initial, min, max, doc) \
	DIRECTIVE_ROW(struct fields, name, type, initial, min, max, doc)
#include "module/user.def"
};

static const struct directive_table fields_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

static struct user *add(struct users *users)
{
	if (users->count == users->size) {
		users->size = users->size ? 2 * users->size : 64;
		users->items = x_realloc(users->items,
					 users->size * sizeof(struct user));
	}
	return &users->items[users->count++];
}

static void lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* line: "address field=value ..."; cut in place. */
static enum err parse(struct users *users, char *line, struct why *why)
{
	size_t len = strcspn(line, " \t");
	char *rest = line[len] ? line + len + 1 : line + len;
	char entity[ENTITY_SIZE];
	struct fields fields;
	struct hours hours = { .days = 0 };
	struct user *user;
	enum err err;

	line[len] = '\0';
	directive_defaults(&fields_table, &fields);
	err = uri_entity(entity, line, why);
	if (!err)
		err = directive_apply_words(&fields_table, &fields, rest, why);
	if (!err)
		err = hours_parse(&hours, fields.hours, why);
	if (err)
		return err;

	if (!fields.mailbox[0])
		snprintf(fields.mailbox, sizeof(fields.mailbox), "%s",
			 strchr(entity, ':') + 1);
	if (!strchr(fields.mailbox, '@'))
		return why_set(why, ERR_CONFIG,
			       "mailbox = %s: want an SMTP address",
			       fields.mailbox);
	if (privacy_from_word(fields.privacy) == PRIVACY_COUNT)
		return why_set(why, ERR_CONFIG,
			       "privacy = %s: want nothing, state, until or "
			       "subject",
			       fields.privacy);
	if (users->count == USERS_MAX)
		return why_set(why, ERR_TOO_LARGE, "more than %d users",
			       USERS_MAX);

	lower(fields.mailbox);
	user = add(users);
	user->wishes = (struct wishes){
		.no_calendar = !fields.calendar,
		.privacy = privacy_from_word(fields.privacy),
		.hours = hours,
	};
	user->entity = intern(entity);
	user->mailbox = intern(fields.mailbox);
	user->gateway = intern(fields.gateway);
	return ERR_OK;
}

/* One line of len bytes, which may hold anything. */
static enum err add_line(struct users *users, const char *text, size_t len,
			 struct why *why)
{
	char line[USERS_LINE_BYTES_MAX + 1];
	size_t blanks;

	if (len > USERS_LINE_BYTES_MAX)
		return why_set(why, ERR_TOO_LARGE, "longer than %d bytes",
			       USERS_LINE_BYTES_MAX);
	if (memchr(text, '\0', len))
		return why_set(why, ERR_MALFORMED, "holds a NUL byte");

	memcpy(line, text, len);
	while (len && strchr(" \t\r", line[len - 1]))
		len--;
	line[len] = '\0';

	blanks = strspn(line, " \t");
	if (!line[blanks] || line[blanks] == '#')
		return ERR_OK;
	return parse(users, line + blanks, why);
}

enum err users_add_text(struct users *users, const char *file, const char *text,
			size_t len, struct why *why)
{
	for (unsigned number = 1; len; number++) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : len;
		struct why inner = { .err = ERR_OK };

		if (add_line(users, text, line, &inner))
			return why_set(why, ERR_CONFIG, "%s:%u: %s", file,
				       number, inner.text);

		line += end != NULL;
		text += line;
		len -= line;
	}

	return ERR_OK;
}

/* A regular file, a pipe, whatever gives no more than the limit. */
static enum err slurp(FILE *in, const char *path, struct buf *out,
		      struct why *why)
{
	char chunk[4096];
	size_t len;

	while ((len = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(out, chunk, len);
	if (ferror(in))
		return why_set(why, ERR_CONFIG, "%s: %s", path,
			       strerror(errno));
	if (buf_full(out))
		return why_set(why, ERR_CONFIG, "%s: larger than %d bytes",
			       path, USERS_FILE_BYTES_MAX);
	return ERR_OK;
}

static enum err add_file(struct users *users, const char *path, struct why *why)
{
	struct buf text = BUF(USERS_FILE_BYTES_MAX);
	FILE *in = fopen(path, "re");
	enum err err;

	if (!in)
		return why_set(why, ERR_CONFIG, "users = %s: %s", path,
			       strerror(errno));

	err = slurp(in, path, &text, why);
	fclose(in);
	if (!err)
		err = users_add_text(users, path, buf_text(&text), text.len,
				     why);
	buf_free(&text);
	return err;
}

static int by_entity(const void *a, const void *b)
{
	const struct user *one = a;
	const struct user *other = b;

	return strcmp(one->entity, other->entity);
}

static enum err sort(struct users *users, struct why *why)
{
	if (users->count)
		qsort(users->items, users->count, sizeof(struct user),
		      by_entity);

	for (size_t i = 1; i < users->count; i++)
		if (!by_entity(&users->items[i - 1], &users->items[i]))
			return why_set(why, ERR_CONFIG,
				       "user %s is given twice",
				       users->items[i].entity);

	return ERR_OK;
}

enum err users_read(struct users *users, const struct settings *settings,
		    struct why *why)
{
	enum err err = ERR_OK;

	*users = (struct users){ .count = 0 };
	for (size_t i = 0; !err && i < settings->user.count; i++) {
		const char *line = settings->user.items[i];
		struct why inner = { .err = ERR_OK };

		if (add_line(users, line, strlen(line), &inner))
			err = why_set(why, ERR_CONFIG, "user = %.80s: %s", line,
				      inner.text);
	}

	if (!err && settings->users[0])
		err = add_file(users, settings->users, why);
	if (!err)
		err = sort(users, why);
	if (err)
		users_free(users);
	return err;
}

enum err users_read_file(struct users *users, const char *path, struct why *why)
{
	enum err err;

	*users = (struct users){ .count = 0 };
	err = add_file(users, path, why);
	if (!err)
		err = sort(users, why);
	if (err)
		users_free(users);
	return err;
}

void users_free(struct users *users)
{
	for (size_t i = 0; i < users->count; i++) {
		intern_drop(&users->items[i].entity);
		intern_drop(&users->items[i].mailbox);
		intern_drop(&users->items[i].gateway);
	}
	free(users->items);
	*users = (struct users){ .count = 0 };
}

enum err users_check(const char *line, struct why *why)
{
	struct users users = { .items = NULL };
	enum err err = add_line(&users, line, strlen(line), why);

	users_free(&users);
	return err;
}
