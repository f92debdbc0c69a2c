/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "trouble_user"
#include <string.h>

#include "module/trouble_user.h"
#include "tests/suite.h"

static const struct why fine = { .err = ERR_OK };
static struct why refused;
static struct located located;
static struct trouble_user_facts facts;
static struct trouble_row rows[USER_CHECK_COUNT];

/* Followed, told, watched: everything as it should be. */
static void setup(void)
{
	why_set(&refused, ERR_LOGIN, "refused");
	located = (struct located){ .elsewhere = true };
	facts = (struct trouble_user_facts){
		.now = 100000,
		.licence = LICENCE_GRANTED,
		.sources = "configuration",
		.calendar = true,
		.mailbox = "ann@example.com",
		.gateway = "hq",
		.followed = true,
		.state = FEED_LIVE,
		.feed = { .live_since = 90000,
			  .last_read = 99500,
			  .last_change = 98000,
			  .last_event = 98000,
			  .reads = 3,
			  .events = 1,
			  .told = "streaming" },
		.why = &fine,
		.audit_s = 900,
		.shown = "busy",
		.shown_why = "the calendar",
		.watchers = 2,
	};
}

static void is_stranger(void)
{
	facts.licence = LICENCE_NONE;
}

static void waits(void)
{
	facts.licence = LICENCE_WAITING;
}

static void is_off(void)
{
	facts.licence = LICENCE_DISABLED;
}

static void is_revoked(void)
{
	facts.licence = LICENCE_REVOKED;
}

static void is_not_named(void)
{
	facts.sources[0] = '\0';
}

static void directory_fails(void)
{
	facts.alarmed = 1;
}

static void has_no_calendar(void)
{
	facts.calendar = false;
}

static void is_not_followed(void)
{
	facts.followed = false;
}

static void mailbox_is_gone(void)
{
	facts.gone = "ErrorNonExistentMailbox";
}

static void is_elsewhere(void)
{
	facts.gateway = "";
	facts.feed.located = &located;
}

static void is_sought(void)
{
	facts.gateway = "";
	facts.state = FEED_LOCATING;
}

static void is_not_found(void)
{
	facts.gateway = "";
	facts.state = FEED_WAITING;
	facts.why = &refused;
}

static void is_being_subscribed(void)
{
	facts.state = FEED_SUBSCRIBING;
}

static void is_interrupted(void)
{
	facts.state = FEED_TROUBLED;
}

static void is_refused(void)
{
	facts.state = FEED_WAITING;
	facts.why = &refused;
}

static void may_not_be_read(void)
{
	why_set(&refused, ERR_DENIED, "ErrorImpersonateUserDenied: no");
	is_refused();
}

static void may_be_read_nowhere(void)
{
	why_set(&refused, ERR_DENIED, "ErrorImpersonateUserDenied: no");
	is_not_found();
}

static void heard_nothing(void)
{
	facts.feed.last_event = 0;
}

static void missed_a_change(void)
{
	facts.feed.differences = 1;
	facts.feed.last_event = 97000;
}

static void has_no_audits(void)
{
	facts.audit_s = 0;
}

static void is_read_late(void)
{
	facts.feed.last_read = facts.now - 2 * 900 - 121;
}

static void was_never_read(void)
{
	facts.feed.last_read = 0;
}

static void is_unknown(void)
{
	facts.unknown = "the calendar was never read";
}

static void is_behind(void)
{
	facts.behind = true;
}

static void nobody_watches(void)
{
	facts.watchers = 0;
}

static void a_watcher_refuses(void)
{
	facts.untold = 1;
}

static const struct {
	void (*happens)(void);
	enum user_check check;
	enum trouble_status status;
	const char *id, *wording;
} troubles[] = {
	{ is_stranger, USER_CHECK_LICENCE, TROUBLE_FAIL, "F-21",
	  "There is no such user" },
	{ waits, USER_CHECK_LICENCE, TROUBLE_FAIL, "F-21",
	  "All licences are taken" },
	{ is_off, USER_CHECK_LICENCE, TROUBLE_FAIL, "F-21",
	  "Switched off by hand" },
	{ is_revoked, USER_CHECK_LICENCE, TROUBLE_FAIL, "F-21",
	  "The licence is revoked" },
	{ is_not_named, USER_CHECK_ENTRY, TROUBLE_FAIL, "F-21",
	  "No source names this user any more" },
	{ directory_fails, USER_CHECK_ENTRY, TROUBLE_WARN, "F-21",
	  "A directory is in trouble; what it said last counts" },
	{ has_no_calendar, USER_CHECK_SERVER, TROUBLE_NOT_RUN, "F-20",
	  "The calendar is not to be read" },
	{ is_not_followed, USER_CHECK_SERVER, TROUBLE_NOT_RUN, "F-20",
	  "Not followed while nobody watches" },
	{ mailbox_is_gone, USER_CHECK_SERVER, TROUBLE_FAIL, "F-21",
	  "There is no such mailbox" },
	{ is_elsewhere, USER_CHECK_SERVER, TROUBLE_FAIL, "F-20",
	  "The mailbox is on a server that is no gateway" },
	{ is_sought, USER_CHECK_SERVER, TROUBLE_WARN, "F-20",
	  "The mailbox's server is being sought" },
	{ is_not_found, USER_CHECK_SERVER, TROUBLE_FAIL, "F-20",
	  "No gateway has the mailbox" },
	{ is_being_subscribed, USER_CHECK_SUBSCRIBE, TROUBLE_WARN, "F-20",
	  "Being subscribed" },
	{ is_interrupted, USER_CHECK_SUBSCRIBE, TROUBLE_FAIL, "F-20",
	  "Notifications are interrupted" },
	{ is_refused, USER_CHECK_SUBSCRIBE, TROUBLE_FAIL, "F-20",
	  "Notifications are interrupted" },
	{ may_not_be_read, USER_CHECK_SUBSCRIBE, TROUBLE_FAIL, "M-19b",
	  "The account has no right to this mailbox" },
	{ may_be_read_nowhere, USER_CHECK_SERVER, TROUBLE_FAIL, "M-19b",
	  "The account has no right to this mailbox" },
	{ heard_nothing, USER_CHECK_EVENT, TROUBLE_NOT_RUN, "M-34",
	  "None came yet, and nothing proves that any would" },
	{ missed_a_change, USER_CHECK_EVENT, TROUBLE_WARN, "M-34",
	  "A change was found that nobody announced" },
	{ has_no_audits, USER_CHECK_AUDIT, TROUBLE_WARN, "F-24",
	  "Audits are switched off" },
	{ is_read_late, USER_CHECK_AUDIT, TROUBLE_FAIL, "F-24",
	  "Not read for longer than two audits" },
	{ was_never_read, USER_CHECK_AUDIT, TROUBLE_FAIL, "F-24",
	  "The calendar was never read" },
	{ is_unknown, USER_CHECK_CLAIMS, TROUBLE_FAIL, "F-24",
	  "Watchers see the calendar as unknown" },
	{ is_behind, USER_CHECK_CLAIMS, TROUBLE_WARN, "F-29",
	  "What is known is not shown yet" },
	{ nobody_watches, USER_CHECK_WATCHERS, TROUBLE_NOT_RUN, "F-24",
	  "Nobody watches" },
	{ a_watcher_refuses, USER_CHECK_WATCHERS, TROUBLE_WARN, "F-24",
	  "A watcher was not told, or refused it" },
};

START_TEST(who_is_told_from_end_to_end_is_good)
{
	trouble_user_judge(&facts, rows);
	for (int i = 0; i < USER_CHECK_COUNT; i++)
		ck_assert_msg(rows[i].status == TROUBLE_PASS, "%s: %s",
			      trouble_user_titles[i], rows[i].wording);
	ck_assert_int_eq(trouble_rows_worst(rows, USER_CHECK_COUNT),
			 TROUBLE_PASS);
}
END_TEST

START_TEST(each_trouble_has_its_row_and_remedy_and_is_not_green)
{
	troubles[_i].happens();
	trouble_user_judge(&facts, rows);
	ck_assert_str_eq(rows[troubles[_i].check].wording,
			 troubles[_i].wording);
	ck_assert_str_eq(rows[troubles[_i].check].id, troubles[_i].id);
	ck_assert_int_eq(rows[troubles[_i].check].status, troubles[_i].status);
	ck_assert_int_ne(rows[troubles[_i].check].remedy[0], '\0');
	ck_assert_int_ge(trouble_rows_worst(rows, USER_CHECK_COUNT),
			 TROUBLE_WARN);
}
END_TEST

START_TEST(no_other_row_fails_than_that_of_the_trouble)
{
	troubles[_i].happens();
	trouble_user_judge(&facts, rows);
	for (int i = 0; i < USER_CHECK_COUNT; i++)
		ck_assert_msg(i == (int)troubles[_i].check ||
				      rows[i].status <= TROUBLE_NOT_RUN,
			      "%s: %s", trouble_user_titles[i],
			      rows[i].wording);
}
END_TEST

START_TEST(the_same_facts_give_the_same_rows)
{
	struct trouble_row again[USER_CHECK_COUNT];

	troubles[_i].happens();
	trouble_user_judge(&facts, rows);
	trouble_user_judge(&facts, again);
	for (int i = 0; i < USER_CHECK_COUNT; i++) {
		ck_assert_int_eq(rows[i].status, again[i].status);
		ck_assert_str_eq(rows[i].wording, again[i].wording);
		ck_assert_str_eq(rows[i].evidence, again[i].evidence);
	}
}
END_TEST

START_TEST(no_event_yet_is_good_where_the_gateway_proved_that_they_come)
{
	heard_nothing();
	facts.proved = true;
	trouble_user_judge(&facts, rows);
	ck_assert_int_eq(rows[USER_CHECK_EVENT].status, TROUBLE_PASS);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, NULL);
	TEST(who_is_told_from_end_to_end_is_good);
	TEST_ROWS(each_trouble_has_its_row_and_remedy_and_is_not_green,
		  troubles);
	TEST_ROWS(no_other_row_fails_than_that_of_the_trouble, troubles);
	TEST_ROWS(the_same_facts_give_the_same_rows, troubles);
	TEST(no_event_yet_is_good_where_the_gateway_proved_that_they_come);
}
