/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "module/overlay.h"

#define SUITE "overlay"
#include "tests/suite.h"

static char *file_texts[] = { (char[]){ "name=hq host=a.example port=444" },
			      (char[]){ "name=old host=b.example" } };
static const struct directive_list file = { .items = file_texts, .count = 2 };

static char path[64];

static struct overlay *open_new(void)
{
	struct overlay *overlay;
	struct why why;

	snprintf(path, sizeof(path), "/tmp/daymark-overlay-%d", (int)getpid());
	unlink(path);
	ck_assert_msg(!overlay_open(&overlay, path, &why), "%s", why.text);
	return overlay;
}

static enum err perform(struct overlay *overlay, const char *verb,
			const char *name, const char *fields, struct why *why)
{
	const struct overlay_deed deed = { .verb = verb,
					   .name = name,
					   .fields = fields,
					   .who = "uid 7",
					   .when = 1764000000 };

	return overlay_do(overlay, &file, &deed, why);
}

/* All texts, each on a line. */
static char *texts_of(const struct overlay *overlay)
{
	struct buf all = BUF(10000);
	struct directive_list texts;

	overlay_texts(overlay, &file, &texts);
	for (size_t i = 0; i < texts.count; i++)
		buf_print(&all, "%s\n", texts.items[i]);
	overlay_texts_free(&texts);
	return buf_take(&all);
}

#define OLD "name=old host=b.example\n"
#define HQ  "name=hq host=a.example port=444\n"

static const struct {
	const char *deeds[3][3];
	const char *texts;
} rows[] = {
	{ { { NULL } }, HQ OLD },
	{ { { "add", "new", "host=c.example account=A\\b" } },
	  HQ OLD "name=new host=c.example account=A\\b \n" },
	{ { { "change", "hq", "port=445 proxy=\"a b\"" } },
	  "name=hq host=a.example port=445 proxy=\"a b\" \n" OLD },
	{ { { "change", "hq", "port=445" }, { "change", "hq", "port=443" } },
	  "name=hq host=a.example \n" OLD },
	{ { { "change", "hq", "port=445" }, { "clear", "hq", "" } }, HQ OLD },
	{ { { "remove", "hq", "" } }, OLD },
	{ { { "remove", "hq", "" }, { "clear", "hq", "" } }, HQ OLD },
	{ { { "disable", "old", "" } },
	  HQ "name=old enabled=no host=b.example \n" },
	{ { { "disable", "old", "" }, { "enable", "old", "" } },
	  HQ "name=old host=b.example \n" },
	{ { { "secret", "hq", "secret=file:/x" } },
	  "name=hq host=a.example port=444 secret=file:/x \n" OLD },
	{ { { "add", "new", "host=c" }, { "remove", "new", "" } }, HQ OLD },
	{ { { "add", "new", "host=c" }, { "change", "new", "port=1" } },
	  HQ OLD "name=new host=c port=1 \n" },
};

static void play(struct overlay *overlay, size_t row)
{
	struct why why;

	for (size_t i = 0; i < 3 && rows[row].deeds[i][0]; i++)
		ck_assert_msg(!perform(overlay, rows[row].deeds[i][0],
				       rows[row].deeds[i][1],
				       rows[row].deeds[i][2], &why),
			      "%s", why.text);
}

START_TEST(what_was_done_lies_over_what_is_configured)
{
	struct overlay *overlay = open_new();
	char *texts;

	play(overlay, (size_t)_i);
	texts = texts_of(overlay);
	ck_assert_str_eq(texts, rows[_i].texts);
	free(texts);
	overlay_free(&overlay);
}
END_TEST

START_TEST(a_restart_finds_the_same_and_only_we_may_read_it)
{
	struct overlay *overlay = open_new();
	struct stat st;
	char *texts;

	play(overlay, (size_t)_i);
	ck_assert(!overlay_keep(overlay, NULL));
	overlay_free(&overlay);
	ck_assert(!stat(path, &st) && (st.st_mode & 0777) == 0600);
	ck_assert(!overlay_open(&overlay, path, NULL));
	texts = texts_of(overlay);
	ck_assert_str_eq(texts, rows[_i].texts);
	free(texts);
	overlay_free(&overlay);
	unlink(path);
}
END_TEST

static const struct {
	const char *verb, *name, *fields;
	enum err err;
	const char *said;
} refused[] = {
	{ "change", "hk", "port=1", ERR_GONE, "no gateway is called hk" },
	{ "remove", "gone", "", ERR_GONE, "no gateway is called gone" },
	{ "clear", "hq", "", ERR_GONE, "nothing was done" },
	{ "add", "hq", "host=x", ERR_CONFIG, "already" },
	{ "add", "gone", "host=x", ERR_CONFIG, "clear gone brings it back" },
	{ "change", "hq", "prot=1", ERR_CONFIG, "did you mean port" },
	{ "change", "hq", "name=hk", ERR_CONFIG, "cannot be changed" },
	{ "change", "hq", "", ERR_CONFIG, "want field=value" },
	{ "remove", "hq", "port=1", ERR_CONFIG, "nothing may follow" },
	{ "change", "hq", "proxy=\"a\nb\"", ERR_CONFIG, "control character" },
	{ "paint", "hq", "", ERR_CONFIG, "paint: want add" },
};

static char *taken_texts[] = { (char[]){ "name=hq host=a" },
			       (char[]){ "name=gone host=b" } };
static const struct directive_list taken = { .items = taken_texts, .count = 2 };

START_TEST(what_makes_no_sense_is_refused_with_its_reason)
{
	const struct overlay_deed remove = {
		.verb = "remove", .name = "gone", .fields = "", .who = "me"
	};
	const struct overlay_deed deed = { .verb = refused[_i].verb,
					   .name = refused[_i].name,
					   .fields = refused[_i].fields,
					   .who = "me" };
	struct overlay *overlay = open_new();
	struct why why = { .err = ERR_OK };

	ck_assert(!overlay_do(overlay, &taken, &remove, &why));
	ck_assert_int_eq(overlay_do(overlay, &taken, &deed, &why),
			 refused[_i].err);
	ck_assert_msg(strstr(why.text, refused[_i].said), "%s", why.text);
	overlay_free(&overlay);
}
END_TEST

START_TEST(the_origin_names_the_fields)
{
	struct overlay *overlay = open_new();
	struct buf said = BUF(1000);

	ck_assert(!perform(overlay, "change", "hq", "port=1", NULL));
	ck_assert(!perform(overlay, "secret", "hq", "secret=env:X", NULL));
	ck_assert(!perform(overlay, "add", "new", "host=x", NULL));
	overlay_origin(overlay, "hq", &said);
	buf_print(&said, "|");
	overlay_origin(overlay, "new", &said);
	buf_print(&said, "|");
	overlay_origin(overlay, "old", &said);
	ck_assert_str_eq(buf_text(&said), "configuration, by hand: port, "
					  "secret|by hand|configuration");
	buf_free(&said);
	overlay_free(&overlay);
}
END_TEST

START_TEST(who_did_what_is_told_the_last_first)
{
	struct overlay *overlay = open_new();
	struct json *array = json_new_array();
	struct buf out = BUF(10000);

	ck_assert(!perform(overlay, "change", "hq", "port=1", NULL));
	ck_assert(!perform(overlay, "remove", "old", "", NULL));
	ck_assert(!overlay_keep(overlay, NULL));
	overlay_free(&overlay);
	ck_assert(!overlay_open(&overlay, path, NULL));
	overlay_history(overlay, "", array);
	json_write_line(array, &out);
	ck_assert_str_eq(
		buf_text(&out),
		"[{\"when\":\"2025-11-24T16:00:00Z\",\"who\":\"uid-7\","
		"\"what\":\"remove\",\"gateway\":\"old\",\"fields\":\"\"},"
		"{\"when\":\"2025-11-24T16:00:00Z\",\"who\":\"uid-7\","
		"\"what\":\"change\",\"gateway\":\"hq\","
		"\"fields\":\"port=1\"}]\n");
	buf_free(&out);
	json_free(&array);
	overlay_free(&overlay);
	unlink(path);
}
END_TEST

static const struct {
	const char *text;
	const char *said;
} broken[] = {
	{ "added name=a host=b\npainted name=c\n", ":2: painted: want" },
	{ "added host=b\n", ":1: gateway without a name" },
	{ "removed name=a\nchanged name=a port=1\n", ":2: gateway a is there" },
	{ "# fine\nchanged name=a prot=1\n", ":2: prot: no such" },
};

START_TEST(a_broken_file_is_named_with_its_line)
{
	struct overlay *overlay = open_new();
	struct why why = { .err = ERR_OK };
	FILE *out = fopen(path, "w");

	overlay_free(&overlay);
	fputs(broken[_i].text, out);
	fclose(out);
	ck_assert_int_eq(overlay_open(&overlay, path, &why), ERR_CONFIG);
	ck_assert_ptr_null(overlay);
	ck_assert_msg(strstr(why.text, broken[_i].said) &&
			      strstr(why.text, path),
		      "%s", why.text);
	unlink(path);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(what_was_done_lies_over_what_is_configured, rows);
	TEST_ROWS(a_restart_finds_the_same_and_only_we_may_read_it, rows);
	TEST_ROWS(what_makes_no_sense_is_refused_with_its_reason, refused);
	TEST(the_origin_names_the_fields);
	TEST(who_did_what_is_told_the_last_first);
	TEST_ROWS(a_broken_file_is_named_with_its_line, broken);
}
