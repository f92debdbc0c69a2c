/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "watch"
#include <stdlib.h>

#include "base/log.h"
#include "directory/watch.h"
#include "tests/fake_dsa.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"
#include "tests/told.h"

/*
 * A server that announces nothing is read every so often. Words: it is there
 * (^) or lost (v); it says what it can (r), of its base that it is there (b);
 * names a user (1 and so on); ends what was asked (. with 0, or e with a
 * code); time passes (T with seconds); what was told so far forgotten (|).
 */
static struct watch_settings settings;
static struct watch *watch;

static void quiet(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

static const char *heard(void)
{
	static char copy[sizeof(told)];

	fake_loop_pass_ms(1);
	strcpy(copy, told);
	told[0] = '\0';
	return copy;
}

static void user(char number)
{
	char uuid[] = "00000000-0000-0000-0000-00000000000.";
	char dn[] = "cn=.,dc=x";
	char mail[] = ".@x";

	uuid[sizeof(uuid) - 2] = dn[3] = mail[0] = number;
	fake_dsa_user(uuid, dn, mail);
}

static void end_search(int code)
{
	fake_dsa_done(code);
	fake_loop_pass_ms(1);
}

static void word(char letter, const char *of)
{
	switch (letter) {
	case '^':
		fake_dsa_up();
		break;
	case 'v':
		fake_dsa_down();
		break;
	case 'r':
		fake_dsa_attr("supportedLDAPVersion", "3", 0);
		fake_dsa_entry("");
		end_search(0);
		break;
	case 'b':
		fake_dsa_attr("entryUUID",
			      "00000000-0000-0000-0000-0000000000ff", 0);
		fake_dsa_entry("dc=x");
		end_search(0);
		break;
	case '.':
	case 'e':
		end_search(atoi(of));
		break;
	case 'T':
		fake_loop_pass((unsigned)atoi(of));
		break;
	case '|':
		heard();
		break;
	default:
		user(letter);
	}
}

static void play(const char *script)
{
	char copy[400];
	char *rest = NULL;

	snprintf(copy, sizeof(copy), "%s", script);
	for (char *at = strtok_r(copy, " ", &rest); at;
	     at = strtok_r(NULL, " ", &rest))
		word(*at, at + 1);
}

static void open_place(const char *more)
{
	char text[300];

	snprintf(text, sizeof(text),
		 "uri=ldap://x base=dc=x state=\"\" address=mail poll=60s "
		 "offline=30s %s",
		 more);
	fake_loop_reset();
	fake_dsa_reset();
	log_to(quiet, NULL);
	told[0] = '\0';
	ck_assert_int_eq(watch_parse(&settings, text, NULL), ERR_OK);
	watch = watch_begin(&settings, "", &told_handlers, NULL);
}

static void close_place(void)
{
	watch_free(&watch);
	fake_dsa_reset();
	directive_free(&watch_table, &settings);
}

#define BOUND "^ r b "
#define TWO   BOUND "1 2 . | "

static const struct {
	const char *script, *heard;
	unsigned asked; /* that waits at the end */
} rows[] = {
	{ BOUND "1 2 .", "+1@x +2@x", 0 },
	{ TWO "T59", "", 0 },
	{ TWO "T60", "", 1 },
	{ TWO "T60 1 2 3 .", "+3@x", 0 },
	/* missed in two looks, then asked for by himself */
	{ TWO "T60 1 .", "", 0 },
	{ TWO "T60 1 . T1", "", 1 },
	{ TWO "T60 1 . T1 1 2 .", "", 0 },
	{ TWO "T60 1 . T1 1 .", "", 1 },
	{ TWO "T60 1 . T1 1 . 2 .", "", 0 },
	{ TWO "T60 1 . T1 1 . .", "?-2@x", 0 },
	{ TWO "T60 1 . T1 1 . . | T60 1 2 .", "+2@x", 0 },
	/* nobody at all, and errors, delete nobody; it is read again later */
	{ TWO "T60 .", "!empty", 0 },
	{ TWO "T60 . T60 1 2 .", "!empty .empty", 0 },
	{ TWO "T60 1 e3 T60 1 2 .", "", 0 },
	{ TWO "T60 1 e4 T60", "!setting", 1 },
	{ TWO "T60 e51 T60", "", 1 },
	{ TWO "T60 1 . T1 e51", "", 0 },
	{ TWO "T60 1 . T1 1 . e-5", "", 0 },
	/* lost in the middle: begun anew when it is there again */
	{ TWO "v", "", 0 },
	{ TWO "v T31", "!offline", 0 },
	{ TWO "v T31 " BOUND "1 2 .", "!offline .offline", 0 },
	{ TWO "T60 1 v", "", 0 },
	{ TWO "T60 1 v " BOUND "1 2 .", "", 0 },
	{ TWO "T60 1 . v T5 " BOUND "1 . T1 1 2 .", "", 0 },
	{ TWO "T60 1 . T1 1 v " BOUND "1 .", "", 0 },
	{ TWO "T60 1 . T1 1 . v " BOUND "1 .", "", 0 },
	/* and before it could be asked */
	{ "^ v", "", 0 },
	{ "^ r v", "", 0 },
	{ "^ e50", "!setting", 0 },
	{ "^ r e32", "!setting", 0 },
	{ "^ r e32 T15 r b 1 .", "!setting +1@x .setting", 0 },
	{ "T31", "!offline", 0 },
};

START_TEST(a_server_that_announces_nothing_is_read_every_so_often)
{
	open_place("");
	play(rows[_i].script);
	ck_assert_str_eq(heard(), rows[_i].heard);
	ck_assert_uint_eq(fake_dsa_waiting(), rows[_i].asked);
	close_place();
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_server_that_announces_nothing_is_read_every_so_often, rows);
}
