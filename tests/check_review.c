/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "review"
#include "base/log.h"
#include "directory/review.h"
#include "tests/fake_dsa.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"
#include "tests/told.h"

#define ID(last) "00000000-0000-0000-0000-00000000000" last

static struct watch_settings settings;
static struct entry_reader *reader;
static struct keeper *keeper;
static struct root root;
static struct way_env env;
static struct review *review;
static enum err ended;
static unsigned ends;

static void quiet(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

static void on_done(const struct why *why, void *arg)
{
	(void)arg;
	ended = why->err;
	ends++;
	review_free(&review);
}

static const char *heard(void)
{
	static char copy[sizeof(told)];

	fake_loop_pass_ms(1);
	strcpy(copy, told);
	told[0] = '\0';
	return copy;
}

static void begin(void)
{
	fake_dsa_reset();
	ends = 0;
	review = review_new(&env, on_done, NULL);
}

static void user(const char *last)
{
	char uuid[40], dn[40], mail[40];

	snprintf(uuid, sizeof(uuid), ID("%s"), last);
	snprintf(dn, sizeof(dn), "cn=%s,dc=x", last);
	snprintf(mail, sizeof(mail), "%s@x", last);
	fake_dsa_user(uuid, dn, mail);
}

/* Two people are known, as from an earlier reading. */
static void open_place(const char *more)
{
	char text[300];

	snprintf(text, sizeof(text),
		 "uri=ldap://x base=dc=x state=\"\" address=mail %s", more);
	fake_loop_reset();
	log_to(quiet, NULL);
	told[0] = '\0';
	ck_assert_int_eq(watch_parse(&settings, text, NULL), ERR_OK);
	reader = entry_reader_new(&settings);
	keeper = keeper_new(&settings, &told_handlers, NULL);
	env = (struct way_env){ .settings = &settings,
				.reader = reader,
				.keeper = keeper,
				.root = &root,
				.source = "test" };
}

static void settle_two(void)
{
	begin();
	user("1");
	user("2");
	fake_dsa_done(0);
	ck_assert_uint_eq(ends, 1);
	ck_assert_str_eq(heard(), "+1@x +2@x");
}

static void close_place(void)
{
	review_free(&review);
	fake_dsa_reset();
	keeper_free(&keeper);
	entry_reader_free(&reader);
	directive_free(&watch_table, &settings);
}

START_TEST(missing_twice_and_not_found_by_id_leaves)
{
	open_place("");
	settle_two();
	begin();
	user("1");
	fake_dsa_done(0);
	ck_assert_uint_eq(fake_dsa_waiting(), 0); /* not at once */
	fake_loop_pass_ms(1001);
	user("1");
	fake_dsa_done(0);
	ck_assert_str_eq(fake_dsa_filter(),
			 "(&(objectClass=person)(|(entryUUID=" ID("2") ")))");
	ck_assert_str_eq(heard(), "");
	fake_dsa_done(0);
	ck_assert_uint_eq(ends, 1);
	ck_assert_str_eq(heard(), "?-2@x");
	close_place();
}
END_TEST

START_TEST(missing_once_stays)
{
	open_place("");
	settle_two();
	begin();
	user("1");
	fake_dsa_done(0);
	fake_loop_pass_ms(1001);
	user("1");
	user("2");
	fake_dsa_done(0);
	ck_assert_uint_eq(ends, 1);
	ck_assert_str_eq(heard(), "");
	close_place();
}
END_TEST

START_TEST(missing_twice_but_found_by_id_stays)
{
	open_place("");
	settle_two();
	begin();
	user("1");
	fake_dsa_done(0);
	fake_loop_pass_ms(1001);
	user("1");
	fake_dsa_done(0);
	user("2");
	fake_dsa_done(0);
	ck_assert_uint_eq(ends, 1);
	ck_assert_str_eq(heard(), "");
	close_place();
}
END_TEST

START_TEST(empty_answer_is_an_alarm_and_nobody_leaves)
{
	open_place("");
	settle_two();
	begin();
	fake_dsa_done(0);
	ck_assert_int_eq(ended, ERR_DENIED);
	ck_assert_str_eq(heard(), "!empty");
	begin();
	user("1");
	user("2");
	fake_dsa_done(0);
	ck_assert_str_eq(heard(), ".empty");
	close_place();
}
END_TEST

START_TEST(list_without_the_sentinel_is_not_believed)
{
	open_place("sentinel=cn=2,dc=x");
	settle_two();
	begin();
	user("1");
	fake_dsa_done(0);
	ck_assert_int_eq(ended, ERR_DENIED);
	ck_assert_str_eq(heard(), "!empty");
	close_place();
}
END_TEST

static const int codes[] = { 1, 3, 4, 10, 11, 12, 32, 50, 51, 52, 53, 80, -1 };

START_TEST(error_never_means_that_somebody_left)
{
	open_place("");
	settle_two();
	for (int look = 0; look < 3; look++) {
		begin();
		user("1");
		for (int i = 0; i < look; i++) {
			fake_dsa_done(0);
			fake_loop_pass_ms(1001);
			if (i == 0)
				user("1");
		}
		fake_dsa_done(codes[_i]);
		ck_assert_uint_eq(ends, 1);
		ck_assert_int_eq(ended, dsa_code_err(codes[_i]));
		ck_assert_str_eq(heard(), "");
		fake_loop_pass(60);
		ck_assert_str_eq(heard(), "");
	}
	close_place();
}
END_TEST

START_TEST(long_group_is_read_in_parts)
{
	open_place("group=cn=g,dc=x");
	begin();
	user("1");
	user("2");
	fake_dsa_done(0);
	fake_dsa_group(ID("9"), "cn=g,dc=x", "member;range=0-0", "cn=1,dc=x");
	fake_dsa_done(0);
	ck_assert_uint_eq(ends, 0);
	fake_dsa_group(ID("9"), "cn=g,dc=x", "member;range=1-*", "cn=2,dc=x");
	fake_dsa_done(0);
	ck_assert_uint_eq(ends, 1);
	ck_assert_str_eq(heard(), "+1@x +2@x");
	close_place();
}
END_TEST

START_TEST(group_that_is_not_found_is_an_alarm)
{
	open_place("group=cn=g,dc=x");
	begin();
	user("1");
	fake_dsa_done(0);
	fake_dsa_done(0);
	ck_assert_str_eq(heard(), "!setting");
	close_place();
}
END_TEST

static void tests(void)
{
	TEST(missing_twice_and_not_found_by_id_leaves);
	TEST(missing_once_stays);
	TEST(missing_twice_but_found_by_id_stays);
	TEST(empty_answer_is_an_alarm_and_nobody_leaves);
	TEST(list_without_the_sentinel_is_not_believed);
	TEST_ROWS(error_never_means_that_somebody_left, codes);
	TEST(long_group_is_read_in_parts);
	TEST(group_that_is_not_found_is_an_alarm);
}
