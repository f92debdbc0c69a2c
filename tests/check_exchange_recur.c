/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "exchange_recur"
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tests/exchange/recur.h"
#include "tests/exchange/zone.h"
#include "tests/suite.h"

enum { SU = 1, MO = 2, TU = 4, WE = 8, TH = 16, FR = 32, SA = 64 };

/* Local starts by the rule, their UTC starts as text. */
static const struct {
	const char *zone;
	struct wall start;
	int minutes;
	struct recurrence rule;
	const char *starts; /* MM-DDThh:mmZ, up to seven */
} series[] = {
	/* Nine o'clock stays nine o'clock. */
	{ "Europe/Berlin",
	  { { 2026, 10, 23 }, 9, 0, 0 },
	  60,
	  { .pattern = PATTERN_DAILY, .interval = 1, .count = 4 },
	  "10-23T07:00 10-24T07:00 10-25T08:00 10-26T08:00" },
	{ "Europe/Berlin",
	  { { 2026, 3, 28 }, 9, 0, 0 },
	  60,
	  { .pattern = PATTERN_DAILY, .interval = 1, .count = 3 },
	  "03-28T08:00 03-29T07:00 03-30T07:00" },
	{ "Eastern Standard Time",
	  { { 2026, 10, 26 }, 14, 30, 0 },
	  60,
	  { .pattern = PATTERN_WEEKLY,
	    .interval = 1,
	    .days = MO | WE,
	    .count = 4 },
	  "10-26T18:30 10-28T18:30 11-02T19:30 11-04T19:30" },
	/* Half an hour of daylight saving, in the southern spring. */
	{ "Australia/Lord_Howe",
	  { { 2026, 10, 3 }, 9, 0, 0 },
	  60,
	  { .pattern = PATTERN_DAILY, .interval = 1, .count = 3 },
	  "10-02T22:30 10-03T22:00 10-04T22:00" },
	{ "America/Sao_Paulo",
	  { { 2026, 10, 17 }, 8, 0, 0 },
	  60,
	  { .pattern = PATTERN_DAILY, .interval = 2, .count = 3 },
	  "10-17T11:00 10-19T11:00 10-21T11:00" },
	/* The second Friday-week starts at the rule's first day. */
	{ "UTC",
	  { { 2026, 1, 1 }, 8, 0, 0 },
	  30,
	  { .pattern = PATTERN_WEEKLY,
	    .interval = 2,
	    .days = TH | TU,
	    .first_weekday = 1,
	    .count = 4 },
	  "01-01T08:00 01-13T08:00 01-15T08:00 01-27T08:00" },
	{ "UTC",
	  { { 2026, 1, 31 }, 8, 0, 0 },
	  30,
	  { .pattern = PATTERN_MONTHLY,
	    .interval = 1,
	    .day_of_month = 31,
	    .count = 4 },
	  "01-31T08:00 02-28T08:00 03-31T08:00 04-30T08:00" },
	{ "UTC",
	  { { 2026, 1, 1 }, 8, 0, 0 },
	  30,
	  { .pattern = PATTERN_MONTHLY_RELATIVE,
	    .interval = 1,
	    .days = TU,
	    .week = 2,
	    .count = 3 },
	  "01-13T08:00 02-10T08:00 03-10T08:00" },
	{ "UTC",
	  { { 2026, 1, 1 }, 8, 0, 0 },
	  30,
	  { .pattern = PATTERN_MONTHLY_RELATIVE,
	    .interval = 2,
	    .days = MO | TU | WE | TH | FR,
	    .week = WEEK_LAST,
	    .count = 3 },
	  "01-30T08:00 03-31T08:00 05-29T08:00" },
	{ "UTC",
	  { { 2026, 1, 1 }, 8, 0, 0 },
	  30,
	  { .pattern = PATTERN_YEARLY,
	    .month = 5,
	    .day_of_month = 4,
	    .count = 2 },
	  "05-04T08:00 05-04T08:00" },
	{ "UTC",
	  { { 2027, 1, 1 }, 8, 0, 0 },
	  30,
	  { .pattern = PATTERN_YEARLY,
	    .month = 2,
	    .day_of_month = 29,
	    .count = 2 },
	  "02-28T08:00 02-29T08:00" },
	{ "UTC",
	  { { 2026, 1, 1 }, 8, 0, 0 },
	  30,
	  { .pattern = PATTERN_YEARLY_RELATIVE,
	    .month = 11,
	    .days = TH,
	    .week = 4,
	    .count = 2 },
	  "11-26T08:00 11-25T08:00" },
	/* The last day is inside. */
	{ "Europe/Berlin",
	  { { 2026, 6, 1 }, 23, 30, 0 },
	  60,
	  { .pattern = PATTERN_DAILY, .interval = 1, .end = { 2026, 6, 3 } },
	  "06-01T21:30 06-02T21:30 06-03T21:30" },
};

static struct store *store;
static struct mailbox *ann;
static struct appointment what;
static struct occurrences all;

static void setup(void)
{
	store = store_new();
	ann = store_add(store, "ann@example.com", "Ann", "ex1");
	appointment_init(&what);
	all = (struct occurrences){ .list = NULL };
}

static void teardown(void)
{
	occurrences_free(&all);
	appointment_clear(&what);
	store_free(&store);
}

static time_t at(const char *zone, int month, int day, int hour)
{
	struct wall wall = { .day = { 2026, month, day }, .hour = hour };

	return zone_time(zone, &wall);
}

static const struct item *series_item(int row)
{
	const char *zone = zone_iana(series[row].zone);

	text_set(&what.zone, zone);
	what.start = zone_time(zone, &series[row].start);
	what.end = what.start + series[row].minutes * 60;
	what.recurrence = series[row].rule;
	what.recurrence.start = series[row].start.day;
	recurrence_settle(ann, &what);
	return store_create(store, ann, FOLDER_CALENDAR, &what);
}

START_TEST(a_series_keeps_the_time_on_the_wall)
{
	struct buf text = BUF(200);

	occurrences_add(&all, ann, series_item(_i), 0, 0x7fffffff);
	for (size_t i = 0; i < all.count; i++) {
		char one[CLOCK_TEXT_SIZE];

		clock_text(one, all.list[i].start);
		buf_print(&text, "%s%.11s", i ? " " : "", one + 5);
		ck_assert_int_eq(all.list[i].end - all.list[i].start,
				 series[_i].minutes * 60);
	}
	ck_assert_str_eq(buf_text(&text), series[_i].starts);
	buf_free(&text);
}
END_TEST

/* An entry of 10:00-11:00 against windows. */
static const struct {
	const char *why;
	int from, until;
	bool in;
} views[] = {
	{ "ends before the view", 12, 14, false },
	{ "ends as the view starts", 11, 14, false },
	{ "starts as the view ends", 8, 10, false },
	{ "inside", 8, 14, true },
	{ "exactly", 10, 11, true },
};

START_TEST(a_view_holds_what_overlaps_it)
{
	what.start = at("UTC", 5, 4, 10);
	what.end = at("UTC", 5, 4, 11);
	occurrences_add(&all, ann,
			store_create(store, ann, FOLDER_CALENDAR, &what),
			at("UTC", 5, 4, views[_i].from),
			at("UTC", 5, 4, views[_i].until));
	ck_assert_msg((all.count == 1) == views[_i].in, "%s", views[_i].why);
}
END_TEST

START_TEST(exceptions_move_and_deleted_ones_are_gone)
{
	struct item *item;
	struct occurrence one;

	what.start = at("UTC", 5, 4, 10);
	what.end = at("UTC", 5, 4, 11);
	what.recurrence = (struct recurrence){ .pattern = PATTERN_DAILY,
					       .interval = 1,
					       .count = 4,
					       .start = { 2026, 5, 4 } };
	item = store_create(store, ann, FOLDER_CALENDAR, &what);
	store_change_occurrence(store, ann, item, at("UTC", 5, 5, 10), NULL);
	what.start = at("UTC", 5, 9, 15);
	what.end = at("UTC", 5, 9, 16);
	store_change_occurrence(store, ann, item, at("UTC", 5, 6, 10), &what);

	occurrences_add(&all, ann, item, 0, 0x7fffffff);
	occurrences_sort(&all);
	ck_assert_uint_eq(all.count, 3);
	ck_assert_int_eq(all.list[0].kind, KIND_OCCURRENCE);
	ck_assert_int_eq(all.list[1].start, at("UTC", 5, 7, 10));
	ck_assert_int_eq(all.list[2].kind, KIND_EXCEPTION);
	ck_assert_int_eq(all.list[2].start, at("UTC", 5, 9, 15));
	ck_assert(!occurrence_nth(ann, item, 2, &one));
	ck_assert(occurrence_nth(ann, item, 3, &one));
	ck_assert_int_eq(one.start, at("UTC", 5, 9, 15));
	ck_assert(!occurrence_nth(ann, item, 5, &one));
	ck_assert(occurrence_last(ann, item, &one));
	ck_assert_int_eq(one.start, at("UTC", 5, 7, 10));
	ck_assert_uint_eq(ann->number, 3);
	ck_assert_uint_eq(item->changed, 3);
}
END_TEST

START_TEST(an_all_day_series_is_midnight_to_midnight_at_home)
{
	text_set(&what.zone, "Europe/Berlin");
	what.all_day = true;
	what.start = at("Europe/Berlin", 10, 24, 0);
	what.end = at("Europe/Berlin", 10, 25, 0);
	what.recurrence = (struct recurrence){ .pattern = PATTERN_DAILY,
					       .interval = 1,
					       .count = 3,
					       .start = { 2026, 10, 24 } };
	occurrences_add(&all, ann,
			store_create(store, ann, FOLDER_CALENDAR, &what), 0,
			0x7fffffff);
	ck_assert_uint_eq(all.count, 3);
	ck_assert_int_eq(all.list[1].end - all.list[1].start, 25 * 3600);
	ck_assert_int_eq(all.list[2].start, at("Europe/Berlin", 10, 26, 0));
}
END_TEST

START_TEST(an_old_endless_series_is_still_seen_today)
{
	what.start = at("UTC", 1, 5, 10) - 20L * 365 * 86400;
	what.end = what.start + 3600;
	what.recurrence =
		(struct recurrence){ .pattern = PATTERN_DAILY, .interval = 1 };
	recurrence_settle(ann, &what);
	occurrences_add(&all, ann,
			store_create(store, ann, FOLDER_CALENDAR, &what),
			at("UTC", 5, 4, 0), at("UTC", 5, 5, 0));
	ck_assert_uint_eq(all.count, 1);
}
END_TEST

START_TEST(windows_and_tzdata_names_are_understood)
{
	ck_assert_str_eq(zone_iana("W. Europe Standard Time"), "Europe/Berlin");
	ck_assert_str_eq(zone_windows("Europe/Vienna"),
			 "W. Europe Standard Time");
	ck_assert_str_eq(zone_iana("Tokyo Standard Time"), "Asia/Tokyo");
	ck_assert_ptr_null(zone_iana("Middle Earth Standard Time"));
}
END_TEST

START_TEST(the_years_turns_are_found)
{
	struct zone_year year = zone_year("Europe/Berlin", 2026);

	ck_assert(year.daylight);
	ck_assert_int_eq(year.standard_s, 3600);
	ck_assert_int_eq(year.to_daylight.month, 3);
	ck_assert_int_eq(year.to_daylight.week, 5);
	ck_assert_int_eq(year.to_daylight.weekday, 0);
	ck_assert_int_eq(year.to_daylight.hour, 2);
	ck_assert_int_eq(year.to_standard.hour, 3);
	year = zone_year("America/New_York", 2026);
	ck_assert_int_eq(year.to_daylight.week, 2);
	ck_assert_int_eq(year.to_standard.week, 1);
	ck_assert(!zone_year("Asia/Tokyo", 2026).daylight);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(a_series_keeps_the_time_on_the_wall, series);
	TEST_ROWS(a_view_holds_what_overlaps_it, views);
	TEST(exceptions_move_and_deleted_ones_are_gone);
	TEST(an_all_day_series_is_midnight_to_midnight_at_home);
	TEST(an_old_endless_series_is_still_seen_today);
	TEST(windows_and_tzdata_names_are_understood);
	TEST(the_years_turns_are_found);
}
