/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include "calendar/ews_read.h"

/* Exactly so many digits, moves on; -1 if they are not there. */
static int digits(const char **text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++, (*text)++) {
		if (!isdigit((unsigned char)**text))
			return -1;
		value = 10 * value + (**text - '0');
	}

	return value;
}

static bool literal(const char **text, char c)
{
	if (**text != c)
		return false;

	(*text)++;
	return true;
}

/* Days since 1970 in the Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? month + 9 : month - 3;
	int64_t era = y / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * m + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static bool read_date(const char **text, int64_t *daysp)
{
	int year = digits(text, 4);
	int month = literal(text, '-') ? digits(text, 2) : -1;
	int day = literal(text, '-') ? digits(text, 2) : -1;

	if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;

	*daysp = days_of(year, month, day);
	return true;
}

static bool read_clock(const char **text, int *secondsp)
{
	int hour = digits(text, 2);
	int minute = literal(text, ':') ? digits(text, 2) : -1;
	int second = literal(text, ':') ? digits(text, 2) : -1;

	if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 ||
	    second > 60)
		return false;

	if (literal(text, '.'))
		while (isdigit((unsigned char)**text))
			(*text)++;

	*secondsp = hour * 3600 + minute * 60 + second;
	return true;
}

/* What to take off to be in UTC. */
static bool read_zone(const char **text, int *offsetp)
{
	int sign, hours, minutes;

	*offsetp = 0;

	if (!**text || literal(text, 'Z'))
		return true;

	sign = literal(text, '+') ? 1 : literal(text, '-') ? -1 : 0;
	hours = digits(text, 2);
	minutes = literal(text, ':') ? digits(text, 2) : -1;

	if (!sign || hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
		return false;

	*offsetp = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool ews_read_time(const char *text, time_t *momentp)
{
	int64_t days;
	int seconds, offset;

	if (!read_date(&text, &days) || !literal(&text, 'T') ||
	    !read_clock(&text, &seconds) || !read_zone(&text, &offset) || *text)
		return false;

	*momentp = days * 86400 + seconds - offset;
	return true;
}

/* 1 to 12, moves on; -1 if there is no name of a month. */
static int month_name(const char **text)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (!strncmp(*text, names + 3 * i, 3)) {
			*text += 3;
			return i + 1;
		}

	return -1;
}

bool ews_read_http_date(const char *text, time_t *momentp)
{
	const char *comma = strchr(text, ',');
	const char *at = comma && comma[1] == ' ' ? comma + 2 : "";
	int day = digits(&at, 2);
	int month = literal(&at, ' ') ? month_name(&at) : -1;
	int year = literal(&at, ' ') ? digits(&at, 4) : -1;
	int seconds;

	if (day < 1 || month < 1 || year < 1 || !literal(&at, ' ') ||
	    !read_clock(&at, &seconds))
		return false;

	*momentp = days_of(year, month, day) * 86400 + seconds;
	return true;
}
