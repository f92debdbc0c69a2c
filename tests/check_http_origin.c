/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "http_origin"
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tests/http_talk.h"
#include "tests/suite.h"

static const struct {
	const char *path;
	unsigned auth;
	const char *secret;
	int status;
	unsigned refusals; /* of two requests */
} logins[] = {
	{ "/basic", HTTP_AUTH_BASIC, "secret", 200, 0 },
	{ "/basic", HTTP_AUTH_BASIC | HTTP_AUTH_NTLM, "secret", 200, 1 },
	{ "/basic", HTTP_AUTH_BASIC, "wrong", 401, 2 },
	{ "/basic", HTTP_AUTH_NTLM, "secret", 401, 2 },
	{ "/basic", HTTP_AUTH_BASIC, NULL, 401, 2 },
	{ "/basic", HTTP_AUTH_NONE, "secret", 401, 2 },
	{ "/bearer", HTTP_AUTH_BEARER, "secret", 200, 0 },
	{ "/bearer", HTTP_AUTH_BEARER, "wrong", 401, 2 },
	{ "/negotiate-or-basic", HTTP_AUTH_BASIC | HTTP_AUTH_NEGOTIATE,
	  "secret", 200, 0 },
};

START_TEST(the_best_offered_login_is_used)
{
	struct http_origin_options options = http_plain;

	options.user = "ann";
	options.secret = logins[_i].secret;
	options.auth = logins[_i].auth;
	origin_is(&options);

	for (int i = 0; i < 2; i++) {
		struct talk talk = { .status = 0 };

		talk_start(&talk, logins[_i].path);
		UNTIL(talk.dones);
		ck_assert_int_eq(talk.why.err, ERR_OK);
		ck_assert_int_eq(talk.status, logins[_i].status);
		talk_end(&talk);
	}
	if (logins[_i].refusals)
		ck_assert_uint_eq(http_server_refusals(server),
				  logins[_i].refusals);
}
END_TEST

START_TEST(new_credentials_are_used_by_the_next_request)
{
	struct http_origin_options options = http_plain;
	struct talk first = { .status = 0 };
	struct talk second = { .status = 0 };

	options.user = "ann";
	options.secret = "wrong";
	options.auth = HTTP_AUTH_BASIC;
	origin_is(&options);
	talk_start(&first, "/basic");
	UNTIL(first.dones);
	ck_assert_int_eq(first.status, 401);

	http_origin_credentials(origin, "ann", "secret");
	talk_start(&second, "/basic");
	UNTIL(second.dones);
	ck_assert_int_eq(second.status, 200);
	talk_end(&first);
	talk_end(&second);
}
END_TEST

/* Two run at once, so that the last begun need not be the last to end. */
static bool all_done(const struct talk *talks, int count)
{
	for (int i = 0; i < count; i++)
		if (!talks[i].dones)
			return false;

	return true;
}

START_TEST(no_more_run_than_allowed_and_streams_do_not_count)
{
	struct talk talks[6] = { { .status = 0 } };
	struct talk stream = { .status = 0 };

	for (int i = 0; i < 6; i++)
		talk_start(&talks[i], "/gate/a");
	ck_assert_uint_eq(http_origin_waiting(origin), 6);
	UNTIL(strlen(http_server_arrivals(server)) == 4);
	ck_assert_uint_eq(http_origin_waiting(origin), 4);
	ck_assert_uint_eq(http_origin_running(origin), 2);

	talk_start_with(&stream,
			(struct http_request_options){ .stream = true },
			"/stream");
	UNTIL(stream.data.len > 0 && http_server_crowd(server) == 3);
	ck_assert_uint_eq(http_origin_running(origin), 3);

	http_server_open_gate(server);
	UNTIL(stream.dones && all_done(talks, 6));
	ck_assert_uint_eq(http_server_crowd(server), 3);
	ck_assert_uint_eq(http_origin_running(origin), 0);
	/* two for requests, which are used again, one for the stream */
	ck_assert_uint_le(http_server_connections(server), 3);
	for (int i = 0; i < 6; i++)
		talk_end(&talks[i]);
	talk_end(&stream);
}
END_TEST

START_TEST(requests_run_in_order_but_for_urgent_ones)
{
	static const char *const paths[] = { "/gate/a", "/gate/b", "/gate/c" };
	struct http_origin_options options = http_plain;
	struct talk talks[3] = { { .status = 0 } };
	struct talk urgent[2] = { { .status = 0 } };

	options.parallel = 1;
	origin_is(&options);
	for (int i = 0; i < 3; i++)
		talk_start(&talks[i], paths[i]);
	UNTIL(strlen(http_server_arrivals(server)) == 2);
	talk_start_with(&urgent[0],
			(struct http_request_options){ .urgent = true },
			"/gate/u");
	talk_start_with(&urgent[1],
			(struct http_request_options){ .urgent = true },
			"/gate/v");

	http_server_open_gate(server);
	UNTIL(talks[2].dones);
	ck_assert_str_eq(http_server_arrivals(server), "a u v b c ");
	ck_assert_uint_eq(http_server_crowd(server), 1);
	ck_assert_uint_eq(http_server_connections(server), 1);
	for (int i = 0; i < 3; i++)
		talk_end(&talks[i]);
	talk_end(&urgent[0]);
	talk_end(&urgent[1]);
}
END_TEST

START_TEST(a_cancelled_request_is_silent_and_makes_room)
{
	struct talk talks[4] = { { .status = 0 } };

	talk_start(&talks[0], "/gate/a");
	talk_start(&talks[1], "/gate/b");
	talk_start(&talks[2], "/gate/c");
	talk_start(&talks[3], "/gate/d");
	UNTIL(strlen(http_server_arrivals(server)) == 4);

	http_cancel(&talks[0].request); /* runs */
	http_cancel(&talks[2].request); /* waits */
	ck_assert_ptr_null(talks[0].request);
	http_cancel(&talks[0].request);
	UNTIL(strlen(http_server_arrivals(server)) == 6);
	ck_assert_str_eq(http_server_arrivals(server) + 4, "d ");

	http_server_open_gate(server);
	UNTIL(talks[1].dones && talks[3].dones);
	ck_assert_uint_eq(talks[0].dones + talks[2].dones, 0);
	for (int i = 0; i < 4; i++)
		talk_end(&talks[i]);
}
END_TEST

START_TEST(a_handler_may_cancel_itself_and_others)
{
	struct talk stream = { .cancel_at_data = true };
	struct talk first = { .status = 0 };
	struct talk second = { .status = 0 };
	struct talk own = { .status = 0 };

	talk_start_with(&stream,
			(struct http_request_options){ .stream = true },
			"/stream");
	UNTIL(stream.data.len > 0);
	ck_assert_ptr_null(stream.request);

	talk_start(&second, "/gate/b");
	first.cancel = &second.request;
	talk_start(&first, "/ok");
	UNTIL(first.dones);
	ck_assert_ptr_null(second.request);

	own.cancel = &own.request;
	talk_start(&own, "/ok");
	UNTIL(own.dones);
	ck_assert_ptr_null(own.request);

	http_server_open_gate(server);
	loop_turn(50);
	ck_assert_uint_eq(stream.dones + second.dones, 0);
	talk_end(&stream);
	talk_end(&first);
	talk_end(&second);
	talk_end(&own);
}
END_TEST

START_TEST(an_origin_is_freed_with_all_its_requests)
{
	struct talk talks[5] = { { .status = 0 } };

	for (int i = 0; i < 4; i++)
		talk_start(&talks[i], "/gate/a");
	UNTIL(strlen(http_server_arrivals(server)) == 4);
	talk_start_with(&talks[4],
			(struct http_request_options){ .stream = true },
			"/stream");
	talks[4].free_at_head = &origin;
	UNTIL(!origin);

	http_server_open_gate(server);
	loop_turn(50);
	for (int i = 0; i < 5; i++) {
		ck_assert_uint_eq(talks[i].dones, 0);
		talk_end(&talks[i]);
	}
}
END_TEST

START_TEST(nothing_is_started_in_a_pause)
{
	struct talk talk = { .status = 0 };
	uint64_t begin_ms = clock_ms();

	http_origin_pause(origin, 300);
	http_origin_pause(origin, 1);
	talk_start(&talk, "/ok");
	UNTIL(talk.dones);
	ck_assert_uint_ge(clock_ms() - begin_ms, 300);
	ck_assert_uint_lt(talk.elapsed_ms, 300);
	talk_end(&talk);
}
END_TEST

START_TEST(no_proxy_is_taken_from_the_environment)
{
	struct http_origin_options options = http_plain;
	struct talk direct = { .status = 0 };
	struct talk proxied = { .status = 0 };

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	setenv("no_proxy", "*", 1);
	talk_start(&direct, "/ok");
	UNTIL(direct.dones);
	ck_assert_int_eq(direct.status, 200);

	options.proxy = "http://127.0.0.1:1";
	origin_is(&options);
	talk_start(&proxied, "/ok");
	UNTIL(proxied.dones);
	ck_assert_int_eq(proxied.why.err, ERR_NETWORK);
	talk_end(&direct);
	talk_end(&proxied);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, http_setup, http_teardown);
	TEST_ROWS(the_best_offered_login_is_used, logins);
	TEST(new_credentials_are_used_by_the_next_request);
	TEST(no_more_run_than_allowed_and_streams_do_not_count);
	TEST(requests_run_in_order_but_for_urgent_ones);
	TEST(a_cancelled_request_is_silent_and_makes_room);
	TEST(a_handler_may_cancel_itself_and_others);
	TEST(an_origin_is_freed_with_all_its_requests);
	TEST(nothing_is_started_in_a_pause);
	TEST(no_proxy_is_taken_from_the_environment);
}
