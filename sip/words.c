/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "sip/words.h"

struct word {
	const char *text, *translation;
};

static const struct word japanese[] = {
#include "sip/words-ja.inc"
};

static const struct word english[] = { { "", "" } };

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *lang;
	const struct word *words;
	size_t count;
} catalogues[] = {
	{ "en", english, ROWS(english) },
	{ "ja", japanese, ROWS(japanese) },
};

/* What may stand in braces in a translated text. */
struct field {
	const char *name, *value;
};

static const char *const days[] = { "Sunday",    "Monday",   "Tuesday",
				    "Wednesday", "Thursday", "Friday",
				    "Saturday" };

static const char *const months[] = { "January", "February", "March",
				      "April",   "May",      "June",
				      "July",    "August",   "September",
				      "October", "November", "December" };

enum { DAY_S = 24 * 3600 };

/* ROWS(catalogues) if there is none. */
static size_t find_catalogue(const char *lang)
{
	size_t len = lang ? strcspn(lang, "-_.@") : 0;
	size_t i = 0;

	while (i < ROWS(catalogues) &&
	       (len != strlen(catalogues[i].lang) ||
		strncmp(catalogues[i].lang, lang, len) != 0))
		i++;
	return i;
}

static size_t catalogue(const char *lang)
{
	size_t found = find_catalogue(lang);

	return found < ROWS(catalogues) ? found : 0;
}

bool words_has(const char *lang)
{
	return find_catalogue(lang) < ROWS(catalogues);
}

const char *words_lang(const char *lang)
{
	return catalogues[catalogue(lang)].lang;
}

const char *words(const char *lang, const char *text)
{
	size_t which = catalogue(lang);

	for (size_t i = 0; i < catalogues[which].count; i++)
		if (!strcmp(catalogues[which].words[i].text, text))
			return catalogues[which].words[i].translation;
	return text;
}

const char *words_state(const char *lang, enum state state)
{
	return words(lang, state_row(state)->text);
}

static const char *field_value(const struct field *fields, const char *name,
			       size_t len)
{
	for (; fields->name; fields++)
		if (strlen(fields->name) == len &&
		    !strncmp(fields->name, name, len))
			return fields->value;
	return "";
}

static void fill(char out[NOTE_SIZE], const char *pattern,
		 const struct field *fields)
{
	size_t used = 0;

	while (*pattern && used < NOTE_SIZE - 1) {
		size_t plain = strcspn(pattern, "{");
		const char *value = pattern;
		size_t len = plain;

		pattern += plain;
		if (!plain) {
			size_t name = strcspn(pattern, "}");

			value = field_value(fields, pattern + 1, name - 1);
			len = strlen(value);
			pattern += name + (pattern[name] != '\0');
		}
		used += (size_t)snprintf(out + used, NOTE_SIZE - used, "%.*s",
					 (int)len, value);
	}
	out[used < NOTE_SIZE ? used : NOTE_SIZE - 1] = '\0';
}

/* Days from one local date to the other, exact up to a week. */
static int days_between(const struct tm *from, const struct tm *to)
{
	struct tm a = { .tm_year = from->tm_year,
			.tm_mon = from->tm_mon,
			.tm_mday = from->tm_mday };
	struct tm b = { .tm_year = to->tm_year,
			.tm_mon = to->tm_mon,
			.tm_mday = to->tm_mday };

	return (int)((timegm(&b) - timegm(&a)) / DAY_S);
}

static void day_text(char out[NOTE_SIZE], const struct tm *at,
		     const struct tm *today, const char *lang)
{
	int away = days_between(today, at);
	char date[16], year[16];
	const struct field fields[] = {
		{ "date", date },
		{ "month", words(lang, months[at->tm_mon]) },
		{ "year", year },
		{ NULL, NULL },
	};

	snprintf(date, sizeof(date), "%d", at->tm_mday);
	snprintf(year, sizeof(year), "%d", at->tm_year + 1900);

	if (away > -7 && away < 7)
		snprintf(out, NOTE_SIZE, "%s", words(lang, days[at->tm_wday]));
	else if (at->tm_year == today->tm_year)
		fill(out, words(lang, "{date} {month}"), fields);
	else
		fill(out, words(lang, "{date} {month} {year}"), fields);
}

/* "10:30" today, else with the day; midnight needs no time. */
static void moment_text(char out[NOTE_SIZE], time_t moment,
			const struct words_when *when)
{
	char day[NOTE_SIZE], clock[16];
	const struct field fields[] = {
		{ "day", day },
		{ "time", clock },
		{ NULL, NULL },
	};
	struct tm at, today;

	zone_use(when->zone);
	out[0] = '\0';
	if (!localtime_r(&moment, &at) || !localtime_r(&when->now, &today))
		return;

	snprintf(clock, sizeof(clock), "%02d:%02d", at.tm_hour, at.tm_min);
	if (!days_between(&today, &at)) {
		snprintf(out, NOTE_SIZE, "%s", clock);
		return;
	}

	day_text(day, &at, &today, when->lang);
	if (at.tm_hour || at.tm_min)
		fill(out, words(when->lang, "{day} {time}"), fields);
	else
		snprintf(out, NOTE_SIZE, "%s", day);
}

/* The moment this state tells watchers of; 0 none. */
static time_t told(const struct presence *presence)
{
	switch (state_row(presence->state)->times) {
	case TIMES_UNTIL:
		return presence->until;
	case TIMES_SINCE:
		return presence->since;
	case TIMES_NONE:
		break;
	}
	return 0;
}

static void moment_fill(char out[NOTE_SIZE], const struct presence *presence,
			const struct words_when *when,
			const char *const patterns[])
{
	char moment[NOTE_SIZE];
	const struct field fields[] = {
		{ "state", words_state(when->lang, presence->state) },
		{ "when", moment },
		{ NULL, NULL },
	};

	moment_text(moment, told(presence), when);
	fill(out,
	     words(when->lang, patterns[state_row(presence->state)->times]),
	     fields);
}

void words_time(char out[NOTE_SIZE], const struct presence *presence,
		const struct words_when *when)
{
	static const char *const patterns[] = {
		[TIMES_NONE] = "",
		[TIMES_UNTIL] = "Until {when}",
		[TIMES_SINCE] = "Since {when}",
	};

	out[0] = '\0';
	if (told(presence))
		moment_fill(out, presence, when, patterns);
}

void words_sentence(char out[NOTE_SIZE], const struct presence *presence,
		    const struct words_when *when)
{
	static const char *const patterns[] = {
		[TIMES_NONE] = "{state}",
		[TIMES_UNTIL] = "{state} until {when}",
		[TIMES_SINCE] = "{state} since {when}",
	};

	if (told(presence))
		moment_fill(out, presence, when, patterns);
	else
		snprintf(out, NOTE_SIZE, "%s",
			 words_state(when->lang, presence->state));
}
