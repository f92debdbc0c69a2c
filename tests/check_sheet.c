/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "sheet"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sip/pidf_id.h"
#include "sip/sheet.h"
#include "tests/suite.h"

enum { TEXT_SIZE = 2048 };

/* %s: the entity, and %i its id. */
static const struct {
	const char *text;
} rows[] = {
	{ "" },
	{ "nobody is named" },
	{ "%s" },
	{ "%i" },
	{ "<p entity=\"%s\"><t id=\"day-%i\">%s</t><p id=\"%i\"/></p>" },
	{ "%s%s%i%i%s" },
	{ "%i %s %s %s %s %s %s %s %s %s %s %s %i" },
	{ "sip:ann@example.or sip:ann@example.org" },
	{ "a line\nand %s in another, \xe4\xbc\x9a\xe8\xad\xb0" },
};

static void write_text(char out[TEXT_SIZE], const char *text,
		       const char *entity)
{
	char id[PIDF_ID_SIZE];
	size_t at = 0;

	pidf_id(id, entity);
	for (; *text; text++) {
		bool gap = *text == '%';
		const char *name = gap && text[1] == 's' ? entity : id;

		if (gap)
			at += (size_t)snprintf(out + at, TEXT_SIZE - at, "%s",
					       name);
		else
			out[at++] = *text;
		text += gap;
	}
	out[at] = '\0';
}

static void check_text(const struct sheet *sheet, const char *entity,
		       const char *text)
{
	char out[TEXT_SIZE];
	size_t bytes = sheet_bytes(sheet, entity);

	ck_assert_uint_eq(bytes, strlen(text));
	sheet_fill(sheet, entity, out);
	out[bytes] = '\0';
	ck_assert_str_eq(out, text);
}

START_TEST(what_is_kept_is_said_again_to_the_byte)
{
	static const char *const entities[] = { "sip:ann@example.org",
						"sip:bob@example.org",
						"sip:a@b", "" };
	char text[TEXT_SIZE];

	for (size_t i = 0; i < 4; i++) {
		struct sheet *sheet;

		write_text(text, rows[_i].text, entities[i]);
		sheet = sheet_keep(entities[i], text, strlen(text));
		check_text(sheet, entities[i], text);
		sheet_drop(&sheet);
		ck_assert_ptr_null(sheet);
	}
}
END_TEST

START_TEST(those_of_whom_the_same_is_said_share_it)
{
	struct sheet *sheets[2][10];
	char entity[64], text[TEXT_SIZE];

	for (int i = 0; i < 10; i++) {
		snprintf(entity, sizeof(entity), "sip:u%d@example.org", 99 * i);
		for (int kind = 0; kind < 2; kind++) {
			write_text(text, kind ? "<%s %i/>" : "<%s/>", entity);
			sheets[kind][i] =
				sheet_keep(entity, text, strlen(text));
			check_text(sheets[kind][i], entity, text);
			ck_assert_ptr_eq(sheets[kind][i], sheets[kind][0]);
		}
	}
	ck_assert_ptr_ne(sheets[0][0], sheets[1][0]);
	for (int i = 0; i < 10; i++) {
		sheet_drop(&sheets[0][i]);
		sheet_drop(&sheets[1][i]);
	}
}
END_TEST

START_TEST(it_stays_until_the_last_of_them_drops_it)
{
	struct sheet *ann = sheet_keep("sip:ann@a", "<sip:ann@a>", 11);
	struct sheet *bob = sheet_keep("sip:bob@a", "<sip:bob@a>", 11);

	sheet_drop(&ann);
	check_text(bob, "sip:bob@a", "<sip:bob@a>");
	check_text(bob, "sip:longer@a", "<sip:longer@a>");
	sheet_drop(&bob);
	sheet_drop(&bob);
}
END_TEST

START_TEST(texts_with_gaps_elsewhere_are_not_taken_for_each_other)
{
	struct sheet *a = sheet_keep("x", "ax.b", 4);
	struct sheet *b = sheet_keep("x", "a.xb", 4);
	struct sheet *c = sheet_keep("y", "a.xb", 4);

	check_text(a, "x", "ax.b");
	check_text(b, "x", "a.xb");
	check_text(c, "y", "a.xb");
	sheet_drop(&a);
	sheet_drop(&b);
	sheet_drop(&c);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(what_is_kept_is_said_again_to_the_byte, rows);
	TEST(those_of_whom_the_same_is_said_share_it);
	TEST(it_stays_until_the_last_of_them_drops_it);
	TEST(texts_with_gaps_elsewhere_are_not_taken_for_each_other);
}
