/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "print"
#include "module/print.h"
#include "tests/suite.h"

START_TEST(members_tables_and_sections_are_aligned)
{
	struct json *json = json_new_object();
	struct json *list = json_put_array(json, "list");
	struct json *row;
	struct buf out = BUF(2000);

	json_put_text(json, "name", "Jörg");
	json_put_number(json, "long_name", 12);
	json_put_text(json, "nothing", NULL);
	row = json_put_object(list, NULL);
	json_put_text(row, "user", "ann");
	json_put_number(row, "count", 7);
	json_put_text(row, "note", "x");
	row = json_put_object(list, NULL);
	json_put_text(row, "user", "Jörgen");
	json_put_number(row, "count", 1234567);
	json_put_text(row, "note", "");
	json_put_flag(json_put_object(json, "in"), "side", true);
	json_put_array(json, "empty");

	print_json(json, &out);
	ck_assert_str_eq(buf_text(&out), "name       Jörg\n"
					 "long name  12\n"
					 "nothing    -\n"
					 "\n"
					 "list:\n"
					 "  USER      COUNT  NOTE\n"
					 "  ann           7  x\n"
					 "  Jörgen  1234567  -\n"
					 "\n"
					 "in:\n"
					 "  side  yes\n"
					 "\n"
					 "empty:\n"
					 "  none\n");
	buf_free(&out);
	json_free(&json);
}
END_TEST

START_TEST(columns_are_as_wide_as_their_texts_on_a_terminal)
{
	struct json *json = json_new_object();
	struct json *list = json_put_array(json, "list");
	struct json *row = json_put_object(list, NULL);
	struct buf out = BUF(2000);

	json_put_text(row, "check", "名前解決");
	json_put_text(row, "status", "合格");
	json_put_text(row, "note", "x");
	row = json_put_object(list, NULL);
	json_put_text(row, "check", "EWS");
	json_put_text(row, "status", "実行されず");
	json_put_text(row, "note", "y");
	print_json(json, &out);
	ck_assert_str_eq(buf_text(&out), "list:\n"
					 "  CHECK     STATUS      NOTE\n"
					 "  名前解決  合格        x\n"
					 "  EWS       実行されず  y\n");
	buf_free(&out);
	json_free(&json);
}
END_TEST

START_TEST(rows_that_lack_members_or_have_others_keep_to_their_columns)
{
	struct json *json = json_new_object();
	struct json *list = json_put_array(json, "list");
	struct json *row = json_put_object(list, NULL);
	struct buf out = BUF(2000);

	json_put_text(row, "name", "hq");
	json_put_number(row, "count", 12);
	json_put_text(row, "origin", "configuration");
	row = json_put_object(list, NULL);
	json_put_text(row, "name", "branch");
	json_put_text(row, "origin", "by hand");
	row = json_put_object(list, NULL);
	json_put_text(row, "origin", "-");
	json_put_text(row, "note", "x");
	print_json(json, &out);
	ck_assert_str_eq(buf_text(&out),
			 "list:\n"
			 "  NAME    COUNT  ORIGIN         NOTE\n"
			 "  hq         12  configuration  -\n"
			 "  branch      -  by hand        -\n"
			 "  -           -  -              x\n");
	buf_free(&out);
	json_free(&json);
}
END_TEST

START_TEST(nothing_that_a_peer_said_is_obeyed_by_the_terminal)
{
	struct json *json = json_new_object();
	struct json *list = json_put_array(json, "list");
	struct json *row = json_put_object(list, NULL);
	struct buf out = BUF(2000);

	json_put_text(json, "name", "\x1b[31mred\x7f");
	json_put_text(row, "note", "two\nlines\tof \x1b]0;title\a");
	json_put_text(row, "more", "x");
	print_json(json, &out);
	ck_assert_str_eq(buf_text(&out), "name   [31mred \n"
					 "\n"
					 "list:\n"
					 "  NOTE                     MORE\n"
					 "  two lines of  ]0;title   x\n");
	buf_free(&out);
	json_free(&json);
}
END_TEST

START_TEST(one_text_of_several_lines_is_printed_as_it_is)
{
	struct json *json = json_new_object();
	struct buf out = BUF(100);

	json_put_text(json, "metrics", "a 1\n\tb \x1b 2\n");
	print_json(json, &out);
	ck_assert_str_eq(buf_text(&out), "a 1\n\tb   2\n");
	buf_free(&out);
	json_free(&json);
}
END_TEST

static void tests(void)
{
	TEST(members_tables_and_sections_are_aligned);
	TEST(columns_are_as_wide_as_their_texts_on_a_terminal);
	TEST(rows_that_lack_members_or_have_others_keep_to_their_columns);
	TEST(nothing_that_a_peer_said_is_obeyed_by_the_terminal);
	TEST(one_text_of_several_lines_is_printed_as_it_is);
}
