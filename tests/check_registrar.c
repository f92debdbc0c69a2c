/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "registrar"
#include <stdio.h>
#include <string.h>

#include "sip/registrar.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static const struct registrar_settings settings = { 60, 3600 };
static struct registrar *registrar;
static int gone, online;
static char listed[512];

static void on_change(const char *entity, bool is_online, void *arg)
{
	(void)arg;
	(void)entity;
	gone += !is_online;
}

static void setup(void)
{
	fake_loop_reset();
	gone = 0;
	registrar = registrar_new(&settings, on_change, NULL);
}

static void teardown(void)
{
	registrar_free(&registrar);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static int take(const char *call_id, unsigned cseq, const char *uri, unsigned q,
		long expires_s)
{
	struct register_contact contact = { uri, q, CONTACT_EXPIRES_ABSENT };
	struct register_request request = { .entity = "sip:ann@example.org",
					    .call_id = call_id,
					    .cseq = cseq,
					    .contacts = &contact,
					    .count = uri ? 1 : 0,
					    .all = !uri,
					    .expires_s = expires_s };

	return registrar_take(registrar, &request, &online);
}

static void list(const char *uri, unsigned q, unsigned expires_s, void *arg)
{
	(void)arg;
	sprintf(listed + strlen(listed), "%s %u %u,", uri, q, expires_s);
}

static const char *contacts(void)
{
	listed[0] = '\0';
	registrar_contacts(registrar, "sip:ann@example.org", list, NULL);
	return listed;
}

/* After "sip:a" of call one, CSeq 5, for 600 s. */
static const struct {
	const char *call_id;
	unsigned cseq;
	const char *uri; /* NULL: "*" */
	long expires_s;
	int status, online;
	const char *contacts;
} rows[] = {
	{ "one", 6, "sip:a", 300, 200, 0, "sip:a 500 300," },
	{ "one", 5, "sip:a", 300, 500, 0, "sip:a 500 600," },
	{ "one", 4, "sip:a", 0, 500, 0, "sip:a 500 600," },
	{ "two", 1, "sip:a", 300, 200, 0, "sip:a 500 300," },
	{ "one", 6, "sip:b", 300, 200, 0, "sip:a 500 600,sip:b 500 300," },
	{ "one", 6, "sip:a", 59, 423, 0, "sip:a 500 600," },
	{ "one", 6, "sip:a", 0, 200, -1, "" },
	{ "one", 6, "sip:b", 0, 200, 0, "sip:a 500 600," },
	{ "one", 6, NULL, 0, 200, -1, "" },
	{ "one", 5, NULL, 0, 500, 0, "sip:a 500 600," },
	{ "one", 6, NULL, 600, 400, 0, "sip:a 500 600," },
	{ "one", 6, "sip:a", 90000, 200, 0, "sip:a 500 3600," },
	{ "one", 6, "sip:a", CONTACT_EXPIRES_ABSENT, 200, 0,
	  "sip:a 500 3600," },
};

START_TEST(each_request_does_what_the_rfc_says)
{
	ck_assert_int_eq(take("one", 5, "sip:a", 500, 600), 200);
	ck_assert_int_eq(online, 1);
	ck_assert_int_eq(take(rows[_i].call_id, rows[_i].cseq, rows[_i].uri,
			      500, rows[_i].expires_s),
			 rows[_i].status);
	ck_assert_int_eq(online, rows[_i].online);
	if (strchr(rows[_i].contacts, 'b'))
		ck_assert_ptr_nonnull(strstr(contacts(), "sip:b 500 300,"));
	else
		ck_assert_str_eq(contacts(), rows[_i].contacts);
}
END_TEST

START_TEST(contacts_come_best_first)
{
	take("one", 1, "sip:a", 100, 600);
	take("one", 2, "sip:b", 900, 600);
	take("one", 3, "sip:c", 500, 600);
	ck_assert_str_eq(contacts(), "sip:b 900 600,sip:c 500 600,"
				     "sip:a 100 600,");
}
END_TEST

START_TEST(a_second_begun_is_told_as_left)
{
	take("one", 1, "sip:a", 500, 600);
	fake_loop_pass_ms(1);
	ck_assert_str_eq(contacts(), "sip:a 500 600,");
	fake_loop_pass_ms(1000);
	ck_assert_str_eq(contacts(), "sip:a 500 599,");
}
END_TEST

START_TEST(the_last_contact_that_runs_out_signs_the_user_off)
{
	take("one", 1, "sip:a", 1000, 600);
	take("one", 2, "sip:b", 1000, 700);
	fake_loop_pass(600);
	ck_assert_int_eq(gone, 0);
	fake_loop_pass(100);
	ck_assert_int_eq(gone, 1);
	ck_assert_uint_eq(registrar_count(registrar), 0);
}
END_TEST

START_TEST(one_user_has_so_many_contacts)
{
	char uri[32];

	for (unsigned i = 0; i < CONTACTS_MAX; i++) {
		sprintf(uri, "sip:%u", i);
		ck_assert_int_eq(take("one", i + 1, uri, 1000, 600), 200);
	}
	ck_assert_int_eq(take("one", 100, "sip:more", 1000, 600), 503);
	ck_assert_uint_eq(registrar_count(registrar), CONTACTS_MAX);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(each_request_does_what_the_rfc_says, rows);
	TEST(contacts_come_best_first);
	TEST(a_second_begun_is_told_as_left);
	TEST(the_last_contact_that_runs_out_signs_the_user_off);
	TEST(one_user_has_so_many_contacts);
}
