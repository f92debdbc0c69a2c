/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "people"
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "directory/people.h"
#include "tests/suite.h"

enum { NOW = 1000, MEMBERS_MAX = 4 };

static char staff[] = "CN=Staff, DC=x";
static char *named[] = { staff };
static const struct directive_list nobody_named = { .items = NULL };
static const struct directive_list staff_named = { named, 1 };
static struct people *people;
static struct change change;

static void open_people(const struct directive_list *groups)
{
	people = people_new(groups);
}

static void teardown(void)
{
	change_clear(&change);
	people_free(&people);
}

/* What the next entry says, taken by see(). */
static struct sighting entry(const char *id, const char *dn,
			     const char *address)
{
	struct sighting sighting = { .dn = x_strdup(dn),
				     .address = x_strdup(address),
				     .mailbox = x_strdup(address),
				     .home = x_strdup("") };

	snprintf(sighting.id, sizeof(sighting.id), "%s", id);
	return sighting;
}

static struct row *see(struct sighting sighting)
{
	change_clear(&change);
	people_see(people, &sighting, &change);
	sighting_clear(&sighting);
	return change.row;
}

static struct row *see_user(const char *id, const char *dn, const char *address)
{
	return see(entry(id, dn, address));
}

/* members: until NULL. */
static struct row *see_group(const char *id, const char *dn,
			     const char *const members[MEMBERS_MAX])
{
	struct sighting sighting = entry(id, dn, "");
	size_t count = 0;

	sighting.group = true;
	sighting.members = x_zalloc(MEMBERS_MAX * sizeof(char *));
	while (count < MEMBERS_MAX && members[count]) {
		sighting.members[count] = x_strdup(members[count]);
		count++;
	}
	sighting.member_count = count;
	return see(sighting);
}

#define GROUP(id, dn, ...) \
	see_group(id, dn, (const char *const[MEMBERS_MAX]){ __VA_ARGS__ })

static enum standing standing(const char *id)
{
	return people_standing(people, people_find(people, id), NOW);
}

static const struct {
	const char *dn, *folded;
} dns[] = {
	{ "", "" },
	{ "cn=ann,dc=x", "cn=ann,dc=x" },
	{ "CN=Ann,DC=X", "cn=ann,dc=x" },
	{ " CN = Ann , DC=X ", "cn=ann,dc=x" },
	{ "cn=Ann  Lee,dc=x", "cn=ann  lee,dc=x" },
	{ "cn=ann\\ ,dc=x", "cn=ann\\ ,dc=x" },
	{ "cn=Lee\\, Ann, dc=x", "cn=lee\\, ann,dc=x" },
	{ "cn=a\\= b,dc=x", "cn=a\\= b,dc=x" },
	{ "cn=a\\\\ , dc=x", "cn=a\\\\,dc=x" },
};

START_TEST(names_that_differ_in_case_and_blanks_are_one)
{
	char out[100];

	ck_assert_uint_lt(strlen(dns[_i].dn), sizeof(out));
	dn_fold(out, dns[_i].dn);
	ck_assert_str_eq(out, dns[_i].folded);
}
END_TEST

START_TEST(an_id_is_written_in_the_order_of_its_bytes)
{
	static const unsigned char bytes[PERSON_ID_BYTES] = {
		0x01, 0xab, [15] = 0xff
	};
	char id[PERSON_ID_SIZE];

	id_text(id, bytes);
	ck_assert_str_eq(id, "01ab00000000000000000000000000ff");
}
END_TEST

static const struct {
	const char *address;
	bool disabled, deleted;
	time_t expires;
	enum standing standing;
} standings[] = {
	{ "ann@x", false, false, 0, STANDING_OK },
	{ "ann@x", false, false, NOW + 1, STANDING_OK },
	{ "ann@x", false, false, NOW, STANDING_EXPIRED },
	{ "ann@x", true, false, 0, STANDING_DISABLED },
	{ "ann@x", true, false, NOW, STANDING_DISABLED },
	{ "", false, false, 0, STANDING_NO_ADDRESS },
	{ "ann@x", false, true, 0, STANDING_DELETED },
	{ "", true, true, NOW, STANDING_DELETED },
};

START_TEST(what_an_entry_says_decides_who_is_entitled)
{
	struct sighting sighting =
		entry("a", "cn=ann,dc=x", standings[_i].address);

	open_people(&nobody_named);
	sighting.disabled = standings[_i].disabled;
	sighting.deleted = standings[_i].deleted;
	sighting.expires = standings[_i].expires;
	see(sighting);
	ck_assert(change.fresh);
	ck_assert_int_eq(standing("a"), standings[_i].standing);
	ck_assert_uint_eq(people_users(people), 1);
	ck_assert_uint_eq(people_entitled(people), 0);
}
END_TEST

START_TEST(a_tombstone_that_is_seen_alive_again_is_entitled_again)
{
	struct sighting sighting = entry("a", "cn=ann,dc=x", "ann@x");

	open_people(&nobody_named);
	see_user("a", "cn=ann,dc=x", "ann@x");
	sighting.deleted = true;
	see(sighting);
	ck_assert_int_eq(standing("a"), STANDING_DELETED);
	see_user("a", "cn=ann,dc=x", "ann@x");
	ck_assert(!change.fresh);
	ck_assert_int_eq(standing("a"), STANDING_OK);
}
END_TEST

/* Who is in the groups, before they are counted anew and after. */
static void open_staff(void)
{
	open_people(&staff_named);
	see_user("a", "cn=ann,dc=x", "ann@x");
	see_user("b", "cn=bob,dc=x", "bob@x");
	see_user("c", "cn=cem,dc=x", "cem@x");
	ck_assert_str_eq(people_missing_group(people), staff);
	GROUP("s", "cn=staff,dc=x", "cn=ann,dc=x", "t");
	GROUP("t", "cn=team,dc=x", "b", "cn=staff,dc=x");
}

START_TEST(members_of_groups_within_groups_count_from_the_regrouping_on)
{
	open_staff();
	ck_assert_int_eq(standing("a"), STANDING_NO_MEMBER);
	people_regroup(people);
	ck_assert_ptr_null(people_missing_group(people));
	ck_assert_int_eq(standing("a"), STANDING_OK);
	ck_assert_int_eq(standing("b"), STANDING_OK);
	ck_assert_int_eq(standing("c"), STANDING_NO_MEMBER);

	GROUP("t", "cn=team,dc=x", "cn=cem,dc=x");
	ck_assert(change.members);
	ck_assert_int_eq(standing("b"), STANDING_OK);
	people_regroup(people);
	ck_assert_int_eq(standing("b"), STANDING_NO_MEMBER);
	ck_assert_int_eq(standing("c"), STANDING_OK);

	GROUP("t", "cn=team,dc=x", "cn=cem,dc=x");
	ck_assert(!change.members);
}
END_TEST

START_TEST(a_deleted_group_has_no_members)
{
	struct sighting sighting = entry("t", "cn=team,dc=x", "");

	open_staff();
	sighting.group = sighting.deleted = true;
	see(sighting);
	people_regroup(people);
	ck_assert_int_eq(standing("a"), STANDING_OK);
	ck_assert_int_eq(standing("b"), STANDING_NO_MEMBER);
	people_forget(people, people_find(people, "s"));
	people_regroup(people);
	ck_assert_int_eq(standing("a"), STANDING_NO_MEMBER);
	ck_assert_str_eq(people_missing_group(people), staff);
}
END_TEST

START_TEST(new_members_count_once_all_were_gone_through)
{
	open_staff();
	people_regroup(people);
	GROUP("s", "cn=staff,dc=x", "cn=bob,dc=x", "cn=team,dc=x");
	people_regroup_begin(people);
	ck_assert(!people_regroup_some(people, 1));
	ck_assert_int_eq(standing("a"), STANDING_OK);
	ck_assert(!people_regroup_some(people, 1));
	ck_assert_int_eq(standing("a"), STANDING_OK);
	ck_assert(people_regroup_some(people, 100));
	ck_assert_int_eq(standing("a"), STANDING_NO_MEMBER);
	ck_assert_int_eq(standing("b"), STANDING_OK);
}
END_TEST

START_TEST(a_group_may_be_forgotten_while_members_are_gone_through)
{
	open_staff();
	people_regroup_begin(people);
	ck_assert(!people_regroup_some(people, 2));
	people_forget(people, people_find(people, "t"));
	people_forget(people, people_find(people, "b"));
	ck_assert(people_regroup_some(people, 100));
	ck_assert_int_eq(standing("a"), STANDING_OK);
	people_regroup_begin(people);
	people_regroup_some(people, 1);
}
END_TEST

START_TEST(a_renamed_member_is_one_until_the_groups_have_followed)
{
	open_staff();
	people_regroup(people);
	see_user("a", "cn=anne,ou=new,dc=x", "ann@x");
	ck_assert_int_eq(standing("a"), STANDING_OK);
	ck_assert_ptr_null(people_at(people, "cn=ann,dc=x"));
	ck_assert_ptr_eq(people_at(people, "CN=Anne,OU=new, DC=x"), change.row);
	people_forget_renames(people);
	ck_assert_int_eq(standing("a"), STANDING_NO_MEMBER);
	GROUP("s", "cn=staff,dc=x", "cn=anne,ou=new,dc=x");
	people_regroup(people);
	ck_assert_int_eq(standing("a"), STANDING_OK);
}
END_TEST

/* Of a group with ann and bob: what it says next. */
static const struct {
	const char *members[MEMBERS_MAX];
	bool changed, strangers;
} later[] = {
	{ { "cn=ann,dc=x", "cn=bob,dc=x" }, false, false },
	{ { "cn=bob,dc=x", "cn=ann,dc=x" }, false, false },
	{ { "cn=ann,dc=x" }, true, false },
	{ { "cn=ann,dc=x", "cn=bob,dc=x", "cn=new,dc=x" }, true, false },
	{ { "cn=ann,dc=x", "cn=new,dc=x" }, true, true },
	{ { "cn=ann,dc=x", "cn=cem,dc=x" }, true, false },
	{ { "cn=ann,dc=x", "some-id" }, true, false },
	{ { NULL }, true, false },
};

START_TEST(strangers_in_place_of_members_may_only_be_renamed)
{
	open_people(&staff_named);
	see_user("a", "cn=ann,dc=x", "ann@x");
	see_user("b", "cn=bob,dc=x", "bob@x");
	see_user("c", "cn=cem,dc=x", "cem@x");
	GROUP("s", "cn=staff,dc=x", "cn=ann,dc=x", "cn=bob,dc=x");
	ck_assert(!change.strangers);
	people_regroup(people);
	see_group("s", "cn=staff,dc=x", later[_i].members);
	ck_assert_int_eq(change.members, later[_i].changed);
	ck_assert_int_eq(change.strangers, later[_i].strangers);
}
END_TEST

START_TEST(one_address_entitles_one_person)
{
	struct row *ann, *other;

	open_people(&nobody_named);
	ann = see_user("a", "cn=ann,dc=x", "ann@x");
	people_entitle(people, ann, true);
	other = see_user("b", "cn=other,dc=x", "ann@x");
	ck_assert_int_eq(standing("b"), STANDING_DOUBLE);
	ck_assert_int_eq(standing("a"), STANDING_OK);
	ck_assert_ptr_eq(people_holder(people, "ann@x"), ann);
	people_entitle(people, ann, false);
	ck_assert_ptr_null(people_holder(people, "ann@x"));
	ck_assert_int_eq(standing("b"), STANDING_OK);
	people_entitle(people, other, true);
	ck_assert_int_eq(standing("a"), STANDING_DOUBLE);
	ck_assert_uint_eq(people_entitled(people), 1);
}
END_TEST

START_TEST(who_gets_another_address_is_found_under_it)
{
	struct row *ann;

	open_people(&nobody_named);
	ann = see_user("a", "cn=ann,dc=x", "ann@x");
	people_entitle(people, ann, true);
	see_user("a", "cn=ann,dc=x", "lee@x");
	ck_assert(change.person);
	ck_assert_str_eq(change.address, "ann@x");
	ck_assert_str_eq(change.mailbox, "ann@x");
	ck_assert_ptr_null(people_holder(people, "ann@x"));
	ck_assert_ptr_eq(people_holder(people, "lee@x"), ann);
	see_user("a", "cn=ann,dc=x", "lee@x");
	ck_assert(!change.person && !change.home && !change.fresh);
}
END_TEST

START_TEST(an_address_that_another_holds_is_not_taken_over)
{
	struct row *ann, *bob;

	open_people(&nobody_named);
	ann = see_user("a", "cn=ann,dc=x", "ann@x");
	bob = see_user("b", "cn=bob,dc=x", "bob@x");
	people_entitle(people, ann, true);
	people_entitle(people, bob, true);
	see_user("b", "cn=bob,dc=x", "ann@x");
	ck_assert_ptr_eq(people_holder(people, "ann@x"), ann);
	ck_assert_ptr_eq(people_holder(people, "bob@x"), bob);
	ck_assert_str_eq(bob->address, "bob@x");
}
END_TEST

START_TEST(who_comes_to_the_place_of_another_has_it)
{
	const struct row *bob;

	open_people(&nobody_named);
	see_user("a", "cn=ann,dc=x", "ann@x");
	bob = see_user("b", "CN=Ann,DC=x", "bob@x");
	ck_assert_ptr_eq(people_at(people, "cn=ann,dc=x"), bob);
	ck_assert_ptr_nonnull(people_find(people, "a"));
	people_forget(people, people_find(people, "a"));
	ck_assert_ptr_eq(people_at(people, "cn=ann,dc=x"), bob);
	ck_assert_uint_eq(people_users(people), 1);
}
END_TEST

START_TEST(rows_stand_in_the_order_of_their_coming)
{
	static const char *const ids[] = { "b", "a", "c" };
	const struct row *row;
	uint64_t edition;

	open_people(&nobody_named);
	edition = people_edition(people);
	for (int i = 0; i < 3; i++)
		see_user(ids[i], ids[i], ids[i]);
	ck_assert_uint_ne(people_edition(people), edition);
	edition = people_edition(people);
	see_user("a", "elsewhere", "a");
	ck_assert_uint_eq(people_edition(people), edition);
	row = people_first(people);
	for (int i = 0; i < 3; i++, row = row->next)
		ck_assert_str_eq(row->id, ids[i]);
	ck_assert_ptr_null(row);

	for (int i = 0; i < 3; i++)
		people_forget(people, people_find(people, ids[(_i + i) % 3]));
	ck_assert_ptr_null(people_first(people));
	ck_assert_uint_ne(people_edition(people), edition);
}
END_TEST

START_TEST(the_next_expiry_is_the_first_that_is_still_to_come)
{
	static const time_t ends[] = { NOW + 50, 0, NOW, NOW + 7, NOW - 9 };
	char id[2] = "a";

	open_people(&nobody_named);
	ck_assert_int_eq(people_next_expiry(people, NOW), 0);
	for (int i = 0; i < 5; i++, id[0]++) {
		struct sighting sighting = entry(id, id, id);

		sighting.expires = ends[i];
		see(sighting);
	}
	ck_assert_int_eq(people_next_expiry(people, NOW), NOW + 7);
	ck_assert_int_eq(people_next_expiry(people, NOW + 7), NOW + 50);
	ck_assert_int_eq(people_next_expiry(people, NOW + 50), 0);
}
END_TEST

START_TEST(whom_a_look_met_carries_its_mark)
{
	uint64_t mark;

	open_people(&nobody_named);
	see_user("a", "a", "a");
	mark = people_mark(people);
	see_user("b", "b", "b");
	ck_assert_uint_lt(people_find(people, "a")->mark, mark);
	ck_assert_uint_eq(people_find(people, "b")->mark, mark);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, NULL, teardown);
	TEST_ROWS(names_that_differ_in_case_and_blanks_are_one, dns);
	TEST(an_id_is_written_in_the_order_of_its_bytes);
	TEST_ROWS(what_an_entry_says_decides_who_is_entitled, standings);
	TEST(a_tombstone_that_is_seen_alive_again_is_entitled_again);
	TEST(members_of_groups_within_groups_count_from_the_regrouping_on);
	TEST(a_deleted_group_has_no_members);
	TEST(new_members_count_once_all_were_gone_through);
	TEST(a_group_may_be_forgotten_while_members_are_gone_through);
	TEST(a_renamed_member_is_one_until_the_groups_have_followed);
	TEST_ROWS(strangers_in_place_of_members_may_only_be_renamed, later);
	TEST(one_address_entitles_one_person);
	TEST(who_gets_another_address_is_found_under_it);
	TEST(an_address_that_another_holds_is_not_taken_over);
	TEST(who_comes_to_the_place_of_another_has_it);
	tcase_add_loop_test(the_case, rows_stand_in_the_order_of_their_coming,
			    0, 3);
	TEST(the_next_expiry_is_the_first_that_is_still_to_come);
	TEST(whom_a_look_met_carries_its_mark);
}
