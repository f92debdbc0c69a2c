/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "map"
#include <stdio.h>
#include <string.h>

#include "module/map.h"
#include "tests/suite.h"

enum { MEETING = ENTRY_MEETING, DAY = ENTRY_ALL_DAY, END = 1000000 };

/* Rows know what they say unless they have this. */
enum { UNTOLD = 0x8000 };

#define OPEN                            \
	{                               \
		.show_tentative = false \
	}
#define SHOWN                          \
	{                              \
		.show_tentative = true \
	}
#define TOLD                         \
	{                            \
		.show_subject = true \
	}

/* What is claimed at 100 of entries around it: "source/state from-until ..." */
static const struct {
	struct entry entries[6];
	struct map_options options;
	const char *claims;
} rows[] = {
	{ { { 0 } }, OPEN, "" },
	{ { { 50, 200, BUSY_FREE, 0, NULL, NULL } }, OPEN, "" },
	{ { { 50, 200, BUSY_BUSY, MEETING, NULL, NULL } },
	  OPEN,
	  "meeting/meeting 50-200 " },
	{ { { 50, 200, BUSY_BUSY, 0, NULL, NULL } },
	  OPEN,
	  "busy/busy 50-200 " },
	{ { { 50, 200, BUSY_BUSY, MEETING | DAY, NULL, NULL } },
	  OPEN,
	  "busy/busy 50-200 " },
	{ { { 50, 200, BUSY_OOF, DAY, NULL, NULL } }, OPEN, "oof/oof 50-200 " },
	{ { { 50, 200, BUSY_TENTATIVE, MEETING, NULL, NULL } },
	  OPEN,
	  "calendar/available 50-200 " },
	{ { { 50, 200, BUSY_TENTATIVE, MEETING, NULL, NULL } },
	  SHOWN,
	  "meeting/meeting 50-200 " },
	{ { { 50, 200, BUSY_TENTATIVE, 0, NULL, NULL } },
	  SHOWN,
	  "busy/busy 50-200 " },
	{ { { 50, 200, BUSY_ELSEWHERE, 0, NULL, NULL } },
	  SHOWN,
	  "calendar/elsewhere 50-200 " },
	{ { { 50, 200, BUSY_BUSY, MEETING | ENTRY_CANCELLED, NULL, NULL } },
	  OPEN,
	  "" },
	{ { { 50, 200, BUSY_BUSY, MEETING | ENTRY_DECLINED, NULL, NULL } },
	  OPEN,
	  "" },
	/* free/busy only: a meeting, unless it lasts a day */
	{ { { 50, 200, BUSY_BUSY, UNTOLD, NULL, NULL } },
	  OPEN,
	  "meeting/meeting 50-200 " },
	{ { { 50, 82849, BUSY_BUSY, UNTOLD, NULL, NULL } },
	  OPEN,
	  "meeting/meeting 50-82849 " },
	{ { { 50, 82850, BUSY_BUSY, UNTOLD, NULL, NULL } },
	  OPEN,
	  "busy/busy 50-82850 " },
	{ { { 50, 200, BUSY_OOF, UNTOLD, NULL, NULL } },
	  OPEN,
	  "oof/oof 50-200 " },
	/* over at its end, not a second later */
	{ { { 50, 100, BUSY_BUSY, 0, NULL, NULL } }, OPEN, "" },
	{ { { 100, 101, BUSY_BUSY, 0, NULL, NULL } },
	  OPEN,
	  "busy/busy 100-101 " },
	{ { { 100, 100, BUSY_BUSY, 0, NULL, NULL } }, OPEN, "" },
	/* back to back is one, also towards the past */
	{ { { 20, 60, BUSY_BUSY, MEETING, NULL, NULL },
	    { 60, 200, BUSY_BUSY, MEETING, NULL, NULL },
	    { 200, 300, BUSY_BUSY, MEETING, NULL, NULL } },
	  OPEN,
	  "meeting/meeting 20-300 " },
	/* overlaps: out of office > busy > tentative > elsewhere */
	{ { { 10, 400, BUSY_ELSEWHERE, DAY, NULL, NULL },
	    { 50, 300, BUSY_TENTATIVE, 0, NULL, NULL },
	    { 90, 200, BUSY_BUSY, MEETING, NULL, NULL },
	    { 150, 250, BUSY_OOF, 0, NULL, NULL } },
	  OPEN,
	  "meeting/meeting 90-150 oof/oof 150-250 calendar/available 250-300 "
	  "calendar/elsewhere 300-400 " },
	/* of equals the meeting */
	{ { { 50, 300, BUSY_BUSY, 0, NULL, NULL },
	    { 90, 200, BUSY_BUSY, MEETING, NULL, NULL } },
	  OPEN,
	  "meeting/meeting 90-200 busy/busy 200-300 " },
	/* later ones, with the gap between */
	{ { { 150, 200, BUSY_BUSY, 0, NULL, NULL },
	    { 300, 400, BUSY_OOF, 0, NULL, NULL } },
	  OPEN,
	  "busy/busy 150-200 oof/oof 300-400 " },
	/* subjects: only where allowed, and never of private entries */
	{ { { 50, 200, BUSY_BUSY, 0, "Budget", NULL } },
	  OPEN,
	  "busy/busy 50-200 " },
	{ { { 50, 200, BUSY_BUSY, 0, "Budget", NULL } },
	  TOLD,
	  "busy/busy 50-200 \"Budget\" " },
	{ { { 50, 200, BUSY_BUSY, ENTRY_PRIVATE, "Doctor", NULL } },
	  TOLD,
	  "busy/busy 50-200 " },
	{ { { 50, 200, BUSY_BUSY, 0, "A", NULL },
	    { 200, 300, BUSY_BUSY, 0, "B", NULL } },
	  TOLD,
	  "busy/busy 50-200 \"A\" busy/busy 200-300 \"B\" " },
};

static void print(const struct claim *claim, char *text, size_t size)
{
	size_t len = strlen(text);

	len += (size_t)snprintf(text + len, size - len, "%s/%s %lld-%lld ",
				claim_source_word(claim->source),
				state_word(claim->state),
				(long long)claim->from,
				(long long)claim->until);
	if (claim->note[0])
		snprintf(text + len, size - len, "\"%s\" ", claim->note);
}

static void add(struct timeline *timeline, struct entry entry)
{
	entry.flags ^= entry.flags & UNTOLD ? UNTOLD : ENTRY_DETAILS;
	ck_assert_int_eq(timeline_add(timeline, &entry, NULL), ERR_OK);
}

START_TEST(entries_become_claims_by_the_rows)
{
	struct timeline *timeline = timeline_new(0, END);
	struct claim claims[MAP_CLAIMS_MAX];
	char text[1000] = "";
	time_t again;
	size_t count;

	for (int i = 0; i < 6; i++)
		if (rows[_i].entries[i].until)
			add(timeline, rows[_i].entries[i]);
	count = map_claims(claims, timeline, &rows[_i].options, 100, &again);
	for (size_t i = 0; i < count; i++)
		print(&claims[i], text, sizeof(text));
	ck_assert_str_eq(text, rows[_i].claims);
	ck_assert_int_eq(again, 0);
	timeline_free(&timeline);
}
END_TEST

START_TEST(what_does_not_fit_is_asked_for_again_in_time)
{
	const struct map_options options = OPEN;
	struct timeline *timeline = timeline_new(0, END);
	struct claim claims[MAP_CLAIMS_MAX];
	time_t again;

	for (int i = 0; i < MAP_CLAIMS_MAX + 5; i++) {
		const struct entry entry = { .from = 200 + 20 * i,
					     .until = 210 + 20 * i,
					     .busy = BUSY_BUSY };

		timeline_add(timeline, &entry, NULL);
	}
	ck_assert_uint_eq(map_claims(claims, timeline, &options, 100, &again),
			  MAP_CLAIMS_MAX);
	ck_assert_int_eq(again, 200 + 20 * MAP_CLAIMS_MAX);
	timeline_free(&timeline);
}
END_TEST

START_TEST(rule_of_an_entry_can_be_told)
{
	const struct map_options options = OPEN;
	const struct entry busy = { 1, 2, BUSY_BUSY, MEETING, NULL, NULL };
	const struct entry gone = {
		1, 2, BUSY_BUSY, ENTRY_CANCELLED, NULL, NULL
	};

	ck_assert_str_eq(map_row_text(&busy, &options, 1),
			 "BUSY MEETING TIMED ALWAYS");
	ck_assert_str_eq(map_row_text(&gone, &options, 1), "does not count");
}
END_TEST

static void tests(void)
{
	TEST_ROWS(entries_become_claims_by_the_rows, rows);
	TEST(what_does_not_fit_is_asked_for_again_in_time);
	TEST(rule_of_an_entry_can_be_told);
}
