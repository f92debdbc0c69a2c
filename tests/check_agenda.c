/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "agenda"
#include "base/clock.h"
#include "base/loop.h"
#include "module/agenda.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { SLOTS = 2000, START = FAKE_LOOP_WALL };

static struct agenda *agenda;
static struct agenda_slot slots[SLOTS];
static int handed[SLOTS];
static int64_t handed_ms[SLOTS];
static int count;
static long stepped_s;
static struct timer other; /* of somebody else in the loop */
static int handed_before;

static void on_other(void *arg)
{
	(void)arg;
	handed_before = count;
}

static void on_due(struct agenda_slot *slot, void *arg)
{
	if (!count)
		timer_start_ms(&other, 0, on_other, NULL);
	ck_assert_ptr_eq(arg, slots);
	ck_assert_uint_eq(slot->place, 0);
	handed_ms[count] = clock_wall_ms();
	handed[count++] = (int)(slot - slots);
}

static void on_stepped(long by_s, void *arg)
{
	(void)arg;
	stepped_s = by_s;
}

static void setup(void)
{
	static const struct agenda_handlers handlers = { on_due, on_stepped };

	fake_loop_reset();
	count = handed_before = 0;
	stepped_s = 0;
	for (int i = 0; i < SLOTS; i++)
		slots[i] = (struct agenda_slot){ .due = 0 };
	agenda = agenda_new(&handlers, slots);
}

static void teardown(void)
{
	agenda_free(&agenda);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

START_TEST(slots_are_handed_over_at_their_second_and_in_order)
{
	fake_loop_pass_ms(250);
	agenda_set(agenda, &slots[0], START + 30);
	agenda_set(agenda, &slots[1], START + 10);
	agenda_set(agenda, &slots[2], START + 20);
	fake_loop_pass_ms(9749);
	ck_assert_int_eq(count, 0);
	fake_loop_pass_ms(1);
	ck_assert_int_eq(count, 1);
	ck_assert_int_eq(handed[0], 1);
	ck_assert_int_eq(handed_ms[0], 1000LL * (START + 10));
	fake_loop_pass(60);
	ck_assert_int_eq(count, 3);
	ck_assert_int_eq(handed[1], 2);
	ck_assert_int_eq(handed[2], 0);
	ck_assert_int_eq(handed_ms[2], 1000LL * (START + 30));
	ck_assert_int_eq(stepped_s, 0);
}
END_TEST

START_TEST(slot_is_moved_and_taken_out)
{
	agenda_set(agenda, &slots[0], START + 10);
	agenda_set(agenda, &slots[1], START + 20);
	agenda_set(agenda, &slots[0], START + 40);
	agenda_set(agenda, &slots[1], 0);
	ck_assert_uint_eq(agenda_count(agenda), 1);
	fake_loop_pass(39);
	ck_assert_int_eq(count, 0);
	fake_loop_pass(1);
	ck_assert_int_eq(count, 1);
}
END_TEST

START_TEST(step_forward_hands_over_what_was_passed_within_a_second)
{
	agenda_set(agenda, &slots[0], START + 3600);
	fake_loop_pass(5);
	fake_loop_set_wall(START + 7200);
	fake_loop_pass(1);
	ck_assert_int_eq(count, 1);
	ck_assert_int_ge(stepped_s, 7100);
}
END_TEST

START_TEST(step_backwards_is_told_and_waits_again)
{
	agenda_set(agenda, &slots[0], START + 100);
	fake_loop_pass(50);
	fake_loop_set_wall(START);
	fake_loop_pass(60);
	ck_assert_int_eq(count, 0);
	ck_assert_int_eq(stepped_s, -50);
	fake_loop_pass(40);
	ck_assert_int_eq(count, 1);
	ck_assert_int_eq(handed_ms[0], 1000LL * (START + 100));
}
END_TEST

START_TEST(many_slots_come_out_sorted_whatever_was_done_to_them)
{
	unsigned dice = 1;
	time_t last = 0;

	for (int i = 0; i < 3 * SLOTS; i++) {
		dice = dice * 1103515245 + 12345;
		agenda_set(agenda, &slots[dice / 65536 % SLOTS],
			   START + 1 + dice % 1000);
	}
	for (int i = 0; i < SLOTS; i += 3)
		agenda_set(agenda, &slots[i], 0);

	fake_loop_pass(1100);
	ck_assert_uint_eq(agenda_count(agenda), 0);
	ck_assert_int_gt(count, SLOTS / 3);
	for (int i = 0; i < count; i++) {
		ck_assert_int_ne(handed[i] % 3, 0);
		ck_assert_int_ge(slots[handed[i]].due, last);
		last = slots[handed[i]].due;
	}
}
END_TEST

START_TEST(others_have_their_turn_while_many_are_due_at_one_second)
{
	for (int i = 0; i < SLOTS; i++)
		agenda_set(agenda, &slots[i], START + 10);
	fake_loop_pass(10);
	ck_assert_int_eq(count, SLOTS);
	ck_assert_int_gt(handed_before, 0);
	ck_assert_int_le(handed_before, 64);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(slots_are_handed_over_at_their_second_and_in_order);
	TEST(slot_is_moved_and_taken_out);
	TEST(step_forward_hands_over_what_was_passed_within_a_second);
	TEST(step_backwards_is_told_and_waits_again);
	TEST(others_have_their_turn_while_many_are_due_at_one_second);
	TEST(many_slots_come_out_sorted_whatever_was_done_to_them);
}
