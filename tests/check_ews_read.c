/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ews_read"
#include <string.h>

#include "calendar/ews_code.h"
#include "calendar/ews_read.h"
#include "tests/data.h"
#include "tests/suite.h"

enum { DAY = 1789603200 }; /* 2026-09-17T00:00:00Z */

/* Reads a file of tests/data and lets the handler look at it. */
static void read_data(const char *name, xml_document_h *h, void *arg)
{
	char *text = data_read(name);
	struct why why = { .err = ERR_OK };

	ck_assert_msg(xml_read(text, strlen(text), &xml_limits_default, h, arg,
			       &why) == ERR_OK,
		      "%s: %s", name, why.text);
	free(text);
}

static const struct {
	const char *file;
	enum err err;
	unsigned backoff_ms;
	const char *begins;
} troubles[] = {
	{ "ews-reply-subscribe.xml", ERR_OK, 0, "" },
	{ "ews-reply-busy.xml", ERR_THROTTLED, 297749, "ErrorServerBusy: " },
	{ "ews-reply-busy-inside.xml", ERR_THROTTLED, 1000,
	  "ErrorServerBusy: " },
	{ "ews-reply-denied.xml", ERR_DENIED, 0,
	  "ErrorImpersonateUserDenied: " },
	{ "pidf-available.xml", ERR_MALFORMED, 0, "answer is no SOAP" },
};

static void read_trouble(const struct xml_node *root, void *arg)
{
	ews_read_result(root, arg);
}

START_TEST(trouble_is_found_in_either_carrier)
{
	struct ews_trouble trouble = { .why = { .err = ERR_CANCELLED } };

	read_data(troubles[_i].file, read_trouble, &trouble);
	ck_assert_int_eq(trouble.why.err, troubles[_i].err);
	ck_assert_uint_eq(trouble.backoff_ms, troubles[_i].backoff_ms);
	ck_assert_msg(!strncmp(trouble.why.text, troubles[_i].begins,
			       strlen(troubles[_i].begins)),
		      "%s", trouble.why.text);
}
END_TEST

static void read_id(const struct xml_node *root, void *arg)
{
	struct ews_trouble trouble;

	ck_assert_int_eq(ews_read_subscribe(root, arg, &trouble), ERR_OK);
}

START_TEST(subscription_has_an_id)
{
	char id[EWS_ID_SIZE];

	read_data("ews-reply-subscribe.xml", read_id, id);
	ck_assert_str_eq(id, "JABleGNoMDM=");
}
END_TEST

#define FOLDERS(folder)                                                      \
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">" \
	"<s:Body><R><ResponseMessages><M ResponseClass=\"Success\">"         \
	"<ResponseCode>NoError</ResponseCode><Folders>" folder               \
	"</Folders></M></ResponseMessages></R></s:Body></s:Envelope>"
#define VALUE(value) \
	"<ExtendedProperty><Value>" value "</Value></ExtendedProperty>"

static const struct {
	const char *body, *state; /* NULL: not to be read */
} states[] = {
	{ FOLDERS("<F>" VALUE("2026-09-17T08:00:00Z") VALUE("7") "</F>"),
	  "2026-09-17T08:00:00Z 7" },
	{ FOLDERS("<F>" VALUE("2026-09-17T08:00:00Z") "</F>"),
	  "2026-09-17T08:00:00Z" },
	{ FOLDERS("<F/>"), NULL },
	{ FOLDERS(""), NULL },
};

static void read_state(const struct xml_node *root, void *arg)
{
	const int *row = arg;
	struct ews_trouble trouble;
	char state[EWS_STATE_SIZE];
	enum err err = ews_read_state(root, state, &trouble);

	ck_assert_int_eq(err, states[*row].state ? ERR_OK : ERR_MALFORMED);
	if (!err)
		ck_assert_str_eq(state, states[*row].state);
}

START_TEST(folder_says_when_it_changed_last)
{
	int row = _i;

	ck_assert_int_eq(xml_read(states[_i].body, strlen(states[_i].body),
				  &xml_limits_default, read_state, &row, NULL),
			 ERR_OK);
}
END_TEST

static void read_three(const struct xml_node *root, void *arg)
{
	const struct window window = { DAY - 86400, DAY + 3 * 86400 };
	struct ews_trouble trouble;
	char version[EWS_VERSION_SIZE];

	ck_assert_int_eq(ews_read_availability(root, &window, arg, 2, &trouble),
			 ERR_MALFORMED);
	ck_assert_int_eq(ews_read_availability(root, &window, arg, 3, &trouble),
			 ERR_OK);
	ews_read_version(root, version);
	ck_assert_str_eq(version, "15.1.2507.6");
}

START_TEST(error_of_a_mailbox_is_its_own)
{
	struct ews_availability mailboxes[3];
	const struct entry *entry;

	read_data("ews-reply-availability.xml", read_three, mailboxes);
	ck_assert_uint_eq(timeline_count(mailboxes[0].timeline), 2);
	entry = timeline_entry(mailboxes[0].timeline, 0);
	ck_assert_int_eq(entry->from, DAY + 9 * 3600);
	ck_assert_int_eq(entry->until, DAY + 10 * 3600 + 1800);
	ck_assert_int_eq(entry->busy, BUSY_BUSY);
	ck_assert_uint_eq(entry->flags,
			  ENTRY_DETAILS | ENTRY_MEETING | ENTRY_PRIVATE);
	ck_assert_ptr_null(entry->subject);
	entry = timeline_entry(mailboxes[0].timeline, 1);
	ck_assert_int_eq(entry->from, DAY + 12 * 3600);
	ck_assert_int_eq(entry->busy, BUSY_OOF);
	ck_assert_ptr_null(mailboxes[1].timeline);
	ck_assert_int_eq(mailboxes[1].trouble.why.err, ERR_GONE);
	ck_assert_ptr_null(mailboxes[2].timeline);
	ck_assert_int_eq(mailboxes[2].trouble.why.err, ERR_DENIED);
	timeline_free(&mailboxes[0].timeline);
}
END_TEST

struct found {
	struct timeline *timeline;
	time_t next;
};

static void read_found(const struct xml_node *root, void *arg)
{
	struct found *found = arg;
	struct ews_trouble trouble;

	/* The same page twice is what overlapping pages look like. */
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(ews_read_find(root, found->timeline,
					       &found->next, &trouble),
				 ERR_OK);
}

START_TEST(found_items_have_flags_and_subjects)
{
	struct found found = { timeline_new(DAY, DAY + 86400), 0 };
	const struct entry *entry;

	read_data("ews-reply-find-item.xml", read_found, &found);
	ck_assert_int_eq(found.next, DAY + 86400);
	ck_assert_uint_eq(timeline_count(found.timeline), 2);
	entry = timeline_entry(found.timeline, 0);
	ck_assert_str_eq(entry->subject, "Budget");
	ck_assert_uint_eq(entry->flags,
			  ENTRY_DETAILS | ENTRY_MEETING | ENTRY_PRIVATE |
				  ENTRY_CANCELLED | ENTRY_DECLINED |
				  ENTRY_RECURRING);
	entry = timeline_entry(found.timeline, 1);
	ck_assert_int_eq(entry->busy, BUSY_ELSEWHERE);
	ck_assert_uint_eq(entry->flags, ENTRY_DETAILS | ENTRY_ALL_DAY);
	timeline_free(&found.timeline);
}
END_TEST

static void read_events(const struct xml_node *root, void *arg)
{
	struct ews_news news;

	(void)arg;
	ews_read_news(root, &news);
	ck_assert_int_eq(news.trouble.why.err, ERR_EXPIRED);
	ck_assert(news.closed);
	ck_assert_uint_eq(news.changed_count, 2);
	ck_assert_str_eq(news.changed[0], "one");
	ck_assert_str_eq(news.changed[1], "three");
	ck_assert_uint_eq(news.lost_count, 2);
	ck_assert_str_eq(news.lost[0], "four");
	ck_assert_str_eq(news.lost[1], "five");
	ews_news_free(&news);
}

START_TEST(news_are_read_from_error_messages_too)
{
	read_data("ews-stream-events.xml", read_events, NULL);
}
END_TEST

static const struct {
	const char *text;
	bool good;
	time_t moment;
} times[] = {
	{ "1970-01-01T00:00:00Z", true, 0 },
	{ "2026-09-17T08:00:00", true, DAY + 8 * 3600 },
	{ "2026-09-17T08:00:00.1234567Z", true, DAY + 8 * 3600 },
	{ "2026-09-17T08:00:00-05:30", true, DAY + 13 * 3600 + 1800 },
	{ "2024-02-29T00:00:00+00:00", true, 1709164800 },
	{ "2026-13-01T00:00:00Z", false, 0 },
	{ "2026-09-17", false, 0 },
	{ "2026-09-17T08:00:00Q", false, 0 },
	{ "2026-09-17T08:00:00Z.", false, 0 },
	{ "", false, 0 },
};

START_TEST(time_has_a_zone_or_is_utc)
{
	time_t moment = 0;

	ck_assert_int_eq(ews_read_time(times[_i].text, &moment),
			 times[_i].good);
	ck_assert_int_eq(moment, times[_i].moment);
}
END_TEST

START_TEST(date_header_is_read)
{
	time_t moment;

	ck_assert(ews_read_http_date("Sun, 06 Nov 1994 08:49:37 GMT", &moment));
	ck_assert_int_eq(moment, 784111777);
	ck_assert(!ews_read_http_date("yesterday", &moment));
}
END_TEST

static const struct {
	int status;
	const char *location;
	enum err err;
} statuses[] = {
	{ 401, NULL, ERR_LOGIN },
	{ 403, NULL, ERR_DENIED },
	{ 404, NULL, ERR_CONFIG },
	{ 429, NULL, ERR_THROTTLED },
	{ 440, NULL, ERR_CONFIG },
	{ 500, NULL, ERR_SERVER },
	{ 503, NULL, ERR_THROTTLED },
	{ 302, "https://b.example.com/EWS/Exchange.asmx", ERR_MOVED },
	{ 302, "/ews/GenericErrorPage.htm?aspxerrorpath=/ews", ERR_SERVER },
	{ 302, "https://x/InternalSite/login", ERR_CONFIG },
	{ 302, "/owa/auth/logon.aspx", ERR_CONFIG },
};

START_TEST(status_without_soap_has_a_meaning)
{
	struct why why;

	ck_assert_int_eq(ews_status_err(statuses[_i].status,
					statuses[_i].location, &why),
			 statuses[_i].err);
}
END_TEST

START_TEST(unknown_code_is_the_servers_trouble)
{
	ck_assert_int_eq(ews_code_err("ErrorOfNextYear"), ERR_SERVER);
	ck_assert_int_eq(ews_code_err("ErrorMailboxMoveInProgress"), ERR_MOVED);
}
END_TEST

START_TEST(version_goes_down_to_the_oldest)
{
	ck_assert_str_eq(ews_version_below("Exchange2013"), "Exchange2010_SP2");
	ck_assert_ptr_null(ews_version_below("Exchange2007"));
	ck_assert_ptr_null(ews_version_below("Exchange1997"));
	ck_assert(ews_version_reaches("Exchange2013", "Exchange2010_SP1"));
	ck_assert(!ews_version_reaches("Exchange2010", "Exchange2010_SP1"));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(trouble_is_found_in_either_carrier, troubles);
	TEST(subscription_has_an_id);
	TEST_ROWS(folder_says_when_it_changed_last, states);
	TEST(error_of_a_mailbox_is_its_own);
	TEST(found_items_have_flags_and_subjects);
	TEST(news_are_read_from_error_messages_too);
	TEST_ROWS(time_has_a_zone_or_is_utc, times);
	TEST(date_header_is_read);
	TEST_ROWS(status_without_soap_has_a_meaning, statuses);
	TEST(unknown_code_is_the_servers_trouble);
	TEST(version_goes_down_to_the_oldest);
}
