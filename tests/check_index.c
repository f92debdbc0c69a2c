/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "index"
#include <stdio.h>

#include "base/index.h"
#include "tests/suite.h"

enum { MANY = 5000 };

static char names[MANY][16];

static const char *name_of(const void *item)
{
	return item;
}

START_TEST(what_was_put_is_found_until_it_is_taken)
{
	struct index *index = index_new(name_of);
	size_t place = 0;
	int walked = 0;

	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "sip:u%d", i);
		index_put(index, names[i]);
	}
	ck_assert_uint_eq(index_count(index), MANY);
	for (int i = 0; i < MANY; i += 2)
		index_take(index, names[i]);
	index_take(index, "sip:nobody");

	for (int i = 0; i < MANY; i++)
		ck_assert_ptr_eq(index_find(index, names[i]),
				 i % 2 ? names[i] : NULL);
	while (index_walk(index, &place))
		walked++;
	ck_assert_int_eq(walked, MANY / 2);
	index_free(&index);
	ck_assert_ptr_null(index);
}
END_TEST

static void tests(void)
{
	TEST(what_was_put_is_found_until_it_is_taken);
}
