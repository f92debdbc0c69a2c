/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "cells"
#include "module/cells.h"
#include "tests/suite.h"

static const struct {
	const char *text;
	size_t cells;
} rows[] = {
	{ "", 0 },
	{ "status", 6 },
	{ "Jörg", 4 },
	{ "会議中", 6 },
	{ "サーバー", 8 },
	{ "EWS が 1 つ", 11 },
	{ "「～」、。", 10 },
	{ "ｻｰﾊﾞ", 4 },   /* half width */
	{ "ＥＷＳ", 6 }, /* full width */
	{ "한국어", 6 },
	{ "か\xe3\x82\x99", 2 },   /* with a combining mark */
	{ "e\xcc\x81", 1 },        /* likewise */
	{ "\xf0\xa0\xae\xb7", 2 }, /* U+20BB7, beyond the first plane */
	{ "→ ✓", 3 },
	/* Bytes that are no letters, also where the text ends in the middle. */
	{ "\xff\xfe", 2 },
	{ "a\xe4\xbc", 3 },
	{ "\x80x", 2 },
};

START_TEST(a_text_takes_as_many_cells_as_a_terminal_gives_it)
{
	ck_assert_msg(cells(rows[_i].text) == rows[_i].cells, "%s: %zu",
		      rows[_i].text, cells(rows[_i].text));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_text_takes_as_many_cells_as_a_terminal_gives_it, rows);
}
