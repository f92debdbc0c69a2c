/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "slab"
#include <stdint.h>
#include <string.h>

#include "sip/slab.h"
#include "tests/suite.h"

enum { MANY = 500 };

static const struct {
	size_t bytes;
} rows[] = { { 1 }, { 16 }, { 17 }, { 700 }, { 2048 }, { 2064 }, { 100000 } };

START_TEST(things_do_not_overlap_and_are_zeroed_again)
{
	size_t bytes = rows[_i].bytes;
	static const unsigned char zeros[100000];
	int count = bytes > 4096 ? 20 : MANY;
	unsigned char **things = calloc(MANY, sizeof(*things));

	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < count; i++) {
			things[i] = slab_new(bytes);
			ck_assert_uint_eq((uintptr_t)things[i] % 16, 0);
			ck_assert(!memcmp(things[i], zeros, bytes));
			memset(things[i], i % 255 + 1, bytes);
		}
		for (int i = 0; i < count; i++) {
			ck_assert_int_eq(things[i][0], i % 255 + 1);
			ck_assert_int_eq(things[i][bytes - 1], i % 255 + 1);
			slab_free(things[i]);
		}
	}
	free(things);
}
END_TEST

START_TEST(texts_are_copied_and_nothing_may_be_freed)
{
	char *text = slab_text("sip:ann@example.org");

	ck_assert_str_eq(text, "sip:ann@example.org");
	slab_free(text);
	slab_free(NULL);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(things_do_not_overlap_and_are_zeroed_again, rows);
	TEST(texts_are_copied_and_nothing_may_be_freed);
}
