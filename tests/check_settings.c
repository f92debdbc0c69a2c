/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "settings"
#include "module/settings.h"
#include "tests/suite.h"

/* What one modparam says, and what is said about it; "" where it is good. */
static const struct {
	const char *name;
	const char *value;
	const char *why;
} rows[] = {
	{ "gateway", "name=hq host=mail.example.com", "" },
	{ "gateway", "name=hq host=h account=EX\\svc secret=file:/etc/hq", "" },
	{ "gateway", "host=mail.example.com",
	  "gateway: gateway without a name" },
	{ "gateway", "name=hq", "gateway: gateway hq: host is missing" },
	{ "gateway", "name=hq hosst=h",
	  "gateway: hosst: no such directive; did you mean host?" },
	{ "gateway", "name=hq host=h port=0",
	  "gateway: port = 0: want a number (1 to 65535)" },
	{ "gateway", "name=hq host=h type=notes",
	  "gateway: gateway hq: there is no type notes, only ews" },
	{ "gateway", "name=hq host=h auth=digest",
	  "gateway: gateway hq: auth digest: want any, basic, ntlm, negotiate "
	  "or oauth" },
	{ "gateway", "name=hq host=h path=EWS",
	  "gateway: gateway hq: path EWS: want a leading /" },
	{ "gateway", "name=hq host=h secret=hunter2",
	  "gateway: gateway hq: secret: want file:/path or env:NAME, never the "
	  "password itself" },
	{ "user", "sip:ann@example.com mailbox=a@example.com gateway=hq", "" },
	{ "user", "sip:ann", "user: sip:ann: want user@domain" },
	{ "audit", "15m", "" },
	{ "audit", "often",
	  "audit = often: want a time such as 90s or 15m (0 to 86400)" },
	{ "audti", "15m", "audti: no such directive; did you mean audit?" },
};

START_TEST(value_is_good_or_the_sentence_says_why_not)
{
	struct settings settings;
	struct why why = { .err = ERR_OK };
	enum err err;

	directive_defaults(&settings_table, &settings);
	err = directive_apply(&settings_table, &settings, rows[_i].name,
			      rows[_i].value, &why);
	ck_assert_str_eq(why.text, rows[_i].why);
	ck_assert_int_eq(err, *rows[_i].why ? ERR_CONFIG : ERR_OK);
	directive_free(&settings_table, &settings);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(value_is_good_or_the_sentence_says_why_not, rows);
}
