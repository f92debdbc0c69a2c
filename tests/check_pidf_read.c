/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "pidf_read"
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "sip/pidf_read.h"
#include "tests/suite.h"

#define PIDF  "urn:ietf:params:xml:ns:pidf"
#define MODEL PIDF ":data-model"
#define RPID  PIDF ":rpid"
#define OLD   PIDF ":status:rpid"
#define CISCO "urn:cisco:params:xml:ns:pidf:rpid"

#define DOC(inside)                                                        \
	"<?xml version='1.0'?><presence xmlns='" PIDF "' xmlns:dm='" MODEL \
	"' xmlns:rpid='" RPID "' xmlns:e='" OLD "' xmlns:ce='" CISCO       \
	"' entity='sip:ann@example.org'>" inside "</presence>"
#define TUPLE(basic) \
	"<tuple id='t'><status><basic>" basic "</basic></status></tuple>"
#define PERSON(inside)                               \
	"<dm:person id='p'><rpid:activities>" inside \
	"</rpid:activities></dm:person>"

static const struct {
	const char *body;
	enum claim_source source;
	enum state state;
	time_t from, until;
	const char *note;
} rows[] = {
	/* What clients publish when somebody logs in. */
	{ DOC(TUPLE("open")), CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "" },
	{ DOC(TUPLE("closed")), CLAIM_CLIENT, STATE_OFFLINE, 0, 0, "" },
	{ DOC("<dm:person id='p4'><rpid:activities/></dm:person>"
	      "<tuple id='t4109'><status><basic>open</basic></status>"
	      "<contact>sip:ann@example.org</contact></tuple>"),
	  CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "" },
	{ DOC("<tuple id='x'><status><basic>open</basic>"
	      "<pidfonline:online xmlns:pidfonline="
	      "'http://www.linphone.org/xsds/pidfonline.xsd'/></status>"
	      "<contact priority='0.8'>sip:ann@example.org</contact>"
	      "<timestamp>2026-11-22T17:41:46Z</timestamp></tuple>"),
	  CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "" },
	{ DOC("<tuple id='bs35r9f'><status><basic>open</basic></status>"
	      "<note>available</note></tuple>"),
	  CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "available" },
	/* What they say when their user is occupied. */
	{ DOC(TUPLE("open") PERSON("<rpid:busy/>")), CLAIM_BUSY, STATE_BUSY, 0,
	  0, "" },
	{ DOC(TUPLE("open") PERSON("<rpid:away/>")), CLAIM_BUSY, STATE_AWAY, 0,
	  0, "" },
	{ DOC(TUPLE("open") PERSON("<rpid:on-the-phone/>")), CLAIM_PHONE,
	  STATE_PHONE, 0, 0, "" },
	{ DOC(TUPLE("open") PERSON("<rpid:busy/><ce:dnd/>")), CLAIM_DND,
	  STATE_DND, 0, 0, "" },
	{ DOC(TUPLE("open") PERSON("<rpid:meeting/>")), CLAIM_MEETING,
	  STATE_MEETING, 0, 0, "" },
	{ DOC(TUPLE("open") PERSON("<rpid:vacation/>")), CLAIM_OOF, STATE_OOF,
	  0, 0, "" },
	{ DOC(TUPLE("open") PERSON("<rpid:working/>")), CLAIM_CLIENT,
	  STATE_AVAILABLE, 0, 0, "" },
	{ DOC(TUPLE("open") PERSON("<rpid:other>at the zoo</rpid:other>")),
	  CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "" },
	/* The strongest, whatever comes first. */
	{ DOC(TUPLE("open") PERSON("<rpid:meeting/><rpid:busy/>")),
	  CLAIM_MEETING, STATE_MEETING, 0, 0, "" },
	{ DOC(TUPLE("open") PERSON("<rpid:busy/><rpid:meeting/>")),
	  CLAIM_MEETING, STATE_MEETING, 0, 0, "" },
	{ DOC(PERSON("<rpid:away/>") PERSON("<rpid:on-the-phone/>")),
	  CLAIM_PHONE, STATE_PHONE, 0, 0, "" },
	{ DOC(TUPLE("closed") PERSON("<rpid:busy/>")), CLAIM_BUSY, STATE_BUSY,
	  0, 0, "" },
	{ DOC(TUPLE("closed") "<tuple id='u'><status><basic>open</basic>"
			      "</status></tuple>"),
	  CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "" },
	/* Namespaces are what counts, not prefixes. */
	{ "<p:presence xmlns:p='" PIDF "' xmlns:r='" RPID "' xmlns:d='" MODEL
	  "' entity='x'><p:tuple id='t'><p:status><p:basic>open</p:basic>"
	  "</p:status><p:note>hi</p:note></p:tuple><d:person id='p'>"
	  "<r:activities><r:busy/></r:activities></d:person></p:presence>",
	  CLAIM_BUSY, STATE_BUSY, 0, 0, "hi" },
	{ DOC(TUPLE("open") "<person xmlns='" MODEL
			    "' id='p'><activities xmlns='" RPID
			    "'><busy/></activities></person>"),
	  CLAIM_BUSY, STATE_BUSY, 0, 0, "" },
	{ DOC(TUPLE("open") "<x:person xmlns:x='urn:x'><x:activities>"
			    "<x:busy/></x:activities></x:person>"),
	  CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "" },
	/* RPID in its older places, and what vendors made of it. */
	{ DOC("<tuple id='t'><status><basic>open</basic><e:activities>"
	      "<e:on-the-phone/></e:activities></status></tuple>"),
	  CLAIM_PHONE, STATE_PHONE, 0, 0, "" },
	{ DOC("<tuple id='t'><status><basic>open</basic></status>"
	      "<rpid:activities><rpid:busy/></rpid:activities></tuple>"),
	  CLAIM_BUSY, STATE_BUSY, 0, 0, "" },
	{ DOC("<tuple id='t'><status><basic>open</basic><a:extended xmlns:a="
	      "'urn:ag-projects:xml:ns:pidf'>away</a:extended></status>"
	      "</tuple>"),
	  CLAIM_BUSY, STATE_AWAY, 0, 0, "" },
	{ DOC("<ce:person id='bob'><ce:activities><ce:available/>"
	      "</ce:activities></ce:person>" TUPLE("open")),
	  CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "" },
	/* Timed status (RFC 4481) is about another time than now. */
	{ DOC("<tuple id='t'><status><basic>open</basic></status>"
	      "<ts:timed-status xmlns:ts='urn:ietf:params:xml:ns:pidf:timed-"
	      "status' from='2026-09-17T09:00:00Z'><ts:basic>closed"
	      "</ts:basic></ts:timed-status></tuple>"),
	  CLAIM_CLIENT, STATE_AVAILABLE, 0, 0, "" },
	/* Times. */
	{ DOC("<dm:person id='p'><rpid:activities from='2026-09-17T09:00:00Z' "
	      "until='2026-09-17T12:30:00.5+02:00'><rpid:busy/>"
	      "</rpid:activities></dm:person>"),
	  CLAIM_BUSY, STATE_BUSY, 1789635600, 1789641000, "" },
	{ DOC("<dm:person id='p'><rpid:activities until='2026-09-17T04:00:00-"
	      "05:00'><rpid:busy/></rpid:activities></dm:person>"),
	  CLAIM_BUSY, STATE_BUSY, 0, 1789635600, "" },
	{ DOC("<dm:person id='p'><rpid:activities from='yesterday' "
	      "until='2026-09-17'><rpid:busy/></rpid:activities></dm:person>"),
	  CLAIM_BUSY, STATE_BUSY, 0, 0, "" },
	{ DOC("<dm:person id='p'><rpid:activities from='2026-09-17T09:00:00Z' "
	      "until='2026-09-17T08:00:00Z'><rpid:busy/></rpid:activities>"
	      "</dm:person>"),
	  CLAIM_BUSY, STATE_BUSY, 0, 0, "" },
	/* The first note, wherever it stands. */
	{ DOC("<note>root</note>"), CLAIM_CLIENT, STATE_OFFLINE, 0, 0, "root" },
	{ DOC(PERSON(
		  "<rpid:note>act</rpid:note><rpid:busy/>") "<note>root</note>"),
	  CLAIM_BUSY, STATE_BUSY, 0, 0, "act" },
	{ DOC("<dm:person id='p'><dm:note>pers</dm:note></dm:person>"
	      "<note>root</note>"),
	  CLAIM_CLIENT, STATE_OFFLINE, 0, 0, "pers" },
	/* Nothing at all. */
	{ DOC(""), CLAIM_CLIENT, STATE_OFFLINE, 0, 0, "" },
	{ DOC("<tuple id='t'/>"), CLAIM_CLIENT, STATE_OFFLINE, 0, 0, "" },
	{ DOC("<tuple id='t'><status><basic>maybe</basic></status></tuple>"),
	  CLAIM_CLIENT, STATE_OFFLINE, 0, 0, "" },
};

START_TEST(document_is_read_as_this_claim)
{
	struct claim claim;
	struct why why = { .text = "" };

	ck_assert_msg(!pidf_read(&claim, rows[_i].body, strlen(rows[_i].body),
				 &why),
		      "%s", why.text);
	ck_assert_str_eq(state_word(claim.state), state_word(rows[_i].state));
	ck_assert_str_eq(claim_source_word(claim.source),
			 claim_source_word(rows[_i].source));
	ck_assert_int_eq(claim.from, rows[_i].from);
	ck_assert_int_eq(claim.until, rows[_i].until);
	ck_assert_str_eq(claim.note, rows[_i].note);
}
END_TEST

static const struct {
	const char *body;
	enum err err;
} bad[] = {
	{ "", ERR_MALFORMED },
	{ "open", ERR_MALFORMED },
	{ "<presence/>", ERR_MALFORMED },
	{ "<presence xmlns='urn:x'/>", ERR_MALFORMED },
	{ "<x xmlns='" PIDF "'/>", ERR_MALFORMED },
	{ "<presence xmlns='" PIDF "'>", ERR_MALFORMED },
	{ "<presence xmlns='" PIDF "'><tuple></presence>", ERR_MALFORMED },
	{ "<presence xmlns='" PIDF "'/><presence xmlns='" PIDF "'/>",
	  ERR_MALFORMED },
	{ "<!DOCTYPE p [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;&a;'>]>"
	  "<presence xmlns='" PIDF "'><note>&b;</note></presence>",
	  ERR_MALFORMED },
	{ "<!DOCTYPE p [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
	  "<presence xmlns='" PIDF "'><note>&f;</note></presence>",
	  ERR_MALFORMED },
	{ "<presence xmlns='" PIDF "'><note>&unheard;</note></presence>",
	  ERR_MALFORMED },
};

START_TEST(what_is_no_presence_document_is_refused)
{
	struct claim claim;
	struct why why = { .text = "" };

	ck_assert_int_eq(pidf_read(&claim, bad[_i].body, strlen(bad[_i].body),
				   &why),
			 bad[_i].err);
	ck_assert_str_ne(why.text, "");
}
END_TEST

static char *repeated(const char *head, const char *piece, unsigned count)
{
	struct buf out = BUF(1 << 22);

	buf_print(&out, "%s", head);
	while (count--)
		buf_print(&out, "%s", piece);
	return buf_take(&out);
}

static const struct {
	const char *piece;
	unsigned count;
} huge[] = {
	{ "<tuple>", 17 },
	{ "<tuple>", 50000 },
	{ "<tuple/>", 1001 },
	{ "<note>0123456789012345678901234567890123456789</note>", 5000 },
	{ "                                        ", 5000 },
};

START_TEST(huge_document_is_refused)
{
	char *body = repeated("<presence xmlns='" PIDF "'>", huge[_i].piece,
			      huge[_i].count);
	struct claim claim;

	ck_assert_int_eq(pidf_read(&claim, body, strlen(body), NULL),
			 ERR_TOO_LARGE);
	free(body);
}
END_TEST

START_TEST(long_note_is_cut_between_characters)
{
	struct buf text = BUF(8192);
	struct claim claim;

	buf_print(&text, "<presence xmlns='" PIDF "'><note>x");
	for (unsigned i = 0; i < 200; i++)
		buf_print(&text, "会");
	buf_print(&text, "</note></presence>");
	ck_assert_int_eq(pidf_read(&claim, buf_text(&text), text.len, NULL),
			 ERR_OK);
	ck_assert_uint_eq(strlen(claim.note), 1 + 84 * 3);
	ck_assert_str_eq(claim.note + 1 + 83 * 3, "会");
	buf_free(&text);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(document_is_read_as_this_claim, rows);
	TEST_ROWS(what_is_no_presence_document_is_refused, bad);
	TEST_ROWS(huge_document_is_refused, huge);
	TEST(long_note_is_cut_between_characters);
}
