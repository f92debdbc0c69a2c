/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libical/ical.h>
#include <string.h>

#include "tests/exchange/zone.h"

static const struct {
	const char *windows, *iana;
	bool main;
} rows[] = {
#define ZONE(windows, iana, main) { windows, iana, main },
#include "tests/exchange/zone.def"
};

enum { ROWS_COUNT = sizeof(rows) / sizeof(rows[0]) };

const char *zone_iana(const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < ROWS_COUNT; i++) {
		if (strcmp(rows[i].iana, name) == 0)
			return rows[i].iana;
		if (rows[i].main && strcmp(rows[i].windows, name) == 0)
			found = rows[i].iana;
	}
	return found;
}

const char *zone_windows(const char *iana)
{
	for (size_t i = 0; i < ROWS_COUNT; i++)
		if (strcmp(rows[i].iana, iana) == 0)
			return rows[i].windows;
	return "UTC";
}

const char *zone_at(size_t at)
{
	for (size_t i = 0; i < ROWS_COUNT; i++)
		if (rows[i].main && at-- == 0)
			return rows[i].windows;
	return NULL;
}

static icaltimezone *zone_of(const char *iana)
{
	icaltimezone *zone = icaltimezone_get_builtin_timezone(iana);

	return zone ? zone : icaltimezone_get_utc_timezone();
}

struct wall zone_wall(const char *iana, time_t moment)
{
	time_t there = moment + zone_offset_s(iana, moment);
	long number = (long)(there / 86400 - (there % 86400 < 0));
	int second = (int)(there - number * 86400);

	return (struct wall){ .day = day_of_number(number),
			      .hour = second / 3600,
			      .minute = second / 60 % 60,
			      .second = second % 60 };
}

time_t zone_time(const char *iana, const struct wall *wall)
{
	time_t there = day_number(wall->day) * 86400L + wall->hour * 3600L +
		       wall->minute * 60L + wall->second;
	int before = zone_offset_s(iana, there - 86400);
	int after = zone_offset_s(iana, there + 86400);

	if (zone_offset_s(iana, there - before) == before)
		return there - before;
	if (zone_offset_s(iana, there - after) == after)
		return there - after;
	return there - before;
}

int zone_offset_s(const char *iana, time_t moment)
{
	icaltimetype when =
		icaltime_from_timet_with_zone(moment, 0,
					      icaltimezone_get_utc_timezone());
	int is_dst;

	return icaltimezone_get_utc_offset_of_utc_time(zone_of(iana), &when,
						       &is_dst);
}

long day_number(struct day day)
{
	long y = day.month <= 2 ? day.year - 1 : day.year;
	long era = (y >= 0 ? y : y - 399) / 400;
	long of_era = y - era * 400;
	long of_year = (153 * (day.month + (day.month > 2 ? -3 : 9)) + 2) / 5 +
		       day.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

struct day day_of_number(long number)
{
	long z = number + 719468;
	long era = (z >= 0 ? z : z - 146096) / 146097;
	long doe = z - era * 146097;
	long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	long doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	long mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct day){ .year = (int)(yoe + era * 400 + (month <= 2)),
			     .month = month,
			     .day = (int)(doy - (153 * mp + 2) / 5 + 1) };
}

int day_weekday(struct day day)
{
	return (int)(((day_number(day) % 7) + 11) % 7);
}

/* The first second of the new offset, between two moments that differ. */
static time_t turn_between(const char *iana, time_t low, time_t high)
{
	int old = zone_offset_s(iana, low);

	while (high - low > 1) {
		time_t middle = low + (high - low) / 2;

		if (zone_offset_s(iana, middle) == old)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static struct zone_turn turn_at(const char *iana, time_t moment)
{
	time_t there = moment + zone_offset_s(iana, moment - 1);
	struct wall wall = zone_wall("UTC", there);
	int week = (wall.day.day - 1) / 7 + 1;

	return (struct zone_turn){
		.offset_s = zone_offset_s(iana, moment),
		.month = wall.day.month,
		.week = week >= 4 && wall.day.day > 24 ? 5 : week,
		.weekday = day_weekday(wall.day),
		.hour = wall.hour,
		.minute = wall.minute,
	};
}

struct zone_year zone_year(const char *iana, int year)
{
	time_t day = day_number((struct day){ year, 1, 1 }) * 86400L;
	struct zone_year found = { .standard_s = zone_offset_s(iana, day) };
	int turns = 0;

	for (int i = 0; i < 365; i++, day += 86400) {
		int old = zone_offset_s(iana, day);
		int new = zone_offset_s(iana, day + 86400);

		if (old == new)
			continue;
		turns++;
		if (new > old)
			found.to_daylight =
				turn_at(iana,
					turn_between(iana, day, day + 86400));
		else
			found.to_standard =
				turn_at(iana,
					turn_between(iana, day, day + 86400));
	}
	found.daylight = turns == 2 && found.to_daylight.month &&
			 found.to_standard.month;
	if (found.daylight)
		found.standard_s = found.to_standard.offset_s;
	return found;
}
