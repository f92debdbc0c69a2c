/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States set by hand as text: what administrators type, what the file says. */
#define _GNU_SOURCE /* timegm */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/directive.h"
#include "base/zone.h"
#include "module/manual.h"
#include "sip/uri.h"

struct fields {
#define MANUAL(name, type, initial, min, max, doc) DIRECTIVE_FIELD_##type(name)
#include "module/manual.def"
};

static const struct directive rows[] = {
#define MANUAL(name, type, initial, min, max, doc) \
	DIRECTIVE_ROW(struct fields, name, type, initial, min, max, doc)
#include "module/manual.def"
};

static const struct directive_table fields_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

struct span {
	unsigned seconds;
};

static const struct directive span_rows[] = {
	{ "for", DIRECTIVE_SECONDS, offsetof(struct span, seconds), "1", 1,
	  31622400, "" },
};

static const struct directive_table span_table = { .rows = span_rows,
						   .count = 1 };

enum { WORD_SIZE = 40, DAY_S = 86400 };

static time_t clock_to_time(struct tm *tm, bool utc)
{
	tm->tm_isdst = -1;
	return utc ? timegm(tm) : mktime(tm);
}

/* "2026-09-18T14:30", with seconds, with Z; 0 if it is none. */
static time_t full_time(const char *text)
{
	struct tm tm = { .tm_isdst = -1 };
	int year, length = 0;
	const char *rest;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d%n", &year, &tm.tm_mon,
		   &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &length) != 5 ||
	    year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12)
		return 0;

	tm.tm_year = year - 1900;
	tm.tm_mon--;
	rest = text + length;
	if (*rest == ':' && sscanf(rest, ":%2d%n", &tm.tm_sec, &length) == 1)
		rest += length;
	if (*rest && strcmp(rest, "Z") != 0)
		return 0;
	return clock_to_time(&tm, *rest == 'Z');
}

/* "14:30": the next one; 0 if it is none. */
static time_t next_time(const char *text, time_t now)
{
	struct tm tm;
	int hour, minute, length = 0;
	time_t moment;

	if (sscanf(text, "%2d:%2d%n", &hour, &minute, &length) != 2 ||
	    text[length] || hour < 0 || hour > 23 || minute < 0 ||
	    minute > 59 || !localtime_r(&now, &tm))
		return 0;

	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = 0;
	moment = clock_to_time(&tm, false);
	if (moment > now)
		return moment;
	tm.tm_mday++;
	return clock_to_time(&tm, false);
}

/* The next word, which must be there. */
static bool take_word(const char **textp, char word[WORD_SIZE])
{
	size_t len = strcspn(*textp, " ");

	if (!len || len >= WORD_SIZE)
		return false;
	memcpy(word, *textp, len);
	word[len] = '\0';
	*textp += len;
	*textp += strspn(*textp, " ");
	return true;
}

static enum err read_until(struct claim *claim, const char *word,
			   const char *zone, struct why *why)
{
	zone_use(zone);
	claim->until = next_time(word, claim->from);
	if (!claim->until)
		claim->until = full_time(word);
	if (claim->until <= claim->from)
		return why_set(why, ERR_CONFIG,
			       "until %s: want a time to come, such as 14:30 "
			       "or 2026-09-18T14:30",
			       word);
	return ERR_OK;
}

static enum err read_for(struct claim *claim, const char *word, struct why *why)
{
	struct span span;
	enum err err = directive_apply(&span_table, &span, "for", word, why);

	if (!err)
		claim->until = claim->from + (time_t)span.seconds;
	return err;
}

static enum err read_note(struct claim *claim, const char *text,
			  struct why *why)
{
	if (strlen(text) >= NOTE_SIZE)
		return why_set(why, ERR_CONFIG,
			       "the note is longer than %d bytes",
			       NOTE_SIZE - 1);
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			return why_set(why, ERR_CONFIG,
				       "the note holds a control character");
	strcpy(claim->note, text);
	return ERR_OK;
}

static enum err read_state(struct claim *claim, const char *word,
			   struct why *why)
{
	claim->state = state_from_word(word);
	if (claim->state == STATE_COUNT || claim->state == STATE_UNKNOWN)
		return why_set(why, ERR_CONFIG,
			       "%s: no such state; there are available, "
			       "elsewhere, tentative, busy, meeting, phone, "
			       "dnd, away, oof and offline",
			       word);
	return ERR_OK;
}

enum err manual_parse(struct claim *claim, const char *text, const char *zone,
		      time_t now, struct why *why)
{
	char word[WORD_SIZE] = "", value[WORD_SIZE] = "";
	enum err err;

	*claim = (struct claim){ .source = CLAIM_MANUAL, .from = now };
	take_word(&text, word);
	err = read_state(claim, word, why);
	while (!err && take_word(&text, word)) {
		if (!strcmp(word, "note"))
			return read_note(claim, text, why);
		take_word(&text, value);
		if (!strcmp(word, "until"))
			err = read_until(claim, value, zone, why);
		else if (!strcmp(word, "for"))
			err = read_for(claim, value, why);
		else
			err = why_set(why, ERR_CONFIG,
				      "%s: want until TIME, for DURATION or "
				      "note TEXT",
				      word);
		value[0] = '\0';
	}
	if (!err && *text)
		err = why_set(why, ERR_CONFIG, "%.40s: too long a word", text);
	return err;
}

enum err manual_read_line(char *line, const char **entityp, struct claim *claim,
			  struct why *why)
{
	size_t len = strcspn(line, " ");
	const char *rest = line[len] ? line + len + 1 : line + len;
	char entity[ENTITY_SIZE];
	struct fields fields;
	enum err err;

	line[len] = '\0';
	*entityp = line;
	*claim = (struct claim){ .source = CLAIM_MANUAL };
	directive_defaults(&fields_table, &fields);
	err = uri_entity(entity, line, why);
	if (!err)
		err = directive_apply_words(&fields_table, &fields, rest, why);
	if (!err)
		err = read_state(claim, fields.state, why);
	if (!err)
		err = read_note(claim, fields.note, why);
	if (err)
		return err;

	claim->from = full_time(fields.from);
	claim->until = full_time(fields.until);
	return ERR_OK;
}
