/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/zone.h"
#include "module/hours.h"

enum { WEEK = 7, DAY_MIN = 24 * 60, WORD_SIZE = 16 };

/* One stretch of work, in UTC. */
struct shift {
	time_t from, until;
};

static const char *const days[WEEK] = { "Sun", "Mon", "Tue", "Wed",
					"Thu", "Fri", "Sat" };

static int day_of(const char *word)
{
	int day = 0;

	while (day < WEEK && strncasecmp(days[day], word, 3) != 0)
		day++;
	return day;
}

/* "Mon-Fri", "Sun-Thu" or "Sat", with commas between; 0 if it is none. */
static unsigned char days_of(const char *text)
{
	unsigned char set = 0;

	for (;;) {
		int first = day_of(text), last = first;
		size_t len = strcspn(text, ",");

		if (len == 7 && text[3] == '-')
			last = day_of(text + 4);
		else if (len != 3)
			return 0;
		if (first == WEEK || last == WEEK)
			return 0;

		for (int day = first;; day = (day + 1) % WEEK) {
			set = (unsigned char)(set | 1U << day);
			if (day == last)
				break;
		}
		if (!text[len])
			return set;
		text += len + 1;
	}
}

enum err hours_parse(struct hours *hours, const char *text, struct why *why)
{
	char word[64];
	int from, from_min, until, until_min, end = 0;
	unsigned char set;

	hours->days = 0;
	if (!*text)
		return ERR_OK;

	if (sscanf(text, "%63s %2d:%2d-%2d:%2d%n", word, &from, &from_min,
		   &until, &until_min, &end) != 5 ||
	    text[end] || !(set = days_of(word)) || from < 0 || from > 23 ||
	    until < 0 || until > 24 || from_min < 0 || from_min > 59 ||
	    until_min < 0 || until_min > 59)
		return why_set(why, ERR_CONFIG,
			       "working hours %.60s: want days and times such "
			       "as Mon-Fri 08:30-17:00",
			       text);

	hours->days = set;
	hours->from_min = from * 60 + from_min;
	hours->until_min = until * 60 + until_min;
	if (hours->until_min <= hours->from_min)
		hours->until_min += DAY_MIN;
	return ERR_OK;
}

/* Midnight plus so many minutes by the clock on the wall. */
static time_t wall(const struct tm *day, int minutes)
{
	struct tm tm = { .tm_year = day->tm_year,
			 .tm_mon = day->tm_mon,
			 .tm_mday = day->tm_mday,
			 .tm_min = minutes,
			 .tm_isdst = -1 };

	return mktime(&tm);
}

/* Of the day that is so many days from the moment's; false on days off. */
static bool shift_of(const struct hours *hours, time_t moment, int away,
		     struct shift *shift)
{
	struct tm day;

	zone_use(hours->zone);
	if (!localtime_r(&moment, &day))
		return false;

	day.tm_mday += away;
	day.tm_hour = 12;
	day.tm_isdst = -1;
	mktime(&day);
	shift->from = wall(&day, hours->from_min);
	shift->until = wall(&day, hours->until_min);
	return hours->days >> day.tm_wday & 1;
}

bool hours_at(const struct hours *hours, time_t moment)
{
	struct shift shift;

	if (!hours->days)
		return true;
	for (int away = -1; away <= 0; away++)
		if (shift_of(hours, moment, away, &shift) &&
		    shift.from <= moment && moment < shift.until)
			return true;
	return false;
}

time_t hours_edge_after(const struct hours *hours, time_t moment)
{
	struct shift shift;

	for (int away = -1; hours->days && away <= WEEK; away++) {
		if (!shift_of(hours, moment, away, &shift))
			continue;
		if (shift.from > moment)
			return shift.from;
		if (shift.until > moment)
			return shift.until;
	}
	return 0;
}

time_t hours_edge_before(const struct hours *hours, time_t moment)
{
	struct shift shift;

	for (int away = 0; hours->days && away >= -WEEK - 1; away--) {
		if (!shift_of(hours, moment, away, &shift))
			continue;
		if (shift.until <= moment)
			return shift.until;
		if (shift.from <= moment)
			return shift.from;
	}
	return 0;
}
