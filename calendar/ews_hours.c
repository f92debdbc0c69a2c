/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The working hours of a free/busy answer, [MS-OXWAVLS] 2.2.4.26: minutes of
 * the local day, in a zone of the old kind, which is what POSIX calls a TZ
 * rule. Hours that differ from day to day are none of ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar/ews_read.h"

enum { DAY_MIN = 24 * 60, BIAS_MAX = 24 * 60 };

static const char *const day_names[] = {
	"Sunday",   "Monday", "Tuesday",  "Wednesday",
	"Thursday", "Friday", "Saturday",
};

static bool read_number(const struct xml_node *node, const char *path,
			long least, long most, int *numberp)
{
	const char *text = xml_path_text(node, path);
	char *end;
	long number = strtol(text, &end, 10);

	*numberp = (int)number;
	return *text && !*end && number >= least && number <= most;
}

/* "Monday Tuesday", also "Weekday" and the like. */
static unsigned read_days(const char *text)
{
	unsigned days = 0;

	for (unsigned i = 0; i < 7; i++)
		if (strstr(text, day_names[i]))
			days |= 1u << i;
	if (strstr(text, "Weekday"))
		days |= 0x3e;
	if (strstr(text, "WeekendDay"))
		days |= 0x41;
	return days;
}

/* Bit 0 alone is day 0. */
static int only_day(unsigned days)
{
	for (int day = 0; day < 7; day++)
		if (days == 1u << day)
			return day;

	return -1;
}

struct changeover {
	int bias, month, week, hour, minute, day;
};

static bool read_changeover(const struct xml_node *node, struct changeover *at)
{
	if (!node || !read_number(node, "Bias", -BIAS_MAX, BIAS_MAX, &at->bias))
		return false;
	if (!read_number(node, "Month", 1, 12, &at->month) ||
	    !read_number(node, "DayOrder", 1, 5, &at->week))
		return false;

	at->day = only_day(read_days(xml_path_text(node, "DayOfWeek")));
	return at->day >= 0 && sscanf(xml_path_text(node, "Time"), "%2d:%2d",
				      &at->hour, &at->minute) == 2;
}

/* "<S>-1:00<D>-2:00,M3.5.0/2:00,M10.5.0/3:00" */
static bool read_zone(const struct xml_node *zone, char text[WORK_ZONE_SIZE])
{
	struct changeover back, forward;
	int bias, off, summer, len;

	if (!zone || !read_number(zone, "Bias", -BIAS_MAX, BIAS_MAX, &bias))
		return false;
	if (!read_changeover(xml_path(zone, "StandardTime"), &back) ||
	    !read_changeover(xml_path(zone, "DaylightTime"), &forward))
		back = forward = (struct changeover){ .bias = 0 };

	off = bias + back.bias;
	summer = bias + forward.bias;
	len = snprintf(text, WORK_ZONE_SIZE, "<STD>%s%d:%02d",
		       off < 0 ? "-" : "", abs(off) / 60, abs(off) % 60);
	if (off == summer)
		return true;

	len += snprintf(text + len, WORK_ZONE_SIZE - (size_t)len,
			"<DST>%s%d:%02d,M%d.%d.%d/%d:%02d,M%d.%d.%d/%d:%02d",
			summer < 0 ? "-" : "", abs(summer) / 60,
			abs(summer) % 60, forward.month, forward.week,
			forward.day, forward.hour, forward.minute, back.month,
			back.week, back.day, back.hour, back.minute);
	return len < WORK_ZONE_SIZE;
}

bool ews_read_hours(const struct xml_node *view, struct work_hours *hours)
{
	const struct xml_node *node = xml_path(view, "WorkingHours");
	const struct xml_node *one =
		node ? xml_path(node, "WorkingPeriodArray/WorkingPeriod")
		     : NULL;
	int from, until;

	*hours = (struct work_hours){ .days = 0 };
	for (; one; one = xml_again(one)) {
		unsigned days = read_days(xml_path_text(one, "DayOfWeek"));

		if (!read_number(one, "StartTimeInMinutes", 0, DAY_MIN,
				 &from) ||
		    !read_number(one, "EndTimeInMinutes", 0, DAY_MIN, &until))
			return false;
		if (hours->days &&
		    (hours->from_min != from || hours->until_min != until))
			return false;
		hours->days = (unsigned char)(hours->days | days);
		hours->from_min = (short)from;
		hours->until_min = (short)until;
	}

	return hours->days && hours->until_min > hours->from_min &&
	       read_zone(xml_path(node, "TimeZone"), hours->zone);
}
