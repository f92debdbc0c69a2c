/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "heap"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/heap.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

#define MB(n) ((size_t)(n) << 20)

static const struct {
	size_t used, held;
	bool worth;
} rows[] = {
	{ MB(100), 0, false },        { MB(100), MB(7), false },
	{ MB(100), MB(24), false },   { MB(100), MB(25), true },
	{ MB(10), MB(4), false },     { MB(10), MB(8), true },
	{ MB(1000), MB(200), false },
};

START_TEST(a_hole_is_worth_it_when_large_and_much_of_the_heap)
{
	ck_assert_int_eq(heap_worth_trimming(rows[_i].used, rows[_i].held),
			 rows[_i].worth);
}
END_TEST

/* Of resident memory in MB, half a minute apart; 1 where malloc is asked. */
static unsigned asked(struct heap_looks *looks, size_t mb, unsigned times)
{
	unsigned count = 0;

	while (times--)
		count += heap_worth_looking(looks, MB(mb));
	return count;
}

START_TEST(malloc_is_asked_for_minutes_after_memory_grew_then_rarely)
{
	struct heap_looks looks = { 0 };

	ck_assert_uint_eq(asked(&looks, 50, 5), 5);
	ck_assert_uint_eq(asked(&looks, 50, 19), 0);
	ck_assert_uint_eq(asked(&looks, 50, 1), 1);
	ck_assert_uint_eq(asked(&looks, 57, 19), 0);
	ck_assert_uint_eq(asked(&looks, 58, 5), 5);
	ck_assert_uint_eq(asked(&looks, 200, 1), 1);
	ck_assert_uint_eq(asked(&looks, 60, 4), 4);
	ck_assert_uint_eq(asked(&looks, 67, 19), 0);
	ck_assert_uint_eq(asked(&looks, 68, 1), 1);
}
END_TEST

START_TEST(it_looks_until_it_is_told_to_stop)
{
	fake_loop_reset();
	heap_watch_start();
	fake_loop_pass(3600);
	ck_assert_uint_eq(fake_loop_timers(), 1);
	heap_watch_stop();
	ck_assert_uint_eq(fake_loop_timers(), 0);
}
END_TEST

enum { CHUNKS = 8192, CHUNK_BYTES = 4000, PAGE = 4096 };

static size_t resident_bytes(void)
{
	FILE *in = fopen("/proc/self/statm", "re");
	size_t pages = 0;

	ck_assert_ptr_nonnull(in);
	ck_assert_int_eq(fscanf(in, "%*u %zu", &pages), 1);
	fclose(in);
	return pages * PAGE;
}

/* Used for a moment, below something that stays. */
static void burst(char **chunks)
{
	for (size_t i = 0; i < CHUNKS; i++) {
		chunks[i] = malloc(CHUNK_BYTES);
		memset(chunks[i], 1, CHUNK_BYTES);
	}
	for (size_t i = 0; i + 1 < CHUNKS; i++)
		free(chunks[i]);
}

START_TEST(each_burst_is_given_back_not_only_the_first)
{
	static char *chunks[CHUNKS];
	char *above[2];
	size_t before, after;

	if (ALLOC_PLAIN)
		return;

	fake_loop_reset();
	heap_watch_start();
	for (int i = 0; i < 2; i++) {
		burst(chunks);
		above[i] = chunks[CHUNKS - 1];
		before = resident_bytes();
		fake_loop_pass(60);
		after = resident_bytes();
		ck_assert_uint_ge(before, after + MB(16));
	}
	heap_watch_stop();
	free(above[0]);
	free(above[1]);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_hole_is_worth_it_when_large_and_much_of_the_heap, rows);
	TEST(malloc_is_asked_for_minutes_after_memory_grew_then_rarely);
	TEST(it_looks_until_it_is_told_to_stop);
	TEST(each_burst_is_given_back_not_only_the_first);
}
