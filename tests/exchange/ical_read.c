/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "tests/exchange/ical.h"
#include "tests/exchange/zone.h"

static time_t moment_of(icalproperty *property, struct icaltimetype when,
			const char *zone)
{
	icalparameter *name =
		icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
	const char *iana =
		name ? zone_iana(icalparameter_get_tzid(name)) : NULL;
	struct wall wall = { .day = { when.year, when.month, when.day },
			     .hour = when.hour,
			     .minute = when.minute,
			     .second = when.second };

	if (icaltime_is_utc(when))
		return zone_time("UTC", &wall);
	return zone_time(iana ? iana : zone, &wall);
}

/* A calendar year that Exchange can hold. */
static bool sane(struct icaltimetype when)
{
	return !icaltime_is_null_time(when) && when.year >= 1601 &&
	       when.year <= 4500;
}

static void read_days(const struct icalrecurrencetype *rule,
		      struct recurrence *out)
{
	int week = 0;

	for (int i = 0; i < ICAL_BY_DAY_SIZE &&
			rule->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX;
	     i++) {
		int day = (int)icalrecurrencetype_day_day_of_week(
			rule->by_day[i]);

		week = icalrecurrencetype_day_position(rule->by_day[i]);
		if (day >= ICAL_SUNDAY_WEEKDAY && day <= ICAL_SATURDAY_WEEKDAY)
			out->days |= 1U << (day - ICAL_SUNDAY_WEEKDAY);
	}
	if (week == 0 && rule->by_set_pos[0] != ICAL_RECURRENCE_ARRAY_MAX)
		week = rule->by_set_pos[0];
	out->week = week < 0 ? WEEK_LAST : week > 4 ? WEEK_LAST : week;
}

static const struct {
	icalrecurrencetype_frequency freq;
	enum pattern absolute, relative;
} patterns[] = {
	{ ICAL_DAILY_RECURRENCE, PATTERN_DAILY, PATTERN_WEEKLY },
	{ ICAL_WEEKLY_RECURRENCE, PATTERN_WEEKLY, PATTERN_WEEKLY },
	{ ICAL_MONTHLY_RECURRENCE, PATTERN_MONTHLY, PATTERN_MONTHLY_RELATIVE },
	{ ICAL_YEARLY_RECURRENCE, PATTERN_YEARLY, PATTERN_YEARLY_RELATIVE },
};

static enum pattern pattern_of(icalrecurrencetype_frequency freq, bool relative)
{
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		if (patterns[i].freq == freq)
			return relative ? patterns[i].relative
					: patterns[i].absolute;
	return PATTERN_NONE;
}

/* What the rule leaves open is as the first day has it. */
static void read_rule(const struct icalrecurrencetype *rule, struct day first,
		      struct recurrence *out)
{
	bool relative = rule->by_day[0] != ICAL_RECURRENCE_ARRAY_MAX;
	short month = rule->by_month[0], day = rule->by_month_day[0];

	*out = (struct recurrence){
		.pattern = pattern_of(rule->freq, relative),
		.interval = rule->interval > 0 ? (unsigned)rule->interval : 1,
		.count = rule->count > 0 ? (unsigned)rule->count : 0,
		.month = month >= 1 && month <= 12 ? month : first.month,
		.day_of_month = day >= 1 && day <= 31 ? day : first.day,
		.first_weekday = rule->week_start >= ICAL_SUNDAY_WEEKDAY
					 ? (int)rule->week_start - 1
					 : 1,
		.start = first,
	};
	read_days(rule, out);
	if (!out->days)
		out->days = 1U << day_weekday(first);
	if (relative && !out->week)
		out->week = 1;
	if (sane(rule->until))
		out->end = (struct day){ rule->until.year, rule->until.month,
					 rule->until.day };
}

static const struct {
	const char *word;
	enum show_as show_as;
} statuses[] = {
	{ "FREE", SHOW_AS_FREE },
	{ "TENTATIVE", SHOW_AS_TENTATIVE },
	{ "BUSY", SHOW_AS_BUSY },
	{ "OOF", SHOW_AS_OOF },
	{ "WORKINGELSEWHERE", SHOW_AS_ELSEWHERE },
};

static void read_status(icalcomponent *event, struct appointment *what)
{
	icalproperty *at =
		icalcomponent_get_first_property(event, ICAL_TRANSP_PROPERTY);

	if (at && icalproperty_get_transp(at) == ICAL_TRANSP_TRANSPARENT)
		what->show_as = SHOW_AS_FREE;
	at = icalcomponent_get_first_property(event, ICAL_X_PROPERTY);
	for (; at;
	     at = icalcomponent_get_next_property(event, ICAL_X_PROPERTY)) {
		const char *name = icalproperty_get_x_name(at);
		const char *word = icalproperty_get_x(at);

		if (!name || !word ||
		    strcasecmp(name, "X-MICROSOFT-CDO-BUSYSTATUS") != 0)
			continue;
		for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses);
		     i++)
			if (strcasecmp(statuses[i].word, word) == 0)
				what->show_as = statuses[i].show_as;
	}
}

static void read_class(icalcomponent *event, struct appointment *what)
{
	icalproperty *at =
		icalcomponent_get_first_property(event, ICAL_CLASS_PROPERTY);
	enum icalproperty_class class =
		at ? icalproperty_get_class(at) : ICAL_CLASS_PUBLIC;

	what->sensitivity = class == ICAL_CLASS_PRIVATE ? SENSITIVITY_PRIVATE
			    : class == ICAL_CLASS_CONFIDENTIAL
				    ? SENSITIVITY_CONFIDENTIAL
				    : SENSITIVITY_NORMAL;
}

static bool read_event(icalcomponent *event, const char *zone,
		       struct appointment *what)
{
	icalproperty *start =
		icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
	icalproperty *end =
		icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
	icalproperty *rule =
		icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
	struct icaltimetype when;

	if (!start || !sane(when = icalproperty_get_dtstart(start)))
		return false;
	what->start = what->end = moment_of(start, when, zone);
	what->all_day = when.is_date;
	if (end && sane(icalproperty_get_dtend(end)))
		what->end = moment_of(end, icalproperty_get_dtend(end), zone);
	if (rule) {
		const struct icalrecurrencetype how =
			icalproperty_get_rrule(rule);

		read_rule(&how, (struct day){ when.year, when.month, when.day },
			  &what->recurrence);
	}
	read_status(event, what);
	read_class(event, what);
	text_set(&what->subject, icalcomponent_get_summary(event));
	text_set(&what->location, icalcomponent_get_location(event));
	text_set(&what->uid, icalcomponent_get_uid(event));
	return true;
}

bool ical_read(const char *text, const char *zone, struct appointment *what)
{
	icalcomponent *calendar = icalparser_parse_string(text);
	icalcomponent *event =
		calendar ? icalcomponent_get_first_component(
				   calendar, ICAL_VEVENT_COMPONENT)
			 : NULL;
	bool good = event && read_event(event, zone, what);

	if (calendar)
		icalcomponent_free(calendar);
	return good;
}
