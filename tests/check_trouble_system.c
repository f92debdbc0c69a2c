/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "trouble_system"
#include "module/trouble_system.h"
#include "tests/suite.h"

static struct trouble_system_facts facts;
static struct trouble_row rows[SYSTEM_CHECK_COUNT];

/* Everything as it should be. */
static void setup(void)
{
	facts = (struct trouble_system_facts){
		.directories = 1,
		.ledger = "/var/lib/daymark/ledger",
		.disk_mib = 10000,
		.fds = 50,
		.fds_max = 1024,
		.memory_mib = 4000,
		.memory_free_mib = 2000,
		.publish_per_s = 100,
		.clocks = 2,
		.skew_ms = -400,
	};
}

static void is_unread(void)
{
	facts.unread = 1;
}

static void holds(void)
{
	facts.held = 3;
}

static void is_alarmed(void)
{
	facts.alarmed = 1;
}

static void is_memory(void)
{
	facts.in_memory = true;
}

static void is_not_written(void)
{
	why_set(&facts.written, ERR_CONFIG, "disk full");
}

static void disk_is_low(void)
{
	facts.disk_mib = 63;
}

static void many_descriptors(void)
{
	facts.fds = 900;
}

static void no_descriptors(void)
{
	facts.fds = 1000;
}

static void memory_is_low(void)
{
	facts.memory_free_mib = 199;
}

static void changes_wait(void)
{
	facts.publish_waiting = 6000;
}

static void requests_wait(void)
{
	facts.sip_waiting = 5001;
}

static void nothing_to_compare(void)
{
	facts.clocks = 0;
}

static void clock_is_off(void)
{
	facts.skew_ms = -61000;
}

static const struct {
	void (*happens)(void);
	enum system_check check;
	enum trouble_status status;
	const char *id, *wording;
} troubles[] = {
	{ is_unread, SYSTEM_CHECK_DIRECTORY, TROUBLE_WARN, "F-21",
	  "A directory was not read yet" },
	{ holds, SYSTEM_CHECK_DIRECTORY, TROUBLE_WARN, "F-21",
	  "Revocations are held and wait for a person" },
	{ is_alarmed, SYSTEM_CHECK_DIRECTORY, TROUBLE_FAIL, "F-21",
	  "A directory is in trouble" },
	{ is_memory, SYSTEM_CHECK_STORE, TROUBLE_WARN, "M-40",
	  "Licences are forgotten at a restart" },
	{ is_not_written, SYSTEM_CHECK_STORE, TROUBLE_FAIL, "M-40",
	  "The ledger cannot be written" },
	{ disk_is_low, SYSTEM_CHECK_STORE, TROUBLE_WARN, "M-40",
	  "The ledger's disk is nearly full" },
	{ many_descriptors, SYSTEM_CHECK_HOST, TROUBLE_WARN, "M-41",
	  "More than four fifths of the descriptors are in use" },
	{ no_descriptors, SYSTEM_CHECK_HOST, TROUBLE_FAIL, "M-41",
	  "The descriptors are used up" },
	{ memory_is_low, SYSTEM_CHECK_HOST, TROUBLE_WARN, "M-41",
	  "The machine is short of memory" },
	{ changes_wait, SYSTEM_CHECK_QUEUE, TROUBLE_WARN, "F-29",
	  "Changes wait for their turn" },
	{ requests_wait, SYSTEM_CHECK_QUEUE, TROUBLE_WARN, "F-29",
	  "Changes wait for their turn" },
	{ nothing_to_compare, SYSTEM_CHECK_TIME, TROUBLE_NOT_RUN, "M-15",
	  "There is no other clock to compare with" },
	{ clock_is_off, SYSTEM_CHECK_TIME, TROUBLE_FAIL, "M-15",
	  "This clock differs from those of all gateways" },
};

START_TEST(a_house_in_order_is_good)
{
	trouble_system_judge(&facts, rows);
	for (int i = 0; i < SYSTEM_CHECK_COUNT; i++)
		ck_assert_msg(rows[i].status == TROUBLE_PASS, "%s: %s",
			      trouble_system_titles[i], rows[i].wording);
}
END_TEST

START_TEST(each_trouble_has_its_row_and_remedy_and_no_other)
{
	troubles[_i].happens();
	trouble_system_judge(&facts, rows);
	for (int i = 0; i < SYSTEM_CHECK_COUNT; i++)
		ck_assert_msg((i == (int)troubles[_i].check) ==
				      (rows[i].status != TROUBLE_PASS),
			      "%s: %s", trouble_system_titles[i],
			      rows[i].wording);
	ck_assert_str_eq(rows[troubles[_i].check].wording,
			 troubles[_i].wording);
	ck_assert_str_eq(rows[troubles[_i].check].id, troubles[_i].id);
	ck_assert_int_eq(rows[troubles[_i].check].status, troubles[_i].status);
	ck_assert_int_ne(rows[troubles[_i].check].remedy[0], '\0');
	ck_assert_int_ge(trouble_rows_worst(rows, SYSTEM_CHECK_COUNT),
			 TROUBLE_WARN);
}
END_TEST

START_TEST(what_cannot_be_found_out_is_no_trouble)
{
	facts.fds = facts.fds_max = 0;
	facts.memory_mib = facts.memory_free_mib = 0;
	facts.disk_mib = -1;
	trouble_system_judge(&facts, rows);
	ck_assert_int_eq(rows[SYSTEM_CHECK_STORE].status, TROUBLE_PASS);
	ck_assert_int_eq(rows[SYSTEM_CHECK_HOST].status, TROUBLE_PASS);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, NULL);
	TEST(a_house_in_order_is_good);
	TEST_ROWS(each_trouble_has_its_row_and_remedy_and_no_other, troubles);
	TEST(what_cannot_be_found_out_is_no_trouble);
}
