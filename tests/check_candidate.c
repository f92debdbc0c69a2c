/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "candidate"
#include <string.h>

#include "base/metric.h"
#include "calendar/candidate.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

/* Each is called by one letter; what they say of domains. */
static const char *const texts[] = {
	"name=a host=a.test",
	"name=b host=b.test",
	"name=n host=n.test domains=other.org,example.com",
	"name=m host=m.test domains=Example.COM",
	"name=x host=x.test domains=x.org",
	"name=y host=y.test domains=y.org",
};

enum { GATEWAYS = sizeof(texts) / sizeof(texts[0]) };

static struct gateway *gateways[GATEWAYS];

static void setup(void)
{
	fake_loop_reset();
	fake_http_reset();
	for (int i = 0; i < GATEWAYS; i++) {
		struct gateway_settings settings;

		ck_assert_int_eq(gateway_parse(&settings, texts[i], NULL),
				 ERR_OK);
		ck_assert_int_eq(gateway_new(&gateways[i], &settings, NULL),
				 ERR_OK);
	}
}

static void teardown(void)
{
	for (int i = 0; i < GATEWAYS; i++)
		gateway_free(&gateways[i]);
	metric_forget_all();
}

static struct gateway *called(char letter)
{
	for (int i = 0; i < GATEWAYS; i++)
		if (gateway_name(gateways[i])[0] == letter)
			return gateways[i];
	return NULL;
}

/* there: which are configured, in order; found, home: ' ' for none. */
static const struct {
	const char *there;
	char found, home;
	bool home_last;
	const char *asked;
} rows[] = {
	/* Nobody knows: who names the domain, then who serves anybody. */
	{ "abnmxy", ' ', ' ', false, "nmab" },
	{ "xamybn", ' ', ' ', false, "mnab" },
	{ "ab", ' ', ' ', false, "ab" },
	{ "", ' ', ' ', false, "" },
	/* Those for others only where there is nobody else. */
	{ "xy", ' ', ' ', false, "xy" },
	{ "xya", ' ', ' ', false, "a" },
	{ "xy", ' ', 'x', false, "x" },
	{ "xy", 'y', ' ', false, "y" },
	{ "xy", ' ', 'x', true, "x" },
	/* Whoever was found comes before where it was last, each once. */
	{ "abnmxy", 'b', ' ', false, "bnma" },
	{ "abnmxy", ' ', 'b', false, "bnma" },
	{ "abnmxy", 'b', 'a', false, "banm" },
	{ "abnmxy", 'b', 'b', false, "bnma" },
	{ "abnmxy", 'x', 'm', false, "xmnab" },
	/* A silent home comes last, also where it was found. */
	{ "abnmxy", ' ', 'b', true, "nmab" },
	{ "abnmxy", 'b', 'b', true, "nmab" },
	{ "abnmxy", 'a', 'n', true, "ambn" },
	{ "abnmxy", 'n', 'x', true, "nmabx" },
	{ "a", ' ', 'a', true, "a" },
	/* One that is no longer configured is asked where it was last. */
	{ "a", ' ', 'n', false, "na" },
};

START_TEST(gateways_are_asked_in_the_order_of_what_is_known)
{
	struct gateway *there[GATEWAYS];
	const struct gateway *gateway;
	struct candidates candidates = {
		.found = called(rows[_i].found),
		.home = called(rows[_i].home),
		.home_last = rows[_i].home_last,
		.gateways = there,
		.count = strlen(rows[_i].there),
		.address = "ann@example.com",
	};
	char asked[GATEWAYS + 2] = "";
	size_t n = 0;

	for (size_t i = 0; i < candidates.count; i++)
		there[i] = called(rows[_i].there[i]);
	for (; n <= GATEWAYS && (gateway = candidate_at(&candidates, n)); n++)
		asked[n] = gateway_name(gateway)[0];
	ck_assert_msg(strcmp(asked, rows[_i].asked) == 0,
		      "row %d: asked %s, not %s", _i, asked, rows[_i].asked);
	ck_assert_ptr_null(candidate_at(&candidates, n + 1));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(gateways_are_asked_in_the_order_of_what_is_known, rows);
}
