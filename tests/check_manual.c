/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "manual"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "module/manual.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { NOW = 1789718400 }; /* 2026-09-18T08:00:00Z, Friday; 10:00 in Berlin */

static char path[64];
static struct manual *manual;
static struct why why;

static void setup(void)
{
	fake_loop_reset();
	fake_loop_set_wall(NOW);
	snprintf(path, sizeof(path), "check_manual.%d", (int)getpid());
	why = (struct why){ .text = "" };
}

static void teardown(void)
{
	manual_close(&manual);
	remove(path);
}

static const struct {
	const char *text, *zone, *state, *until, *note;
} rows[] = {
	{ "busy", "UTC", "busy", "", "" },
	{ "busy until 14:30", "UTC", "busy", "2026-09-18T14:30:00Z", "" },
	{ "busy until 14:30", "Europe/Berlin", "busy", "2026-09-18T12:30:00Z",
	  "" },
	{ "away until 07:00", "UTC", "away", "2026-09-19T07:00:00Z", "" },
	{ "away until 08:00", "UTC", "away", "2026-09-19T08:00:00Z", "" },
	{ "oof until 2026-10-26T09:00", "Europe/Berlin", "oof",
	  "2026-10-26T08:00:00Z", "" },
	{ "oof until 2026-10-26T09:00:30Z", "Europe/Berlin", "oof",
	  "2026-10-26T09:00:30Z", "" },
	{ "dnd for 30m", "UTC", "dnd", "2026-09-18T08:30:00Z", "" },
	{ "dnd for 2h note Back soon: \"call\" Bob", "UTC", "dnd",
	  "2026-09-18T10:00:00Z", "Back soon: \"call\" Bob" },
	{ "available note until 10:00", "UTC", "available", "", "until 10:00" },
	{ "offline", "UTC", "offline", "", "" },
};

START_TEST(words_say_state_end_and_note)
{
	struct claim claim;
	char text[CLOCK_TEXT_SIZE];

	ck_assert_msg(!manual_parse(&claim, rows[_i].text, rows[_i].zone, NOW,
				    &why),
		      "%s", why.text);
	ck_assert_int_eq(claim.source, CLAIM_MANUAL);
	ck_assert_int_eq(claim.from, NOW);
	ck_assert_str_eq(state_word(claim.state), rows[_i].state);
	ck_assert_str_eq(claim.until ? clock_text(text, claim.until) : "",
			 rows[_i].until);
	ck_assert_str_eq(claim.note, rows[_i].note);
}
END_TEST

static const char *const mistakes[] = {
	"",
	"happy",
	"unknown",
	"busy until",
	"busy until noon",
	"busy until 25:00",
	"busy until 2026-09-18T07:59",
	"busy until 2026-13-18T07:59",
	"busy for",
	"busy for 0s",
	"busy for ever",
	"busy till 14:30",
	"busy note a\tb",
};

START_TEST(what_makes_no_sense_is_refused)
{
	struct claim claim;

	ck_assert_int_eq(manual_parse(&claim, mistakes[_i], "UTC", NOW, &why),
			 ERR_CONFIG);
	ck_assert_str_ne(why.text, "");
}
END_TEST

static void set(const char *entity, const char *text)
{
	struct claim claim;

	ck_assert_int_eq(manual_parse(&claim, text, "UTC", NOW, NULL), ERR_OK);
	ck_assert_msg(!manual_set(manual, entity, &claim, &why), "%s",
		      why.text);
}

static void open_again(void)
{
	manual_close(&manual);
	ck_assert_msg(!manual_open(&manual, path, &why), "%s", why.text);
}

START_TEST(what_was_set_survives_a_restart)
{
	struct claim claim;

	open_again();
	set("sip:ann@example.com", "dnd until 14:30 note A \"b\" \\ c 会議");
	set("sip:bob@example.com", "away");
	claim = *manual_find(manual, "sip:ann@example.com");
	open_again();
	ck_assert(claim_equal(&claim,
			      manual_find(manual, "sip:ann@example.com")));
	ck_assert_int_eq(manual_find(manual, "sip:bob@example.com")->state,
			 STATE_AWAY);
	ck_assert_ptr_null(manual_find(manual, "sip:cy@example.com"));
}
END_TEST

START_TEST(what_is_over_or_unset_is_forgotten)
{
	open_again();
	set("sip:ann@example.com", "dnd for 1h");
	set("sip:bob@example.com", "away");
	ck_assert_int_eq(manual_set(manual, "sip:bob@example.com", NULL, &why),
			 ERR_OK);
	ck_assert_int_eq(manual_set(manual, "sip:bob@example.com", NULL, &why),
			 ERR_GONE);
	fake_loop_pass(3600);
	open_again();
	ck_assert_ptr_null(manual_find(manual, "sip:ann@example.com"));
	ck_assert_ptr_null(manual_find(manual, "sip:bob@example.com"));
}
END_TEST

START_TEST(broken_file_is_told_with_its_line)
{
	FILE *out = fopen(path, "w");

	fputs("# x\nsip:ann@example.com state=dnd\nsip:bob@x state=hm\n", out);
	fclose(out);
	ck_assert_int_eq(manual_open(&manual, path, &why), ERR_CONFIG);
	ck_assert_ptr_null(manual);
	ck_assert_ptr_nonnull(strstr(why.text, ":3: hm: no such state"));
}
END_TEST

START_TEST(file_that_cannot_be_written_is_told_and_the_state_holds)
{
	const struct claim claim = { .source = CLAIM_MANUAL,
				     .state = STATE_DND };

	ck_assert_int_eq(manual_open(&manual, "no/such/directory", &why),
			 ERR_OK);
	ck_assert_int_eq(manual_set(manual, "sip:ann@x", &claim, &why),
			 ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "restart will forget"));
	ck_assert_ptr_nonnull(manual_find(manual, "sip:ann@x"));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(words_say_state_end_and_note, rows);
	TEST_ROWS(what_makes_no_sense_is_refused, mistakes);
	TEST(what_was_set_survives_a_restart);
	TEST(what_is_over_or_unset_is_forgotten);
	TEST(broken_file_is_told_with_its_line);
	TEST(file_that_cannot_be_written_is_told_and_the_state_holds);
}
