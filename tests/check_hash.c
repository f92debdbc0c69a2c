/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "hash"
#include <stdbool.h>
#include <string.h>

#include "sip/hash.h"
#include "tests/suite.h"

enum { MANY = 1000 };

struct thing {
	int number;
	struct hash_link link;
};

static struct thing things[MANY];

static void fill(struct hash *hash, uint64_t spread)
{
	for (int i = 0; i < MANY; i++) {
		things[i].number = i;
		hash_add(hash, &things[i].link, (uint64_t)i % spread);
	}
}

static const struct {
	uint64_t spread; /* different values */
} rows[] = { { MANY }, { 10 }, { 1 } };

START_TEST(everything_is_found_under_its_value)
{
	struct hash hash = { 0 };

	fill(&hash, rows[_i].spread);
	ck_assert_uint_eq(hash.count, MANY);
	for (uint64_t value = 0; value < rows[_i].spread; value++) {
		struct hash_link *link = hash_first(&hash, value);
		unsigned count = 0;

		for (; link; link = hash_next(link), count++)
			ck_assert_uint_eq((uint64_t)HASH_ENTRY(link,
							       struct thing,
							       link)
							  ->number %
						  rows[_i].spread,
					  value);
		ck_assert_uint_eq(count, MANY / rows[_i].spread);
	}
	ck_assert_ptr_null(hash_first(&hash, MANY));
	hash_free(&hash);
}
END_TEST

START_TEST(each_is_visited_once_and_may_be_removed_then)
{
	struct hash hash = { 0 };
	struct hash_link *next, *link;
	bool seen[MANY] = { false };

	fill(&hash, rows[_i].spread);
	for (link = hash_each(&hash, NULL); link; link = next) {
		struct thing *thing = HASH_ENTRY(link, struct thing, link);

		next = hash_each(&hash, link);
		ck_assert(!seen[thing->number]);
		seen[thing->number] = true;
		hash_remove(&hash, link);
	}
	ck_assert_uint_eq(hash.count, 0);
	for (int i = 0; i < MANY; i++)
		ck_assert(seen[i]);
	ck_assert_ptr_null(hash_each(&hash, NULL));
	hash_free(&hash);
}
END_TEST

START_TEST(an_empty_one_has_nothing)
{
	struct hash hash = { 0 };

	ck_assert_ptr_null(hash_first(&hash, 0));
	ck_assert_ptr_null(hash_each(&hash, NULL));
	hash_free(&hash);
}
END_TEST

START_TEST(texts_are_told_apart)
{
	static const char *const texts[] = {
		"", "a", "b", "12345678", "123456789", "1234567"
	};
	size_t count = sizeof(texts) / sizeof(texts[0]);

	for (size_t i = 0; i < count; i++) {
		char *copy = strdup(texts[i]);

		ck_assert_uint_eq(hash_text(texts[i]), hash_text(copy));
		free(copy);
		for (size_t j = 0; j < i; j++)
			ck_assert_uint_ne(hash_text(texts[i]),
					  hash_text(texts[j]));
	}
}
END_TEST

static void tests(void)
{
	TEST_ROWS(everything_is_found_under_its_value, rows);
	TEST_ROWS(each_is_visited_once_and_may_be_removed_then, rows);
	TEST(an_empty_one_has_nothing);
	TEST(texts_are_told_apart);
}
