/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tests/exchange/bias.h"
#include "tests/exchange/rule.h"
#include "tests/exchange/when.h"

static bool turn_read(const struct xml_node *node, int base_s,
		      struct zone_turn *turn)
{
	const char *weekday = xml_path_text(node, "DayOfWeek");

	turn->weekday = -1;
	for (int i = 0; i < 7; i++)
		if (strcmp(weekday_names[i], weekday) == 0)
			turn->weekday = i;
	turn->offset_s = -base_s - atoi(xml_path_text(node, "Bias")) * 60;
	turn->month = atoi(xml_path_text(node, "Month"));
	turn->week = atoi(xml_path_text(node, "DayOrder"));
	return sscanf(xml_path_text(node, "Time"), "%2d:%2d", &turn->hour,
		      &turn->minute) == 2 &&
	       turn->weekday >= 0 && turn->month >= 0 && turn->month <= 12;
}

bool bias_read(const struct xml_node *zone, struct bias *bias)
{
	const struct xml_node *standard = xml_child(zone, NULL, "StandardTime");
	const struct xml_node *summer = xml_child(zone, NULL, "DaylightTime");
	int minutes = atoi(xml_path_text(zone, "Bias"));

	*bias = (struct bias){ .base_s = minutes * 60 };
	if (!standard || !summer || abs(minutes) > 1440 ||
	    !turn_read(standard, bias->base_s, &bias->to_standard) ||
	    !turn_read(summer, bias->base_s, &bias->to_daylight))
		return false;
	bias->daylight =
		bias->to_standard.month && bias->to_daylight.month &&
		bias->to_standard.week >= 1 && bias->to_standard.week <= 5 &&
		bias->to_daylight.week >= 1 && bias->to_daylight.week <= 5 &&
		bias->to_standard.offset_s != bias->to_daylight.offset_s;
	return true;
}

/* When the turn comes that year, on the clock before it. */
static time_t turn_local(const struct zone_turn *turn, int year)
{
	struct day first = { year, turn->month, 1 };
	struct day next = { turn->month == 12 ? year + 1 : year,
			    turn->month % 12 + 1, 1 };
	long day = day_number(first) +
		   (turn->weekday - day_weekday(first) + 7) % 7 +
		   7L * (turn->week - 1);

	while (day >= day_number(next))
		day -= 7;
	return day * 86400L + turn->hour * 3600L + turn->minute * 60L;
}

int bias_offset_s(const struct bias *bias, time_t moment)
{
	int standard = bias->to_standard.offset_s;
	int summer = bias->to_daylight.offset_s;
	int year = zone_wall("UTC", moment + standard).day.year;
	time_t on;
	time_t off;

	if (!bias->daylight)
		return -bias->base_s;
	on = turn_local(&bias->to_daylight, year) - standard;
	off = turn_local(&bias->to_standard, year) - summer;
	if (on < off)
		return moment >= on && moment < off ? summer : standard;
	return moment >= off && moment < on ? standard : summer;
}

bool bias_when(const struct bias *bias, const char *text, time_t *moment)
{
	const char *clock = strchr(text, 'T');

	if (!when_read(text, "UTC", moment))
		return false;
	if (!clock || !strpbrk(clock, "Z+-"))
		*moment -= bias_offset_s(bias,
					 *moment - bias->to_standard.offset_s);
	return true;
}

const char *bias_text(const struct bias *bias, time_t moment,
		      char text[BIAS_TEXT_SIZE])
{
	clock_text(text, moment + bias_offset_s(bias, moment));
	text[strlen(text) - 1] = '\0';
	return text;
}

static void turn_write(struct xml_out *out, const char *element, int bias,
		       const struct zone_turn *turn)
{
	char time[12];

	snprintf(time, sizeof(time), "%02d:%02d:00", turn->hour % 24,
		 turn->minute % 60);
	xml_start(out, element);
	xml_leaf_number(out, "t:Bias", bias);
	xml_leaf(out, "t:Time", time);
	xml_leaf_number(out, "t:DayOrder", turn->week);
	xml_leaf_number(out, "t:Month", turn->month);
	xml_leaf(out, "t:DayOfWeek", weekday_names[turn->weekday]);
	xml_end(out);
}

void bias_write(struct xml_out *out, const char *iana)
{
	const char *zone = iana ? iana : "UTC";
	struct zone_year year =
		zone_year(zone, zone_wall("UTC", clock_now()).day.year);
	int summer =
		year.daylight ? year.standard_s - year.to_daylight.offset_s : 0;

	if (!year.daylight)
		year.to_standard = year.to_daylight =
			(struct zone_turn){ .month = 0 };
	xml_start(out, "t:TimeZone");
	xml_leaf_number(out, "t:Bias", -year.standard_s / 60);
	turn_write(out, "t:StandardTime", 0, &year.to_standard);
	turn_write(out, "t:DaylightTime", summer / 60, &year.to_daylight);
	xml_end(out);
}
