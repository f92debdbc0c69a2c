/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "keeper_pass"
#include "base/loop.h"
#include "tests/keeper_kit.h"

enum { MANY = 2000, VERY_MANY = 10000, TURNS = 60 };

/* How far it is at each turn of the loop. */
static struct {
	struct timer timer;
	int left;
	size_t entitled, held; /* of the turn before */
	size_t most;
	int deletes_at, sees_at;
	void (*meanwhile)(void); /* at the first */
	int until_first;         /* how many until anybody was entitled */
} turns;

static size_t jump(size_t before, size_t now)
{
	return before > now ? before - now : now - before;
}

static void on_turn(void *arg)
{
	size_t entitled = people_entitled(keeper_people(keeper));
	size_t held = keeper_held(keeper);
	size_t most = jump(turns.entitled, entitled) + jump(turns.held, held);

	turns.most = most > turns.most ? most : turns.most;
	if (!turns.until_first && entitled)
		turns.until_first = TURNS - turns.left;
	turns.entitled = entitled;
	turns.held = held;
	if (--turns.left == turns.deletes_at) {
		say_gone(MANY);
		keeper_settle_gone(keeper, "test");
	}
	if (turns.left == turns.sees_at)
		see_user(1);
	if (turns.meanwhile && turns.left == TURNS - 2)
		turns.meanwhile();
	if (turns.left)
		timer_start_ms(&turns.timer, 0, on_turn, arg);
}

static size_t most_a_turn(int deletes_at, int sees_at)
{
	void (*meanwhile)(void) = turns.meanwhile;

	memset(&turns, 0, sizeof(turns));
	turns.meanwhile = meanwhile;
	turns.left = TURNS;
	turns.deletes_at = deletes_at;
	turns.sees_at = sees_at;
	turns.entitled = people_entitled(keeper_people(keeper));
	turns.held = keeper_held(keeper);
	on_turn(NULL);
	fake_loop_pass_ms(1);
	ck_assert_int_eq(turns.left, 0);
	return turns.most;
}

/* It has those from the first to the last of all users. */
static void see_group(int first, int last)
{
	static char texts[VERY_MANY][32];
	static char *members[VERY_MANY];
	char name[] = "cn=g,dc=x";
	struct sighting group = { .group = true,
				  .dn = name,
				  .members = members,
				  .member_count = (size_t)(last - first + 1) };

	id_for(group.id, VERY_MANY + 100);
	for (int i = first; i <= last; i++) {
		snprintf(texts[i - first], sizeof(texts[0]), "cn=u%d,dc=x", i);
		members[i - first] = texts[i - first];
	}
	see(&group);
}

static void see_many_in_a_group(int count)
{
	for (int i = 1; i <= count; i++)
		see_user(i);
	see_group(1, count);
}

START_TEST(thousands_join_and_are_held_some_a_turn)
{
	begin("group=cn=g,dc=x");
	see_many_in_a_group(MANY);
	ck_assert_uint_lt(most_a_turn(-1, -1), MANY / 2);
	ck_assert_uint_eq(people_entitled(keeper_people(keeper)), MANY);
	keeper_believe(keeper, people_mark(keeper_people(keeper)), "test");
	ck_assert_uint_lt(most_a_turn(-1, -1), MANY / 2);
	ck_assert_uint_eq(keeper_held(keeper), MANY);
	ck_assert_uint_eq(keeper_confirm(keeper), MANY);
	ck_assert_uint_lt(most_a_turn(-1, -1), MANY);
	ck_assert_uint_eq(people_entitled(keeper_people(keeper)), 0);
	ck_assert_uint_eq(people_users(keeper_people(keeper)), 0);
	end();
}
END_TEST

START_TEST(deletion_while_all_are_looked_at_is_told_at_once)
{
	begin("");
	see_users(MANY);
	keeper_believe(keeper, people_mark(keeper_people(keeper)), "test");
	most_a_turn(TURNS - 2, -1);
	ck_assert_str_eq(heard(), "-u2000@x !held");
	ck_assert_uint_eq(keeper_held(keeper), MANY - 1);
	end();
}
END_TEST

START_TEST(who_is_seen_again_while_all_are_looked_at_is_not_held)
{
	begin("");
	see_users(MANY);
	keeper_believe(keeper, people_mark(keeper_people(keeper)), "test");
	most_a_turn(-1, TURNS - 3);
	ck_assert_uint_eq(keeper_held(keeper), MANY - 1);
	end();
}
END_TEST

static void see_listed(int number)
{
	char dn[50], address[50], none[] = "";
	struct sighting sighting;

	snprintf(dn, sizeof(dn), "cn=u%d,dc=x", number);
	snprintf(address, sizeof(address), "u%d@x", number);
	sighting = user(number, dn, address);
	sighting.mailbox = sighting.home = none;
	keeper_see(keeper, &sighting, "test", true);
}

static const struct {
	int seen;
	const char *said;
} again[] = {
	{ MANY / 2, "!held" }, /* that they are fewer, once */
	{ MANY, ".held" },
};

START_TEST(thousands_of_held_who_are_seen_again_are_told_of_once)
{
	begin("");
	see_users(MANY);
	keeper_believe(keeper, people_mark(keeper_people(keeper)), "test");
	ck_assert_str_eq(heard(), "!held");
	for (int i = 1; i <= again[_i].seen; i++)
		see_listed(i);
	keeper_listed(keeper, "test");
	ck_assert_str_eq(heard(), again[_i].said);
	ck_assert_int_eq((int)keeper_held(keeper), MANY - again[_i].seen);
	end();
}
END_TEST

static bool is_entitled(int number)
{
	char id[PERSON_ID_SIZE];

	id_for(id, number);
	return people_find(keeper_people(keeper), id)->entitled;
}

START_TEST(members_of_a_group_are_gathered_some_a_turn)
{
	begin("group=cn=g,dc=x");
	see_many_in_a_group(VERY_MANY);
	most_a_turn(-1, -1);
	ck_assert_int_gt(turns.until_first, 2);
	ck_assert_uint_eq(people_entitled(keeper_people(keeper)), VERY_MANY);
	end();
}
END_TEST

static void group_changes(void)
{
	ck_assert_uint_eq(people_entitled(keeper_people(keeper)), 0);
	see_group(2, VERY_MANY - 1);
}

static void group_goes(void)
{
	ck_assert_uint_eq(people_entitled(keeper_people(keeper)), 0);
	say_gone(VERY_MANY + 100);
	keeper_settle_gone(keeper, "test");
}

static void group_comes_back(void)
{
	group_goes();
	see_group(1, 1);
}

static void all_are_absent(void)
{
	keeper_believe(keeper, people_mark(keeper_people(keeper)), "test");
}

/* What happens while the members of everybody's group are being gathered. */
static const struct {
	void (*meanwhile)(void);
	size_t entitled;
	bool first, second;
} meanwhiles[] = {
	{ NULL, VERY_MANY, true, true },
	{ group_changes, VERY_MANY - 2, false, true },
	{ group_goes, 0, false, false },
	{ group_comes_back, 1, true, false },
	{ all_are_absent, 0, false, false },
};

START_TEST(nothing_is_lost_that_changes_while_members_are_gathered)
{
	begin("group=cn=g,dc=x");
	see_many_in_a_group(VERY_MANY);
	turns.meanwhile = meanwhiles[_i].meanwhile;
	most_a_turn(-1, -1);
	ck_assert_uint_eq(people_entitled(keeper_people(keeper)),
			  meanwhiles[_i].entitled);
	if (meanwhiles[_i].entitled) {
		ck_assert_int_eq(is_entitled(1), meanwhiles[_i].first);
		ck_assert_int_eq(is_entitled(2), meanwhiles[_i].second);
	}
	end();
}
END_TEST

static void tests(void)
{
	TEST(thousands_join_and_are_held_some_a_turn);
	TEST(deletion_while_all_are_looked_at_is_told_at_once);
	TEST(who_is_seen_again_while_all_are_looked_at_is_not_held);
	TEST_ROWS(thousands_of_held_who_are_seen_again_are_told_of_once, again);
	TEST(members_of_a_group_are_gathered_some_a_turn);
	TEST_ROWS(nothing_is_lost_that_changes_while_members_are_gathered,
		  meanwhiles);
}
