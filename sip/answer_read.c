/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "sip/answer_read.h"

enum { LINES_MAX = 128 };

/* What is left to read. */
struct text {
	const char *at, *end;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_status(struct answer *answer, struct text *text)
{
	static const char version[] = "SIP/2.0 ";
	const char *at = text->at;
	size_t prefix = sizeof(version) - 1;

	if ((size_t)(text->end - at) < prefix + 4 ||
	    strncasecmp(at, version, prefix) != 0)
		return false;

	at += prefix;
	if (!is_digit(at[0]) || !is_digit(at[1]) || !is_digit(at[2]) ||
	    at[3] != ' ')
		return false;

	answer->status =
		100 * (at[0] - '0') + 10 * (at[1] - '0') + (at[2] - '0');
	return answer->status >= 100 && answer->status < 700;
}

static struct text next_line(struct text *text)
{
	const char *end =
		memchr(text->at, '\n', (size_t)(text->end - text->at));
	struct text line = { text->at, end ? end : text->end };

	text->at = end ? end + 1 : text->end;
	if (line.end > line.at && line.end[-1] == '\r')
		line.end--;
	return line;
}

static void skip_space(struct text *text)
{
	while (text->at < text->end && (*text->at == ' ' || *text->at == '\t'))
		text->at++;
}

/* The line's value if it is the header of that name. */
static bool is_header(const struct text *line, const char *name,
		      struct text *value)
{
	size_t len = strlen(name);

	*value = *line;
	if ((size_t)(line->end - line->at) <= len ||
	    strncasecmp(line->at, name, len) != 0)
		return false;

	value->at += len;
	skip_space(value);
	if (value->at == value->end || *value->at != ':')
		return false;

	value->at++;
	skip_space(value);
	return true;
}

static void read_branch(struct answer *answer, struct text via)
{
	static const char name[] = "branch=";
	size_t len = sizeof(name) - 1;

	for (; via.at < via.end && *via.at != ','; via.at++) {
		if (*via.at != ';')
			continue;
		via.at++;
		skip_space(&via);
		if ((size_t)(via.end - via.at) < len ||
		    strncasecmp(via.at, name, len) != 0) {
			via.at--;
			continue;
		}

		answer->branch = via.at + len;
		while (via.at < via.end && !memchr(";, \t", *via.at, 4))
			via.at++;
		answer->branch_len = (size_t)(via.at - answer->branch);
		return;
	}
}

static void read_method(struct answer *answer, struct text cseq)
{
	while (cseq.at < cseq.end && is_digit(*cseq.at))
		cseq.at++;
	skip_space(&cseq);
	answer->method = cseq.at;
	while (cseq.at < cseq.end && *cseq.at != ' ' && *cseq.at != '\t')
		cseq.at++;
	answer->method_len = (size_t)(cseq.at - answer->method);
}

bool answer_read(struct answer *answer, const char *data, size_t len)
{
	struct text text = { data, data + len }, value;

	*answer = (struct answer){ 0 };
	if (!read_status(answer, &text))
		return false;

	next_line(&text);
	for (int i = 0; i < LINES_MAX && text.at < text.end; i++) {
		struct text line = next_line(&text);

		if (line.at == line.end)
			break;
		if (!answer->branch && (is_header(&line, "Via", &value) ||
					is_header(&line, "v", &value)))
			read_branch(answer, value);
		else if (!answer->method && is_header(&line, "CSeq", &value))
			read_method(answer, value);
		if (answer->branch && answer->method)
			return true;
	}

	return false;
}
