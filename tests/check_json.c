/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "json"
#include "base/json.h"
#include "tests/suite.h"

START_TEST(what_is_put_is_written_in_order)
{
	struct json *json = json_new_object();
	struct json *list;
	struct buf out = BUF(1000);

	json_put_text(json, "z", "quote \" and é");
	json_put_number(json, "a", -3);
	json_put_flag(json, "yes", true);
	json_put_text(json, "none", NULL);
	list = json_put_array(json, "list");
	json_put_number(list, NULL, 7);
	json_put_text(json_put_object(list, NULL), "in", "side");
	json_write(json, &out);
	ck_assert_str_eq(buf_text(&out), "{\n"
					 "  \"z\": \"quote \\\" and é\",\n"
					 "  \"a\": -3,\n"
					 "  \"yes\": true,\n"
					 "  \"none\": null,\n"
					 "  \"list\": [\n"
					 "    7,\n"
					 "    {\n"
					 "      \"in\": \"side\"\n"
					 "    }\n"
					 "  ]\n"
					 "}");
	buf_free(&out);
	json_free(&json);
	ck_assert_ptr_null(json);
}
END_TEST

START_TEST(text_that_is_not_utf8_is_made_harmless)
{
	struct json *json = json_new_object();

	json_put_text(json, "name", "J\xfcrgen");
	ck_assert_str_eq(json_text(json_get(json, "name")), "J?rgen");
	ck_assert_ptr_null(json_get(json, "other"));
	json_free(&json);
}
END_TEST

static void sum(const char *name, const struct json *json, void *arg)
{
	ck_assert_ptr_null(name);
	*(int64_t *)arg += json_number(json);
}

START_TEST(values_are_walked)
{
	struct json *json = json_new_array();
	int64_t total = 0;

	json_put_number(json, NULL, 40);
	json_put_flag(json, NULL, true);
	json_put_flag(json, NULL, true);
	ck_assert_uint_eq(json_count(json), 3);
	ck_assert_int_eq(json_kind(json), JSON_KIND_ARRAY);
	json_each(json, sum, &total);
	ck_assert_int_eq(total, 42);
	json_free(&json);
}
END_TEST

static void tests(void)
{
	TEST(what_is_put_is_written_in_order);
	TEST(text_that_is_not_utf8_is_made_harmless);
	TEST(values_are_walked);
}
