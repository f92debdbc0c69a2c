/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "timeline"
#include <string.h>

#include "calendar/timeline.h"
#include "calendar/window.h"
#include "tests/suite.h"

/*
 *          10   20   30   40   50
 * BUSY      [--------)
 * OOF            [--------)
 * TENTATIVE       [-----)            hidden under both
 * BUSY                     [----)    back to back with the OOF
 * OOF            [--------------)    cancelled: not there
 */
static const struct entry day[] = {
	{ 40, 50, BUSY_BUSY, 0, NULL, NULL },
	{ 20, 40, BUSY_OOF, 0, NULL, NULL },
	{ 22, 28, BUSY_TENTATIVE, 0, NULL, NULL },
	{ 10, 30, BUSY_BUSY, 0, NULL, NULL },
	{ 20, 50, BUSY_OOF, ENTRY_CANCELLED, NULL, NULL },
};

static const struct {
	time_t now;
	enum busy busy;
	time_t next;
} moments[] = {
	{ 0, BUSY_FREE, 10 },  { 10, BUSY_BUSY, 20 }, { 20, BUSY_OOF, 40 },
	{ 25, BUSY_OOF, 40 },  { 30, BUSY_OOF, 40 },  { 40, BUSY_BUSY, 50 },
	{ 49, BUSY_BUSY, 50 }, { 50, BUSY_FREE, 0 },
};

static struct timeline *timeline_of(const struct entry *entries, int count,
				    time_t until)
{
	struct timeline *timeline = timeline_new(0, until);

	for (int i = 0; i < count; i++)
		ck_assert_int_eq(timeline_add(timeline, &entries[i], NULL),
				 ERR_OK);

	return timeline;
}

START_TEST(strongest_entry_wins)
{
	struct timeline *timeline = timeline_of(day, ROWS(day), 100);

	ck_assert_int_eq(timeline_at(timeline, moments[_i].now),
			 moments[_i].busy);
	ck_assert_int_eq(timeline_next(timeline, moments[_i].now),
			 moments[_i].next);
	timeline_free(&timeline);
	ck_assert_ptr_null(timeline);
}
END_TEST

START_TEST(entries_are_kept_in_order)
{
	struct timeline *timeline = timeline_of(day, ROWS(day), 100);

	ck_assert_uint_eq(timeline_count(timeline), ROWS(day));
	for (size_t i = 1; i < timeline_count(timeline); i++)
		ck_assert_int_le(timeline_entry(timeline, i - 1)->from,
				 timeline_entry(timeline, i)->from);
	timeline_free(&timeline);
}
END_TEST

START_TEST(backwards_entry_is_refused)
{
	struct timeline *timeline = timeline_new(0, 100);
	const struct entry entry = { .from = 60, .busy = BUSY_BUSY };
	struct why why;

	ck_assert_int_eq(timeline_add(timeline, &entry, &why), ERR_MALFORMED);
	ck_assert_str_eq(why.text, "entry ends 60 s before it begins");
	timeline_free(&timeline);
}
END_TEST

START_TEST(overfull_timeline_is_refused)
{
	struct timeline *timeline = timeline_new(0, 100);

	for (int i = 0; i < TIMELINE_MAX; i++)
		ck_assert_int_eq(timeline_add(timeline, &day[0], NULL), ERR_OK);
	ck_assert_int_eq(timeline_add(timeline, &day[0], NULL), ERR_TOO_LARGE);
	timeline_free(&timeline);
}
END_TEST

/* What is seen of one day, against { 10..30 busy, 40..50 busy } until 100. */
static const struct {
	struct entry entries[2];
	int count;
	time_t until, since;
	bool equal;
} views[] = {
	{ { { 10, 30, BUSY_BUSY, 0, NULL, NULL },
	    { 40, 50, BUSY_BUSY, 0, NULL, NULL } },
	  2,
	  100,
	  0,
	  true },
	/* Over is over. */
	{ { { 40, 50, BUSY_BUSY, 0, NULL, NULL } }, 1, 100, 30, true },
	{ { { 40, 50, BUSY_BUSY, 0, NULL, NULL } }, 1, 100, 29, false },
	/* Begun earlier or not is the same once it has begun. */
	{ { { 20, 30, BUSY_BUSY, 0, NULL, NULL },
	    { 40, 50, BUSY_BUSY, 0, NULL, NULL } },
	  2,
	  100,
	  20,
	  true },
	/* The other was not read so far. */
	{ { { 10, 30, BUSY_BUSY, 0, NULL, NULL } }, 1, 40, 0, true },
	{ { { 10, 30, BUSY_BUSY, 0, NULL, NULL },
	    { 40, 50, BUSY_OOF, 0, NULL, NULL } },
	  2,
	  100,
	  0,
	  false },
	{ { { 10, 30, BUSY_BUSY, ENTRY_MEETING, NULL, NULL },
	    { 40, 50, BUSY_BUSY, 0, NULL, NULL } },
	  2,
	  100,
	  0,
	  false },
	{ { { 10, 30, BUSY_BUSY, 0, "Tea", NULL },
	    { 40, 50, BUSY_BUSY, 0, NULL, NULL } },
	  2,
	  100,
	  0,
	  false },
};

START_TEST(only_what_both_know_and_is_not_over_makes_a_difference)
{
	static const struct entry known[] = {
		{ 10, 30, BUSY_BUSY, 0, NULL, NULL },
		{ 40, 50, BUSY_BUSY, 0, NULL, NULL },
	};
	struct timeline *a = timeline_of(known, ROWS(known), 100);
	struct timeline *b = timeline_of(views[_i].entries, views[_i].count,
					 views[_i].until);

	ck_assert_int_eq(timeline_equal(a, b, views[_i].since),
			 views[_i].equal);
	ck_assert_int_eq(timeline_equal(b, a, views[_i].since),
			 views[_i].equal);
	timeline_free(&a);
	timeline_free(&b);
}
END_TEST

START_TEST(long_subject_is_cut_between_characters)
{
	struct entry entry = { .until = 10 };
	struct timeline *timeline = timeline_new(0, 100);
	struct timeline *copy;
	char subject[400];

	for (size_t i = 0; i + 2 < sizeof(subject); i += 3)
		memcpy(subject + i, "\xe4\xbc\x9a", 3); /* three bytes */
	subject[399] = '\0';
	entry.subject = subject;
	ck_assert_int_eq(timeline_add(timeline, &entry, NULL), ERR_OK);
	memset(subject, 'x', 10);
	copy = timeline_copy(timeline);
	timeline_free(&timeline);
	ck_assert_uint_eq(strlen(timeline_entry(copy, 0)->subject), 255);
	ck_assert_int_eq(timeline_entry(copy, 0)->subject[0], '\xe4');
	timeline_free(&copy);
}
END_TEST

START_TEST(window_is_whole_days_around_now)
{
	const struct window a = window_at(1789632000); /* 08:00 */
	const struct window b = window_at(1789632000 + 15 * 3600);

	ck_assert_int_eq(a.from, 1789632000 - 32 * 3600);
	ck_assert_int_eq(a.until - a.from, 4 * 86400);
	ck_assert_int_eq(a.from, b.from);
	ck_assert_int_eq(window_at(b.until).from, b.until - 86400);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(strongest_entry_wins, moments);
	TEST(entries_are_kept_in_order);
	TEST(backwards_entry_is_refused);
	TEST(overfull_timeline_is_refused);
	TEST_ROWS(only_what_both_know_and_is_not_over_makes_a_difference,
		  views);
	TEST(long_subject_is_cut_between_characters);
	TEST(window_is_whole_days_around_now);
}
