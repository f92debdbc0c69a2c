/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "wire"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "module/wire.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

static struct wire *wire;
static int server; /* the other end */
static unsigned heard, closed;
static enum err closed_err;
static char said[PIPE_TEXT_MAX + 1];

static void on_message(const struct pipe_message *message, void *arg)
{
	ck_assert_ptr_eq(arg, &heard);
	heard++;
	snprintf(said, sizeof(said), "%s %s", pipe_kind_name(message->kind),
		 pipe_texts(message->kind) ? message->texts[0] : "");
}

/* The owner may free it there. */
static void on_closed(const struct why *why, void *arg)
{
	(void)arg;
	closed++;
	closed_err = why->err;
	ck_assert_uint_gt(strlen(why->text), 0);
	wire_free(&wire);
}

static const struct wire_handlers handlers = { on_message, on_closed };

static void begin(void)
{
	int pair[2];

	fake_loop_reset();
	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	server = pair[0];
	heard = closed = 0;
	wire = wire_new(pair[1], &handlers, &heard);
}

static void say(enum pipe_kind kind, const char *text)
{
	const struct pipe_message message = { .kind = kind,
					      .texts = { text, "" } };
	static char packet[PIPE_BYTES_MAX];
	size_t bytes = pipe_write(packet, &message);

	ck_assert_int_eq(send(server, packet, bytes, MSG_DONTWAIT),
			 (ssize_t)bytes);
}

/* A line that says its number, as long as it is wanted. */
static void log_line(unsigned number, size_t bytes)
{
	static char text[PIPE_TEXT_MAX + 2];
	const struct pipe_message message = { .kind = PIPE_LOG,
					      .number = number,
					      .texts = { text } };

	memset(text, 'x', bytes);
	text[bytes] = '\0';
	wire_send(wire, &message);
}

/* The number of the next line at the server; -1 none yet. */
static int64_t next_line(void)
{
	static char packet[PIPE_BYTES_MAX];
	struct pipe_message message;
	ssize_t bytes = recv(server, packet, sizeof(packet), MSG_DONTWAIT);

	if (bytes <= 0)
		return -1;
	ck_assert_int_eq(pipe_read(&message, PIPE_WAY_UP, packet, (size_t)bytes,
				   NULL),
			 ERR_OK);
	return message.number;
}

/* The loop, until the end was told. */
static void settle(void)
{
	for (int i = 0; i < 3; i++) {
		loop_step(0);
		fake_loop_pass_ms(1);
	}
}

START_TEST(what_the_server_says_is_heard_in_its_order)
{
	begin();
	say(PIPE_PING, "");
	say(PIPE_COMMAND, "status");
	settle();
	ck_assert_uint_eq(heard, 2);
	ck_assert_str_eq(said, "COMMAND status");
	ck_assert_uint_eq(closed, 0);
	wire_free(&wire);
	ck_assert_ptr_null(wire);
}
END_TEST

START_TEST(what_is_not_taken_at_once_waits_and_keeps_its_order)
{
	enum { LINES = 5000 };
	int64_t next = 0;

	begin();
	for (unsigned i = 0; i < LINES; i++)
		log_line(i, 2000);
	while (next < LINES) {
		int64_t number = next_line();

		if (number < 0)
			loop_step(0);
		else
			ck_assert_int_eq(number, next++);
	}
	ck_assert_int_eq(next_line(), -1);
	ck_assert_uint_eq(closed, 0);
	wire_free(&wire);
}
END_TEST

START_TEST(a_server_that_never_reads_is_given_up)
{
	begin();
	for (unsigned i = 0; i < 2 + WIRE_WAITING_MAX / PIPE_TEXT_MAX; i++)
		log_line(i, PIPE_TEXT_MAX);
	log_line(0, PIPE_TEXT_MAX); /* comes too late, and is no matter */
	ck_assert_uint_eq(closed, 0);
	settle();
	ck_assert_uint_eq(closed, 1);
	ck_assert_int_eq(closed_err, ERR_TIMEOUT);
}
END_TEST

START_TEST(a_server_that_is_gone_is_told_once_and_not_by_whoever_sends)
{
	begin();
	close(server);
	log_line(1, 10);
	log_line(2, 10);
	ck_assert_uint_eq(closed, 0);
	settle();
	ck_assert_uint_eq(closed, 1);
	ck_assert_int_eq(closed_err, ERR_CLOSED);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}
END_TEST

START_TEST(the_end_is_heard_when_nothing_is_sent)
{
	begin();
	say(PIPE_PING, "");
	close(server);
	settle();
	ck_assert_uint_eq(heard, 1);
	ck_assert_uint_eq(closed, 1);
	ck_assert_int_eq(closed_err, ERR_CLOSED);
}
END_TEST

static const struct {
	size_t at;
	char value;
	enum err err;
} nonsense[] = {
	{ 0, PIPE_VERSION + 1, ERR_VERSION },
	{ 1, PIPE_COUNT, ERR_MALFORMED },
	{ 1, PIPE_PONG, ERR_MALFORMED }, /* comes from us alone */
	{ 2, 1, ERR_MALFORMED },
};

START_TEST(nonsense_ends_it_and_nothing_behind_it_is_heard)
{
	const struct pipe_message ping = { .kind = PIPE_PING };
	static char packet[PIPE_BYTES_MAX];
	size_t bytes = pipe_write(packet, &ping);

	begin();
	packet[nonsense[_i].at] = nonsense[_i].value;
	ck_assert_int_gt(send(server, packet, bytes, 0), 0);
	say(PIPE_PING, "");
	settle();
	ck_assert_uint_eq(heard, 0);
	ck_assert_uint_eq(closed, 1);
	ck_assert_int_eq(closed_err, nonsense[_i].err);
}
END_TEST

START_TEST(what_is_too_long_for_a_packet_is_not_sent_and_harms_nothing)
{
	begin();
	log_line(1, PIPE_TEXT_MAX + 1);
	log_line(2, 10);
	settle();
	ck_assert_int_eq(next_line(), 2);
	ck_assert_uint_eq(closed, 0);
	wire_free(&wire);
}
END_TEST

START_TEST(what_comes_before_the_loop_is_read_one_by_one)
{
	static char packet[PIPE_BYTES_MAX];
	struct pipe_message message;
	const struct pipe_message good = { .kind = PIPE_GOOD };
	int pair[2];
	struct why why;

	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	server = pair[0];
	say(PIPE_DIRECTIVE, "audit");
	say(PIPE_START, "");
	ck_assert_int_eq(wire_receive(pair[1], packet, &message, &why), ERR_OK);
	ck_assert_str_eq(message.texts[0], "audit");
	ck_assert_int_eq(wire_receive(pair[1], packet, &message, &why), ERR_OK);
	ck_assert_int_eq(message.kind, PIPE_START);
	wire_say(pair[1], &good);
	ck_assert_int_eq(next_line(), 0);
	close(server);
	ck_assert_int_eq(wire_receive(pair[1], packet, &message, &why),
			 ERR_CLOSED);
}
END_TEST

static void tests(void)
{
	TEST(what_the_server_says_is_heard_in_its_order);
	TEST(what_is_not_taken_at_once_waits_and_keeps_its_order);
	TEST(a_server_that_never_reads_is_given_up);
	TEST(a_server_that_is_gone_is_told_once_and_not_by_whoever_sends);
	TEST(the_end_is_heard_when_nothing_is_sent);
	TEST_ROWS(nonsense_ends_it_and_nothing_behind_it_is_heard, nonsense);
	TEST(what_is_too_long_for_a_packet_is_not_sent_and_harms_nothing);
	TEST(what_comes_before_the_loop_is_read_one_by_one);
}
