/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "directories"
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "module/directories.h"
#include "module/store_memory.h"
#include "tests/fake_directory.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

#define CORP "name=corp uri=ldap://x base=dc=x state=\"\""

static struct store_memory *memory;
static struct members *members;
static struct directories *directories;
static char told[1000];

static void tell(const char *sign, const char *text)
{
	size_t len = strlen(told);

	snprintf(told + len, sizeof(told) - len, "%s%s%s", len ? " " : "", sign,
		 text);
}

static const char *heard(void)
{
	static char copy[sizeof(told)];

	strcpy(copy, told);
	told[0] = '\0';
	return copy;
}

static void on_serve(const struct user *user, void *arg)
{
	(void)arg;
	tell("+", user->entity);
}

static void on_dismiss(const char *entity, const struct licence_cause *cause,
		       void *arg)
{
	(void)arg;
	tell("-", entity);
	tell("by ", cause->who);
	tell("as ", cause->evidence);
}

static void on_moved(const char *entity, void *arg)
{
	(void)arg;
	tell("~", entity);
}

static void quiet(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

static void setup(void)
{
	struct members_options options = {
		.store = &store_memory,
		.handlers = { .serve = on_serve, .dismiss = on_dismiss },
	};

	fake_loop_reset();
	log_to(quiet, NULL);
	told[0] = '\0';
	options.store_arg = memory = store_memory_new();
	ck_assert_int_eq(members_new(&members, &options, NULL), ERR_OK);
	directories = directories_new(members, on_moved, NULL);
}

static void teardown(void)
{
	directories_free(&directories);
	members_free(&members);
	store_memory_free(&memory);
	fake_directory_forget_all();
}

/* Up to two; NULL ends them. */
static struct directive_list texts_of(char *one, char *two)
{
	static char *items[2];

	items[0] = one;
	items[1] = two;
	return (struct directive_list){ .items = items,
					.count = (size_t) !!one + !!two };
}

static void change(char *one)
{
	const struct directive_list texts = texts_of(one, NULL);
	struct directories_plan *plan;
	struct why why;

	ck_assert_msg(!directories_plan_new(&plan, &texts, &why), "%s",
		      why.text);
	directories_change(directories, plan);
	directories_plan_free(&plan);
}

static const struct {
	const char *one, *two, *wanted;
} broken[] = {
	{ CORP, CORP, "two directories are called corp" },
	{ "name=a uri=ldap://x base=dc=x state=/s",
	  "name=b uri=ldap://x base=dc=x state=/s", "share the state file /s" },
	{ "name=configuration uri=ldap://x base=dc=x", NULL, "taken" },
	{ "name=a base=dc=x", NULL, "uri is missing" },
	{ "name=a uri=http://x base=dc=x", NULL, "want ldaps://" },
	{ "name=a uri=ldap://x base=x", NULL, "is no DN" },
	{ "name=a uri=ldap://x base=dc=x bind=cn=w", NULL, "without secret" },
	{ "name=a uri=ldap://x base=dc=x bind=cn=w secret=file:/no/such", NULL,
	  "/no/such" },
	{ "name=a uri=ldap://x base=dc=x way=often", NULL, "want auto" },
	{ "name=a uri=ldap://x base=dc=x filter=mail=*", NULL, "brackets" },
	{ "name=a uri=ldaps://x base=dc=x gssapi=yes", NULL, "gssapi" },
};

START_TEST(what_cannot_be_is_named_and_changes_nothing)
{
	char one[200], two[200];
	struct directive_list texts;
	struct directories_plan *plan;
	struct why why;

	snprintf(one, sizeof(one), "%s", broken[_i].one);
	snprintf(two, sizeof(two), "%s", broken[_i].two ? broken[_i].two : "");
	texts = texts_of(one, broken[_i].two ? two : NULL);
	ck_assert_int_eq(directories_plan_new(&plan, &texts, &why), ERR_CONFIG);
	ck_assert_ptr_null(plan);
	ck_assert_msg(strstr(why.text, broken[_i].wanted) != NULL, "%s",
		      why.text);
	ck_assert_int_eq(directories_check(&texts, &why), ERR_CONFIG);
	ck_assert_uint_eq(directories_count(directories), 0);
}
END_TEST

START_TEST(who_comes_and_goes_is_a_member_and_is_not)
{
	char corp[] = CORP;

	change(corp);
	fake_directory_join("ann");
	ck_assert_str_eq(heard(), "+sip:ann@example.com");
	fake_directory_move("ann");
	ck_assert_str_eq(heard(), "~sip:ann@example.com");
	fake_directory_leave("ann");
	ck_assert_str_eq(heard(),
			 "-sip:ann@example.com by directory corp as explicit");
}
END_TEST

START_TEST(same_fields_leave_the_directory_alone)
{
	char corp[] = CORP, again[] = CORP;

	change(corp);
	fake_directory_join("ann");
	fake_directory_settle();
	heard();
	change(again);
	ck_assert_str_eq(heard(), "");
	ck_assert_uint_eq(directories_count(directories), 1);
	ck_assert(members_entitled(members, "sip:ann@example.com"));
}
END_TEST

START_TEST(other_fields_have_it_read_anew_and_nobody_goes_before)
{
	char corp[] = CORP, other[] = CORP " filter=(mail=*)";

	change(corp);
	fake_directory_join("ann");
	fake_directory_join("bob");
	fake_directory_settle();
	heard();
	change(other);
	ck_assert_str_eq(heard(), "");
	fake_directory_join("bob");
	ck_assert(members_entitled(members, "sip:ann@example.com"));
	fake_directory_settle();
	ck_assert_str_eq(heard(),
			 "-sip:ann@example.com by directory corp as implied");
}
END_TEST

START_TEST(users_of_one_no_longer_configured_go)
{
	char corp[] = CORP;

	change(corp);
	fake_directory_join("ann");
	heard();
	change(NULL);
	ck_assert_str_eq(heard(),
			 "-sip:ann@example.com by configuration as explicit");
	ck_assert_uint_eq(directories_count(directories), 0);
}
END_TEST

START_TEST(held_ones_wait_for_a_word)
{
	char corp[] = CORP;

	change(corp);
	fake_directory_join("ann");
	fake_directory_join("bob");
	heard();
	fake_directory_hold(true);
	fake_directory_leave("ann");
	ck_assert_str_eq(heard(), "");
	ck_assert_uint_eq(directories_discard(directories, "root"), 1);
	ck_assert_str_eq(heard(), "");
	fake_directory_leave("bob");
	ck_assert_uint_eq(directories_confirm(directories, "root"), 1);
	ck_assert_str_eq(heard(),
			 "-sip:bob@example.com by directory corp as explicit");
	ck_assert(members_entitled(members, "sip:ann@example.com"));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(what_cannot_be_is_named_and_changes_nothing, broken);
	TEST(who_comes_and_goes_is_a_member_and_is_not);
	TEST(same_fields_leave_the_directory_alone);
	TEST(other_fields_have_it_read_anew_and_nobody_goes_before);
	TEST(users_of_one_no_longer_configured_go);
	TEST(held_ones_wait_for_a_word);
}
