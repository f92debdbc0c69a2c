/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "directory/watch.h"

static const struct directive rows[] = {
#define DIRECTORY(name, type, initial, min, max, doc) \
	DIRECTIVE_ROW(struct watch_settings, name, type, initial, min, max, doc)
#include "directory/directory.def"
};

const struct directive_table watch_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

static const char *const ways[] = { "auto", "sync", "ad", "poll" };

static bool is_way(const char *word)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(word, ways[i]))
			return true;

	return false;
}

static enum err check_uris(const struct watch_settings *s, struct why *why)
{
	if (!s->uri.count)
		return why_set(why, ERR_CONFIG, "directory %s: uri is missing",
			       s->name);

	for (size_t i = 0; i < s->uri.count; i++) {
		const char *uri = s->uri.items[i];
		bool ldaps = !strncmp(uri, "ldaps://", 8);

		if (!ldaps && strncmp(uri, "ldap://", 7) != 0)
			return why_set(why, ERR_CONFIG,
				       "directory %s: uri %.100s: want "
				       "ldaps://host or ldap://host",
				       s->name, uri);
		if (ldaps && s->gssapi)
			return why_set(why, ERR_CONFIG,
				       "directory %s: gssapi secures ldap:// "
				       "by itself and is refused over %.100s",
				       s->name, uri);
	}

	return ERR_OK;
}

static enum err check(const struct watch_settings *s, struct why *why)
{
	if (!is_way(s->way))
		return why_set(why, ERR_CONFIG,
			       "directory %s: way %.8s: want auto, sync, ad or "
			       "poll",
			       s->name, s->way);
	if (!strchr(s->base, '='))
		return why_set(why, ERR_CONFIG,
			       "directory %s: base \"%.100s\" is no DN",
			       s->name, s->base);
	if (s->filter[0] && s->filter[0] != '(')
		return why_set(why, ERR_CONFIG,
			       "directory %s: filter %.100s: want one in "
			       "brackets",
			       s->name, s->filter);
	if (s->bind[0] && !s->secret[0] && !s->gssapi)
		return why_set(why, ERR_CONFIG,
			       "directory %s: bind without secret", s->name);

	return check_uris(s, why);
}

enum err watch_parse(struct watch_settings *settings, const char *text,
		     struct why *why)
{
	enum err err;

	directive_defaults(&watch_table, settings);
	err = directive_apply_words(&watch_table, settings, text, why);
	return err ? err : check(settings, why);
}

static const struct {
	const char *word;
	const char *advice;
} alarms[] = {
#define WATCH_ALARM(name, word, advice) [WATCH_ALARM_##name] = { word, advice },
#include "directory/watch_alarm.def"
};

const char *watch_alarm_word(enum watch_alarm alarm)
{
	return alarms[alarm].word;
}

const char *watch_alarm_advice(enum watch_alarm alarm)
{
	return alarms[alarm].advice;
}

const char *evidence_word(enum evidence evidence)
{
	return evidence == EVIDENCE_EXPLICIT ? "explicit" : "implied";
}
