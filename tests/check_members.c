/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "members"
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "module/members.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

/* What the ledger holds from the last run. */
static struct licence_record kept[64];
static char kept_names[64][40];
static size_t kept_count;

static struct members *members;
static char told[2048];
static unsigned errors;

static const struct licence_cause cause = { .who = "test",
					    .why = "said so",
					    .evidence = "explicit" };

static enum err load(void *arg, licence_record_h *h, void *h_arg,
		     struct why *why)
{
	(void)arg;
	(void)why;
	for (size_t i = 0; i < kept_count; i++)
		h(&kept[i], h_arg);
	return ERR_OK;
}

static void append(void *arg, const struct licence_record *record)
{
	(void)arg;
	(void)record;
}

static void settle(void *arg, licence_settled_h *h, void *h_arg)
{
	(void)arg;
	(void)h;
	(void)h_arg;
}

static enum err history(void *arg, const char *entity, size_t most,
			licence_record_h *h, void *h_arg)
{
	(void)arg;
	(void)entity;
	(void)most;
	(void)h;
	(void)h_arg;
	return ERR_OK;
}

static const struct licence_store store = {
	.load = load, .append = append, .settle = settle, .history = history
};

static void tell(const char *sign, const char *text)
{
	size_t len = strlen(told);

	snprintf(told + len, sizeof(told) - len, "%s%s%s", len ? " " : "", sign,
		 text);
}

static void on_serve(const struct user *user, void *arg)
{
	(void)arg;
	tell("+", user->mailbox);
}

static void on_dismiss(const char *entity, const struct licence_cause *why,
		       void *arg)
{
	(void)why;
	(void)arg;
	tell("-", entity);
}

static void count_errors(enum log_level level, const char *line, void *arg)
{
	(void)line;
	(void)arg;
	errors += level == LOG_LEVEL_ERROR;
}

static const char *heard(void)
{
	static char copy[sizeof(told)];

	strcpy(copy, told);
	told[0] = '\0';
	return copy;
}

static void remember(const char *name, enum licence_override override)
{
	char *entity = kept_names[kept_count];

	snprintf(entity, sizeof(kept_names[0]), "sip:%s@x", name);
	kept[kept_count] = (struct licence_record){
		.entity = entity,
		.action = LICENCE_ACT_GRANT,
		.state = LICENCE_GRANTED,
		.override = override,
		.wanted = override == LICENCE_OVERRIDE_NONE,
		.turn = kept_count + 1,
	};
	kept_count++;
}

static void remember_many(size_t count)
{
	char name[24];

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "u%02zu", i);
		remember(name, LICENCE_OVERRIDE_NONE);
	}
}

static void begin(bool guests)
{
	const struct members_options options = {
		.guests = guests,
		.store = &store,
		.handlers = { .serve = on_serve, .dismiss = on_dismiss },
	};

	fake_loop_reset();
	log_to(count_errors, NULL);
	errors = 0;
	told[0] = '\0';
	ck_assert_int_eq(members_new(&members, &options, NULL), ERR_OK);
	members_add_source(members, "conf");
}

static void setup(void)
{
	kept_count = 0;
}

static void teardown(void)
{
	members_free(&members);
}

static void put_id(const char *source, const char *name, const char *mailbox,
		   const char *id)
{
	const struct member_place place = { .source = source,
					    .id = id,
					    .dn = "" };
	char entity[40], box[40], nowhere[] = "";
	const struct user user = { .entity = entity,
				   .mailbox = box,
				   .gateway = nowhere };

	snprintf(entity, sizeof(entity), "sip:%s@x", name);
	snprintf(box, sizeof(box), "%s", mailbox);
	members_put(members, &place, &user, &cause);
}

static void put(const char *source, const char *name, const char *mailbox)
{
	put_id(source, name, mailbox, "");
}

static void put_many(const char *source, int first, int end)
{
	char name[24];

	for (int i = first; i < end; i++) {
		snprintf(name, sizeof(name), "u%02d", i);
		put(source, name, "m");
	}
}

START_TEST(who_is_named_twice_stays_until_nobody_names_him)
{
	begin(false);
	members_add_source(members, "corp");
	put("conf", "ann", "one");
	put("corp", "ann", "two");
	ck_assert_str_eq(heard(), "+one");
	members_drop(members, "conf", "sip:ann@x", &cause);
	ck_assert_str_eq(heard(), "+two");
	ck_assert(members_entitled(members, "sip:ann@x"));
	members_drop(members, "corp", "sip:ann@x", &cause);
	ck_assert_str_eq(heard(), "-sip:ann@x");
	ck_assert(!members_entitled(members, "sip:ann@x"));
	ck_assert_uint_eq(members_count(members), 0);
	ck_assert(members_known(members, "sip:ann@x"));
}
END_TEST

START_TEST(second_source_has_no_say_about_his_calendar)
{
	begin(false);
	members_add_source(members, "corp");
	put("conf", "ann", "one");
	put("corp", "ann", "two");
	heard();
	put("corp", "ann", "three");
	ck_assert_str_eq(heard(), "");
	put("conf", "ann", "four");
	ck_assert_str_eq(heard(), "+four");
	put("conf", "ann", "four");
	ck_assert_str_eq(heard(), "");
	members_drop(members, "corp", "sip:ann@x", &cause);
	ck_assert_str_eq(heard(), "");
}
END_TEST

START_TEST(same_address_of_another_person_is_served_anew)
{
	begin(false);
	put_id("conf", "ann", "m", "id1");
	put_id("conf", "ann", "m", "id1");
	ck_assert_str_eq(heard(), "+m");
	put_id("conf", "ann", "m", "id2");
	ck_assert_str_eq(heard(), "-sip:ann@x +m");
}
END_TEST

START_TEST(whom_nobody_names_after_a_restart_is_revoked_when_all_have_told)
{
	remember("ann", LICENCE_OVERRIDE_NONE);
	remember("bob", LICENCE_OVERRIDE_NONE);
	begin(false);
	members_add_source(members, "corp");
	members_settled(members, "conf", true, &cause);
	put("corp", "ann", "m");
	ck_assert_str_eq(heard(), "+m");
	ck_assert(members_entitled(members, "sip:bob@x"));
	members_settled(members, "corp", false, &cause);
	ck_assert_str_eq(heard(), "-sip:bob@x");
	ck_assert(!members_entitled(members, "sip:bob@x"));
	ck_assert_uint_eq(errors, 0);
}
END_TEST

static const struct {
	int known, named;
	bool trusted;  /* a configuration by itself: who is not in it goes */
	unsigned held; /* the others go at once */
} misses[] = {
	{ 20, 10, false, 0 }, /* ten may always */
	{ 20, 9, false, 11 }, /* eleven of twenty are too many */
	{ 20, 0, false, 20 }, { 20, 9, true, 0 },
	{ 20, 0, true, 0 },   { 20, 20, false, 0 },
};

START_TEST(too_many_missing_wait_for_a_person)
{
	struct licence_facts facts;
	unsigned gone = (unsigned)(misses[_i].known - misses[_i].named) -
			misses[_i].held;

	remember_many((size_t)misses[_i].known);
	begin(false);
	put_many("conf", 0, misses[_i].named);
	members_settled(members, "conf", misses[_i].trusted, &cause);
	ck_assert_uint_eq(members_held(members), misses[_i].held);
	ck_assert_uint_eq(errors, misses[_i].held ? 1 : 0);
	licence_facts(members_licence(members), &facts);
	ck_assert_uint_eq(facts.revoked, gone);
}
END_TEST

START_TEST(trusted_source_decides_for_itself_alone)
{
	remember_many(20);
	begin(false);
	members_add_source(members, "corp");
	members_settled(members, "corp", false, &cause);
	members_settled(members, "conf", true, &cause);
	ck_assert_uint_eq(members_held(members), 20);
	ck_assert(members_entitled(members, "sip:u00@x"));
}
END_TEST

START_TEST(held_ones_go_when_confirmed_but_not_who_came_back)
{
	remember_many(20);
	begin(false);
	members_settled(members, "conf", false, &cause);
	put("conf", "u03", "m");
	heard();
	ck_assert_uint_eq(members_confirm(members, &cause), 20);
	ck_assert_uint_eq(members_held(members), 0);
	ck_assert(members_entitled(members, "sip:u03@x"));
	ck_assert(!members_entitled(members, "sip:u00@x"));
	ck_assert_uint_eq(members_confirm(members, &cause), 0);
}
END_TEST

START_TEST(held_ones_stay_when_discarded_and_are_missed_again)
{
	remember_many(20);
	begin(false);
	members_settled(members, "conf", false, &cause);
	heard();
	ck_assert_uint_eq(members_discard(members), 20);
	ck_assert_uint_eq(members_held(members), 0);
	ck_assert(members_entitled(members, "sip:u00@x"));
	ck_assert_str_eq(heard(), "");
	members_settled(members, "conf", false, &cause);
	ck_assert_uint_eq(members_held(members), 20);
}
END_TEST

START_TEST(who_is_not_named_again_by_a_trusted_source_leaves)
{
	begin(false);
	put("conf", "ann", "a");
	put("conf", "bob", "b");
	members_settled(members, "conf", true, &cause);
	heard();
	members_begin(members, "conf");
	put("conf", "bob", "b");
	ck_assert(members_entitled(members, "sip:ann@x"));
	members_settled(members, "conf", true, &cause);
	ck_assert_str_eq(heard(), "-sip:ann@x");
}
END_TEST

START_TEST(source_that_is_no_more_takes_those_it_alone_named)
{
	begin(false);
	members_add_source(members, "corp");
	put("corp", "ann", "a");
	put("corp", "bob", "b");
	put("conf", "bob", "c");
	heard();
	members_drop_source(members, "corp", &cause);
	ck_assert(!members_entitled(members, "sip:ann@x"));
	ck_assert(members_entitled(members, "sip:bob@x"));
	members_settled(members, "conf", true, &cause);
	ck_assert(members_entitled(members, "sip:bob@x"));
}
END_TEST

enum { MANY = 1000 };

static size_t granted(void)
{
	struct licence_facts facts;

	licence_facts(members_licence(members), &facts);
	return facts.granted;
}

static void put_numbered(int number)
{
	char name[20];

	snprintf(name, sizeof(name), "u%d", number);
	put("corp", name, name);
}

START_TEST(of_a_source_that_is_no_more_thousands_go_some_a_turn)
{
	begin(false);
	members_add_source(members, "corp");
	for (int i = 0; i < MANY; i++)
		put_numbered(i);
	members_drop_source(members, "corp", &cause);
	ck_assert_uint_gt(granted(), MANY / 2);
	ck_assert_uint_lt(granted(), MANY);
	/* it is back meanwhile, with some of them */
	members_add_source(members, "corp");
	for (int i = 0; i < 10; i++)
		put_numbered(i * MANY / 10);
	fake_loop_pass_ms(1);
	ck_assert_uint_eq(granted(), 10);
	ck_assert_uint_eq(members_count(members), 10);
}
END_TEST

START_TEST(freed_while_those_of_a_source_go_nothing_is_left_behind)
{
	begin(false);
	members_add_source(members, "corp");
	for (int i = 0; i < MANY; i++)
		put_numbered(i);
	members_drop_source(members, "corp", &cause);
	members_free(&members);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}
END_TEST

START_TEST(whom_only_an_administrator_keeps_is_served_from_the_usual_mailbox)
{
	remember("ann", LICENCE_OVERRIDE_GRANT);
	begin(false);
	ck_assert_str_eq(heard(), "");
	members_settled(members, "conf", true, &cause);
	ck_assert_str_eq(heard(), "+ann@x");
	ck_assert(members_entitled(members, "sip:ann@x"));
}
END_TEST

START_TEST(stranger_may_only_where_guests_may)
{
	begin(_i);
	ck_assert_int_eq(members_entitled(members, "sip:eve@x"), _i);
	put("conf", "eve", "m");
	ck_assert(members_entitled(members, "sip:eve@x"));
	members_drop(members, "conf", "sip:eve@x", &cause);
	ck_assert(!members_entitled(members, "sip:eve@x"));
	members_change(members, 0, !_i);
	ck_assert_int_eq(members_entitled(members, "sip:sam@x"), !_i);
}
END_TEST

static void count_one(const struct user *user, const struct member_place *place,
		      void *arg)
{
	(void)user;
	(void)place;
	++*(int *)arg;
}

START_TEST(each_user_is_listed_once_and_each_naming_of_one)
{
	int all = 0, of_ann = 0;

	begin(false);
	members_add_source(members, "corp");
	put("conf", "ann", "a");
	put("corp", "ann", "a");
	put("corp", "bob", "b");
	members_each(members, count_one, &all);
	members_of(members, "sip:ann@x", count_one, &of_ann);
	ck_assert_int_eq(all, 2);
	ck_assert_int_eq(of_ann, 2);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(who_is_named_twice_stays_until_nobody_names_him);
	TEST(second_source_has_no_say_about_his_calendar);
	TEST(same_address_of_another_person_is_served_anew);
	TEST(whom_nobody_names_after_a_restart_is_revoked_when_all_have_told);
	TEST_ROWS(too_many_missing_wait_for_a_person, misses);
	TEST(trusted_source_decides_for_itself_alone);
	TEST(held_ones_go_when_confirmed_but_not_who_came_back);
	TEST(held_ones_stay_when_discarded_and_are_missed_again);
	TEST(who_is_not_named_again_by_a_trusted_source_leaves);
	TEST(source_that_is_no_more_takes_those_it_alone_named);
	TEST(of_a_source_that_is_no_more_thousands_go_some_a_turn);
	TEST(freed_while_those_of_a_source_go_nothing_is_left_behind);
	TEST(whom_only_an_administrator_keeps_is_served_from_the_usual_mailbox);
	tcase_add_loop_test(the_case, stranger_may_only_where_guests_may, 0, 2);
	TEST(each_user_is_listed_once_and_each_naming_of_one);
}
