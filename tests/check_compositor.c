/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "compositor"
#include <stdio.h>
#include <string.h>

#include "sip/compositor.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static const char pidf[] =
	"<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
	"entity=\"sip:ann@example.org\"><tuple id=\"t\"><status>"
	"<basic>open</basic></status></tuple></presence>";

static const struct compositor_settings settings = { 60, 3600 };
static struct compositor *compositor;
static int over;
static struct publish_answer answer;

static void on_over(const char *entity, const char *publication, void *arg)
{
	(void)arg;
	ck_assert_str_eq(entity, "sip:ann@example.org");
	ck_assert_str_eq(publication, "p1");
	over++;
}

static void setup(void)
{
	fake_loop_reset();
	over = 0;
	compositor = compositor_new(&settings, on_over, NULL);
}

static void teardown(void)
{
	compositor_free(&compositor);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static int publish(const char *etag, const char *body, long expires_s)
{
	struct publish what = { .entity = "sip:ann@example.org",
				.etag = etag,
				.expires_s = expires_s,
				.body = body,
				.body_bytes = body ? strlen(body) : 0 };

	compositor_take(compositor, &what, &answer);
	return answer.status;
}

/* RFC 3903, 6: what each kind of request does to a publication that is there. */
static const struct {
	bool known_tag, other_tag, body;
	long expires_s;
	int status;
	bool changed, ended;
	unsigned left;
} rows[] = {
	{ false, false, true, 600, 200, true, false, 2 },
	{ false, false, false, 600, 400, false, false, 1 },
	{ true, false, false, 600, 200, false, false, 1 },
	{ true, false, true, 600, 200, true, false, 1 },
	{ true, false, false, 0, 200, false, true, 0 },
	{ true, false, true, 0, 200, false, true, 0 },
	{ false, true, false, 600, 412, false, false, 1 },
	{ false, true, true, 600, 412, false, false, 1 },
	{ false, true, false, 0, 412, false, false, 1 },
	{ true, false, false, 59, 423, false, false, 1 },
	{ false, false, true, 1, 423, false, false, 1 },
	{ false, false, true, PUBLISH_EXPIRES_ABSENT, 200, true, false, 2 },
};

START_TEST(each_request_does_what_the_rfc_says)
{
	char etag[ETAG_SIZE];
	const char *say = rows[_i].other_tag ? "elsewhere" : NULL;

	ck_assert_int_eq(publish(NULL, pidf, 600), 200);
	strcpy(etag, answer.etag);
	if (rows[_i].known_tag)
		say = etag;

	ck_assert_int_eq(publish(say, rows[_i].body ? pidf : NULL,
				 rows[_i].expires_s),
			 rows[_i].status);
	ck_assert_int_eq(answer.changed, rows[_i].changed);
	ck_assert_int_eq(answer.ended, rows[_i].ended);
	ck_assert_uint_eq(compositor_count(compositor), rows[_i].left);
}
END_TEST

START_TEST(a_tag_is_good_for_one_request)
{
	char etag[ETAG_SIZE];

	publish(NULL, pidf, 600);
	strcpy(etag, answer.etag);
	ck_assert_int_eq(publish(etag, NULL, 600), 200);
	ck_assert_str_ne(answer.etag, etag);
	ck_assert_int_eq(publish(etag, NULL, 600), 412);
}
END_TEST

START_TEST(a_publication_runs_out_on_time)
{
	publish(NULL, pidf, 600);
	fake_loop_pass(599);
	ck_assert_int_eq(over, 0);
	fake_loop_pass(1);
	ck_assert_int_eq(over, 1);
	ck_assert_uint_eq(compositor_count(compositor), 0);
}
END_TEST

START_TEST(a_longer_time_than_allowed_is_cut)
{
	publish(NULL, pidf, 100000);
	ck_assert_uint_eq(answer.expires_s, 3600);
}
END_TEST

START_TEST(what_is_no_pidf_is_refused)
{
	ck_assert_int_eq(publish(NULL, "<presence", 600), 400);
	ck_assert_uint_eq(compositor_count(compositor), 0);
}
END_TEST

START_TEST(one_user_has_so_many_publications)
{
	for (int i = 0; i < PUBLICATIONS_MAX; i++)
		ck_assert_int_eq(publish(NULL, pidf, 600), 200);
	ck_assert_int_eq(publish(NULL, pidf, 600), 503);
}
END_TEST

static int publish_calls(const char *etag, const char *state, long expires_s)
{
	char body[400];
	struct publish what = { .kind = PUBLISH_DIALOG,
				.entity = "sip:ann@example.org",
				.etag = etag,
				.expires_s = expires_s,
				.body = body };

	what.body_bytes = (size_t)snprintf(
		body, sizeof(body),
		"<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\">"
		"<dialog><state>%s</state></dialog></dialog-info>",
		state);
	compositor_take(compositor, &what, &answer);
	return answer.status;
}

START_TEST(phone_claims_while_it_has_a_call)
{
	char etag[ETAG_SIZE];

	ck_assert_int_eq(publish_calls(NULL, "early", 600), 200);
	ck_assert(!answer.changed && !answer.ended);
	strcpy(etag, answer.etag);
	ck_assert_int_eq(publish_calls(etag, "confirmed", 600), 200);
	ck_assert(answer.changed && !answer.ended);
	ck_assert_int_eq(answer.claim.source, CLAIM_PHONE);
	strcpy(etag, answer.etag);
	ck_assert_int_eq(publish_calls(etag, "terminated", 600), 200);
	ck_assert(!answer.changed && answer.ended);
	ck_assert_str_eq(answer.publication, "p1");
	ck_assert_uint_eq(compositor_count(compositor), 1);
	strcpy(etag, answer.etag);
	ck_assert_int_eq(publish(etag, NULL, 0), 200);
	ck_assert_uint_eq(compositor_count(compositor), 0);
}
END_TEST

START_TEST(call_that_is_over_may_be_kept_briefly)
{
	char etag[ETAG_SIZE];

	ck_assert_int_eq(publish_calls(NULL, "confirmed", 10), 423);
	ck_assert_int_eq(publish_calls(NULL, "confirmed", 600), 200);
	strcpy(etag, answer.etag);
	ck_assert_int_eq(publish_calls(etag, "terminated", 10), 200);
	ck_assert(answer.ended);
	ck_assert_uint_eq(answer.expires_s, 10);
}
END_TEST

START_TEST(phone_cannot_publish_what_is_no_dialog_info)
{
	struct publish what = { .kind = PUBLISH_DIALOG,
				.entity = "sip:ann@example.org",
				.expires_s = 600,
				.body = pidf,
				.body_bytes = strlen(pidf) };

	compositor_take(compositor, &what, &answer);
	ck_assert_int_eq(answer.status, 400);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(each_request_does_what_the_rfc_says, rows);
	TEST(a_tag_is_good_for_one_request);
	TEST(a_publication_runs_out_on_time);
	TEST(a_longer_time_than_allowed_is_cut);
	TEST(what_is_no_pidf_is_refused);
	TEST(one_user_has_so_many_publications);
	TEST(phone_claims_while_it_has_a_call);
	TEST(call_that_is_over_may_be_kept_briefly);
	TEST(phone_cannot_publish_what_is_no_dialog_info);
}
