/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "pipe"
#include <stdio.h>
#include <string.h>

#include "module/keep.h"
#include "module/pipe.h"
#include "tests/suite.h"

static char packet[PIPE_BYTES_MAX];

START_TEST(every_kind_comes_back_as_it_was)
{
	for (int kind = 0; kind < PIPE_COUNT; kind++) {
		struct pipe_message message = {
			.kind = (enum pipe_kind)kind,
			.id = 0x89abcdef,
			.number = -5000000000,
			.texts = { "one", "", "three", "\xc3\xa9", "5", "6",
				   "7", "8" },
		};
		struct pipe_message back;
		size_t bytes = pipe_write(packet, &message);

		ck_assert_uint_gt(bytes, 0);
		ck_assert_int_eq(pipe_read(&back, PIPE_WAY_BOTH, packet, bytes,
					   NULL),
				 ERR_OK);
		ck_assert_int_eq(back.kind, kind);
		ck_assert_uint_eq(back.id, message.id);
		ck_assert_int_eq(back.number, message.number);
		for (size_t i = 0; i < pipe_texts(back.kind); i++)
			ck_assert_str_eq(back.texts[i], message.texts[i]);
	}
}
END_TEST

START_TEST(what_is_cut_short_anywhere_is_refused)
{
	const struct pipe_message message = { .kind = PIPE_DIRECTIVE,
					      .texts = { "audit", "15m" } };
	size_t bytes = pipe_write(packet, &message);
	struct pipe_message back;

	for (size_t cut = 0; cut < bytes; cut++)
		ck_assert_int_eq(pipe_read(&back, PIPE_WAY_DOWN, packet, cut,
					   NULL),
				 ERR_MALFORMED);
}
END_TEST

/* The packet is "audit", "15m"; one byte of it is another one. */
static const struct {
	size_t at;
	char value;
	enum err err;
} rows[] = {
	{ 0, 2, ERR_VERSION },            /* version */
	{ 1, PIPE_COUNT, ERR_MALFORMED }, /* kind */
	{ 1, PIPE_PONG, ERR_MALFORMED },  /* goes the other way */
	{ 2, 3, ERR_MALFORMED },          /* texts */
	{ 3, 1, ERR_MALFORMED },
	{ 16, 4, ERR_MALFORMED }, /* length of the first */
	{ 16, 6, ERR_MALFORMED },
	{ 19, 1, ERR_MALFORMED },
	{ 21, 0, ERR_MALFORMED },   /* a NUL inside of it */
	{ 25, 'x', ERR_MALFORMED }, /* no NUL behind it */
	{ 26, 9, ERR_MALFORMED },   /* length of the second */
	{ 26, 2, ERR_MALFORMED },
};

START_TEST(one_wrong_byte_is_refused)
{
	const struct pipe_message message = { .kind = PIPE_DIRECTIVE,
					      .texts = { "audit", "15m" } };
	size_t bytes = pipe_write(packet, &message);
	struct pipe_message back;
	struct why why;

	packet[rows[_i].at] = rows[_i].value;
	ck_assert_int_eq(pipe_read(&back, PIPE_WAY_DOWN, packet, bytes, &why),
			 rows[_i].err);
	ck_assert_int_eq(why.err, rows[_i].err);
	ck_assert_uint_gt(strlen(why.text), 0);
}
END_TEST

START_TEST(what_is_too_long_is_not_written)
{
	static char text[PIPE_TEXT_MAX + 2];
	struct pipe_message message = { .kind = PIPE_COMMAND,
					.texts = { text } };

	memset(text, 'x', PIPE_TEXT_MAX);
	ck_assert_uint_gt(pipe_write(packet, &message), 0);
	text[PIPE_TEXT_MAX] = 'x';
	ck_assert_uint_eq(pipe_write(packet, &message), 0);
}
END_TEST

static unsigned seen;
static int64_t numbers;

static void on_kept(const char *bytes, size_t len, void *arg)
{
	struct pipe_message message;

	(void)arg;
	ck_assert_int_eq(pipe_read(&message, PIPE_WAY_DOWN, bytes, len, NULL),
			 ERR_OK);
	numbers += message.number;
	seen++;
}

static void put(struct keep *keep, unsigned i, int64_t number)
{
	char entity[32];
	const struct pipe_message message = { .kind = PIPE_PUBLISHED,
					      .number = number,
					      .texts = { entity, "tag" } };

	snprintf(entity, sizeof(entity), "sip:u%u@example.com", i);
	keep_put(keep, &message);
}

START_TEST(the_last_of_each_name_is_kept_until_it_is_over)
{
	struct keep *keep = keep_new();

	for (unsigned i = 0; i < 10000; i++)
		put(keep, i, 100);
	for (unsigned i = 0; i < 10000; i++)
		put(keep, i, i < 4000 ? 0 : i < 5000 ? 50 : 200);
	ck_assert_uint_eq(keep_count(keep), 6000);

	seen = 0;
	numbers = 0;
	keep_each(keep, 50, on_kept, NULL);
	ck_assert_uint_eq(seen, 5000);
	ck_assert_int_eq(numbers, 5000 * 200);
	ck_assert_uint_eq(keep_count(keep), 5000);
	keep_free(&keep);
	ck_assert_ptr_null(keep);
}
END_TEST

static void tests(void)
{
	TEST(every_kind_comes_back_as_it_was);
	TEST(what_is_cut_short_anywhere_is_refused);
	TEST_ROWS(one_wrong_byte_is_refused, rows);
	TEST(what_is_too_long_is_not_written);
	TEST(the_last_of_each_name_is_kept_until_it_is_over);
}
