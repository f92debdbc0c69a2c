/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "way_ad"
#include "directory/dirsync.h"
#include "directory/people_file.h"
#include "tests/way_kit.h"

/*
 * Words. What stays: the notifications are refused with a code (k) or kick (K).
 * Of the database, by invocationId: which it is (I). The rootDSE says a number
 * (U). DirSync names a tombstone (g), what changed (c), and ends with a cookie,
 * all of it (D) or with more to come (M), or without its control (X). Of what
 * is read: a user of the base (l), one elsewhere (w), a unit (o), or with the
 * flag of disabled accounts (a); its end (L). Anything ends with a code (e).
 * A look is due (T); stopped and started anew (S); what was told so far
 * forgotten (|).
 */
enum { AT_KICKS, AT_REST };

static char guids[16][PERSON_ID_BYTES];

static void say_guid(const char *number)
{
	static unsigned at;
	char *bytes = guids[at++ % 16];

	make_bytes(bytes, number);
	fake_dsa_attr("objectGUID", bytes, PERSON_ID_BYTES);
}

static void name_changed(const char *number, bool deleted)
{
	say_guid(number);
	if (deleted)
		fake_dsa_attr("isDeleted", "TRUE", 0);
	fake_dsa_entry("<GUID=x>;cn=x");
}

static void end_dirsync(const char *cookie, bool more)
{
	struct buf inside = BUF(200);
	struct buf out = BUF(200);

	ber_add_number(&inside, BER_INTEGER, more);
	ber_add_number(&inside, BER_INTEGER, 0);
	ber_add(&inside, BER_OCTETS, cookie, strlen(cookie));
	ber_add(&out, BER_SEQUENCE, inside.data, inside.len);
	fake_dsa_control(DIRSYNC_OID, out.data, out.len);
	fake_dsa_done(0);
	buf_free(&inside);
	buf_free(&out);
}

static void list(const char *what, const char *number, const char *flags,
		 const char *above)
{
	char dn[60], mail[40];

	snprintf(dn, sizeof(dn), "%s=%s,%s,dc=x", what, number, above);
	snprintf(mail, sizeof(mail), "%s@x", number);
	say_guid(number);
	fake_dsa_attr("objectClass", "user", 0);
	fake_dsa_attr("userAccountControl", flags, 0);
	fake_dsa_attr("mail", mail, 0);
	fake_dsa_entry(dn);
}

static void say_instance(const char *number)
{
	char bytes[PERSON_ID_BYTES];

	make_bytes(bytes, number);
	fake_dsa_attr("invocationId", bytes, sizeof(bytes));
	fake_dsa_entry("cn=settings");
	fake_dsa_done(0);
}

static void say_usn(const char *usn)
{
	fake_dsa_attr("highestCommittedUSN", usn, 0);
	fake_dsa_entry("");
	fake_dsa_done(0);
}

static void restart(void)
{
	stop_way();
	start_way();
	fake_dsa_choose(AT_REST);
}

static void of_server(char letter, const char *of)
{
	switch (letter) {
	case 'k':
	case 'K':
		fake_dsa_choose(AT_KICKS);
		if (letter == 'K')
			fake_dsa_entry("cn=x");
		else
			fake_dsa_done(atoi(of));
		fake_dsa_choose(letter == 'K' ? AT_REST : AT_KICKS);
		fake_loop_pass_ms(1);
		break;
	case 'I':
		say_instance(of);
		break;
	case 'U':
		say_usn(of);
		break;
	case 'T':
		fake_loop_pass_ms(settings.tick_ms);
		break;
	case 'S':
		restart();
		break;
	case '|':
		heard();
		doubts = 0;
		break;
	default:
		ck_abort_msg("no such word: %c", letter);
	}
}

static void word(char letter, const char *of)
{
	switch (letter) {
	case 'g':
	case 'c':
		name_changed(of, letter == 'g');
		break;
	case 'D':
	case 'M':
		end_dirsync(of, letter == 'M');
		break;
	case 'X':
	case 'L':
		fake_dsa_done(0);
		break;
	case 'l':
		list("cn", of, "512", "ou=staff");
		break;
	case 'w':
		list("cn", of, "512", "ou=away");
		break;
	case 'a':
		list("cn", of, "514", "ou=staff");
		break;
	case 'o':
		list("OU", of, "512", "ou=away");
		break;
	case 'e':
		fake_dsa_done(atoi(of));
		break;
	default:
		of_server(letter, of);
	}
}

/* Two users are known, and what changes from now on is news. */
#define TWO   "I7 U5 Dk1 T U6 c1 c2 Dk2 l1 l2 L | "
#define LATER TWO "T U7 "

static const struct {
	const char *script, *heard, *cookie;
	unsigned doubts;
	enum err failed;
} rows[] = {
	/* the first DirSync names everything: that is read by itself, once */
	{ "I7 U5 g1 c1 Dk1", "", "k1", 1, ERR_OK },
	{ "I7 U5 c1 Mk1 c2 Dk2", "", "k2", 1, ERR_OK },
	{ "e50 U5 Dk1", "", "k1", 1, ERR_OK },
	{ TWO, "", "k2", 0, ERR_OK },
	/* nothing moved: nothing is asked */
	{ TWO "T U6 T U6 T", "", "k2", 0, ERR_OK },
	/* what DirSync names */
	{ LATER "g1 Dk3", "-1@x", "k3", 0, ERR_OK },
	{ LATER "g1 Mk3 g2 Dk4", "-1@x -2@x", "k4", 0, ERR_OK },
	{ LATER "g9 Dk3", "", "k3", 0, ERR_OK },
	{ LATER "c3 Dk3 l3 L", "+3@x", "k3", 0, ERR_OK },
	{ LATER "c1 Dk3 l1 L", "", "k3", 0, ERR_OK },
	{ LATER "c1 Dk3 a1 L", "-1@x", "k3", 0, ERR_OK },
	{ LATER "c1 Dk3 a1 L T U8 c1 Dk4 l1 L", "-1@x +1@x", "k4", 0, ERR_OK },
	/* gone from filter or base, but there: said. Not to be found: doubted */
	{ LATER "c1 Dk3 L w1 L", "-1@x", "k3", 0, ERR_OK },
	{ LATER "c1 Dk3 w1 L w1 L", "-1@x", "k3", 0, ERR_OK },
	{ LATER "c1 Dk3 L L", "", "k3", 1, ERR_OK },
	{ LATER "c9 Dk3 L L", "", "k3", 0, ERR_OK },
	{ LATER "c9 Dk3 L o9 L", "", "k3", 1, ERR_OK },
	/* errors delete nobody, and what was to be read is read again */
	{ LATER "e-5 T U7 g1 Dk3", "-1@x", "k3", 0, ERR_OK },
	{ LATER "c1 Dk3 e-5", "", "k2", 0, ERR_OK },
	{ LATER "c1 Dk3 e-5 T U7 Dk4 a1 L", "-1@x", "k4", 0, ERR_OK },
	{ LATER "c1 Dk3 L e-5 T U7 Dk4 L w1 L", "-1@x", "k4", 0, ERR_OK },
	{ LATER "c1 Mk3 e-5 T U7 c2 Dk4 a1 a2 L", "-1@x -2@x", "k4", 0,
	  ERR_OK },
	{ LATER "e50", "", "k2", 0, ERR_DENIED },
	{ LATER "c1 Dk3 e50", "", "k2", 0, ERR_DENIED },
	{ LATER "X", "", "k2", 0, ERR_MALFORMED },
	{ TWO "T e-5 T U7 g1 Dk3", "-1@x", "k3", 0, ERR_OK },
	{ TWO "T e52 T U7 g1 Dk3", "-1@x", "k3", 0, ERR_OK },
	/* cut off in the middle: begun anew from where all was done */
	{ LATER "g1 e-1 S I7 U7 g1 g2 Dk3", "-1@x -2@x", "k3", 1, ERR_OK },
	{ LATER "g1 S I7 U7 g2 Dk3", "-1@x -2@x", "k3", 1, ERR_OK },
	{ LATER "c1 Dk3 S I7 U7 c1 Dk3 a1 L", "", "k3", 1, ERR_OK },
	{ LATER "c1 Dk3 L w1 S I7 U7 Dk3", "-1@x", "k3", 1, ERR_OK },
	/* a cookie that it does not know, numbers set back, another database */
	{ LATER "e12 Dk3", "", "k3", 1, ERR_OK },
	{ LATER "e12 g1 c1 Mk3 c2 Dk4", "", "k4", 1, ERR_OK },
	{ LATER "e12 e12", "", "", 0, ERR_EXPIRED },
	{ TWO "T U3 g1 Dk3", "", "k3", 1, ERR_OK },
	{ TWO "T U3 Dk3 T U4 g1 Dk4", "-1@x", "k4", 1, ERR_OK },
	{ TWO "S I7 U3 g1 Dk3", "", "k3", 1, ERR_OK },
	{ TWO "S e50 U9 g1 Dk3", "-1@x", "k3", 1, ERR_OK },
	{ TWO "S I9 U9 g1 Dk3", "", "k3", 1, ERR_OK },
	{ TWO "S I7 U9 g1 Dk3", "-1@x", "k3", 1, ERR_OK },
	/* a kick only makes the look come sooner */
	{ TWO "K U7 g1 Dk3", "-1@x", "k3", 0, ERR_OK },
	{ TWO "k11 T U7 g1 Dk3", "-1@x", "k3", 0, ERR_OK },
};

START_TEST(only_who_was_deleted_or_is_elsewhere_leaves)
{
	root = (struct root){ .ad = true, .domain = "dc=x" };
	open_way(&way_ad, "base=ou=staff,dc=x filter=(objectClass=user)");
	fake_dsa_choose(AT_REST);
	play(rows[_i].script, word);
	ck_assert_str_eq(heard(), rows[_i].heard);
	ck_assert_str_eq(cookie_of("test"), rows[_i].cookie);
	ck_assert_uint_eq(doubts, rows[_i].doubts);
	ck_assert_int_eq(failed, rows[_i].failed);
	close_way();
}
END_TEST

START_TEST(who_was_said_to_be_deleted_may_be_forgotten_meanwhile)
{
	root = (struct root){ .ad = true, .domain = "dc=x" };
	open_way(&way_ad, "base=ou=staff,dc=x filter=(objectClass=user)");
	fake_dsa_choose(AT_REST);
	play(LATER "g1", word);
	/* all is read beside it, and who was deleted is let go by that */
	keeper_listed(keeper, "test");
	keeper_believe(keeper, 0, "test");
	ck_assert_str_eq(heard(), "-1@x");
	play("g2 Dk3", word);
	ck_assert_str_eq(heard(), "-2@x");
	close_way();
}
END_TEST

START_TEST(very_many_changes_are_read_with_everything)
{
	char number[8];

	root = (struct root){ .ad = true, .domain = "dc=x" };
	open_way(&way_ad, "base=ou=staff,dc=x filter=(objectClass=user)");
	fake_dsa_choose(AT_REST);
	play(LATER, word);
	for (int i = 0; i < 2001; i++) {
		snprintf(number, sizeof(number), "%d", i % 250);
		name_changed(number, false);
	}
	play("Dk3", word);
	ck_assert_uint_eq(doubts, 1);
	ck_assert_str_eq(cookie_of("test"), "k3");
	close_way();
}
END_TEST

static void tests(void)
{
	TEST_ROWS(only_who_was_deleted_or_is_elsewhere_leaves, rows);
	TEST(who_was_said_to_be_deleted_may_be_forgotten_meanwhile);
	TEST(very_many_changes_are_read_with_everything);
}
