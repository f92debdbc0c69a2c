/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE       "hours"
#define _GNU_SOURCE /* timegm, strptime */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "module/hours.h"
#include "tests/suite.h"

static time_t utc(const char *text)
{
	struct tm tm = { .tm_mday = 1 };

	ck_assert_ptr_nonnull(strptime(text, "%Y-%m-%dT%H:%M", &tm));
	return timegm(&tm);
}

/* 2026-09-18 is a Friday; clocks go back on 2026-10-25 in Berlin. */
static const struct {
	const char *hours, *zone, *moment;
	bool in;
	const char *after, *before;
} rows[] = {
	{ "Mon-Fri 08:00-17:00", "UTC", "2026-09-18T07:59", false,
	  "2026-09-18T08:00", "2026-09-17T17:00" },
	{ "Mon-Fri 08:00-17:00", "UTC", "2026-09-18T08:00", true,
	  "2026-09-18T17:00", "2026-09-18T08:00" },
	{ "Mon-Fri 08:00-17:00", "UTC", "2026-09-18T17:00", false,
	  "2026-09-21T08:00", "2026-09-18T17:00" },
	{ "Mon-Fri 08:00-17:00", "Europe/Berlin", "2026-09-18T06:00", true,
	  "2026-09-18T15:00", "2026-09-18T06:00" },
	{ "Sun-Mon 08:00-17:00", "Europe/Berlin", "2026-10-25T06:30", false,
	  "2026-10-25T07:00", "2026-10-19T15:00" },
	{ "Sat,Sun 22:00-06:00", "Europe/Berlin", "2026-10-25T04:59", true,
	  "2026-10-25T05:00", "2026-10-24T20:00" },
	{ "Fri-Mon 09:00-10:00", "UTC", "2026-09-20T09:30", true,
	  "2026-09-20T10:00", "2026-09-20T09:00" },
	{ "Sun 01:00-03:00", "Australia/Lord_Howe", "2026-10-03T15:00", true,
	  "2026-10-03T16:00", "2026-10-03T14:30" },
	{ "Mon-Sun 00:00-24:00", "UTC", "2026-09-18T12:00", true,
	  "2026-09-19T00:00", "2026-09-18T00:00" },
};

START_TEST(hours_hold_by_the_clock_on_the_wall)
{
	struct hours hours = { .zone = rows[_i].zone };
	time_t moment = utc(rows[_i].moment);
	char text[CLOCK_TEXT_SIZE];

	ck_assert_int_eq(hours_parse(&hours, rows[_i].hours, NULL), ERR_OK);
	ck_assert_int_eq(hours_at(&hours, moment), rows[_i].in);
	ck_assert_msg(!strncmp(clock_text(text,
					  hours_edge_after(&hours, moment)),
			       rows[_i].after, 16),
		      "after: %s", text);
	ck_assert_msg(!strncmp(clock_text(text,
					  hours_edge_before(&hours, moment)),
			       rows[_i].before, 16),
		      "before: %s", text);
}
END_TEST

START_TEST(no_hours_are_always)
{
	struct hours hours = { .zone = "UTC" };

	ck_assert_int_eq(hours_parse(&hours, "", NULL), ERR_OK);
	ck_assert(hours_at(&hours, 1000000));
	ck_assert_int_eq(hours_edge_after(&hours, 1000000), 0);
	ck_assert_int_eq(hours_edge_before(&hours, 1000000), 0);
}
END_TEST

static const char *const mistakes[] = {
	"Mon",
	"Mon-Fri",
	"Mon-Fri 8",
	"Mon-Fry 08:00-17:00",
	"Mon- 08:00-17:00",
	"Mon-Fri 08:60-17:00",
	"Mon-Fri 24:00-17:00",
	"Mon-Fri 08:00-17:00 and more",
	"Mon,,Fri 08:00-17:00",
};

START_TEST(what_is_no_hours_is_refused)
{
	struct hours hours;
	struct why why = { .text = "" };

	ck_assert_int_eq(hours_parse(&hours, mistakes[_i], &why), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "Mon-Fri 08:30-17:00"));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(hours_hold_by_the_clock_on_the_wall, rows);
	TEST(no_hours_are_always);
	TEST_ROWS(what_is_no_hours_is_refused, mistakes);
}
