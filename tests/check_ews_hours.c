/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ews_hours"
#include <stdio.h>
#include <string.h>

#include "calendar/ews_read.h"
#include "tests/suite.h"

#define CHANGE(name, bias, month, order, day, time)                            \
	"<" name "><Bias>" bias "</Bias><Time>" time "</Time><DayOrder>" order \
	"</DayOrder><Month>" month "</Month><DayOfWeek>" day                   \
	"</DayOfWeek></" name ">"
#define ZONE(bias, changes) \
	"<TimeZone><Bias>" bias "</Bias>" changes "</TimeZone>"
#define PERIOD(days, from, until)                           \
	"<WorkingPeriod><DayOfWeek>" days "</DayOfWeek>"    \
	"<StartTimeInMinutes>" from "</StartTimeInMinutes>" \
	"<EndTimeInMinutes>" until "</EndTimeInMinutes></WorkingPeriod>"
#define VIEW(zone, periods)                                                \
	"<FreeBusyView><WorkingHours>" zone "<WorkingPeriodArray>" periods \
	"</WorkingPeriodArray></WorkingHours></FreeBusyView>"
#define BERLIN                                                                 \
	ZONE("-60", CHANGE("StandardTime", "0", "10", "5", "Sunday",           \
			   "03:00:00") CHANGE("DaylightTime", "-60", "3", "5", \
					      "Sunday", "02:00:00"))
#define LORD_HOWE                                                           \
	ZONE("-630", CHANGE("StandardTime", "0", "4", "1", "Sunday",        \
			    "02:00:00") CHANGE("DaylightTime", "-30", "10", \
					       "1", "Sunday", "02:00:00"))
#define NEW_YORK                                                               \
	ZONE("300", CHANGE("StandardTime", "0", "11", "1", "Sunday",           \
			   "02:00:00") CHANGE("DaylightTime", "-60", "3", "2", \
					      "Sunday", "02:00:00"))
#define KOLKATA                                                               \
	ZONE("-330", CHANGE("StandardTime", "0", "0", "0", "Sunday",          \
			    "00:00:00") CHANGE("DaylightTime", "0", "0", "0", \
					       "Sunday", "00:00:00"))
#define WEEK "Monday Tuesday Wednesday Thursday Friday"

static const struct {
	const char *view, *says; /* NULL: none that we understand */
} rows[] = {
	{ VIEW(BERLIN, PERIOD(WEEK, "510", "1020")),
	  "3e 510 1020 <STD>-1:00<DST>-2:00,M3.5.0/2:00,M10.5.0/3:00" },
	{ VIEW(NEW_YORK, PERIOD("Weekday", "540", "1020")),
	  "3e 540 1020 <STD>5:00<DST>4:00,M3.2.0/2:00,M11.1.0/2:00" },
	{ VIEW(LORD_HOWE, PERIOD("Monday", "480", "960")),
	  "2 480 960 <STD>-10:30<DST>-11:00,M10.1.0/2:00,M4.1.0/2:00" },
	{ VIEW(KOLKATA, PERIOD("Saturday Sunday", "0", "1440")),
	  "41 0 1440 <STD>-5:30" },
	{ VIEW(ZONE("0", ""), PERIOD(WEEK, "510", "1020")),
	  "3e 510 1020 <STD>0:00" },
	{ VIEW(BERLIN,
	       PERIOD("Monday", "510", "1020") PERIOD("Friday", "510", "1020")),
	  "22 510 1020 <STD>-1:00<DST>-2:00,M3.5.0/2:00,M10.5.0/3:00" },
	{ VIEW(BERLIN,
	       PERIOD("Monday", "510", "1020") PERIOD("Friday", "510", "840")),
	  NULL },
	{ VIEW(BERLIN, PERIOD(WEEK, "510", "510")), NULL },
	{ VIEW(BERLIN, PERIOD(WEEK, "1020", "510")), NULL },
	{ VIEW(BERLIN, PERIOD(WEEK, "510", "1441")), NULL },
	{ VIEW(BERLIN, PERIOD(WEEK, "-1", "510")), NULL },
	{ VIEW(BERLIN, PERIOD(WEEK, "", "510")), NULL },
	{ VIEW(BERLIN, PERIOD("Someday", "510", "1020")), NULL },
	{ VIEW(BERLIN, ""), NULL },
	{ VIEW("", PERIOD(WEEK, "510", "1020")), NULL },
	{ VIEW(ZONE("99999", ""), PERIOD(WEEK, "510", "1020")), NULL },
	{ "<FreeBusyView/>", NULL },
};

static void read_view(const struct xml_node *root, void *arg)
{
	const int *row = arg;
	const char *says = rows[*row].says;
	struct work_hours hours;
	char text[200];

	ck_assert_int_eq(ews_read_hours(root, &hours), says != NULL);
	if (!says)
		return;

	snprintf(text, sizeof(text), "%x %d %d %s", (unsigned)hours.days,
		 hours.from_min, hours.until_min, hours.zone);
	ck_assert_str_eq(text, says);
}

START_TEST(hours_are_read_with_their_zone)
{
	int row = _i;

	ck_assert_int_eq(xml_read(rows[_i].view, strlen(rows[_i].view),
				  &xml_limits_default, read_view, &row, NULL),
			 ERR_OK);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(hours_are_read_with_their_zone, rows);
}
