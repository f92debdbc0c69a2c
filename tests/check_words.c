/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "words"
#include <stdlib.h>

#include "sip/words.h"
#include "tests/suite.h"

/* 2026-09-17 is a Thursday; 09:00 UTC is 18:00 in Tokyo. */
enum { THURSDAY_0900 = 1789635600, MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR };

static const struct {
	const char *lang, *zone;
	enum state state;
	time_t end; /* after THURSDAY_0900 */
	const char *time, *sentence;
} rows[] = {
	{ "en", "UTC", STATE_MEETING, 90 * MINUTE, "Until 10:30",
	  "In a meeting until 10:30" },
	{ "ja", "UTC", STATE_MEETING, 90 * MINUTE, "10:30まで",
	  "会議中（10:30まで）" },
	{ "ja_JP.UTF-8", "Asia/Tokyo", STATE_MEETING, 90 * MINUTE, "19:30まで",
	  "会議中（19:30まで）" },
	{ "en", "Asia/Tokyo", STATE_BUSY, 90 * MINUTE, "Until 19:30",
	  "Busy until 19:30" },
	{ "en", "America/New_York", STATE_BUSY, 90 * MINUTE, "Until 06:30",
	  "Busy until 06:30" },
	{ "en", "UTC", STATE_OOF, 4 * DAY + 1 * HOUR, "Until Monday 10:00",
	  "Out of office until Monday 10:00" },
	{ "en", "UTC", STATE_OOF, 4 * DAY - 9 * HOUR, "Until Monday",
	  "Out of office until Monday" },
	{ "ja", "UTC", STATE_OOF, 4 * DAY - 9 * HOUR, "月曜日まで",
	  "外出中（月曜日まで）" },
	{ "en", "UTC", STATE_OOF, 14 * DAY - 9 * HOUR, "Until 1 October",
	  "Out of office until 1 October" },
	{ "ja", "UTC", STATE_OOF, 14 * DAY - 9 * HOUR, "10月1日まで",
	  "外出中（10月1日まで）" },
	{ "en", "UTC", STATE_OOF, 14 * DAY, "Until 1 October 09:00",
	  "Out of office until 1 October 09:00" },
	{ "en", "UTC", STATE_OOF, 109 * DAY - 9 * HOUR, "Until 4 January 2027",
	  "Out of office until 4 January 2027" },
	{ "ja", "UTC", STATE_OOF, 109 * DAY - 9 * HOUR, "2027年1月4日まで",
	  "外出中（2027年1月4日まで）" },
	{ "en", "UTC", STATE_MEETING, 15 * HOUR, "Until Friday",
	  "In a meeting until Friday" },
	{ "en", "Asia/Tokyo", STATE_MEETING, 7 * HOUR, "Until Friday 01:00",
	  "In a meeting until Friday 01:00" },
	{ "en", "UTC", STATE_UNKNOWN, -30 * MINUTE, "Since 08:30",
	  "Calendar unknown since 08:30" },
	{ "ja", "UTC", STATE_UNKNOWN, -30 * MINUTE, "08:30から",
	  "予定不明（08:30から）" },
	{ "en", "UTC", STATE_UNKNOWN, -DAY, "Since Wednesday 09:00",
	  "Calendar unknown since Wednesday 09:00" },
	{ "en", "UTC", STATE_AVAILABLE, HOUR, "", "Available" },
	{ "ja", "UTC", STATE_AVAILABLE, HOUR, "", "連絡可能" },
	{ "en", "UTC", STATE_OFFLINE, HOUR, "", "Offline" },
	{ "tlh", "UTC", STATE_MEETING, HOUR, "Until 10:00",
	  "In a meeting until 10:00" },
	{ NULL, "UTC", STATE_MEETING, HOUR, "Until 10:00",
	  "In a meeting until 10:00" },
};

static struct presence presence_of(enum state state, time_t end)
{
	bool since = state_row(state)->times == TIMES_SINCE;

	return (struct presence){ .state = state,
				  .since = since ? THURSDAY_0900 + end : 0,
				  .until = since ? 0 : THURSDAY_0900 + end };
}

START_TEST(times_are_said_in_the_language_and_the_zone)
{
	struct presence presence = presence_of(rows[_i].state, rows[_i].end);
	struct words_when when = { rows[_i].lang, rows[_i].zone,
				   THURSDAY_0900 };
	char text[NOTE_SIZE];

	words_time(text, &presence, &when);
	ck_assert_str_eq(text, rows[_i].time);
	words_sentence(text, &presence, &when);
	ck_assert_str_eq(text, rows[_i].sentence);
}
END_TEST

START_TEST(unknown_end_is_not_mentioned)
{
	struct presence presence = { .state = STATE_MEETING };
	struct words_when when = { "en", "UTC", THURSDAY_0900 };
	char text[NOTE_SIZE];

	words_time(text, &presence, &when);
	ck_assert_str_eq(text, "");
	words_sentence(text, &presence, &when);
	ck_assert_str_eq(text, "In a meeting");
}
END_TEST

START_TEST(no_zone_means_the_hosts_own_also_after_another_one)
{
	struct presence presence = presence_of(STATE_MEETING, 0);
	struct words_when tokyo = { "en", "Asia/Tokyo", THURSDAY_0900 };
	struct words_when host = { "en", "", THURSDAY_0900 };
	char text[NOTE_SIZE];

	setenv("TZ", "Europe/Berlin", 1);
	words_time(text, &presence, &tokyo);
	ck_assert_str_eq(text, "Until 18:00");
	words_time(text, &presence, &host);
	ck_assert_str_eq(text, "Until 11:00");
}
END_TEST

START_TEST(every_state_has_japanese_words)
{
	const char *english = words_state("en", (enum state)_i);

	ck_assert_str_eq(english, state_row((enum state)_i)->text);
	ck_assert_str_ne(words_state("ja", (enum state)_i), english);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(times_are_said_in_the_language_and_the_zone, rows);
	TEST(unknown_end_is_not_mentioned);
	TEST(no_zone_means_the_hosts_own_also_after_another_one);
	tcase_add_loop_test(the_case, every_state_has_japanese_words, 0,
			    STATE_COUNT);
}
