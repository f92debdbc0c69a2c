/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ber"
#include <string.h>

#include "directory/ber.h"
#include "tests/suite.h"

static const struct {
	int64_t value;
	size_t len;
	const char *bytes;
} numbers[] = {
	{ 0, 3, "\x02\x01\x00" },
	{ 127, 3, "\x02\x01\x7f" },
	{ 128, 4, "\x02\x02\x00\x80" },
	{ -1, 3, "\x02\x01\xff" },
	{ -128, 3, "\x02\x01\x80" },
	{ -129, 4, "\x02\x02\xff\x7f" },
	{ 2147483647, 6, "\x02\x04\x7f\xff\xff\xff" },
	{ INT64_MAX, 10, "\x02\x08\x7f\xff\xff\xff\xff\xff\xff\xff" },
	{ INT64_MIN, 10, "\x02\x08\x80\x00\x00\x00\x00\x00\x00\x00" },
};

START_TEST(number_takes_the_fewest_bytes_and_comes_back)
{
	struct buf out = BUF(100);
	int64_t value = 42;
	struct ber ber;

	ber_add_number(&out, BER_INTEGER, numbers[_i].value);
	ck_assert_uint_eq(out.len, numbers[_i].len);
	ck_assert_mem_eq(out.data, numbers[_i].bytes, out.len);
	ber = ber_of(out.data, out.len);
	ck_assert(ber_take_number(&ber, BER_INTEGER, &value));
	ck_assert(value == numbers[_i].value);
	ck_assert_uint_eq(ber.len, 0);
	buf_free(&out);
}
END_TEST

static const size_t lengths[] = { 0, 1, 127, 128, 255, 256, 65535, 65536 };

START_TEST(octets_of_any_length_come_back)
{
	struct buf out = BUF(100000);
	char *data = calloc(1, 100000);
	struct ber ber, inside;

	memset(data, 'x', lengths[_i]);
	ber_add(&out, BER_OCTETS, data, lengths[_i]);
	ber_add_flag(&out, true);
	ber = ber_of(out.data, out.len);
	ck_assert(ber_take(&ber, BER_OCTETS, &inside));
	ck_assert_uint_eq(inside.len, lengths[_i]);
	ck_assert_uint_eq(ber.len, 3);
	buf_free(&out);
	free(data);
}
END_TEST

/* Elements that say they are longer than they are, or nothing we know. */
static const struct {
	const char *bytes;
	size_t len;
} broken[] = {
	{ "", 0 },
	{ "\x02", 1 },
	{ "\x02\x01", 2 },
	{ "\x02\x00", 2 },
	{ "\x02\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01", 11 },
	{ "\x02\x80\x01\x00\x00", 5 },
	{ "\x02\x81", 2 },
	{ "\x02\x84\xff\xff\xff\xff\x01", 7 },
	{ "\x02\x85\x00\x00\x00\x00\x01\x01", 8 },
	{ "\x04\x01\x01", 3 },
};

START_TEST(broken_element_is_not_taken)
{
	struct ber ber = ber_of(broken[_i].bytes, broken[_i].len);
	int64_t value = 42;

	ck_assert(!ber_take_number(&ber, BER_INTEGER, &value));
	ck_assert(value == 42);
	ck_assert_uint_eq(ber.len, broken[_i].len);
}
END_TEST

START_TEST(flag_is_true_for_any_byte_but_zero)
{
	struct ber yes = ber_of("\x01\x01\x01", 3);
	struct ber no = ber_of("\x01\x01\x00", 3);
	bool value = false;

	ck_assert(ber_take_flag(&yes, BER_BOOLEAN, &value) && value);
	ck_assert(ber_take_flag(&no, BER_BOOLEAN, &value) && !value);
}
END_TEST

START_TEST(skip_passes_over_what_is_not_known)
{
	struct ber ber = ber_of("\x9f\x02hi\x0a\x01\x03", 7);
	int64_t value = 0;

	ck_assert(ber_skip(&ber));
	ck_assert(ber_take_number(&ber, BER_ENUM, &value));
	ck_assert(value == 3);
	ck_assert(!ber_skip(&ber));
}
END_TEST

static void tests(void)
{
	TEST_ROWS(number_takes_the_fewest_bytes_and_comes_back, numbers);
	TEST_ROWS(octets_of_any_length_come_back, lengths);
	TEST_ROWS(broken_element_is_not_taken, broken);
	TEST(flag_is_true_for_any_byte_but_zero);
	TEST(skip_passes_over_what_is_not_known);
}
