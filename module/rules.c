/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* FNM_CASEFOLD */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "module/rules.h"

struct fields {
#define RULE(name, type, initial, min, max, doc) DIRECTIVE_FIELD_##type(name)
#include "module/rule.def"
};

static const struct directive rows[] = {
#define RULE(name, type, initial, min, max, doc) \
	DIRECTIVE_ROW(struct fields, name, type, initial, min, max, doc)
#include "module/rule.def"
};

static const struct directive_table fields_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

enum { ANY = -1, NO = 0, YES = 1 };

struct rule {
	int busy; /* enum busy or ANY */
	int meeting, all_day, private, at_work;
	char *subject, *category; /* NULL any */
	unsigned shorter_s, longer_s;
	struct ruling ruling;
	char *text;
};

static int busy_of(const char *word)
{
	static const char *const words[] = {
#define BUSY(name, ews, graph, ical, rpid) #name,
#include "calendar/busy.def"
	};
	int busy = 0;

	while (busy < BUSY_OOF && strcasecmp(words[busy], word) != 0)
		busy++;
	return strcasecmp(words[busy], word) ? ANY : busy;
}

/* One of two words, or nothing; false if it is a third one. */
static bool choose(int *choicep, const char *word, const char *yes,
		   const char *no)
{
	*choicep = !strcmp(word, yes) ? YES : !strcmp(word, no) ? NO : ANY;
	return *choicep != ANY || !*word;
}

static enum err bad_word(const char *field, const char *word,
			 const char *wanted, struct why *why)
{
	return why_set(why, ERR_CONFIG, "%s = %s: want %s", field, word,
		       wanted);
}

static enum err read_choices(struct rule *rule, const struct fields *fields,
			     struct why *why)
{
	rule->busy = busy_of(fields->show);
	if (fields->show[0] && rule->busy == ANY)
		return bad_word("show", fields->show,
				"free, elsewhere, tentative, busy or oof", why);
	if (!choose(&rule->meeting, fields->company, "meeting", "alone"))
		return bad_word("company", fields->company, "meeting or alone",
				why);
	if (!choose(&rule->all_day, fields->day, "all-day", "timed"))
		return bad_word("day", fields->day, "all-day or timed", why);
	if (!choose(&rule->private, fields->private, "yes", "no"))
		return bad_word("private", fields->private, "yes or no", why);
	if (!choose(&rule->at_work, fields->hours, "in", "out"))
		return bad_word("hours", fields->hours, "in or out", why);
	return ERR_OK;
}

static enum err read_state(struct rule *rule, const char *word, struct why *why)
{
	enum state state = state_from_word(word);

	rule->ruling.ignore = !strcmp(word, "ignore");
	if (rule->ruling.ignore)
		return ERR_OK;
	if (state == STATE_COUNT || state == STATE_UNKNOWN ||
	    state == STATE_OFFLINE)
		return bad_word("state", word,
				"ignore or a state such as busy, dnd, away",
				why);
	rule->ruling.state = state;
	return ERR_OK;
}

static enum err read_rule(struct rule *rule, const char *text, struct why *why)
{
	struct fields fields;
	enum err err;

	directive_defaults(&fields_table, &fields);
	err = directive_apply_words(&fields_table, &fields, text, why);
	if (!err)
		err = read_choices(rule, &fields, why);
	if (!err)
		err = read_state(rule, fields.state, why);
	if (err)
		return err;

	rule->shorter_s = fields.shorter;
	rule->longer_s = fields.longer;
	if (fields.subject[0])
		rule->subject = x_strdup(fields.subject);
	if (fields.category[0])
		rule->category = x_strdup(fields.category);
	rule->text = x_strdup(text);
	rule->ruling.text = rule->text;
	return ERR_OK;
}

enum err rules_read(struct rules *rules, const struct directive_list *texts,
		    struct why *why)
{
	*rules = (struct rules){ .count = 0 };
	rules->items = x_zalloc((texts->count + 1) * sizeof(struct rule));

	for (size_t i = 0; i < texts->count; i++) {
		struct rule *rule = &rules->items[i];
		struct why inner = { .err = ERR_OK };

		if (read_rule(rule, texts->items[i], &inner)) {
			rules_free(rules);
			return why_set(why, ERR_CONFIG, "rule = %.80s: %s",
				       texts->items[i], inner.text);
		}
		rules->count++;
		rules->details |= rule->subject || rule->category;
		rules->hours |= rule->at_work != ANY;
	}
	return ERR_OK;
}

void rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		free(rules->items[i].subject);
		free(rules->items[i].category);
		free(rules->items[i].text);
	}
	free(rules->items);
	*rules = (struct rules){ .count = 0 };
}

static bool is(int wanted, bool found)
{
	return wanted == ANY || (wanted == YES) == found;
}

static bool matches(const char *pattern, const char *text)
{
	return !fnmatch(pattern, text, FNM_CASEFOLD);
}

/* One of the lines. */
static bool matches_line(const char *pattern, const char *lines)
{
	while (lines && *lines) {
		size_t len = strcspn(lines, "\n");
		char line[TIMELINE_SUBJECT_MAX + 1];

		snprintf(line, sizeof(line), "%.*s", (int)len, lines);
		if (matches(pattern, line))
			return true;
		lines += len + (lines[len] != '\0');
	}
	return false;
}

static bool fits(const struct rule *rule, const struct entry *entry)
{
	time_t lasts_s = entry->until - entry->from;
	bool private = entry->flags & ENTRY_PRIVATE;

	return (rule->busy == ANY || rule->busy == (int)entry->busy) &&
	       is(rule->meeting, entry_is_meeting(entry)) &&
	       is(rule->all_day, entry_is_all_day(entry)) &&
	       is(rule->private, private) &&
	       (!rule->shorter_s || lasts_s < (time_t)rule->shorter_s) &&
	       (!rule->longer_s || lasts_s > (time_t)rule->longer_s) &&
	       (!rule->subject ||
		(entry->subject && matches(rule->subject, entry->subject))) &&
	       (!rule->category ||
		matches_line(rule->category, entry->categories));
}

bool rules_find(const struct rules *rules, const struct entry *entry,
		const struct hours *hours, time_t moment, struct ruling *ruling)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->items[i];

		if (!fits(rule, entry))
			continue;
		if (rule->at_work != ANY &&
		    !is(rule->at_work, hours_at(hours, moment)))
			continue;
		*ruling = rule->ruling;
		return true;
	}
	return false;
}
