/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "users"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module/users.h"
#include "tests/suite.h"

static struct settings settings;
static struct users users;
static struct why why;

static void setup(void)
{
	directive_defaults(&settings_table, &settings);
	why = (struct why){ .text = "" };
}

static void teardown(void)
{
	users_free(&users);
	directive_free(&settings_table, &settings);
}

static void give(const char *user)
{
	ck_assert_int_eq(directive_apply(&settings_table, &settings, "user",
					 user, NULL),
			 ERR_OK);
}

static const struct {
	const char *text;
	const char *entity;
	const char *mailbox;
	const char *gateway;
} lines[] = {
	{ "sip:Ann@Example.com", "sip:ann@example.com", "ann@example.com", "" },
	{ "  ann@example.com  ", "sip:ann@example.com", "ann@example.com", "" },
	{ "sip:7001@pbx.example.com mailbox=Ann.Smith@Corp.example.com",
	  "sip:7001@pbx.example.com", "ann.smith@corp.example.com", "" },
	{ "sip:ann@example.com gateway=hq mailbox=\"ann@example.net\"\r",
	  "sip:ann@example.com", "ann@example.net", "hq" },
};

START_TEST(line_names_address_mailbox_and_gateway)
{
	give(lines[_i].text);
	ck_assert_int_eq(users_read(&users, &settings, &why), ERR_OK);
	ck_assert_uint_eq(users.count, 1);
	ck_assert_str_eq(users.items[0].entity, lines[_i].entity);
	ck_assert_str_eq(users.items[0].mailbox, lines[_i].mailbox);
	ck_assert_str_eq(users.items[0].gateway, lines[_i].gateway);
}
END_TEST

static const struct {
	const char *text;
	const char *why; /* how it begins */
} mistakes[] = {
	{ "\n# x\nsip:a@b c\n", "list:3: " },
	{ "sip:a@b\nnothing here\n", "list:2: " },
	{ "sip:a@b colour=blue", "list:1: colour" },
	{ "sip:a@b mailbox=anna",
	  "list:1: mailbox = anna: want an SMTP address" },
};

START_TEST(mistake_is_told_with_file_and_line)
{
	ck_assert_int_eq(users_add_text(&users, "list", mistakes[_i].text,
					strlen(mistakes[_i].text), &why),
			 ERR_CONFIG);
	ck_assert_msg(!strncmp(why.text, mistakes[_i].why,
			       strlen(mistakes[_i].why)),
		      "said: %s", why.text);
}
END_TEST

START_TEST(lines_too_long_and_nul_bytes_are_refused)
{
	char text[USERS_LINE_BYTES_MAX + 2];

	memset(text, 'a', sizeof(text));
	ck_assert_int_eq(users_add_text(&users, "list", text, sizeof(text),
					&why),
			 ERR_CONFIG);
	ck_assert_str_eq(why.text, "list:1: longer than 1024 bytes");
	ck_assert_int_eq(users_add_text(&users, "list", "a\0b", 3, &why),
			 ERR_CONFIG);
	ck_assert_str_eq(why.text, "list:1: holds a NUL byte");
}
END_TEST

START_TEST(directives_and_file_are_one_sorted_list_without_repetition)
{
	char path[] = "users-XXXXXX";
	FILE *out = fdopen(mkstemp(path), "w");

	fputs("sip:bob@example.com\n# sip:eve@example.com\n\n"
	      "sip:ann@example.com",
	      out);
	fclose(out);
	directive_apply(&settings_table, &settings, "users", path, NULL);
	give("sip:cat@example.com");
	ck_assert_int_eq(users_read(&users, &settings, &why), ERR_OK);
	ck_assert_uint_eq(users.count, 3);
	ck_assert_str_eq(users.items[0].entity, "sip:ann@example.com");
	ck_assert_str_eq(users.items[2].entity, "sip:cat@example.com");
	users_free(&users);

	give("SIP:ANN@example.com");
	ck_assert_int_eq(users_read(&users, &settings, &why), ERR_CONFIG);
	ck_assert_str_eq(why.text, "user sip:ann@example.com is given twice");
	ck_assert_uint_eq(users.count, 0);

	unlink(path);
	ck_assert_int_eq(users_read(&users, &settings, &why), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "No such file"));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(line_names_address_mailbox_and_gateway, lines);
	TEST_ROWS(mistake_is_told_with_file_and_line, mistakes);
	TEST(lines_too_long_and_nul_bytes_are_refused);
	TEST(directives_and_file_are_one_sorted_list_without_repetition);
}
