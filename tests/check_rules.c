/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "rules"
#include <stdint.h>
#include <string.h>

#include "module/rules.h"
#include "tests/suite.h"

enum { DETAILS = ENTRY_DETAILS, MEETING = ENTRY_DETAILS | ENTRY_MEETING };

static struct rules rules;
static struct why why;

static void teardown(void)
{
	rules_free(&rules);
}

static enum err give(const char *text)
{
	char *items[] = { (char *)(uintptr_t)text };
	const struct directive_list list = { items, 1 };

	why = (struct why){ .text = "" };
	return rules_read(&rules, &list, &why);
}

static const struct {
	const char *rule;
	struct entry entry;
	const char *says; /* state, "ignore", "" nothing */
} rows[] = {
	{ "state=dnd", { 0, 60, BUSY_BUSY, DETAILS, NULL, NULL }, "dnd" },
	{ "state=ignore", { 0, 60, BUSY_OOF, DETAILS, NULL, NULL }, "ignore" },
	{ "show=oof state=away",
	  { 0, 60, BUSY_OOF, DETAILS, NULL, NULL },
	  "away" },
	{ "show=oof state=away",
	  { 0, 60, BUSY_BUSY, DETAILS, NULL, NULL },
	  "" },
	{ "show=Elsewhere state=busy",
	  { 0, 60, BUSY_ELSEWHERE, DETAILS, NULL, NULL },
	  "busy" },
	{ "company=alone state=busy",
	  { 0, 60, BUSY_BUSY, MEETING, NULL, NULL },
	  "" },
	{ "company=meeting state=busy",
	  { 0, 60, BUSY_BUSY, MEETING, NULL, NULL },
	  "busy" },
	/* not told what kind it is: taken for a meeting */
	{ "company=meeting state=busy",
	  { 0, 60, BUSY_BUSY, 0, NULL, NULL },
	  "busy" },
	{ "day=all-day state=away",
	  { 0, 60, BUSY_BUSY, DETAILS | ENTRY_ALL_DAY, NULL, NULL },
	  "away" },
	{ "day=timed state=away",
	  { 0, 60, BUSY_BUSY, DETAILS | ENTRY_ALL_DAY, NULL, NULL },
	  "" },
	{ "private=yes state=busy",
	  { 0, 60, BUSY_BUSY, DETAILS | ENTRY_PRIVATE, NULL, NULL },
	  "busy" },
	{ "private=no state=busy",
	  { 0, 60, BUSY_BUSY, DETAILS | ENTRY_PRIVATE, NULL, NULL },
	  "" },
	{ "subject=*focus* state=dnd",
	  { 0, 60, BUSY_BUSY, DETAILS, "My FOCUS time", NULL },
	  "dnd" },
	{ "subject=focus state=dnd",
	  { 0, 60, BUSY_BUSY, DETAILS, "My focus time", NULL },
	  "" },
	{ "subject=\"[ab]? x\" state=dnd",
	  { 0, 60, BUSY_BUSY, DETAILS, "B2 x", NULL },
	  "dnd" },
	{ "subject=* state=dnd",
	  { 0, 60, BUSY_BUSY, DETAILS, NULL, NULL },
	  "" },
	{ "category=travel state=away",
	  { 0, 60, BUSY_BUSY, DETAILS, "x", "Red\nTravel" },
	  "away" },
	{ "category=travel state=away",
	  { 0, 60, BUSY_BUSY, DETAILS, "travel", "Traveller\nRed" },
	  "" },
	{ "shorter=5m state=ignore",
	  { 0, 299, BUSY_BUSY, DETAILS, NULL, NULL },
	  "ignore" },
	{ "shorter=5m state=ignore",
	  { 0, 300, BUSY_BUSY, DETAILS, NULL, NULL },
	  "" },
	{ "longer=5m state=away",
	  { 0, 301, BUSY_BUSY, DETAILS, NULL, NULL },
	  "away" },
	{ "longer=5m state=away",
	  { 0, 300, BUSY_BUSY, DETAILS, NULL, NULL },
	  "" },
	/* 1970-01-01 was a Thursday; see the hours in the test */
	{ "hours=in state=busy",
	  { 0, 60, BUSY_BUSY, DETAILS, NULL, NULL },
	  "busy" },
	{ "hours=out state=busy",
	  { 0, 60, BUSY_BUSY, DETAILS, NULL, NULL },
	  "" },
	{ "show=busy company=alone longer=1m state=dnd",
	  { 0, 60, BUSY_BUSY, DETAILS, NULL, NULL },
	  "" },
};

START_TEST(rule_fits_where_all_its_fields_do)
{
	struct hours hours = { .zone = "UTC" };
	struct ruling ruling = { .text = "" };
	const char *says = "";

	hours_parse(&hours, "Thu 00:00-01:00", NULL);
	ck_assert_msg(give(rows[_i].rule) == ERR_OK, "%s", why.text);
	if (rules_find(&rules, &rows[_i].entry, &hours, 30, &ruling)) {
		says = ruling.ignore ? "ignore" : state_word(ruling.state);
		ck_assert_str_eq(ruling.text, rows[_i].rule);
	}
	ck_assert_str_eq(says, rows[_i].says);
}
END_TEST

START_TEST(first_rule_that_fits_counts)
{
	char first[] = "show=busy state=dnd", second[] = "state=away";
	char *items[] = { first, second };
	const struct directive_list list = { items, 2 };
	const struct entry busy = { .until = 60, .busy = BUSY_BUSY };
	const struct entry oof = { .until = 60, .busy = BUSY_OOF };
	const struct hours hours = { .zone = "UTC" };
	struct ruling ruling;

	ck_assert_int_eq(rules_read(&rules, &list, NULL), ERR_OK);
	ck_assert(rules_find(&rules, &busy, &hours, 0, &ruling));
	ck_assert_int_eq(ruling.state, STATE_DND);
	ck_assert(rules_find(&rules, &oof, &hours, 0, &ruling));
	ck_assert_int_eq(ruling.state, STATE_AWAY);
}
END_TEST

START_TEST(only_patterns_need_details)
{
	ck_assert_int_eq(give("show=busy longer=1h state=away"), ERR_OK);
	ck_assert(!rules.details);
	rules_free(&rules);
	ck_assert_int_eq(give("category=x state=away"), ERR_OK);
	ck_assert(rules.details);
}
END_TEST

static const struct {
	const char *rule, *why;
} mistakes[] = {
	{ "show=busy", "want ignore or a state" },
	{ "state=offline", "want ignore or a state" },
	{ "state=happy", "want ignore or a state" },
	{ "show=later state=busy", "want free, elsewhere" },
	{ "company=many state=busy", "want meeting or alone" },
	{ "day=long state=busy", "want all-day or timed" },
	{ "private=maybe state=busy", "want yes or no" },
	{ "hours=soon state=busy", "want in or out" },
	{ "colour=blue state=busy", "colour" },
};

START_TEST(mistake_is_told_with_the_rule)
{
	ck_assert_int_eq(give(mistakes[_i].rule), ERR_CONFIG);
	ck_assert_msg(strstr(why.text, mistakes[_i].why) &&
			      strstr(why.text, mistakes[_i].rule),
		      "said: %s", why.text);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, NULL, teardown);
	TEST_ROWS(rule_fits_where_all_its_fields_do, rows);
	TEST(first_rule_that_fits_counts);
	TEST(only_patterns_need_details);
	TEST_ROWS(mistake_is_told_with_the_rule, mistakes);
}
