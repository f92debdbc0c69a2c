/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/exchange/rule.h"
#include "tests/exchange/when.h"
#include "tests/exchange/zone.h"

const char *const weekday_names[7] = { "Sunday",    "Monday",   "Tuesday",
				       "Wednesday", "Thursday", "Friday",
				       "Saturday" };

static const struct {
	const char *word;
	unsigned days;
} day_sets[] = {
	{ "Day", 0x7f },
	{ "Weekday", 0x3e },
	{ "WeekendDay", 0x41 },
};

static const char *const months[] = { "January", "February", "March",
				      "April",   "May",      "June",
				      "July",    "August",   "September",
				      "October", "November", "December" };

static const struct {
	const char *word;
	int week;
} weeks[] = {
	{ "First", 1 },  { "Second", 2 },       { "Third", 3 },
	{ "Fourth", 4 }, { "Last", WEEK_LAST },
};

static const struct {
	const char *element, *in;
	enum pattern pattern;
} patterns[] = {
	{ "t:DailyRecurrence", "DailyRecurrence", PATTERN_DAILY },
	{ "t:WeeklyRecurrence", "WeeklyRecurrence", PATTERN_WEEKLY },
	{ "t:AbsoluteMonthlyRecurrence", "AbsoluteMonthlyRecurrence",
	  PATTERN_MONTHLY },
	{ "t:RelativeMonthlyRecurrence", "RelativeMonthlyRecurrence",
	  PATTERN_MONTHLY_RELATIVE },
	{ "t:AbsoluteYearlyRecurrence", "AbsoluteYearlyRecurrence",
	  PATTERN_YEARLY },
	{ "t:RelativeYearlyRecurrence", "RelativeYearlyRecurrence",
	  PATTERN_YEARLY_RELATIVE },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A list of names; 0 if one of them is not known. */
static unsigned days_read(const char *text)
{
	unsigned days = 0;

	while (*text) {
		size_t len = strcspn(text, " \t\r\n");
		unsigned found = 0;

		for (unsigned i = 0; i < 7; i++)
			if (len == strlen(weekday_names[i]) &&
			    strncmp(text, weekday_names[i], len) == 0)
				found = 1u << i;
		for (size_t i = 0; i < COUNT(day_sets); i++)
			if (len == strlen(day_sets[i].word) &&
			    strncmp(text, day_sets[i].word, len) == 0)
				found = day_sets[i].days;
		if (len && !found)
			return 0;
		days |= found;
		text += len;
		text += strspn(text, " \t\r\n");
	}
	return days;
}

static bool range_read(const struct xml_node *node, struct recurrence *rule)
{
	const struct xml_node *range;
	const char *start = xml_path_text(node, "StartDate");
	bool good;

	good = day_read(start, &rule->start);
	range = xml_child(node, NULL, "EndDate");
	if (range)
		good = good && day_read(range->text, &rule->end);
	range = xml_child(node, NULL, "NumberOfOccurrences");
	if (range) {
		rule->count = (unsigned)strtoul(range->text, NULL, 10);
		good = good && rule->count >= 1 && rule->count <= 999;
	}
	return good;
}

static void details_read(const struct xml_node *node, struct recurrence *rule)
{
	const char *week = xml_path_text(node, "DayOfWeekIndex");
	const char *month = xml_path_text(node, "Month");
	const char *first = xml_path_text(node, "FirstDayOfWeek");

	rule->interval =
		(unsigned)strtoul(xml_path_text(node, "Interval"), NULL, 10);
	rule->days = days_read(xml_path_text(node, "DaysOfWeek"));
	rule->day_of_month = atoi(xml_path_text(node, "DayOfMonth"));
	for (size_t i = 0; i < COUNT(weeks); i++)
		if (strcmp(weeks[i].word, week) == 0)
			rule->week = weeks[i].week;
	for (int i = 0; i < 12; i++)
		if (strcmp(months[i], month) == 0)
			rule->month = i + 1;
	for (int i = 0; i < 7; i++)
		if (strcmp(weekday_names[i], first) == 0)
			rule->first_weekday = i;
}

static bool details_good(const struct recurrence *rule)
{
	bool relative = rule->pattern == PATTERN_MONTHLY_RELATIVE ||
			rule->pattern == PATTERN_YEARLY_RELATIVE;
	bool yearly = rule->pattern >= PATTERN_YEARLY;
	bool by_day = rule->pattern == PATTERN_MONTHLY ||
		      rule->pattern == PATTERN_YEARLY;

	if (relative && (!rule->week || !rule->days))
		return false;
	if (rule->pattern == PATTERN_WEEKLY && !rule->days)
		return false;
	if (by_day && (rule->day_of_month < 1 || rule->day_of_month > 31))
		return false;
	return yearly ? rule->month != 0
		      : rule->interval >= 1 && rule->interval <= 999;
}

bool rule_read(const struct xml_node *node, struct recurrence *rule)
{
	const struct xml_node *pattern = node->child;

	*rule = (struct recurrence){ .pattern = PATTERN_NONE };
	if (!pattern || !pattern->next)
		return false;
	for (size_t i = 0; i < COUNT(patterns); i++)
		if (strcmp(patterns[i].in, pattern->name) == 0)
			rule->pattern = patterns[i].pattern;
	if (rule->pattern == PATTERN_NONE)
		return false;
	details_read(pattern, rule);
	return details_good(rule) && range_read(pattern->next, rule);
}

static void days_write(struct xml_out *out, const struct recurrence *rule)
{
	struct buf text = BUF(100);

	for (size_t i = 0; i < COUNT(day_sets); i++)
		if (day_sets[i].days == rule->days &&
		    rule->pattern != PATTERN_WEEKLY)
			buf_print(&text, "%s", day_sets[i].word);
	for (unsigned i = 0; i < 7 && (i || !text.len); i++)
		if (rule->days & 1u << i)
			buf_print(&text, "%s%s", text.len ? " " : "",
				  weekday_names[i]);
	xml_leaf(out, "t:DaysOfWeek", buf_text(&text));
	buf_free(&text);
}

static void week_write(struct xml_out *out, const struct recurrence *rule)
{
	for (size_t i = 0; i < COUNT(weeks); i++)
		if (weeks[i].week == rule->week)
			xml_leaf(out, "t:DayOfWeekIndex", weeks[i].word);
}

static void day_leaf(struct xml_out *out, const char *element, struct day day)
{
	struct buf text = BUF(20);

	buf_print(&text, "%04d-%02d-%02d", day.year, day.month, day.day);
	xml_leaf(out, element, buf_text(&text));
	buf_free(&text);
}

static void range_write(struct xml_out *out, const struct recurrence *rule)
{
	xml_start(out, rule->count      ? "t:NumberedRecurrence"
		       : rule->end.year ? "t:EndDateRecurrence"
					: "t:NoEndRecurrence");
	day_leaf(out, "t:StartDate", rule->start);
	if (rule->count)
		xml_leaf_number(out, "t:NumberOfOccurrences", rule->count);
	else if (rule->end.year)
		day_leaf(out, "t:EndDate", rule->end);
	xml_end(out);
}

void rule_write(struct xml_out *out, const struct recurrence *rule)
{
	bool relative = rule->pattern == PATTERN_MONTHLY_RELATIVE ||
			rule->pattern == PATTERN_YEARLY_RELATIVE;

	xml_start(out, "t:Recurrence");
	for (size_t i = 0; i < COUNT(patterns); i++)
		if (patterns[i].pattern == rule->pattern)
			xml_start(out, patterns[i].element);
	if (rule->pattern < PATTERN_YEARLY)
		xml_leaf_number(out, "t:Interval", rule->interval);
	if (relative || rule->pattern == PATTERN_WEEKLY)
		days_write(out, rule);
	if (relative)
		week_write(out, rule);
	else if (rule->pattern >= PATTERN_MONTHLY)
		xml_leaf_number(out, "t:DayOfMonth", rule->day_of_month);
	if (rule->pattern == PATTERN_WEEKLY)
		xml_leaf(out, "t:FirstDayOfWeek",
			 weekday_names[rule->first_weekday]);
	if (rule->pattern >= PATTERN_YEARLY)
		xml_leaf(out, "t:Month", months[rule->month - 1]);
	xml_end(out);
	range_write(out, rule);
	xml_end(out);
}

/* xs:duration of an offset's opposite, as Bias wants it. */
static const char *bias_text(char text[24], int offset_s)
{
	int minutes = abs(offset_s) / 60;

	snprintf(text, 24, "%sPT%dH%dM", offset_s > 0 ? "-" : "", minutes / 60,
		 minutes % 60);
	return text;
}

static void period(struct xml_out *out, const char *id, const char *name,
		   int offset_s)
{
	char bias[24];

	xml_start(out, "t:Period");
	xml_attribute(out, "Bias", bias_text(bias, offset_s));
	xml_attribute(out, "Name", name);
	xml_attribute(out, "Id", id);
	xml_end(out);
}

static void target(struct xml_out *out, const char *kind, const char *id)
{
	xml_start(out, "t:To");
	xml_attribute(out, "Kind", kind);
	xml_text(out, id);
	xml_end(out);
}

static void turn(struct xml_out *out, const char *id,
		 const struct zone_turn *turn)
{
	char offset[24];

	snprintf(offset, sizeof(offset), "PT%dH%dM", turn->hour, turn->minute);
	xml_start(out, "t:RecurringDayTransition");
	target(out, "Period", id);
	xml_leaf(out, "t:TimeOffset", offset);
	xml_leaf_number(out, "t:Month", turn->month);
	xml_leaf(out, "t:DayOfWeek", weekday_names[turn->weekday]);
	xml_leaf_number(out, "t:Occurrence", turn->week == 5 ? -1 : turn->week);
	xml_end(out);
}

static void zone_rules(struct xml_out *out, const struct zone_year *year)
{
	xml_start(out, "t:Periods");
	period(out, "std", "Standard", year->standard_s);
	if (year->daylight)
		period(out, "dlt", "Daylight", year->to_daylight.offset_s);
	xml_end(out);
	xml_start(out, "t:TransitionsGroups");
	xml_start(out, "t:TransitionsGroup");
	xml_attribute(out, "Id", "0");
	if (year->daylight) {
		turn(out, "dlt", &year->to_daylight);
		turn(out, "std", &year->to_standard);
	} else {
		xml_start(out, "t:Transition");
		target(out, "Period", "std");
		xml_end(out);
	}
	xml_end(out);
	xml_end(out);
	xml_start(out, "t:Transitions");
	xml_start(out, "t:Transition");
	target(out, "Group", "0");
	xml_end(out);
	xml_end(out);
}

void zone_write(struct xml_out *out, const char *element, const char *windows,
		bool full)
{
	const char *iana = zone_iana(windows);
	struct zone_year year;

	xml_start(out, element);
	xml_attribute(out, "Id", windows);
	xml_attribute(out, "Name", windows);
	if (full) {
		year = zone_year(iana ? iana : "UTC",
				 zone_wall("UTC", clock_now()).day.year);
		zone_rules(out, &year);
	}
	xml_end(out);
}
