/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "keeper"
#include <unistd.h>

#include "base/clock.h"
#include "tests/keeper_kit.h"

START_TEST(deleted_user_leaves_at_once)
{
	begin("");
	see_user(1);
	ck_assert_str_eq(heard(), "+u1@x");
	say_gone(1);
	keeper_settle_gone(keeper, "test");
	ck_assert_str_eq(heard(), "-u1@x");
	see_user(1);
	ck_assert_str_eq(heard(), "+u1@x");
	end();
}
END_TEST

START_TEST(eleventh_deletion_of_a_minute_is_held_until_confirmed)
{
	begin("");
	see_users(20);
	for (int i = 1; i <= 11; i++) {
		say_gone(i);
		keeper_settle_gone(keeper, "test");
	}
	ck_assert_str_eq(heard(), "-u1@x -u2@x -u3@x -u4@x -u5@x -u6@x -u7@x "
				  "-u8@x -u9@x -u10@x !held");
	fake_loop_pass(120);
	ck_assert_str_eq(heard(), "");
	ck_assert_uint_eq(keeper_confirm(keeper), 1);
	ck_assert_str_eq(heard(), "-u11@x .held");
	end();
}
END_TEST

START_TEST(batch_goes_together_or_is_held_together)
{
	begin("");
	see_users(20);
	for (int i = 1; i <= 11; i++)
		say_gone(i);
	keeper_settle_gone(keeper, "test");
	ck_assert_str_eq(heard(), "!held");
	ck_assert_uint_eq(keeper_held(keeper), 11);
	ck_assert_uint_eq(people_entitled(keeper_people(keeper)), 20);
	end();
}
END_TEST

START_TEST(discarded_revocations_come_only_by_confirmation)
{
	begin("breaker=0 breaker_percent=0");
	see_users(3);
	say_gone(1);
	keeper_settle_gone(keeper, "test");
	ck_assert_str_eq(heard(), "!held");
	ck_assert_uint_eq(keeper_discard(keeper), 1);
	ck_assert_str_eq(heard(), ".held");
	say_gone(1);
	keeper_settle_gone(keeper, "test");
	ck_assert_str_eq(heard(), "!held");
	see_user(1); /* he is there after all */
	ck_assert_str_eq(heard(), ".held");
	end();
}
END_TEST

START_TEST(discarded_ones_who_are_still_missing_are_held_again)
{
	uint64_t mark;

	begin("breaker=2 breaker_percent=0");
	see_users(10);
	for (int i = 1; i <= 4; i++) {
		say_gone(i);
		keeper_settle_gone(keeper, "test");
	}
	ck_assert_str_eq(heard(), "-u1@x -u2@x !held !held");
	ck_assert_uint_eq(keeper_discard(keeper), 2);
	heard();
	fake_loop_pass(120); /* the breaker would allow them now */
	mark = people_mark(keeper_people(keeper));
	for (int i = 5; i <= 10; i++)
		see_user(i);
	keeper_listed(keeper, "test");
	keeper_believe(keeper, mark, "test");
	ck_assert_str_eq(heard(), "!held");
	ck_assert_uint_eq(keeper_confirm(keeper), 2);
	ck_assert_uint_eq(strlen(heard()), strlen("?-u3@x ?-u4@x .held"));
	end();
}
END_TEST

START_TEST(discarded_one_who_is_met_again_leaves_like_anybody)
{
	begin("breaker=2 breaker_percent=0");
	see_users(10);
	for (int i = 1; i <= 3; i++) {
		say_gone(i);
		keeper_settle_gone(keeper, "test");
	}
	ck_assert_uint_eq(keeper_discard(keeper), 1);
	heard();
	people_mark(keeper_people(keeper));
	see_user(3);
	fake_loop_pass(120);
	say_gone(3);
	keeper_settle_gone(keeper, "test");
	ck_assert_str_eq(heard(), "-u3@x");
	end();
}
END_TEST

START_TEST(dry_run_revokes_nobody)
{
	begin("dry_run=yes");
	see_users(2);
	say_gone(1);
	keeper_settle_gone(keeper, "test");
	ck_assert_str_eq(heard(), "!held");
	ck_assert_uint_eq(keeper_confirm(keeper), 0);
	ck_assert_str_eq(heard(), "");
	end();
}
END_TEST

static const struct {
	int users, missing;
	const char *more, *heard;
} absences[] = {
	{ 20, 1, "", "?-u1@x" },
	{ 20, 11, "", "!held" },
	{ 40, 3, "breaker=0 absent_percent=5", "!held" },
	{ 40, 2, "breaker=0 absent_percent=5", "?-u1@x ?-u2@x" },
	{ 5, 5, "breaker=0", "!held" },
};

START_TEST(absence_counts_up_to_a_share)
{
	uint64_t mark;

	begin(absences[_i].more);
	see_users(absences[_i].users);
	mark = people_mark(keeper_people(keeper));
	for (int i = absences[_i].missing + 1; i <= absences[_i].users; i++)
		see_user(i);
	keeper_believe(keeper, mark, "test");
	if (absences[_i].missing == 2) /* in no order */
		ck_assert_uint_eq(strlen(heard()), strlen(absences[_i].heard));
	else
		ck_assert_str_eq(heard(), absences[_i].heard);
	end();
}
END_TEST

START_TEST(address_stays_with_its_first_holder_until_he_leaves)
{
	char dn[] = "cn=other,dc=x", address[] = "u1@x", none[] = "";
	struct sighting other = user(2, dn, address);

	other.mailbox = other.home = none;
	begin("");
	see_user(1);
	see(&other);
	ck_assert_str_eq(heard(), "+u1@x !double");
	say_gone(1);
	keeper_settle_gone(keeper, "test");
	ck_assert_str_eq(heard(), "-u1@x +u1@x");
	end();
}
END_TEST

START_TEST(address_that_came_back_under_another_id_is_kept)
{
	char dn[] = "cn=u1,dc=x", address[] = "u1@x", none[] = "";
	struct sighting again = user(2, dn, address);
	uint64_t mark;

	again.mailbox = again.home = none;
	begin("");
	see_user(1);
	heard();
	mark = people_mark(keeper_people(keeper));
	see(&again);
	heard();
	keeper_believe(keeper, mark, "test");
	ck_assert_str_eq(heard(), "=u1@x ->u1@x");
	end();
}
END_TEST

START_TEST(move_is_told_once_it_is_quiet)
{
	char dn[] = "cn=u1,dc=x", address[] = "u1@x", none[] = "";
	char one[] = "DB1", two[] = "DB2";
	struct sighting sighting = user(1, dn, address);

	begin("");
	sighting.mailbox = none;
	sighting.home = none;
	see(&sighting);
	heard();
	sighting.home = one;
	see(&sighting);
	fake_loop_pass_ms(1000);
	sighting.home = two;
	see(&sighting);
	fake_loop_pass_ms(1400);
	ck_assert_str_eq(heard(), "");
	fake_loop_pass_ms(200);
	ck_assert_str_eq(heard(), "~u1@x");
	end();
}
END_TEST

START_TEST(account_expires_by_the_clock_alone)
{
	char dn[] = "cn=u1,dc=x", address[] = "u1@x", none[] = "";
	struct sighting sighting = user(1, dn, address);

	begin("");
	sighting.mailbox = sighting.home = none;
	sighting.expires = clock_now() + 7200;
	see(&sighting);
	ck_assert_str_eq(heard(), "+u1@x");
	fake_loop_pass(7190);
	ck_assert_str_eq(heard(), "");
	fake_loop_pass(20);
	ck_assert_str_eq(heard(), "-u1@x");
	end();
}
END_TEST

static void see_group(int number, const char *dn, const char *member)
{
	char name[50], text[50];
	char *members[] = { text };
	struct sighting group = {
		.group = true, .dn = name, .members = members, .member_count = 1
	};

	snprintf(name, sizeof(name), "%s", dn);
	snprintf(text, sizeof(text), "%s", member);
	id_for(group.id, number);
	see(&group);
}

START_TEST(member_of_a_group_within_the_group_belongs_until_it_does_not)
{
	begin("group=cn=g,dc=x");
	see_user(1);
	see_group(100, "cn=g,dc=x", "cn=inner,dc=x");
	ck_assert_str_eq(heard(), "");
	see_group(101, "cn=inner,dc=x", "cn=u1,dc=x");
	ck_assert_str_eq(heard(), "+u1@x");
	see_group(101, "cn=inner,dc=x", "cn=g,dc=x"); /* a circle */
	ck_assert_str_eq(heard(), "-u1@x");
	end();
}
END_TEST

START_TEST(renamed_member_stays_while_the_group_follows)
{
	char dn[] = "cn=new,dc=x", address[] = "u1@x", none[] = "";
	struct sighting sighting = user(1, dn, address);

	sighting.mailbox = sighting.home = none;
	begin("group=cn=g,dc=x");
	see_user(1);
	see_group(100, "cn=g,dc=x", "cn=u1,dc=x");
	ck_assert_str_eq(heard(), "+u1@x");
	see(&sighting);
	ck_assert_str_eq(heard(), "");
	see_group(100, "cn=g,dc=x", "cn=new,dc=x");
	ck_assert_str_eq(heard(), "");
	end();
}
END_TEST

START_TEST(group_that_names_strangers_instead_is_looked_at_again)
{
	begin("group=cn=g,dc=x");
	see_user(1);
	see_group(100, "cn=g,dc=x", "cn=u1,dc=x");
	heard();
	see_group(100, "cn=g,dc=x", "cn=u1,ou=renamed,dc=x");
	ck_assert(keeper_take_doubt(keeper));
	ck_assert_str_eq(heard(), "");
	end();
}
END_TEST

START_TEST(cookie_is_not_written_while_something_is_held)
{
	char path[] = "/tmp/check-keeper-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	unlink(path);
	fake_loop_reset();
	log_to(quiet, NULL);
	ck_assert_int_eq(watch_parse(&settings,
				     "uri=ldap://x base=dc=x address=mail "
				     "breaker=0 breaker_percent=0",
				     NULL),
			 ERR_OK);
	strcpy(settings.state, path);
	for (int round = 0; round < 2; round++) {
		keeper = keeper_new(&settings, &told_handlers, NULL);
		if (round == 0) {
			see_users(2);
			keeper_set_cookie(keeper, "users", "old", 3);
		} else {
			heard();
			say_gone(1);
			keeper_settle_gone(keeper, "test");
			keeper_set_cookie(keeper, "users", "new", 3);
		}
		heard();
		keeper_free(&keeper);
	}
	keeper = keeper_new(&settings, &told_handlers, NULL);
	ck_assert_str_eq(keeper_cookie(keeper, "users")->data, "old");
	heard();
	ck_assert_uint_eq(keeper_held(keeper), 1);
	keeper_free(&keeper);
	directive_free(&watch_table, &settings);
	unlink(path);
}
END_TEST

static void tests(void)
{
	TEST(deleted_user_leaves_at_once);
	TEST(eleventh_deletion_of_a_minute_is_held_until_confirmed);
	TEST(batch_goes_together_or_is_held_together);
	TEST(discarded_revocations_come_only_by_confirmation);
	TEST(discarded_ones_who_are_still_missing_are_held_again);
	TEST(discarded_one_who_is_met_again_leaves_like_anybody);
	TEST(dry_run_revokes_nobody);
	TEST_ROWS(absence_counts_up_to_a_share, absences);
	TEST(address_stays_with_its_first_holder_until_he_leaves);
	TEST(address_that_came_back_under_another_id_is_kept);
	TEST(move_is_told_once_it_is_quiet);
	TEST(account_expires_by_the_clock_alone);
	TEST(member_of_a_group_within_the_group_belongs_until_it_does_not);
	TEST(renamed_member_stays_while_the_group_follows);
	TEST(group_that_names_strangers_instead_is_looked_at_again);
	TEST(cookie_is_not_written_while_something_is_held);
}
