/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "way_sync"
#include <stdlib.h>
#include <unistd.h>

#include "directory/sync_info.h"
#include "tests/way_kit.h"

/* Words: an entry that is added (+) or the same (p) or deleted (-), of which
   none can be read (b) or that has no state (n); a set of ids, deleted (x) or
   there (u); a cookie (c); the refresh over, saying who was deleted (d) or who
   is there (r); what cannot be read (i); the end with a code (e); stopped and
   started anew (S); what was told so far forgotten (|). */

static void add_state(enum sync_what what, const char *number, size_t cut)
{
	static char value[64];
	struct buf inside = BUF(64);
	struct buf out = BUF(64);
	char id[PERSON_ID_BYTES];

	make_bytes(id, number);
	ber_add_number(&inside, BER_ENUM, what);
	ber_add(&inside, BER_OCTETS, id, sizeof(id));
	ber_add(&out, BER_SEQUENCE, inside.data, inside.len);
	memcpy(value, out.data, out.len);
	fake_dsa_control(SYNC_OID_STATE, value, out.len - cut);
	buf_free(&inside);
	buf_free(&out);
}

static void entry(const char *number)
{
	char uuid[40], dn[40], mail[40];

	snprintf(uuid, sizeof(uuid), "00000000-0000-0000-0000-0000000000%02x",
		 (unsigned)atoi(number));
	snprintf(dn, sizeof(dn), "cn=%s,dc=x", number);
	snprintf(mail, sizeof(mail), "%s@x", number);
	fake_dsa_user(uuid, dn, mail);
}

static void say(unsigned tag, const struct buf *inside)
{
	struct buf out = BUF(200);

	ber_add(&out, tag, buf_text(inside), inside->len);
	fake_dsa_say(SYNC_OID_INFO, out.data, out.len);
	buf_free(&out);
}

static void say_ids(const char *number, bool deleted)
{
	struct buf inside = BUF(200);
	struct buf ids = BUF(100);
	char id[PERSON_ID_BYTES];

	make_bytes(id, number);
	ber_add(&ids, BER_OCTETS, id, sizeof(id));
	ber_add_flag(&inside, deleted);
	ber_add(&inside, BER_SET, ids.data, ids.len);
	say(BER_CONTEXT_MADE + 3, &inside);
	buf_free(&inside);
	buf_free(&ids);
}

static void say_cookie(const char *cookie)
{
	struct buf inside = BUF(100);

	buf_print(&inside, "%s", cookie);
	say(BER_CONTEXT, &inside);
	buf_free(&inside);
}

static void of_refresh(char letter, const char *of)
{
	struct buf nothing = BUF(1);

	switch (letter) {
	case 'x':
	case 'u':
		say_ids(of, letter == 'x');
		break;
	case 'c':
		say_cookie(of);
		break;
	case 'd':
		say(BER_CONTEXT_MADE + 1, &nothing);
		break;
	case 'r':
		say(BER_CONTEXT_MADE + 2, &nothing);
		break;
	case 'i':
		fake_dsa_say(SYNC_OID_INFO, "\xa3\x7f", 2);
		fake_dsa_say("1.2.3", "", 0);
		break;
	default:
		ck_abort_msg("no such word: %c", letter);
	}
	buf_free(&nothing);
}

static void word(char letter, const char *of)
{
	switch (letter) {
	case '+':
		add_state(SYNC_ADD, of, 0);
		entry(of);
		break;
	case 'p':
		add_state(SYNC_PRESENT, of, 0);
		entry(of);
		break;
	case '-':
		add_state(SYNC_DELETE, of, 0);
		entry(of);
		break;
	case 'b':
		add_state(SYNC_DELETE, of, 3);
		entry(of);
		break;
	case 'n':
		entry(of);
		break;
	case 'e':
		fake_dsa_done(atoi(of));
		break;
	case 'S':
		stop_way();
		start_way();
		break;
	case '|':
		heard();
		doubts = 0;
		break;
	default:
		of_refresh(letter, of);
	}
}

#define TWO "+1 +2 cone d | " /* they are known, and announced from now on */

static const struct {
	const char *script, *heard, *cookie;
	unsigned doubts;
	enum err failed;
} rows[] = {
	/* the refresh: who is not named is somebody else's question */
	{ "+1 +2 cone d", "+1@x +2@x", "one", 1, ERR_OK },
	{ "+1 +2 cone", "+1@x +2@x", "one", 0, ERR_OK },
	{ "+1 d d", "+1@x", "", 1, ERR_OK },
	{ TWO "S +1 r ctwo", "", "two", 1, ERR_OK },
	{ TWO "S u1 r ctwo", "", "two", 1, ERR_OK },
	{ TWO "S ctwo d", "", "two", 1, ERR_OK },
	{ TWO "S x1 d", "-1@x", "one", 1, ERR_OK },
	{ TWO "S -1 d", "-1@x", "one", 1, ERR_OK },
	{ TWO "S x9 d", "", "one", 1, ERR_OK },
	/* after it */
	{ TWO "-1 ctwo", "-1@x", "two", 0, ERR_OK },
	{ TWO "-1 -1", "-1@x", "one", 0, ERR_OK },
	{ TWO "x1", "-1@x", "one", 0, ERR_OK },
	{ TWO "u1", "", "one", 0, ERR_OK },
	{ TWO "p1", "", "one", 0, ERR_OK },
	{ TWO "-9", "", "one", 0, ERR_OK },
	{ TWO "+3", "+3@x", "one", 0, ERR_OK },
	{ TWO "-1 +1", "-1@x +1@x", "one", 0, ERR_OK },
	{ TWO "b1", "", "one", 0, ERR_OK },
	{ TWO "n1", "", "one", 0, ERR_OK },
	{ TWO "i", "", "one", 0, ERR_OK },
	/* it ends: with the connection, the link begins anew */
	{ "+1 e-1", "+1@x", "", 0, ERR_OK },
	{ TWO "e-1 S", "", "one", 0, ERR_OK },
	{ TWO "S +1 e-1", "", "one", 0, ERR_OK },
	{ TWO "S x1 e-1", "-1@x", "one", 0, ERR_OK },
	{ TWO "-1 e-1 S", "-1@x", "one", 0, ERR_OK },
	/* the cookie is worth nothing there: all is asked for anew */
	{ TWO "S e4096", "", "", 0, ERR_OK },
	{ TWO "S e53", "", "", 0, ERR_OK },
	{ TWO "S +1 e4096 +1 +2 ctwo d", "", "two", 1, ERR_OK },
	{ TWO "S e4096 +1 d", "", "", 1, ERR_OK },
	{ TWO "S e4096 e4096", "", "", 0, ERR_EXPIRED },
	{ "e4096", "", "", 0, ERR_EXPIRED },
	/* a server that refuses deletes nobody */
	{ TWO "e0", "", "one", 0, ERR_SERVER },
	{ TWO "e3", "", "one", 0, ERR_TIMEOUT },
	{ TWO "S e4", "", "one", 0, ERR_CONFIG },
	{ TWO "S e12", "", "", 0, ERR_OK },
	{ TWO "S e32", "", "one", 0, ERR_CONFIG },
	{ TWO "S e50", "", "one", 0, ERR_DENIED },
	{ TWO "S e51", "", "one", 0, ERR_SERVER },
};

START_TEST(only_who_is_said_to_be_deleted_leaves)
{
	open_way(&way_sync, "");
	play(rows[_i].script, word);
	ck_assert_str_eq(heard(), rows[_i].heard);
	ck_assert_str_eq(cookie_of("users"), rows[_i].cookie);
	ck_assert_uint_eq(doubts, rows[_i].doubts);
	ck_assert_int_eq(failed, rows[_i].failed);
	close_way();
}
END_TEST

/* As libldap's request has it behind mode and length, "" where there is none. */
static const char *asked_cookie(void)
{
	static char text[40];
	struct dsa_bytes value = fake_dsa_asked(SYNC_OID_REQUEST);
	struct ber ber = ber_of(value.data, value.len);
	struct ber inside, cookie = { .data = NULL };
	int64_t mode;

	ck_assert(ber_take(&ber, BER_SEQUENCE, &inside));
	ck_assert(ber_take_number(&inside, BER_ENUM, &mode));
	ck_assert_int_eq(mode, 3); /* refreshAndPersist */
	ber_take(&inside, BER_OCTETS, &cookie);
	snprintf(text, sizeof(text), "%.*s", (int)cookie.len,
		 cookie.len ? (const char *)cookie.data : "");
	return text;
}

START_TEST(a_stale_cookie_is_not_asked_with_again)
{
	open_way(&way_sync, "");
	ck_assert_str_eq(asked_cookie(), "");
	play(TWO "S", word);
	ck_assert_str_eq(asked_cookie(), "one");
	play("e4096", word);
	ck_assert_uint_eq(fake_dsa_waiting(), 1);
	ck_assert_str_eq(asked_cookie(), "");
	close_way();
}
END_TEST

START_TEST(users_and_groups_are_each_refreshed_before_all_is_read)
{
	open_way(&way_sync, "group=cn=g,dc=x");
	ck_assert_uint_eq(fake_dsa_waiting(), 2);
	play("cgroups d", word);
	ck_assert_uint_eq(doubts, 0);
	fake_dsa_choose(1);
	play("+1 cusers d", word);
	ck_assert_uint_eq(doubts, 1);
	ck_assert_str_eq(cookie_of("groups"), "groups");
	ck_assert_str_eq(cookie_of("users"), "users");
	close_way();
}
END_TEST

/* The cookie that a restart would begin with. */
static const char *written_cookie(const char *path)
{
	static char line[100];
	FILE *file = fopen(path, "r");
	char text[100] = "";

	strcpy(line, "");
	while (file && fgets(text, sizeof(text), file))
		sscanf(text, "cookie\tusers\t%90s", line);
	if (file)
		fclose(file);
	return line;
}

START_TEST(a_batch_that_is_held_does_not_move_the_cookie)
{
	char path[] = "/tmp/check_way_sync.XXXXXX";
	char more[200];

	close(mkstemp(path));
	snprintf(more, sizeof(more), "state=%s breaker=1 breaker_percent=0",
		 path);
	open_way(&way_sync, more);
	play("+1 +2 +3 cone d |", word);
	stop_way();
	close_way();
	ck_assert_str_eq(written_cookie(path), "one");

	open_way(&way_sync, more);
	play("S | x1 x2 x3 ctwo", word);
	ck_assert_str_eq(heard(), "-1@x !held !held");
	ck_assert_str_eq(cookie_of("users"), "two");
	close_way();
	ck_assert_str_eq(written_cookie(path), "one");

	open_way(&way_sync, more);
	play("S | x2 x3 ctwo", word);
	heard();
	ck_assert_uint_eq(keeper_confirm(keeper), keeper_held(keeper));
	heard();
	close_way();
	ck_assert_str_eq(written_cookie(path), "two");
	unlink(path);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(only_who_is_said_to_be_deleted_leaves, rows);
	TEST(a_stale_cookie_is_not_asked_with_again);
	TEST(users_and_groups_are_each_refreshed_before_all_is_read);
	TEST(a_batch_that_is_held_does_not_move_the_cookie);
}
