/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "keeper_pass"
#include "base/loop.h"
#include "tests/keeper_kit.h"

enum { MANY = 2000, TURNS = 60 };

/* How far it is at each turn of the loop. */
static struct {
	struct timer timer;
	int left;
	size_t entitled, held; /* of the turn before */
	size_t most;
	int deletes_at, sees_at;
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
	turns.entitled = entitled;
	turns.held = held;
	if (--turns.left == turns.deletes_at) {
		say_gone(MANY);
		keeper_settle_gone(keeper, "test");
	}
	if (turns.left == turns.sees_at)
		see_user(1);
	if (turns.left)
		timer_start_ms(&turns.timer, 0, on_turn, arg);
}

static size_t most_a_turn(int deletes_at, int sees_at)
{
	memset(&turns, 0, sizeof(turns));
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

static void see_many_in_a_group(void)
{
	static char texts[MANY][32];
	static char *members[MANY];
	char name[] = "cn=g,dc=x";
	struct sighting group = { .group = true,
				  .dn = name,
				  .members = members,
				  .member_count = MANY };

	id_for(group.id, MANY + 100);
	for (int i = 0; i < MANY; i++) {
		snprintf(texts[i], sizeof(texts[i]), "cn=u%d,dc=x", i + 1);
		members[i] = texts[i];
		see_user(i + 1);
	}
	see(&group);
}

START_TEST(thousands_join_and_are_held_some_a_turn)
{
	begin("group=cn=g,dc=x");
	see_many_in_a_group();
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

static void tests(void)
{
	TEST(thousands_join_and_are_held_some_a_turn);
	TEST(deletion_while_all_are_looked_at_is_told_at_once);
	TEST(who_is_seen_again_while_all_are_looked_at_is_not_held);
}
