/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "gate"
#include "base/clock.h"
#include "calendar/gate.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { GUESTS = 10, PARALLEL = 4 };

static struct gate *gate;
static struct ticket tickets[GUESTS];
static unsigned admitted, refused;
static struct ticket *last;

static void on_admitted(const struct why *why, void *arg)
{
	if (why->err)
		refused++;
	else
		admitted++;
	last = arg;
}

static void ask(int i, enum gate_urgency urgency)
{
	gate_ask(gate, &tickets[i], urgency, on_admitted, &tickets[i]);
}

static void all_ask(void)
{
	for (int i = 0; i < GUESTS; i++)
		ask(i, GATE_NORMAL);
	fake_loop_pass_ms(0);
}

static void answer(struct ticket *ticket, enum err err, unsigned wait_ms)
{
	const struct verdict verdict = { { .err = err }, wait_ms };

	gate_answered(gate, ticket, &verdict);
	fake_loop_pass_ms(0);
}

static void setup(void)
{
	fake_loop_reset();
	admitted = refused = 0;
	gate = gate_new(PARALLEL, NULL, NULL);
}

static void teardown(void)
{
	for (int i = 0; i < GUESTS; i++)
		gate_leave(gate, &tickets[i]);
	gate_free(&gate);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

START_TEST(one_goes_first_then_more_but_never_too_many)
{
	all_ask();
	ck_assert_uint_eq(admitted, 1);
	answer(&tickets[0], ERR_OK, 0);
	ck_assert_uint_eq(gate_inside(gate), 2);
	answer(&tickets[1], ERR_OK, 0);
	ck_assert_uint_eq(gate_inside(gate), 3);
	answer(&tickets[2], ERR_OK, 0);
	answer(&tickets[3], ERR_OK, 0);
	ck_assert_uint_eq(gate_inside(gate), PARALLEL);
	ck_assert_uint_eq(gate_waiting(gate), GUESTS - 4 - PARALLEL);
}
END_TEST

START_TEST(urgent_overtakes)
{
	ask(0, GATE_LOW);
	ask(1, GATE_NORMAL);
	ask(2, GATE_URGENT);
	fake_loop_pass_ms(0);
	ck_assert_ptr_eq(last, &tickets[2]);
	answer(&tickets[2], ERR_NETWORK, 0);
	fake_loop_pass(2);
	ck_assert_ptr_eq(last, &tickets[1]);
}
END_TEST

START_TEST(wrong_password_is_tried_twice_and_no_more)
{
	all_ask();
	answer(&tickets[0], ERR_LOGIN, 0);
	fake_loop_pass(10);
	ck_assert_uint_eq(admitted, 2);
	answer(&tickets[1], ERR_LOGIN, 0);
	fake_loop_pass(3000);
	ck_assert_uint_eq(admitted, 2);
	ck_assert_uint_eq(refused, GUESTS - 2);
}
END_TEST

START_TEST(new_password_is_tried_at_once)
{
	all_ask();
	answer(&tickets[0], ERR_LOGIN, 0);
	fake_loop_pass(10);
	answer(&tickets[1], ERR_LOGIN, 0);
	gate_reopen(gate);
	ask(0, GATE_NORMAL);
	fake_loop_pass_ms(0);
	ck_assert_uint_eq(admitted, 3);
}
END_TEST

START_TEST(shut_gate_opens_after_a_long_time)
{
	all_ask();
	answer(&tickets[0], ERR_LOGIN, 0);
	fake_loop_pass(10);
	answer(&tickets[1], ERR_LOGIN, 0);
	fake_loop_pass(3601);
	ask(0, GATE_NORMAL);
	fake_loop_pass_ms(0);
	ck_assert_uint_eq(admitted, 3);
}
END_TEST

/* How often it is refused in so many seconds of nothing but that. */
static unsigned refusals_in(unsigned seconds)
{
	unsigned asked = 0;

	for (unsigned i = 0; i < seconds; i++) {
		if (tickets[0].place == TICKET_IDLE)
			ask(0, GATE_NORMAL);
		fake_loop_pass(1);
		if (tickets[0].place == TICKET_INSIDE) {
			answer(&tickets[0], ERR_LOGIN, 0);
			asked++;
		}
	}

	return asked;
}

static void be_let_in(void)
{
	ask(0, GATE_NORMAL);
	fake_loop_pass_ms(0);
	answer(&tickets[0], ERR_OK, 0);
}

START_TEST(shut_gate_lets_one_in_an_hour)
{
	ck_assert_uint_eq(refusals_in(60), 2);
	ck_assert_uint_eq(refusals_in(10 * 3600), 10);
}
END_TEST

START_TEST(refused_in_mid_session_is_tried_again_in_a_minute)
{
	be_let_in();
	ck_assert_uint_eq(refusals_in(60), 2);
	ck_assert_uint_eq(refusals_in(10), 1);
}
END_TEST

START_TEST(refused_in_mid_session_for_long_locks_no_account)
{
	be_let_in();
	ck_assert_uint_le(refusals_in(30 * 60), 3);
	for (int i = 0; i < 10; i++)
		ck_assert_uint_le(refusals_in(30 * 60), 1);
}
END_TEST

START_TEST(password_that_works_again_is_used_by_all_at_once)
{
	be_let_in();
	refusals_in(30 * 60);
	gate_leave(gate, &tickets[0]);
	fake_loop_pass(20 * 60);
	be_let_in();
	all_ask();
	ck_assert_uint_ge(gate_inside(gate), 2);
}
END_TEST

START_TEST(new_password_has_yet_to_prove_itself)
{
	be_let_in();
	gate_reopen(gate);
	ck_assert_uint_eq(refusals_in(3000), 2);
}
END_TEST

START_TEST(what_the_server_asks_for_is_waited)
{
	all_ask();
	answer(&tickets[0], ERR_THROTTLED, 30000);
	fake_loop_pass_ms(29999);
	ck_assert_uint_eq(admitted, 1);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(admitted, 2);
}
END_TEST

START_TEST(throttling_halves_what_goes_at_once)
{
	all_ask();
	for (int i = 0; i < 4; i++)
		answer(&tickets[i], ERR_OK, 0);
	ck_assert_uint_eq(gate_inside(gate), PARALLEL);
	answer(&tickets[4], ERR_THROTTLED, 1000);
	fake_loop_pass(5);
	ck_assert_uint_eq(gate_inside(gate), PARALLEL - 1);
	answer(&tickets[5], ERR_OK, 0);
	ck_assert_uint_le(gate_inside(gate), 3);
}
END_TEST

/* How often somebody is let in within ten minutes of nothing but that. */
static unsigned asked_in_ten_minutes(enum err err)
{
	unsigned asked = 0;

	for (unsigned i = 0; i < 600; i++) {
		if (tickets[0].place == TICKET_IDLE)
			ask(0, GATE_NORMAL);
		fake_loop_pass(1);
		if (tickets[0].place == TICKET_INSIDE) {
			answer(&tickets[0], err, 0);
			asked++;
		}
	}

	return asked;
}

START_TEST(ailing_server_is_asked_every_eight_seconds_by_one)
{
	unsigned asked = asked_in_ten_minutes(ERR_SERVER);

	ck_assert_uint_ge(asked, 600 / 9);
	ck_assert_uint_le(asked, 600 / 6);
}
END_TEST

START_TEST(absent_server_is_asked_every_few_seconds_by_one)
{
	unsigned asked = asked_in_ten_minutes(ERR_NETWORK);

	ck_assert_uint_ge(asked, 600 / 7);
	ck_assert_uint_le(asked, 200);
}
END_TEST

START_TEST(return_of_the_server_is_noticed_within_seconds)
{
	uint64_t began_ms;

	asked_in_ten_minutes(ERR_TIMEOUT);
	gate_leave(gate, &tickets[0]);
	began_ms = clock_ms();
	all_ask();
	while (tickets[0].place != TICKET_INSIDE &&
	       clock_ms() - began_ms < 60000)
		fake_loop_pass_ms(100);
	ck_assert_uint_le(clock_ms() - began_ms, 6000);
	ck_assert_uint_eq(gate_inside(gate), 1);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(one_goes_first_then_more_but_never_too_many);
	TEST(urgent_overtakes);
	TEST(wrong_password_is_tried_twice_and_no_more);
	TEST(new_password_is_tried_at_once);
	TEST(shut_gate_opens_after_a_long_time);
	TEST(shut_gate_lets_one_in_an_hour);
	TEST(refused_in_mid_session_is_tried_again_in_a_minute);
	TEST(refused_in_mid_session_for_long_locks_no_account);
	TEST(password_that_works_again_is_used_by_all_at_once);
	TEST(new_password_has_yet_to_prove_itself);
	TEST(what_the_server_asks_for_is_waited);
	TEST(throttling_halves_what_goes_at_once);
	TEST(ailing_server_is_asked_every_eight_seconds_by_one);
	TEST(absent_server_is_asked_every_few_seconds_by_one);
	TEST(return_of_the_server_is_noticed_within_seconds);
}
