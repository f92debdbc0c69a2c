/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From what servers answer to what watchers read, on the days on which that
 * goes wrong: clocks that change, all-day events from other zones, series
 * with exceptions. Both EWS vocabularies, every way of writing a time.
 */
#define SUITE       "days"
#define _GNU_SOURCE /* timegm, strptime */
#include <string.h>
#include <time.h>

#include "calendar/ews_read.h"
#include "module/map.h"
#include "sip/words.h"
#include "tests/suite.h"

#define SOAP(inside)                                                         \
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/"     \
	"messages\" xmlns:t=\"http://schemas.microsoft.com/exchange/"        \
	"services/2006/types\"><s:Body>" inside "</s:Body></s:Envelope>"
#define GOOD "<m:ResponseCode>NoError</m:ResponseCode>"
#define FIND(items)                                                           \
	SOAP("<m:FindItemResponse><m:ResponseMessages>"                       \
	     "<m:FindItemResponseMessage ResponseClass=\"Success\">" GOOD     \
	     "<m:RootFolder IncludesLastItemInRange=\"true\"><t:Items>" items \
	     "</t:Items></m:RootFolder></m:FindItemResponseMessage>"          \
	     "</m:ResponseMessages></m:FindItemResponse>")
#define ITEM(start, end, busy, more)                              \
	"<t:CalendarItem><t:Start>" start "</t:Start><t:End>" end \
	"</t:End><t:LegacyFreeBusyStatus>" busy                   \
	"</t:LegacyFreeBusyStatus>" more "</t:CalendarItem>"
#define WITH_OTHERS "<t:IsMeeting>true</t:IsMeeting>"
#define ALL_DAY     "<t:IsAllDayEvent>true</t:IsAllDayEvent>"
#define TYPE(type)  "<t:CalendarItemType>" type "</t:CalendarItemType>"
#define AVAILABLE(events)                                               \
	SOAP("<m:GetUserAvailabilityResponse><m:FreeBusyResponseArray>" \
	     "<m:FreeBusyResponse><m:ResponseMessage "                  \
	     "ResponseClass=\"Success\">" GOOD "</m:ResponseMessage>"   \
	     "<m:FreeBusyView><t:FreeBusyViewType>FreeBusy"             \
	     "</t:FreeBusyViewType><t:CalendarEventArray>" events       \
	     "</t:CalendarEventArray></m:FreeBusyView>"                 \
	     "</m:FreeBusyResponse></m:FreeBusyResponseArray>"          \
	     "</m:GetUserAvailabilityResponse>")
#define EVENT(start, end, busy)                                                \
	"<t:CalendarEvent><t:StartTime>" start "</t:StartTime><t:EndTime>" end \
	"</t:EndTime><t:BusyType>" busy "</t:BusyType></t:CalendarEvent>"

/* A daily stand-up at 09:00 in Berlin, over the end of summer time. */
#define BERLIN_SERIES                                                          \
	FIND(ITEM("2026-10-20T07:00:00Z", "2026-10-20T07:15:00Z", "Busy",      \
		  WITH_OTHERS TYPE("RecurringMaster"))                         \
		     ITEM("2026-10-24T07:00:00Z", "2026-10-24T07:15:00Z",      \
			  "Busy", WITH_OTHERS TYPE("Occurrence"))              \
			     ITEM("2026-10-25T08:00:00Z",                      \
				  "2026-10-25T08:15:00Z", "Busy",              \
				  WITH_OTHERS TYPE("Occurrence"))              \
				     ITEM("2026-10-26T10:30:00Z",              \
					  "2026-10-26T11:00:00Z", "Tentative", \
					  WITH_OTHERS TYPE("Exception")))
/* All day on the 25th as three zones mean it: 25, 24 and 24.5 hours. */
#define BERLIN_DAY                                                       \
	FIND(ITEM("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "OOF", \
		  ALL_DAY))
#define NIGHT_TWICE \
	AVAILABLE(EVENT("2026-10-25T00:30:00", "2026-10-25T01:30:00", "Busy"))
#define BERLIN_SPRING                                \
	AVAILABLE(EVENT("2026-03-29T01:30:00+01:00", \
			"2026-03-29T03:30:00+02:00", "Busy"))
#define NEW_YORK_SPRING                              \
	AVAILABLE(EVENT("2026-03-08T01:30:00-05:00", \
			"2026-03-08T03:30:00-04:00", "Busy"))
#define NEW_YORK_AUTUMN                              \
	AVAILABLE(EVENT("2026-11-01T01:30:00-04:00", \
			"2026-11-01T01:30:00-05:00", "Busy"))
#define NEW_YORK_SHORT_DAY \
	AVAILABLE(EVENT("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", "Busy"))
#define LORD_HOWE_SPRING                                                    \
	FIND(ITEM("2026-10-04T01:30:00+10:30", "2026-10-04T03:00:00+11:00", \
		  "Busy", WITH_OTHERS))
#define LORD_HOWE_AUTUMN                                                    \
	FIND(ITEM("2026-04-05T01:00:00+11:00", "2026-04-05T02:00:00+10:30", \
		  "Busy", WITH_OTHERS))
#define LORD_HOWE_DAY                                                    \
	FIND(ITEM("2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z", "OOF", \
		  ALL_DAY))
#define TOKYO_DAY                                                        \
	FIND(ITEM("2026-09-17T15:00:00Z", "2026-09-18T15:00:00Z", "OOF", \
		  ALL_DAY))
#define FREE_HOLIDAY                                                      \
	FIND(ITEM("2026-09-17T22:00:00Z", "2026-09-18T22:00:00Z", "Free", \
		  ALL_DAY) ITEM("2026-09-18T08:00:00Z",                   \
				"2026-09-18T09:00:00Z", "Busy", ""))

/* moment is UTC, what is said is by the clock in the zone. */
static const struct {
	const char *answer, *zone, *moment, *says;
} rows[] = {
	{ BERLIN_SERIES, "Europe/Berlin", "2026-10-20T07:05", "Available" },
	{ BERLIN_SERIES, "Europe/Berlin", "2026-10-24T06:59", "Available" },
	{ BERLIN_SERIES, "Europe/Berlin", "2026-10-24T07:00",
	  "In a meeting until 09:15" },
	{ BERLIN_SERIES, "Europe/Berlin", "2026-10-24T07:15", "Available" },
	{ BERLIN_SERIES, "Europe/Berlin", "2026-10-25T07:00", "Available" },
	{ BERLIN_SERIES, "Europe/Berlin", "2026-10-25T08:00",
	  "In a meeting until 09:15" },
	{ BERLIN_SERIES, "Europe/Berlin", "2026-10-26T08:00", "Available" },
	{ BERLIN_SERIES, "Europe/Berlin", "2026-10-26T10:30", "Available" },
	{ BERLIN_DAY, "Europe/Berlin", "2026-10-24T21:59", "Available" },
	{ BERLIN_DAY, "Europe/Berlin", "2026-10-24T22:00",
	  "Out of office until Monday" },
	{ BERLIN_DAY, "Europe/Berlin", "2026-10-25T22:59",
	  "Out of office until Monday" },
	{ BERLIN_DAY, "Europe/Berlin", "2026-10-25T23:00", "Available" },
	{ BERLIN_DAY, "America/New_York", "2026-10-25T12:00",
	  "Out of office until 19:00" },
	{ NIGHT_TWICE, "Europe/Berlin", "2026-10-25T00:29", "Available" },
	{ NIGHT_TWICE, "Europe/Berlin", "2026-10-25T00:30",
	  "In a meeting until 02:30" },
	{ NIGHT_TWICE, "Europe/Berlin", "2026-10-25T01:29",
	  "In a meeting until 02:30" },
	{ NIGHT_TWICE, "Europe/Berlin", "2026-10-25T01:30", "Available" },
	{ BERLIN_SPRING, "Europe/Berlin", "2026-03-29T00:29", "Available" },
	{ BERLIN_SPRING, "Europe/Berlin", "2026-03-29T00:30",
	  "In a meeting until 03:30" },
	{ BERLIN_SPRING, "Europe/Berlin", "2026-03-29T01:29",
	  "In a meeting until 03:30" },
	{ BERLIN_SPRING, "Europe/Berlin", "2026-03-29T01:30", "Available" },
	{ NEW_YORK_SPRING, "America/New_York", "2026-03-08T06:29",
	  "Available" },
	{ NEW_YORK_SPRING, "America/New_York", "2026-03-08T06:30",
	  "In a meeting until 03:30" },
	{ NEW_YORK_SPRING, "America/New_York", "2026-03-08T07:29",
	  "In a meeting until 03:30" },
	{ NEW_YORK_SPRING, "America/New_York", "2026-03-08T07:30",
	  "Available" },
	{ NEW_YORK_AUTUMN, "America/New_York", "2026-11-01T05:30",
	  "In a meeting until 01:30" },
	{ NEW_YORK_AUTUMN, "America/New_York", "2026-11-01T06:29",
	  "In a meeting until 01:30" },
	{ NEW_YORK_AUTUMN, "America/New_York", "2026-11-01T06:30",
	  "Available" },
	/* a day of 23 hours is still a day, and no meeting */
	{ NEW_YORK_SHORT_DAY, "America/New_York", "2026-03-08T12:00",
	  "Busy until Monday" },
	{ NEW_YORK_SHORT_DAY, "America/New_York", "2026-03-09T04:00",
	  "Available" },
	/* half an hour forward: 01:30 to 03:00 is one hour */
	{ LORD_HOWE_SPRING, "Australia/Lord_Howe", "2026-10-03T15:00",
	  "In a meeting until 03:00" },
	{ LORD_HOWE_SPRING, "Australia/Lord_Howe", "2026-10-03T15:59",
	  "In a meeting until 03:00" },
	{ LORD_HOWE_SPRING, "Australia/Lord_Howe", "2026-10-03T16:00",
	  "Available" },
	/* and back: 01:00 to 02:00 is an hour and a half */
	{ LORD_HOWE_AUTUMN, "Australia/Lord_Howe", "2026-04-04T14:00",
	  "In a meeting until 02:00" },
	{ LORD_HOWE_AUTUMN, "Australia/Lord_Howe", "2026-04-04T15:29",
	  "In a meeting until 02:00" },
	{ LORD_HOWE_AUTUMN, "Australia/Lord_Howe", "2026-04-04T15:30",
	  "Available" },
	{ LORD_HOWE_DAY, "Australia/Lord_Howe", "2026-04-04T12:59",
	  "Available" },
	{ LORD_HOWE_DAY, "Australia/Lord_Howe", "2026-04-05T13:29",
	  "Out of office until Monday" },
	{ LORD_HOWE_DAY, "Australia/Lord_Howe", "2026-04-05T13:30",
	  "Available" },
	/* all day in Tokyo is an evening and a day in Berlin */
	{ TOKYO_DAY, "Europe/Berlin", "2026-09-17T15:00",
	  "Out of office until Friday 17:00" },
	{ TOKYO_DAY, "Asia/Tokyo", "2026-09-17T15:00",
	  "Out of office until Saturday" },
	{ TOKYO_DAY, "Asia/Tokyo", "2026-09-18T15:00", "Available" },
	{ FREE_HOLIDAY, "Europe/Berlin", "2026-09-18T07:00", "Available" },
	{ FREE_HOLIDAY, "Europe/Berlin", "2026-09-18T08:00",
	  "Busy until 11:00" },
	{ FREE_HOLIDAY, "Europe/Berlin", "2026-09-18T09:00", "Available" },
};

static time_t utc(const char *text)
{
	struct tm tm = { .tm_mday = 1 };

	ck_assert_ptr_nonnull(strptime(text, "%Y-%m-%dT%H:%M", &tm));
	return timegm(&tm);
}

static void on_answer(const struct xml_node *root, void *arg)
{
	const struct window window = { 0, utc("2030-01-01T00:00") };
	struct ews_availability mailbox = { .timeline = NULL };
	struct ews_trouble trouble = { .backoff_ms = 0 };
	struct timeline **timelinep = arg;
	time_t next;

	if (!ews_read_availability(root, &window, &mailbox, 1, &trouble)) {
		*timelinep = mailbox.timeline;
		return;
	}
	*timelinep = timeline_new(window.from, window.until);
	trouble = (struct ews_trouble){ .backoff_ms = 0 };
	ck_assert_msg(!ews_read_find(root, *timelinep, &next, &trouble), "%s",
		      trouble.why.text);
	ck_assert_int_eq(next, 0);
}

START_TEST(answer_shows_as_the_clock_on_the_wall_has_it)
{
	const struct map_options options = { .show_tentative = false };
	const struct words_when when = { "en", rows[_i].zone,
					 utc(rows[_i].moment) };
	struct timeline *timeline = NULL;
	struct claim claims[MAP_CLAIMS_MAX];
	struct presence presence;
	char sentence[NOTE_SIZE];
	time_t again;
	size_t count;

	ck_assert_int_eq(xml_read(rows[_i].answer, strlen(rows[_i].answer),
				  &xml_limits_default, on_answer, &timeline,
				  NULL),
			 ERR_OK);
	count = map_claims(claims, timeline, &options, when.now, &again);
	presence_compose(&presence, claims, count, &claim_order_default,
			 when.now);
	words_sentence(sentence, &presence, &when);
	ck_assert_str_eq(sentence, rows[_i].says);
	timeline_free(&timeline);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(answer_shows_as_the_clock_on_the_wall_has_it, rows);
}
