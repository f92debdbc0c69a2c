/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/xml_scan.h"

/*
 *   BETWEEN --<--> LESS --name--> OPEN -->--> TEXT --<--> LESS ...
 *                   |  \--/----> CLOSE -->--> TEXT, or ended at depth 0
 *                   |--!--> BANG ----> COMMENT, CDATA --> back
 *                   \--?--> PI ------> DECLARATION -----> BETWEEN
 */
enum state {
	BETWEEN,
	MARK, /* byte order mark */
	LESS,
	OPEN,
	CLOSE,
	TEXT,
	BANG,
	COMMENT_OPEN,
	COMMENT,
	CDATA_OPEN,
	CDATA,
	PI,
	DECLARATION,
};

struct place {
	struct xml_scan *scan;
	const struct xml_limits *limits;
	const char *at;
	const char *end;
	struct why *why;
};

/* Looks at one byte at least; moves place->at behind what it has seen. */
typedef enum err step_h(struct place *place);

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static enum err refuse(struct place *place, const char *text)
{
	return why_set(place->why, ERR_MALFORMED, "XML: %s", text);
}

static enum err too_many(struct place *place, const char *what, size_t limit)
{
	return why_set(place->why, ERR_TOO_LARGE,
		       "XML document has more than %zu %s", limit, what);
}

static void content(struct xml_scan *scan)
{
	scan->state = scan->depth > 0 ? TEXT : BETWEEN;
}

static void element_ended(struct xml_scan *scan)
{
	scan->depth--;
	scan->ended = scan->depth == 0;
	content(scan);
}

static enum err step_between(struct place *place)
{
	struct xml_scan *scan = place->scan;

	if (is_space(*place->at)) {
		place->at++;
		return ERR_OK;
	}

	if (*place->at == '<') {
		scan->state = LESS;
	} else if (*place->at == '\xef' && !scan->declared) {
		scan->state = MARK;
		scan->matched = 1;
	} else {
		return refuse(place, "text outside of an element");
	}

	place->at++;
	return ERR_OK;
}

static enum err step_mark(struct place *place)
{
	struct xml_scan *scan = place->scan;

	if (*place->at++ != "\xef\xbb\xbf"[scan->matched])
		return refuse(place, "text outside of an element");

	if (++scan->matched == 3)
		scan->state = BETWEEN;
	return ERR_OK;
}

static enum err tag_opened(struct place *place)
{
	struct xml_scan *scan = place->scan;

	scan->rooted = true;
	scan->state = OPEN;
	scan->attributes = 0;
	scan->quote = '\0';
	scan->last = '<';

	if (++scan->depth > place->limits->depth)
		return too_many(place, "levels", place->limits->depth);
	if (++scan->nodes > place->limits->nodes)
		return too_many(place, "elements", place->limits->nodes);
	return ERR_OK;
}

static enum err step_less(struct place *place)
{
	struct xml_scan *scan = place->scan;

	scan->matched = 0;

	switch (*place->at) {
	case '!':
		scan->state = BANG;
		break;
	case '?':
		scan->state = PI;
		break;
	case '/':
		if (scan->depth == 0)
			return refuse(place, "end tag without an element");
		scan->state = CLOSE;
		break;
	default:
		return tag_opened(place);
	}

	place->at++;
	return ERR_OK;
}

static void skip_value(struct place *place)
{
	struct xml_scan *scan = place->scan;
	const char *quote = memchr(place->at, scan->quote,
				   (size_t)(place->end - place->at));

	place->at = quote ? quote + 1 : place->end;
	if (quote) {
		scan->last = scan->quote;
		scan->quote = '\0';
	}
}

static bool in_tag(char c)
{
	return c != '>' && c != '<' && c != '"' && c != '\'';
}

static enum err step_open(struct place *place)
{
	struct xml_scan *scan = place->scan;
	const char *from = place->at;

	if (scan->quote) {
		skip_value(place);
		return ERR_OK;
	}

	while (place->at < place->end && in_tag(*place->at))
		place->at++;
	if (place->at > from)
		scan->last = place->at[-1];
	if (place->at == place->end)
		return ERR_OK;

	switch (*place->at++) {
	case '<':
		return refuse(place, "'<' inside a tag");
	case '>':
		if (scan->last == '/')
			element_ended(scan);
		else
			scan->state = TEXT;
		return ERR_OK;
	default:
		scan->quote = place->at[-1];
		if (++scan->attributes > place->limits->attributes)
			return too_many(place, "attributes in one tag",
					place->limits->attributes);
		return ERR_OK;
	}
}

static enum err step_close(struct place *place)
{
	const char *mark =
		memchr(place->at, '>', (size_t)(place->end - place->at));

	place->at = mark ? mark + 1 : place->end;
	if (mark)
		element_ended(place->scan);
	return ERR_OK;
}

static enum err step_text(struct place *place)
{
	const char *mark =
		memchr(place->at, '<', (size_t)(place->end - place->at));

	place->at = mark ? mark + 1 : place->end;
	if (mark)
		place->scan->state = LESS;
	return ERR_OK;
}

static enum err step_bang(struct place *place)
{
	struct xml_scan *scan = place->scan;
	char c = *place->at++;

	if (c == '-')
		scan->state = COMMENT_OPEN;
	else if (c == '[' && scan->depth > 0)
		scan->state = CDATA_OPEN;
	else
		return refuse(place, "document type declarations are refused");
	return ERR_OK;
}

static enum err step_comment_open(struct place *place)
{
	if (*place->at++ != '-')
		return refuse(place, "unknown markup");

	place->scan->state = COMMENT;
	return ERR_OK;
}

static enum err step_cdata_open(struct place *place)
{
	static const char word[] = "CDATA[";
	struct xml_scan *scan = place->scan;

	if (*place->at++ != word[scan->matched++])
		return refuse(place, "unknown markup");

	if (scan->matched == sizeof(word) - 1) {
		scan->matched = 0;
		scan->state = CDATA;
	}
	return ERR_OK;
}

/* To the end of the count marks and one '>'. */
static enum err skip_past(struct place *place, char mark, unsigned count)
{
	struct xml_scan *scan = place->scan;

	while (place->at < place->end) {
		char c = *place->at++;

		if (c == '>' && scan->matched == count) {
			content(scan);
			return ERR_OK;
		}

		if (c != mark)
			scan->matched = 0;
		else if (scan->matched < count)
			scan->matched++;
	}

	return ERR_OK;
}

static enum err step_comment(struct place *place)
{
	return skip_past(place, '-', 2);
}

static enum err step_cdata(struct place *place)
{
	return skip_past(place, ']', 2);
}

static enum err step_pi(struct place *place)
{
	static const char word[] = "xml";
	struct xml_scan *scan = place->scan;
	char c = *place->at++;

	if (scan->rooted || scan->declared)
		return refuse(place, "processing instructions are refused");

	if (scan->matched < sizeof(word) - 1 && c == word[scan->matched]) {
		scan->matched++;
		return ERR_OK;
	}

	if (scan->matched < sizeof(word) - 1 || !is_space(c))
		return refuse(place, "processing instructions are refused");

	scan->matched = 0;
	scan->declared = true;
	scan->state = DECLARATION;
	return ERR_OK;
}

static enum err step_declaration(struct place *place)
{
	return skip_past(place, '?', 1);
}

static step_h *const steps[] = {
	[BETWEEN] = step_between,
	[MARK] = step_mark,
	[LESS] = step_less,
	[OPEN] = step_open,
	[CLOSE] = step_close,
	[TEXT] = step_text,
	[BANG] = step_bang,
	[COMMENT_OPEN] = step_comment_open,
	[COMMENT] = step_comment,
	[CDATA_OPEN] = step_cdata_open,
	[CDATA] = step_cdata,
	[PI] = step_pi,
	[DECLARATION] = step_declaration,
};

static enum err scan_step(struct place *place)
{
	struct xml_scan *scan = place->scan;
	const char *from = place->at;
	enum err err = steps[scan->state](place);

	if (memchr(from, '\0', (size_t)(place->at - from)))
		return refuse(place, "NUL byte");
	if (err)
		return err;

	scan->bytes += (size_t)(place->at - from);
	if (scan->bytes > place->limits->bytes)
		return too_many(place, "bytes", place->limits->bytes);

	if (scan->state == BETWEEN && !scan->declared && !scan->rooted)
		scan->bytes = 0;
	return ERR_OK;
}

enum err xml_scan(struct xml_scan *scan, const struct xml_limits *limits,
		  const char *data, size_t len, size_t *takenp, struct why *why)
{
	struct place place = {
		.scan = scan,
		.limits = limits,
		.at = data,
		.end = data + len,
		.why = why,
	};
	enum err err = ERR_OK;

	if (scan->ended)
		*scan = (struct xml_scan){ .state = BETWEEN };

	while (!err && !scan->ended && place.at < place.end)
		err = scan_step(&place);

	*takenp = (size_t)(place.at - data);
	return err;
}
