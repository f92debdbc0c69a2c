/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "exchange bias"
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tests/exchange/bias.h"
#include "tests/exchange/when.h"
#include "tests/suite.h"

#define TURN(element, bias, time, order, month, weekday)     \
	"<" element "><Bias>" bias "</Bias><Time>" time      \
	"</Time><DayOrder>" order "</DayOrder><Month>" month \
	"</Month><DayOfWeek>" weekday "</DayOfWeek></" element ">"
#define ZONE(bias, standard, summer) \
	"<TimeZone><Bias>" bias "</Bias>" standard summer "</TimeZone>"

static const char berlin[] =
	ZONE("-60", TURN("StandardTime", "0", "03:00:00", "5", "10", "Sunday"),
	     TURN("DaylightTime", "-60", "02:00:00", "5", "3", "Sunday"));
static const char new_york[] =
	ZONE("300", TURN("StandardTime", "0", "02:00:00", "1", "11", "Sunday"),
	     TURN("DaylightTime", "-60", "02:00:00", "2", "3", "Sunday"));
/* Half an hour, in the southern summer. */
static const char lord_howe[] =
	ZONE("-630", TURN("StandardTime", "0", "02:00:00", "1", "4", "Sunday"),
	     TURN("DaylightTime", "-30", "02:00:00", "1", "10", "Sunday"));
static const char utc[] =
	ZONE("0", TURN("StandardTime", "0", "00:00:00", "0", "0", "Sunday"),
	     TURN("DaylightTime", "0", "00:00:00", "0", "0", "Sunday"));

static const struct {
	const char *zone, *moment, *local;
} rows[] = {
	{ berlin, "2026-01-15T12:00:00Z", "2026-01-15T13:00:00" },
	{ berlin, "2026-03-29T00:59:59Z", "2026-03-29T01:59:59" },
	{ berlin, "2026-03-29T01:00:00Z", "2026-03-29T03:00:00" },
	{ berlin, "2026-10-25T00:59:59Z", "2026-10-25T02:59:59" },
	{ berlin, "2026-10-25T01:00:00Z", "2026-10-25T02:00:00" },
	{ new_york, "2026-03-08T06:59:59Z", "2026-03-08T01:59:59" },
	{ new_york, "2026-03-08T07:00:00Z", "2026-03-08T03:00:00" },
	{ new_york, "2026-11-01T05:59:59Z", "2026-11-01T01:59:59" },
	{ new_york, "2026-11-01T06:00:00Z", "2026-11-01T01:00:00" },
	{ lord_howe, "2026-04-04T14:59:59Z", "2026-04-05T01:59:59" },
	{ lord_howe, "2026-04-04T15:00:00Z", "2026-04-05T01:30:00" },
	{ lord_howe, "2026-10-03T15:29:59Z", "2026-10-04T01:59:59" },
	{ lord_howe, "2026-10-03T15:30:00Z", "2026-10-04T02:30:00" },
	{ utc, "2026-07-01T12:00:00Z", "2026-07-01T12:00:00" },
};

static bool good;

static void read_zone(const struct xml_node *root, void *arg)
{
	good = bias_read(root, arg);
}

static struct bias bias_of(const char *zone)
{
	struct bias bias;
	struct why why;

	ck_assert_int_eq(xml_read(zone, strlen(zone), NULL, read_zone, &bias,
				  &why),
			 ERR_OK);
	return bias;
}

START_TEST(the_clock_on_the_wall_follows_the_rules)
{
	struct bias bias = bias_of(rows[_i].zone);
	char text[BIAS_TEXT_SIZE];
	time_t moment;

	ck_assert(good);
	ck_assert(when_read(rows[_i].moment, "UTC", &moment));
	ck_assert_str_eq(bias_text(&bias, moment, text), rows[_i].local);
}
END_TEST

/* What has an offset of its own is not the zone's to read. */
static const struct {
	const char *zone, *text, *moment;
} times[] = {
	{ berlin, "2026-07-01T14:00:00", "2026-07-01T12:00:00Z" },
	{ berlin, "2026-01-01T14:00:00", "2026-01-01T13:00:00Z" },
	{ berlin, "2026-07-01T14:00:00Z", "2026-07-01T14:00:00Z" },
	{ berlin, "2026-07-01T14:00:00-04:00", "2026-07-01T18:00:00Z" },
	{ new_york, "2026-07-01T14:00:00", "2026-07-01T18:00:00Z" },
	{ utc, "2026-07-01T14:00:00", "2026-07-01T14:00:00Z" },
};

START_TEST(a_local_time_is_read_in_the_zone)
{
	struct bias bias = bias_of(times[_i].zone);
	char text[CLOCK_TEXT_SIZE];
	time_t moment;

	ck_assert(bias_when(&bias, times[_i].text, &moment));
	ck_assert_str_eq(clock_text(text, moment), times[_i].moment);
}
END_TEST

static const char *const nonsense[] = {
	"<TimeZone/>",
	"<TimeZone><Bias>60</Bias></TimeZone>",
	ZONE("9999", TURN("StandardTime", "0", "03:00:00", "5", "10", "Sunday"),
	     TURN("DaylightTime", "-60", "02:00:00", "5", "3", "Sunday")),
	ZONE("0", TURN("StandardTime", "0", "03:00:00", "5", "10", "Someday"),
	     TURN("DaylightTime", "-60", "02:00:00", "5", "3", "Sunday")),
	ZONE("0", TURN("StandardTime", "0", "soon", "5", "10", "Sunday"),
	     TURN("DaylightTime", "-60", "02:00:00", "5", "3", "Sunday")),
	ZONE("0", TURN("StandardTime", "0", "03:00:00", "5", "13", "Sunday"),
	     TURN("DaylightTime", "-60", "02:00:00", "5", "3", "Sunday")),
};

START_TEST(nonsense_is_refused)
{
	bias_of(nonsense[_i]);
	ck_assert(!good);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(the_clock_on_the_wall_follows_the_rules, rows);
	TEST_ROWS(a_local_time_is_read_in_the_zone, times);
	TEST_ROWS(nonsense_is_refused, nonsense);
}
