/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "exchange when"
#include "tests/exchange/when.h"
#include "tests/suite.h"

static const struct {
	const char *text, *zone;
	const char *moment; /* NULL: refused */
} moments[] = {
	{ "2026-09-17T09:00:00Z", "Europe/Berlin", "2026-09-17T09:00:00Z" },
	{ "2026-09-17T09:00:00+02:00", "UTC", "2026-09-17T07:00:00Z" },
	{ "2026-09-17T09:00:00-03:30", "UTC", "2026-09-17T12:30:00Z" },
	{ "2026-09-17T09:00:00.1234567Z", "UTC", "2026-09-17T09:00:00Z" },
	{ " 2026-09-17T09:00:00Z\n", "UTC", "2026-09-17T09:00:00Z" },
	/* Without an offset the zone of the request counts. */
	{ "2026-09-17T09:00:00", "UTC", "2026-09-17T09:00:00Z" },
	{ "2026-09-17T09:00:00", "Europe/Berlin", "2026-09-17T07:00:00Z" },
	{ "2026-01-17T09:00:00", "Europe/Berlin", "2026-01-17T08:00:00Z" },
	{ "2026-09-17", "Europe/Berlin", "2026-09-16T22:00:00Z" },
	{ "2024-02-29T00:00:00Z", "UTC", "2024-02-29T00:00:00Z" },
	{ "2026-09-17T24:00:00Z", "UTC", "2026-09-18T00:00:00Z" },
	/* Neither a date nor a moment. */
	{ "", "UTC", NULL },
	{ "now", "UTC", NULL },
	{ "2026-13-01T00:00:00Z", "UTC", NULL },
	{ "2026-04-31", "UTC", NULL },
	{ "0000-01-01", "UTC", NULL },
	{ "2026-9-17T09:00:00Z", "UTC", NULL },
	{ "2026-09-17T09:00", "UTC", NULL },
	{ "2026-09-17T25:00:00Z", "UTC", NULL },
	{ "2026-09-17T09:60:00Z", "UTC", NULL },
	{ "2026-09-17T09:00:00+2", "UTC", NULL },
	{ "2026-09-17T09:00:00Zulu", "UTC", NULL },
};

START_TEST(a_moment_is_read_as_it_is_meant)
{
	char text[CLOCK_TEXT_SIZE];
	time_t moment;

	ck_assert_int_eq(when_read(moments[_i].text, moments[_i].zone, &moment),
			 moments[_i].moment != NULL);
	if (moments[_i].moment)
		ck_assert_str_eq(clock_text(text, moment), moments[_i].moment);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_moment_is_read_as_it_is_meant, moments);
}
