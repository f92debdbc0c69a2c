/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/exchange/ical.h"
#include "tests/exchange/zone.h"

static struct icaltimetype ical_time(const char *zone, time_t moment, bool date)
{
	struct wall wall = zone_wall(zone, moment);
	struct icaltimetype when = icaltime_null_time();

	when.year = wall.day.year;
	when.month = wall.day.month;
	when.day = wall.day.day;
	when.is_date = date;
	if (!date) {
		when.hour = wall.hour;
		when.minute = wall.minute;
		when.second = wall.second;
	}
	return when;
}

/* One without a Windows name keeps its own. */
static const char *zone_name(const char *iana)
{
	const char *name = zone_windows(iana);
	const char *back = zone_iana(name);

	return back && strcmp(back, "UTC") == 0 ? iana : name;
}

static void add_time(icalcomponent *event, icalproperty *property,
		     const char *zone, bool date)
{
	if (!date)
		icalproperty_add_parameter(property, icalparameter_new_tzid(
							     zone_name(zone)));
	icalcomponent_add_property(event, property);
}

static icalproperty_class class_of(enum sensitivity sensitivity)
{
	return sensitivity == SENSITIVITY_NORMAL ? ICAL_CLASS_PUBLIC
	       : sensitivity == SENSITIVITY_CONFIDENTIAL
		       ? ICAL_CLASS_CONFIDENTIAL
		       : ICAL_CLASS_PRIVATE;
}

static void add_x(icalcomponent *event, const char *name, const char *value)
{
	icalproperty *property = icalproperty_new_x(value);

	icalproperty_set_x_name(property, name);
	icalcomponent_add_property(event, property);
}

static void add_texts(icalcomponent *event, const struct appointment *what)
{
	if (what->subject)
		icalcomponent_add_property(event, icalproperty_new_summary(
							  what->subject));
	if (what->location)
		icalcomponent_add_property(event, icalproperty_new_location(
							  what->location));
	if (what->body && !what->body_html)
		icalcomponent_add_property(event, icalproperty_new_description(
							  what->body));
}

static void add_status(icalcomponent *event, const struct appointment *what)
{
	static const char *const words[SHOW_AS_COUNT] = {
		[SHOW_AS_FREE] = "FREE",
		[SHOW_AS_ELSEWHERE] = "WORKINGELSEWHERE",
		[SHOW_AS_TENTATIVE] = "TENTATIVE",
		[SHOW_AS_BUSY] = "BUSY",
		[SHOW_AS_OOF] = "OOF",
		[SHOW_AS_NO_DATA] = "FREE",
	};

	icalcomponent_add_property(event, icalproperty_new_class(
						  class_of(what->sensitivity)));
	icalcomponent_add_property(event,
				   icalproperty_new_transp(
					   what->show_as == SHOW_AS_FREE
						   ? ICAL_TRANSP_TRANSPARENT
						   : ICAL_TRANSP_OPAQUE));
	if (what->cancelled)
		icalcomponent_add_property(event,
					   icalproperty_new_status(
						   ICAL_STATUS_CANCELLED));
	add_x(event, "X-MICROSOFT-CDO-BUSYSTATUS", words[what->show_as]);
	add_x(event, "X-MICROSOFT-CDO-ALLDAYEVENT",
	      what->all_day ? "TRUE" : "FALSE");
}

static void add_people(icalcomponent *event, const struct occurrence *one)
{
	const char *organizer = one->what->organizer ? one->what->organizer
						     : one->mailbox->address;

	if (!one->what->meeting)
		return;
	icalcomponent_add_property(event,
				   icalproperty_new_organizer(organizer));
	for (const struct attendee *a = one->what->attendees; a; a = a->next)
		if (a->address)
			icalcomponent_add_property(event,
						   icalproperty_new_attendee(
							   a->address));
}

static icalcomponent *event_of(const struct occurrence *one, const char *zone)
{
	const struct appointment *what = one->what;
	icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
	bool date = what->all_day;

	if (one->item->what.uid)
		icalcomponent_add_property(event, icalproperty_new_uid(
							  one->item->what.uid));
	icalcomponent_add_property(
		event, icalproperty_new_dtstamp(icaltime_from_timet_with_zone(
			       one->item->changed_at, 0,
			       icaltimezone_get_utc_timezone())));
	add_time(event,
		 icalproperty_new_dtstart(ical_time(zone, one->start, date)),
		 zone, date);
	add_time(event, icalproperty_new_dtend(ical_time(zone, one->end, date)),
		 zone, date);
	add_texts(event, what);
	add_status(event, what);
	add_people(event, one);
	return event;
}

static void add_rule(icalcomponent *event, const struct occurrence *one,
		     const char *zone)
{
	const struct recurrence *rule = &one->what->recurrence;
	char text[RRULE_SIZE];
	bool date = one->what->all_day;

	icalcomponent_add_property(
		event, icalproperty_new_rrule(icalrecurrencetype_from_string(
			       recurrence_rrule(rule, text))));
	for (const struct exception *e = one->item->exceptions; e; e = e->next)
		if (!e->changed)
			add_time(event,
				 icalproperty_new_exdate(
					 ical_time(zone, e->original, date)),
				 zone, date);
}

static void add_exceptions(icalcomponent *calendar,
			   const struct occurrence *master, const char *zone)
{
	struct occurrence one = *master;

	for (const struct exception *e = master->item->exceptions; e;
	     e = e->next) {
		icalcomponent *event;

		if (!e->changed)
			continue;
		one.what = e->changed;
		one.start = e->changed->start;
		one.end = e->changed->end;
		event = event_of(&one, zone);
		add_time(event,
			 icalproperty_new_recurrenceid(
				 ical_time(zone, e->original,
					   master->what->all_day)),
			 zone, master->what->all_day);
		icalcomponent_add_component(calendar, event);
	}
}

/*
 * Exchange describes a zone by the rules of this year alone, from the year
 * 1601, under its Windows name.
 */
static void add_observance(icalcomponent *zone, icalcomponent_kind kind,
			   const struct zone_turn *turn, int from_s)
{
	static const char *const days[] = { "SU", "MO", "TU", "WE",
					    "TH", "FR", "SA" };
	icalcomponent *rules = icalcomponent_new(kind);
	struct buf text = BUF(100);

	buf_print(&text, "16010101T%02d%02d00", turn->hour % 24, turn->minute);
	icalcomponent_add_property(rules, icalproperty_new_dtstart(
						  icaltime_from_string(
							  buf_text(&text))));
	icalcomponent_add_property(rules,
				   icalproperty_new_tzoffsetfrom(from_s));
	icalcomponent_add_property(rules,
				   icalproperty_new_tzoffsetto(turn->offset_s));
	buf_free(&text);
	if (turn->month) {
		buf_print(&text, "FREQ=YEARLY;INTERVAL=1;BYDAY=%d%s;BYMONTH=%d",
			  turn->week == 5 ? -1 : turn->week,
			  days[turn->weekday], turn->month);
		icalcomponent_add_property(
			rules,
			icalproperty_new_rrule(icalrecurrencetype_from_string(
				buf_text(&text))));
	}
	buf_free(&text);
	icalcomponent_add_component(zone, rules);
}

static void add_zone(icalcomponent *calendar, const char *iana, time_t when)
{
	struct zone_year year = zone_year(iana, zone_wall(iana, when).day.year);
	const struct zone_turn always = { .offset_s = year.standard_s };
	icalcomponent *zone = icalcomponent_new(ICAL_VTIMEZONE_COMPONENT);

	icalcomponent_add_property(zone,
				   icalproperty_new_tzid(zone_name(iana)));
	if (year.daylight) {
		add_observance(zone, ICAL_XSTANDARD_COMPONENT,
			       &year.to_standard, year.to_daylight.offset_s);
		add_observance(zone, ICAL_XDAYLIGHT_COMPONENT,
			       &year.to_daylight, year.standard_s);
	} else {
		add_observance(zone, ICAL_XSTANDARD_COMPONENT, &always,
			       year.standard_s);
	}
	icalcomponent_add_component(calendar, zone);
}

char *ical_text(const struct occurrence *one)
{
	const char *zone = item_zone(one->mailbox, &one->item->what);
	icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
	icalcomponent *event = event_of(one, zone);
	char *library;
	char *text;

	icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
	icalcomponent_add_property(calendar,
				   icalproperty_new_prodid(
					   "-//Daymark//Simulator//EN"));
	add_zone(calendar, zone, one->start);
	icalcomponent_add_component(calendar, event);
	if (one->kind == KIND_MASTER) {
		add_rule(event, one, zone);
		add_exceptions(calendar, one, zone);
	}
	library = icalcomponent_as_ical_string_r(calendar);
	text = x_strdup(library);
	free(library);
	icalcomponent_free(calendar);
	return text;
}
