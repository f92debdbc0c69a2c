/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "exchange restrict"
#include <string.h>

#include "tests/exchange/restrict.h"
#include "tests/suite.h"

#define SUBJECT "<FieldURI FieldURI='item:Subject'/>"
#define START   "<FieldURI FieldURI='calendar:Start'/>"
#define SIZE    "<FieldURI FieldURI='item:Size'/>"
#define NOWHERE "<FieldURI FieldURI='item:Culture'/>"
#define AGAINST(value) \
	"<FieldURIOrConstant><Constant Value='" value "'/></FieldURIOrConstant>"
#define CONTAINS(mode, value)                           \
	"<Contains ContainmentMode='" mode "'>" SUBJECT \
	"<Constant Value='" value "'/></Contains>"
#define YES "<IsEqualTo>" SUBJECT AGAINST("Lunch with Bob") "</IsEqualTo>"
#define NO  "<IsEqualTo>" SUBJECT AGAINST("Dinner") "</IsEqualTo>"

/* What they are tried on. */
static const struct {
	const char *uri, *value;
} thing[] = {
	{ "item:Subject", "Lunch with Bob" },
	{ "calendar:Start", "2026-09-17T09:00:00Z" },
	{ "item:Size", "900" },
};

static const struct {
	const char *expression;
	bool fits;
} rows[] = {
	{ YES, true },
	{ NO, false },
	{ "<IsEqualTo>" SUBJECT AGAINST("lunch WITH bob") "</IsEqualTo>",
	  true },
	{ "<IsNotEqualTo>" SUBJECT AGAINST("Dinner") "</IsNotEqualTo>", true },
	{ "<IsNotEqualTo>" SUBJECT AGAINST("Lunch with Bob") "</IsNotEqualTo>",
	  false },
	/* Moments as moments, numbers as numbers. */
	{ "<IsEqualTo>" START AGAINST(
		  "2026-09-17T11:00:00+02:00") "</IsEqualTo>",
	  true },
	{ "<IsGreaterThan>" START AGAINST(
		  "2026-09-17T10:59:59+02:00") "</IsGreaterThan>",
	  true },
	{ "<IsLessThan>" SIZE AGAINST("1000") "</IsLessThan>", true },
	{ "<IsGreaterThan>" SIZE AGAINST("1000") "</IsGreaterThan>", false },
	{ "<IsGreaterThanOrEqualTo>" SIZE AGAINST(
		  "900") "</IsGreaterThanOrEqualTo>",
	  true },
	{ "<IsLessThanOrEqualTo>" SIZE AGAINST("900") "</IsLessThanOrEqualTo>",
	  true },
	{ "<IsLessThanOrEqualTo>" SIZE AGAINST("899") "</IsLessThanOrEqualTo>",
	  false },
	{ "<IsEqualTo>" SUBJECT "<FieldURIOrConstant>" SUBJECT
	  "</FieldURIOrConstant></IsEqualTo>",
	  true },
	/* What is not there is equal to nothing. */
	{ "<IsEqualTo>" NOWHERE AGAINST("") "</IsEqualTo>", false },
	{ "<Exists>" SUBJECT "</Exists>", true },
	{ "<Exists>" NOWHERE "</Exists>", false },
	{ CONTAINS("Substring", "WITH"), true },
	{ CONTAINS("Substring", ""), true },
	{ CONTAINS("Substring", "without"), false },
	{ CONTAINS("Prefixed", "lunch"), true },
	{ CONTAINS("Prefixed", "with"), false },
	{ CONTAINS("FullString", "Lunch with Bob"), true },
	{ CONTAINS("FullString", "Lunch"), false },
	{ "<Not>" NO "</Not>", true },
	{ "<Not>" YES "</Not>", false },
	{ "<And>" YES YES "</And>", true },
	{ "<And>" YES NO "</And>", false },
	{ "<Or>" NO YES "</Or>", true },
	{ "<Or>" NO NO "</Or>", false },
	{ "<And><Or>" NO YES "</Or><Not>" NO "</Not></And>", true },
	/* Half an expression, or one that nobody knows, fits nothing. */
	{ "<IsEqualTo/>", false },
	{ "<IsEqualTo>" SUBJECT "</IsEqualTo>", false },
	{ "<Contains>" SUBJECT "</Contains>", false },
	{ "<Not/>", false },
	{ "<Excludes>" SUBJECT "</Excludes>", false },
};

static bool read_thing(const struct xml_node *path, const void *arg,
		       struct buf *value)
{
	const char *uri = xml_attr(path, "FieldURI");

	(void)arg;
	for (int i = 0; uri && i < ROWS(thing); i++)
		if (!strcmp(thing[i].uri, uri)) {
			buf_print(value, "%s", thing[i].value);
			return true;
		}
	return false;
}

static const struct subject subject = { read_thing, NULL };

static void ask(const struct xml_node *root, void *arg)
{
	bool *fits = arg;

	*fits = restrict_fits(root, &subject);
}

START_TEST(an_expression_fits_or_not)
{
	struct why why;
	bool fits = !rows[_i].fits;

	ck_assert_int_eq(xml_read(rows[_i].expression,
				  strlen(rows[_i].expression), NULL, ask, &fits,
				  &why),
			 ERR_OK);
	ck_assert_int_eq(fits, rows[_i].fits);
}
END_TEST

START_TEST(no_expression_fits_all)
{
	ck_assert(restrict_fits(NULL, &subject));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(an_expression_fits_or_not, rows);
	TEST(no_expression_fits_all);
}
