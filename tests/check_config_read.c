/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "config_read"
#include <string.h>

#include "base/buf.h"
#include "module/config_read.h"
#include "tests/suite.h"

static enum err note(const struct config_statement *statement, void *arg,
		     struct why *why)
{
	static const char *const kinds[] = { "set", "load", "param",
					     "include" };

	if (!strcmp(statement->value, "refused"))
		return why_set(why, ERR_CONFIG, "value refused");
	buf_print(arg, "%u:%s[%s][%s][%s] ", statement->line,
		  kinds[statement->kind], statement->module, statement->name,
		  statement->value);
	return ERR_OK;
}

static const struct {
	const char *text;
	const char *read; /* statements, or the error */
} rows[] = {
	{ "", "" },
	{ "# nothing\n\n  \t# here\r\n", "" },
	{ "listen=udp:0.0.0.0:5060", "1:set[][listen][udp:0.0.0.0:5060] " },
	{ "listen = tcp:[::1]:5060 # why\n",
	  "1:set[][listen][tcp:[::1]:5060] " },
	{ "domain = \"a b\"\nx=1\n", "1:set[][domain][a b] 2:set[][x][1] " },
	{ "mpath \"/usr/lib\"\nmpath = /lib",
	  "1:set[][mpath][/usr/lib] 2:set[][mpath][/lib] " },
	{ "loadmodule \"daymark.so\"", "1:load[][][daymark.so] " },
	{ "include_file \"x.conf\"", "1:include[][][x.conf] " },
	{ "modparam(\"daymark\", \"users\", \"/etc/u\")",
	  "1:param[daymark][users][/etc/u] " },
	{ "modparam(\"a\",\n  \"b\", # c\n 5)\ny = z",
	  "1:param[a][b][5] 4:set[][y][z] " },
	{ "x = \"a\\\"b\\\\c\\d\"", "1:set[][x][a\"b\\c\\d] " },
	{ "\nx\n",
	  "2: want NAME = VALUE, loadmodule, modparam or include_file" },
	{ "x = \n", "1: want a word or a text in \"quotes\"" },
	{ "x = a b\n", "1: something follows that does not belong here" },
	{ "x = \"a\n\"", "1: a text in quotes must end on its line" },
	{ "modparam \"a\"",
	  "1: want modparam(\"module\", \"name\", \"value\")" },
	{ "modparam(\"a\", \"b\")",
	  "1: want a comma and the next text of modparam" },
	{ "modparam(\"a\", \"b\", \"c\"",
	  "1: want ) after the third text of modparam" },
	{ "y = 1\nx = refused\n", "2: value refused" },
	{ "= 3", "1: want a word or a text in \"quotes\"" },
};

START_TEST(text_is_read_as_statements_or_the_line_is_named)
{
	struct buf out = BUF(1000);
	struct why why = { .text = "" };

	if (config_read(rows[_i].text, strlen(rows[_i].text), note, &out, &why))
		ck_assert_str_eq(why.text, rows[_i].read);
	else
		ck_assert_str_eq(buf_text(&out), rows[_i].read);
	buf_free(&out);
}
END_TEST

START_TEST(values_longer_than_the_limit_are_refused)
{
	struct buf text = BUF(10000);
	struct buf out = BUF(10000);
	struct why why;

	buf_print(&text, "x = \"%5000s\"", "y");
	ck_assert_int_eq(config_read(buf_text(&text), text.len, note, &out,
				     &why),
			 ERR_CONFIG);
	ck_assert_str_eq(why.text, "1: a text longer than 4096 bytes");
	buf_free(&text);
	buf_free(&out);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(text_is_read_as_statements_or_the_line_is_named, rows);
	TEST(values_longer_than_the_limit_are_refused);
}
