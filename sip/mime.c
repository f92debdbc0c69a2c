/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memmem() */
#include <string.h>
#include <strings.h>

#include "sip/mime.h"

struct span {
	const char *at, *end;
};

/* "--boundary", the delimiter without the line break before it. */
struct delimiter {
	char text[2 + MIME_BOUNDARY_MAX + 1];
	size_t len;
};

static bool read_boundary(struct delimiter *delimiter, const char *boundary)
{
	bool quoted = boundary && *boundary == '"';
	size_t len;

	if (!boundary)
		return false;
	boundary += quoted;
	len = strcspn(boundary, quoted ? "\"" : " \t;\"");
	if (!len || len > MIME_BOUNDARY_MAX)
		return false;

	memcpy(delimiter->text, "--", 2);
	memcpy(delimiter->text + 2, boundary, len);
	delimiter->len = len + 2;
	return true;
}

/* Where the delimiter stands at the beginning of a line, or NULL. */
static const char *find_delimiter(const struct delimiter *delimiter,
				  const char *begin, struct span in)
{
	while (in.at < in.end) {
		const char *found = memmem(in.at, (size_t)(in.end - in.at),
					   delimiter->text, delimiter->len);

		if (!found || found == begin || found[-1] == '\n')
			return found;
		in.at = found + 1;
	}

	return NULL;
}

static struct span next_line(struct span *in)
{
	const char *end = memchr(in->at, '\n', (size_t)(in->end - in->at));
	struct span line = { in->at, end ? end : in->end };

	in->at = end ? end + 1 : in->end;
	if (line.end > line.at && line.end[-1] == '\r')
		line.end--;
	return line;
}

/* The value if the line is this header; up to ";" and without blanks. */
static bool header(struct span line, const char *name, struct span *value)
{
	size_t len = strlen(name);
	const char *stop;

	if ((size_t)(line.end - line.at) <= len ||
	    strncasecmp(line.at, name, len) != 0 || line.at[len] != ':')
		return false;

	value->at = line.at + len + 1;
	stop = memchr(value->at, ';', (size_t)(line.end - value->at));
	value->end = stop ? stop : line.end;
	while (value->at < value->end && strchr(" \t", *value->at))
		value->at++;
	while (value->end > value->at && strchr(" \t", value->end[-1]))
		value->end--;
	return true;
}

static bool is(struct span value, const char *word)
{
	return (size_t)(value.end - value.at) == strlen(word) &&
	       !strncasecmp(value.at, word, strlen(word));
}

/* Reads the headers off the part; whether it is one we can use. */
static bool usable(struct span *part, const char *wanted)
{
	bool right_type = false, plain = true;
	struct span value;

	while (part->at < part->end) {
		struct span line = next_line(part);

		if (line.at == line.end)
			return right_type && plain;
		if (header(line, "Content-Type", &value))
			right_type = is(value, wanted);
		else if (header(line, "Content-Encoding", &value))
			plain = false;
		else if (header(line, "Content-Transfer-Encoding", &value))
			plain = plain &&
				(is(value, "7bit") || is(value, "8bit") ||
				 is(value, "binary"));
	}

	return false;
}

static bool find_part(struct mime_part *part, const struct delimiter *delimiter,
		      struct span body, const char *wanted)
{
	const char *begin = body.at;
	const char *found = find_delimiter(delimiter, begin, body);

	for (int i = 0; found && i < MIME_PARTS_MAX; i++) {
		struct span inside = { found + delimiter->len, body.end };

		if (body.end - inside.at >= 2 && !memcmp(inside.at, "--", 2))
			return false;
		next_line(&inside);
		body.at = inside.at;
		found = find_delimiter(delimiter, begin, body);
		if (!found)
			return false;

		inside.end = found - (found > inside.at);
		if (inside.end > inside.at && inside.end[-1] == '\r')
			inside.end--;
		if (usable(&inside, wanted)) {
			part->body = inside.at;
			part->body_bytes = (size_t)(inside.end - inside.at);
			return true;
		}
	}

	return false;
}

bool mime_find(struct mime_part *part, const char *type, const char *boundary,
	       const char *body, size_t body_bytes, const char *wanted)
{
	struct delimiter delimiter;
	struct span span = { body, body + body_bytes };

	if (!strcasecmp(type, wanted)) {
		*part = (struct mime_part){ body, body_bytes };
		return true;
	}
	if (strncasecmp(type, "multipart/", 10) != 0 ||
	    !read_boundary(&delimiter, boundary))
		return false;

	return find_part(part, &delimiter, span, wanted);
}
