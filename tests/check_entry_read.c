/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "entry_read"
#include <string.h>

#include "directory/entry_read.h"
#include "tests/suite.h"

static const struct {
	const char *name, *value;
	time_t expires;
} moments[] = {
	{ "accountExpires", "0", 0 },
	{ "accountExpires", "9223372036854775807", 0 },
	{ "accountExpires", "134339904000000000", 1789516800 },
	{ "accountExpires", "1", 0 },
	{ "accountExpires", "rubbish", 0 },
	{ "shadowExpire", "20000", 1728000000 },
	{ "shadowExpire", "-1", 0 },
	{ "shadowExpire", "99999999999999", 0 },
	{ "pwdEndTime", "20260917080000Z", 1789632000 },
	{ "pwdEndTime", "2026", 0 },
	{ "pwdEndTime", "", 0 },
};

START_TEST(expiry_is_read_by_the_kind_of_its_attribute)
{
	ck_assert_int_eq(entry_expiry(moments[_i].name, moments[_i].value),
			 moments[_i].expires);
}
END_TEST

static const struct {
	const char *name;
	unsigned long next;
} ranges[] = {
	{ "member", 0 },
	{ "member;range=0-1499", 1500 },
	{ "member;range=1500-*", 0 },
	{ "member;range=0-", 1 },
	{ "member;range=0-99999999999999999999999", 0 },
	{ "member;range=", 0 },
};

START_TEST(range_says_from_where_to_go_on)
{
	ck_assert_uint_eq(entry_range_next(ranges[_i].name), ranges[_i].next);
}
END_TEST

static const struct {
	const char *dn, *plain;
} dns[] = {
	{ "CN=a,DC=x", "CN=a,DC=x" },
	{ "<GUID=0011>;<SID=01>;CN=a,DC=x", "CN=a,DC=x" },
	{ "<GUID=0011>;CN=a,DC=x", "CN=a,DC=x" },
	{ "<GUID=0011>", "<GUID=0011>" },
	{ "", "" },
};

START_TEST(plain_dn_is_behind_its_ids)
{
	ck_assert_str_eq(entry_plain_dn(dns[_i].dn), dns[_i].plain);
}
END_TEST

#define TEXT(text)                                      \
	{                                               \
		.data = (text), .len = sizeof(text) - 1 \
	}
#define ONE(attr, text)                                                        \
	{                                                                      \
		.name = (attr), .values = &(const struct dsa_bytes)TEXT(text), \
		.count = 1                                                     \
	}

static const struct dsa_bytes proxies[] = {
	TEXT("smtp:old@example.com"),
	TEXT("SIP:Ann@Example.com"),
	TEXT("SMTP:Ann.Example@example.com"),
};

/* What is expected of one attribute beside the entryUUID. */
static const struct {
	struct dsa_attr attr;
	const char *address, *mailbox;
	bool disabled;
} users[] = {
	{ ONE("mail", "Ann@Example.com"), "ann@example.com", "ann@example.com",
	  false },
	{ ONE("msRTCSIP-PrimaryUserAddress", "sip:ann@x.y"), "ann@x.y", "",
	  false },
	{ ONE("userPrincipalName", "ann@x.y"), "ann@x.y", "", false },
	{ { .name = "proxyAddresses", .values = proxies, .count = 3 },
	  "ann@example.com",
	  "ann.example@example.com",
	  false },
	{ ONE("mail", "no address"), "", "", false },
	{ ONE("mail", "@x"), "", "", false },
	{ ONE("mail", "a@"), "", "", false },
	{ ONE("mail", "<a@x>"), "", "", false },
	{ ONE("userAccountControl", "514"), "", "", true },
	{ ONE("userAccountControl", "512"), "", "", false },
	{ ONE("nsAccountLock", "TRUE"), "", "", true },
	{ ONE("pwdAccountLockedTime", "000001010000Z"), "", "", true },
	{ ONE("pwdAccountLockedTime", "20260917080000Z"), "", "", false },
};

static struct entry_reader *reader(void)
{
	struct watch_settings settings;
	struct entry_reader *made;

	directive_defaults(&watch_table, &settings);
	made = entry_reader_new(&settings);
	directive_free(&watch_table, &settings);
	return made;
}

#define UUID "0d1e2f30-4152-6374-8596-a7b8c9daebfc"

START_TEST(user_is_read_from_the_attributes_in_their_order)
{
	struct entry_reader *read = reader();
	const struct dsa_attr attrs[] = { ONE("entryUUID", UUID),
					  users[_i].attr };
	const struct dsa_entry entry = { .dn = "cn=ann,dc=x",
					 .attrs = attrs,
					 .attr_count = 2 };
	struct sighting sighting;

	ck_assert(entry_read(read, &entry, &sighting));
	ck_assert_str_eq(sighting.id, "0d1e2f3041526374"
				      "8596a7b8c9daebfc");
	ck_assert_str_eq(sighting.address, users[_i].address);
	ck_assert_str_eq(sighting.mailbox, users[_i].mailbox);
	ck_assert(sighting.disabled == users[_i].disabled);
	ck_assert(!sighting.group && !sighting.deleted);
	sighting_clear(&sighting);
	entry_reader_free(&read);
}
END_TEST

static const struct dsa_bytes members[] = {
	TEXT("CN=Ann, DC=X"),
	TEXT("<GUID=302f1e0d524174638596a7b8c9daebfc>;CN=Bob,DC=X"),
	TEXT("<GUID=" UUID ">;CN=Cecil,DC=X"),
};

START_TEST(members_are_ids_where_the_server_tells_them)
{
	struct entry_reader *read = reader();
	const struct dsa_attr attrs[] = {
		ONE("entryUUID", UUID),
		ONE("objectClass", "groupOfNames"),
		{ .name = "member;range=0-2", .values = members, .count = 3 },
	};
	const struct dsa_entry entry = { .dn = "cn=g,dc=x",
					 .attrs = attrs,
					 .attr_count = 3 };
	struct sighting sighting;

	ck_assert(entry_read(read, &entry, &sighting));
	ck_assert(sighting.group);
	ck_assert_uint_eq(sighting.member_count, 3);
	ck_assert_str_eq(sighting.members[0], "cn=ann,dc=x");
	ck_assert_str_eq(sighting.members[1],
			 "302f1e0d524174638596a7b8c9daebfc");
	ck_assert_str_eq(sighting.members[2],
			 "302f1e0d524174638596a7b8c9daebfc");
	sighting_clear(&sighting);
	entry_reader_free(&read);
}
END_TEST

START_TEST(entry_without_an_id_is_nobody)
{
	struct entry_reader *read = reader();
	const struct dsa_attr attrs[] = { ONE("entryUUID", "0d1e2f30") };
	const struct dsa_entry entry = { .dn = "cn=ann,dc=x",
					 .attrs = attrs,
					 .attr_count = 1 };
	struct sighting sighting;

	ck_assert(!entry_read(read, &entry, &sighting));
	sighting_clear(&sighting);
	entry_reader_free(&read);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(expiry_is_read_by_the_kind_of_its_attribute, moments);
	TEST_ROWS(range_says_from_where_to_go_on, ranges);
	TEST_ROWS(plain_dn_is_behind_its_ids, dns);
	TEST_ROWS(user_is_read_from_the_attributes_in_their_order, users);
	TEST(members_are_ids_where_the_server_tells_them);
	TEST(entry_without_an_id_is_nobody);
}
