/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "people_file"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "directory/people_file.h"
#include "tests/suite.h"

static const struct directive_list nobody = { .items = NULL };

#define HEAD "daymark-directory 1\n"
#define ID   "00000000000000000000000000000001"

static const char whole[] = HEAD
	"identity\tabc\n"
	"scope\tdc=x|\n"
	"cookie\tusers\trid=%00%25\n"
	"user\t" ID "\te\t0\tcn=a%09b,dc=x\ta@x\tm@x\thome\n"
	"group\t00000000000000000000000000000002\t%\t0\tcn=g,dc=x\t%\t%\t%\n"
	"member\tcn=a,dc=x\n";

START_TEST(what_was_written_is_read_and_written_the_same)
{
	struct people *people = people_new(&nobody);
	struct people_head head = { .identity = NULL };
	struct buf out = BUF(10000);
	struct why why;

	ck_assert_int_eq(people_read(people, &head, whole, sizeof(whole) - 1,
				     &why),
			 ERR_OK);
	ck_assert_uint_eq(people_users(people), 1);
	ck_assert_uint_eq(people_entitled(people), 1);
	ck_assert_str_eq(people_holder(people, "a@x")->dn, "cn=a\tb,dc=x");
	ck_assert_uint_eq(people_head_get(&head, "users")->len, 6);
	people_write(people, &head, &out);
	for (const char *line = whole; *line; line = strchr(line, '\n') + 1) {
		char copy[200];

		snprintf(copy, sizeof(copy), "%.*s\n", (int)strcspn(line, "\n"),
			 line);
		ck_assert_msg(strstr(buf_text(&out), copy), "%s", copy);
	}
	ck_assert_uint_eq(out.len, sizeof(whole) - 1);
	buf_free(&out);
	people_head_clear(&head);
	people_free(&people);
}
END_TEST

static const struct {
	const char *text;
	const char *why;
} broken[] = {
	{ "", "line 1" },
	{ "daymark-directory 2\n", "line 1" },
	{ HEAD "user\t" ID "\n", "line 2" },
	{ HEAD "identity\tx", "line 2" }, /* cut off */
	{ HEAD "identity\tx\nidentity\tx\n", "line 3" },
	{ HEAD "member\tcn=a\n", "line 2" },
	{ HEAD "user\tshort\te\t0\tcn=a\ta@x\t%\t%\n", "line 2" },
	{ HEAD "scope\t%2\n", "line 2" },
	{ HEAD "scope\t%zz\n", "line 2" },
	{ HEAD "nonsense\tx\n", "line 2" },
	{ HEAD "\n", "line 2" },
	{ HEAD "user\t" ID "\te\t0\tcn=a\ta@x\t%\t%\n"
	       "user\t" ID "\te\t0\tcn=a\ta@x\t%\t%\n",
	  "line 3" },
};

START_TEST(broken_file_is_refused_and_the_line_named)
{
	struct people *people = people_new(&nobody);
	struct people_head head = { .identity = NULL };
	struct why why;

	ck_assert_int_eq(people_read(people, &head, broken[_i].text,
				     strlen(broken[_i].text), &why),
			 ERR_MALFORMED);
	ck_assert_msg(strstr(why.text, broken[_i].why), "%s", why.text);
	people_head_clear(&head);
	people_free(&people);
}
END_TEST

START_TEST(file_is_replaced_whole_or_not_at_all)
{
	char folder[] = "/tmp/check-people-XXXXXX";
	char path[100], beside[100];
	struct buf text = BUF(1000);
	struct why why;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/state", folder);
	snprintf(beside, sizeof(beside), "%s/state.new", folder);
	ck_assert_int_eq(people_file_load(path, &text, &why), ERR_OK);
	ck_assert_uint_eq(text.len, 0);
	ck_assert_int_eq(people_file_save(path, ".new", "one", 3, &why),
			 ERR_OK);
	ck_assert_int_eq(people_file_save(path, ".new", "two!", 4, &why),
			 ERR_OK);
	ck_assert_int_eq(people_file_load(path, &text, &why), ERR_OK);
	ck_assert_str_eq(buf_text(&text), "two!");
	ck_assert_int_ne(access(beside, F_OK), 0);
	ck_assert_int_eq(people_file_save("/nowhere/state", ".new", "x", 1,
					  &why),
			 ERR_CONFIG);
	ck_assert(strstr(why.text, "/nowhere/state"));
	buf_free(&text);
	unlink(path);
	rmdir(folder);
}
END_TEST

static void tests(void)
{
	TEST(what_was_written_is_read_and_written_the_same);
	TEST_ROWS(broken_file_is_refused_and_the_line_named, broken);
	TEST(file_is_replaced_whole_or_not_at_all);
}
