/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "pidf"
#include <stdio.h>
#include <string.h>

#include "sip/pidf.h"
#include "sip/pidf_read.h"
#include "tests/data.h"
#include "tests/suite.h"

enum { NOW = 1789635600 /* Thursday 2026-09-17 09:00 UTC */, HOUR = 3600 };

#define MEETING                                                \
	{                                                      \
		STATE_MEETING, CLAIM_MEETING, NOW, NOW + 5400, \
			"Budget <2027> & more"                 \
	}

static const bool closed[STATE_COUNT] = { [STATE_MEETING] = true };

static const struct row {
	const char *file;
	struct presence presence;
	struct pidf_options options;
} rows[] = {
	{ "pidf-meeting.xml",
	  MEETING,
	  { "sip:ann@example.org", "en", "UTC", true, false, NULL } },
	{ "pidf-meeting-ja.xml",
	  MEETING,
	  { "sip:ann@example.org", "ja", "Asia/Tokyo", true, false, NULL } },
	{ "pidf-meeting-subject.xml",
	  MEETING,
	  { "sip:ann@example.org", "en", "UTC", true, true, NULL } },
	{ "pidf-meeting-silent.xml",
	  MEETING,
	  { "sip:ann@example.org", "en", "UTC", false, false, NULL } },
	{ "pidf-available.xml",
	  { STATE_AVAILABLE, CLAIM_CALENDAR, 0, NOW + HOUR, "" },
	  { "sip:ann@example.org", "en", "UTC", true, true, NULL } },
	{ "pidf-oof.xml",
	  { STATE_OOF, CLAIM_OOF, NOW - 9 * HOUR, NOW + 87 * HOUR, "" },
	  { "sip:bo@example.org", "en", "UTC", true, false, NULL } },
	{ "pidf-unknown.xml",
	  { STATE_UNKNOWN, CLAIM_UNKNOWN, NOW - HOUR, 0, "" },
	  { "sip:bo@example.org", "en", "UTC", true, false, NULL } },
	{ "pidf-offline.xml",
	  { STATE_OFFLINE, CLAIM_REVOKED, 0, 0, "" },
	  { "sip:bo@example.org", "en", "UTC", true, false, NULL } },
	{ "pidf-meeting-closed.xml",
	  MEETING,
	  { "sip:ann@example.org", "en", "UTC", true, false, closed } },
	{ "pidf-hostile.xml",
	  { STATE_BUSY, CLAIM_BUSY, NOW, 0, "]]></note><evil/>\x01\xff" },
	  { "sip:%22%3e%3cevil@example.org", "\"><evil", "UTC", true, true,
	    NULL } },
};

START_TEST(document_is_exact)
{
	char *expected = data_read(rows[_i].file);
	struct buf out = BUF(PIDF_BYTES_MAX);

	pidf_write(&out, &rows[_i].presence, &rows[_i].options, NOW);
	ck_assert_str_eq(buf_text(&out), expected);
	buf_free(&out);
	free(expected);
}
END_TEST

/* The schemas are not ours to ship; where they are, documents must be valid. */
static const char *schema(char path[512])
{
	const char *root = getenv("DAYMARK_SCHEMAS");
	const char *source = getenv("srcdir");
	FILE *file;

	if (root)
		snprintf(path, 512, "%s/presence/all.xsd", root);
	else
		snprintf(path, 512, "%s/../shared/schemas/presence/all.xsd",
			 source ? source : ".");
	file = fopen(path, "r");
	if (!file)
		return NULL;
	fclose(file);
	return path;
}

static void validate(const char *xsd, const struct presence *presence,
		     const struct pidf_options *options)
{
	struct buf out = BUF(PIDF_BYTES_MAX);
	char command[700];
	FILE *lint;

	pidf_write(&out, presence, options, NOW);
	snprintf(command, sizeof(command),
		 "xmllint --noout --nonet --schema '%s' - 2>/dev/null", xsd);
	lint = popen(command, "w");
	ck_assert_ptr_nonnull(lint);
	fputs(buf_text(&out), lint);
	ck_assert_msg(!pclose(lint), "not valid: %s", buf_text(&out));
	buf_free(&out);
}

START_TEST(document_is_valid)
{
	char path[512];
	const char *xsd = schema(path);

	if (!xsd)
		return;
	validate(xsd, &rows[_i].presence, &rows[_i].options);
}
END_TEST

START_TEST(document_of_every_state_is_valid_and_reads_as_its_kind)
{
	struct presence presence = { .state = (enum state)_i,
				     .since = NOW,
				     .until = NOW + HOUR };
	char path[512];
	const char *xsd = schema(path);
	struct buf out = BUF(PIDF_BYTES_MAX);
	struct claim claim;

	if (xsd)
		validate(xsd, &presence, &rows[0].options);
	pidf_write(&out, &presence, &rows[0].options, NOW);
	ck_assert_int_eq(pidf_read(&claim, buf_text(&out), out.len, NULL),
			 ERR_OK);
	ck_assert_str_eq(claim.note, state_row(presence.state)->text);
	ck_assert_int_eq(claim.state == STATE_OFFLINE,
			 presence.state == STATE_OFFLINE);
	ck_assert_int_eq(claim.until,
			 state_row(presence.state)->activity ? NOW + HOUR : 0);
	buf_free(&out);
}
END_TEST

START_TEST(clients_that_compare_text_find_what_they_look_for)
{
	struct buf out = BUF(PIDF_BYTES_MAX);
	const char *text, *meeting, *busy;

	pidf_write(&out, &rows[0].presence, &rows[0].options, NOW);
	text = buf_text(&out);
	meeting = strstr(text, "<rpid:meeting/>");
	busy = strstr(text, "<rpid:busy/></rpid:activities>");
	ck_assert_ptr_nonnull(strstr(text, "<basic>open</basic>"));
	ck_assert_ptr_nonnull(meeting);
	ck_assert_ptr_nonnull(busy);
	ck_assert(meeting < busy);
	ck_assert(strstr(text, "<tuple ") < strstr(text, "<dm:person "));
	ck_assert_ptr_nonnull(strstr(text, ">In a meeting</note><note"));
	ck_assert_uint_lt(out.len, 1300);
	buf_free(&out);
}
END_TEST

START_TEST(limit_is_kept)
{
	struct buf out = BUF(100);

	pidf_write(&out, &rows[0].presence, &rows[0].options, NOW);
	ck_assert(buf_full(&out));
	ck_assert_str_eq(buf_text(&out), "");
	buf_free(&out);
}
END_TEST

/* Of people, of those who have to be escaped, and of two who would deceive. */
static const char *const entities[] = {
	"sip:ann@example.org",
	"sip:a@b",
	"sip:%22ann%22&<bob>@example.org",
	"sip:zo\xc3\xab@example.org",
	"sip:nobody-8d1f0c52b7e94a36@template.invalid",
	"sip:template-the-longest-that-there-is-among-them@example.org",
};

enum { ENTITIES = sizeof(entities) / sizeof(entities[0]) };

START_TEST(documents_that_are_filled_in_are_those_that_would_be_made)
{
	struct presence presence = rows[0].presence;
	struct pidf_options options = rows[0].options;

	presence.state = _i % 2 ? STATE_OOF : STATE_MEETING;
	presence.until += _i % 3 * 60;
	options.show_until = _i % 5;
	options.closed = _i % 4 < 2 ? closed : NULL;
	options.lang = _i % 7 < 3 ? "en" : "ja de";
	strcpy(presence.note, _i % 8 < 2 ? "" : entities[_i % ENTITIES]);
	for (int i = 0; i < 2 * ENTITIES; i++) {
		struct buf made = BUF(PIDF_BYTES_MAX);
		struct buf filled = BUF(PIDF_BYTES_MAX);
		time_t now = NOW + i / ENTITIES * 86400;

		options.entity = entities[i % ENTITIES];
		pidf_build(&made, &presence, &options, now);
		pidf_write(&filled, &presence, &options, now);
		ck_assert_str_eq(buf_text(&filled), buf_text(&made));
		buf_free(&made);
		buf_free(&filled);
	}
}
END_TEST

static void tests(void)
{
	tcase_add_loop_test(
		the_case,
		documents_that_are_filled_in_are_those_that_would_be_made, 0,
		120);
	TEST_ROWS(document_is_exact, rows);
	TEST_ROWS(document_is_valid, rows);
	tcase_add_loop_test(
		the_case,
		document_of_every_state_is_valid_and_reads_as_its_kind, 0,
		STATE_COUNT);
	TEST(clients_that_compare_text_find_what_they_look_for);
	TEST(limit_is_kept);
}
