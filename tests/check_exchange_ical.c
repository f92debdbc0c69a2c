/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "exchange ical"
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tests/exchange/ical.h"
#include "tests/suite.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u1\r\n"
#define TAIL "SUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
#define SOON "DTSTART:20270301T090000Z\r\nDTEND:20270301T093000Z\r\n"

static const struct {
	const char *lines, *start;
	enum show_as show_as;
	enum sensitivity sensitivity;
	bool all_day;
} events[] = {
	{ SOON, "2027-03-01T09:00:00Z", SHOW_AS_BUSY, SENSITIVITY_NORMAL,
	  false },
	{ SOON "TRANSP:TRANSPARENT\r\n", "2027-03-01T09:00:00Z", SHOW_AS_FREE,
	  SENSITIVITY_NORMAL, false },
	{ SOON "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nCLASS:PRIVATE\r\n",
	  "2027-03-01T09:00:00Z", SHOW_AS_OOF, SENSITIVITY_PRIVATE, false },
	{ SOON "CLASS:CONFIDENTIAL\r\n", "2027-03-01T09:00:00Z", SHOW_AS_BUSY,
	  SENSITIVITY_CONFIDENTIAL, false },
	/* A Windows name, an IANA name, and the zone of floating times. */
	{ "DTSTART;TZID=W. Europe Standard Time:20270701T090000\r\n",
	  "2027-07-01T07:00:00Z", SHOW_AS_BUSY, SENSITIVITY_NORMAL, false },
	{ "DTSTART;TZID=America/New_York:20270701T090000\r\n",
	  "2027-07-01T13:00:00Z", SHOW_AS_BUSY, SENSITIVITY_NORMAL, false },
	{ "DTSTART:20270701T090000\r\n", "2027-07-01T07:00:00Z", SHOW_AS_BUSY,
	  SENSITIVITY_NORMAL, false },
	{ "DTSTART;VALUE=DATE:20270701\r\n", "2027-06-30T22:00:00Z",
	  SHOW_AS_BUSY, SENSITIVITY_NORMAL, true },
};

static bool read_lines(const char *lines, struct appointment *what)
{
	char text[1000];

	snprintf(text, sizeof(text), "%s%s%s", HEAD, lines, TAIL);
	appointment_init(what);
	return ical_read(text, "Europe/Berlin", what);
}

START_TEST(an_event_says_when_and_how_busy)
{
	struct appointment what;
	char text[CLOCK_TEXT_SIZE];

	ck_assert(read_lines(events[_i].lines, &what));
	ck_assert_str_eq(clock_text(text, what.start), events[_i].start);
	ck_assert_int_eq(what.show_as, events[_i].show_as);
	ck_assert_int_eq(what.sensitivity, events[_i].sensitivity);
	ck_assert_int_eq(what.all_day, events[_i].all_day);
	ck_assert_str_eq(what.subject, "Lunch");
	ck_assert_str_eq(what.uid, "u1");
	appointment_clear(&what);
}
END_TEST

static const char *const rules[] = {
	"FREQ=DAILY;INTERVAL=2;COUNT=3",
	"FREQ=WEEKLY;INTERVAL=1;COUNT=4;BYDAY=MO,WE",
	"FREQ=MONTHLY;INTERVAL=1;COUNT=3;BYMONTHDAY=15",
	"FREQ=MONTHLY;INTERVAL=1;COUNT=3;BYDAY=-1FR",
	"FREQ=YEARLY;COUNT=2;BYMONTH=3;BYDAY=2TU",
};

/* What was read, written and read again is the same rule. */
START_TEST(a_rule_survives)
{
	struct appointment first, again;
	char lines[300], text[RRULE_SIZE];

	snprintf(lines, sizeof(lines), SOON "RRULE:%s\r\n", rules[_i]);
	ck_assert(read_lines(lines, &first));
	ck_assert_int_ne(first.recurrence.pattern, PATTERN_NONE);
	snprintf(lines, sizeof(lines), SOON "RRULE:%s\r\n",
		 recurrence_rrule(&first.recurrence, text));
	ck_assert(read_lines(lines, &again));
	ck_assert_int_eq(first.recurrence.pattern, again.recurrence.pattern);
	ck_assert_uint_eq(first.recurrence.count, again.recurrence.count);
	ck_assert_uint_eq(first.recurrence.days, again.recurrence.days);
	ck_assert_int_eq(first.recurrence.week, again.recurrence.week);
	ck_assert_int_eq(first.recurrence.month, again.recurrence.month);
	ck_assert_uint_eq(first.recurrence.interval, again.recurrence.interval);
	appointment_clear(&first);
	appointment_clear(&again);
}
END_TEST

static const char *const bad[] = {
	"",
	"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
	HEAD TAIL,
	HEAD "DTSTART:yesterday\r\n" TAIL,
	HEAD "DTSTART:00010101T000000Z\r\n" TAIL,
};

START_TEST(a_text_without_a_time_is_no_event)
{
	struct appointment what;

	appointment_init(&what);
	ck_assert(!ical_read(bad[_i], "UTC", &what));
	appointment_clear(&what);
}
END_TEST

/* Clients read the zone from the text, under the name Exchange gives it. */
START_TEST(a_zone_has_its_windows_name_and_two_rules)
{
	struct store *store = store_new();
	struct mailbox *ann = store_add(store, "ann@a", "Ann", "ex1");
	struct appointment what;
	struct occurrence one = { .mailbox = ann };
	char *text;

	store_set_zone(ann, "Europe/Berlin");
	ck_assert(read_lines(SOON, &what));
	one.item = store_create(store, ann, FOLDER_CALENDAR, &what);
	one.what = &one.item->what;
	one.start = what.start;
	one.end = what.end;
	text = ical_text(&one);
	ck_assert_ptr_nonnull(strstr(text, "TZID:W. Europe Standard Time"));
	ck_assert_ptr_nonnull(strstr(text, "BEGIN:DAYLIGHT"));
	ck_assert_ptr_nonnull(strstr(text, ":20270301T100000"));
	free(text);
	appointment_clear(&what);
	store_free(&store);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(an_event_says_when_and_how_busy, events);
	TEST_ROWS(a_rule_survives, rules);
	TEST_ROWS(a_text_without_a_time_is_no_event, bad);
	TEST(a_zone_has_its_windows_name_and_two_rules);
}
