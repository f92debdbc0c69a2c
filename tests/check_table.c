/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "table"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "module/kamailio/adapter.h"
#include "tests/suite.h"

enum { SHARED_BYTES = 64 << 20, PATIENCE_S = 10 };

static time_t now = 1789632000;

/* The table asks the C library; the test answers. */
time_t time(time_t *moment)
{
	if (moment)
		*moment = now;
	return now;
}

unsigned shm_complaints;
static char *shared;
static size_t used, limit;
static long blocks;

/* Never given back; counted all the same. */
void *shm_malloc(size_t bytes)
{
	size_t at = used;

	if (!shared)
		shared = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	if (used + bytes > limit)
		return NULL;
	used += (bytes + 15) / 16 * 16;
	blocks++;
	memset(shared + at, 0xa5, bytes);
	return shared + at;
}

void shm_free(void *memory)
{
	ck_assert_ptr_nonnull(memory);
	blocks--;
}

gen_lock_t *lock_init(gen_lock_t *lock)
{
	*lock = 0;
	return lock;
}

void lock_get(gen_lock_t *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		;
}

void lock_release(gen_lock_t *lock)
{
	ck_assert_int_eq(*lock, 1);
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

static void begin(void)
{
	limit = SHARED_BYTES;
	ck_assert_int_eq(table_open(PATIENCE_S), 0);
}

static void finish(void)
{
	table_close();
	ck_assert_int_eq(blocks, 0);
	table_close(); /* is nothing then */
}

static enum table_entitlement entitled(const char *entity)
{
	struct table_row row;

	table_find(entity, &row);
	return row.entitlement;
}

START_TEST(who_is_not_named_is_what_all_others_are)
{
	begin();
	ck_assert_int_eq(entitled("sip:ann@example.com"), TABLE_ENTITLED);
	table_entitle("*", TABLE_STRANGER);
	ck_assert_int_eq(entitled("sip:ann@example.com"), TABLE_STRANGER);
	table_entitle("*", TABLE_REVOKED);
	table_entitle("sip:bob@example.com", TABLE_ENTITLED);
	ck_assert_int_eq(entitled("sip:ann@example.com"), TABLE_REVOKED);
	ck_assert_int_eq(entitled("sip:bob@example.com"), TABLE_ENTITLED);
	table_entitle("sip:bob@example.com", TABLE_STRANGER); /* let go of */
	ck_assert_int_eq(entitled("sip:bob@example.com"), TABLE_REVOKED);
	finish();
}
END_TEST

START_TEST(state_and_entitlement_do_not_touch_each_other)
{
	struct table_row row;

	begin();
	table_state("sip:ann@example.com", "meeting", 1234567890);
	table_entitle("sip:ann@example.com", TABLE_REVOKED);
	table_find("sip:ann@example.com", &row);
	ck_assert_str_eq(row.state, "meeting");
	ck_assert_int_eq(row.until, 1234567890);
	ck_assert_int_eq(row.entitlement, TABLE_REVOKED);
	table_state("sip:ann@example.com", "", 0);
	table_find("sip:ann@example.com", &row);
	ck_assert_str_eq(row.state, "");
	ck_assert_int_eq(row.until, 0);
	ck_assert_int_eq(row.entitlement, TABLE_REVOKED);
	table_find("sip:bob@example.com", &row);
	ck_assert_str_eq(row.state, "");
	finish();
}
END_TEST

START_TEST(a_word_that_is_too_long_is_cut_and_ends)
{
	const char *word = "0123456789012345678901234567890123456789";
	struct table_row row;

	begin();
	table_state("sip:ann@example.com", word, 0);
	table_find("sip:ann@example.com", &row);
	ck_assert_uint_eq(strlen(row.state), ADAPTER_STATE_MAX);
	ck_assert(!strncmp(row.state, word, ADAPTER_STATE_MAX));
	table_state("sip:ann@example.com", "busy", 0);
	table_find("sip:ann@example.com", &row);
	ck_assert_str_eq(row.state, "busy");
	finish();
}
END_TEST

START_TEST(very_many_names_are_told_apart)
{
	enum { MANY = 50000 };
	char name[40];
	struct table_row row;

	begin();
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "sip:user%d@example.com", i);
		table_state(name, "busy", i);
		table_entitle(name, i % 3 ? TABLE_ENTITLED : TABLE_REVOKED);
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "sip:user%d@example.com", i);
		table_find(name, &row);
		ck_assert_int_eq(row.until, i);
		ck_assert_int_eq(row.entitlement,
				 i % 3 ? TABLE_ENTITLED : TABLE_REVOKED);
	}
	ck_assert_int_eq(blocks, MANY + 1); /* a row each, and none twice */
	finish();
}
END_TEST

START_TEST(without_memory_those_who_are_known_stay_known)
{
	struct table_row row;

	limit = 100;
	ck_assert_int_eq(table_open(PATIENCE_S), -1);
	ck_assert_uint_eq(shm_complaints, 1);

	begin();
	table_state("sip:ann@example.com", "busy", 1);
	limit = used;
	table_state("sip:bob@example.com", "busy", 1);
	table_entitle("sip:bob@example.com", TABLE_REVOKED);
	ck_assert_uint_eq(shm_complaints, 3);
	ck_assert_int_eq(entitled("sip:bob@example.com"), TABLE_ENTITLED);
	table_state("sip:ann@example.com", "away", 2);
	table_find("sip:ann@example.com", &row);
	ck_assert_str_eq(row.state, "away");
	finish();
}
END_TEST

START_TEST(it_is_stale_once_nothing_was_heard_for_its_patience)
{
	begin();
	now += PATIENCE_S;
	ck_assert(!table_is_stale());
	now++;
	ck_assert(table_is_stale());
	table_alive();
	ck_assert(!table_is_stale());
	now += PATIENCE_S + 1;
	ck_assert(table_is_stale());
	finish();
}
END_TEST

/* One process writes pairs that belong together, others read. */
START_TEST(other_processes_never_see_half_of_a_change)
{
	struct table_row row;
	pid_t writer;
	int status;

	begin();
	table_state("sip:ann@example.com", "even", 0);
	writer = fork();
	if (!writer) {
		for (int i = 1; i <= 30000; i++)
			table_state("sip:ann@example.com",
				    i % 2 ? "odd" : "even", i);
		_exit(0);
	}
	do {
		table_find("sip:ann@example.com", &row);
		ck_assert_str_eq(row.state, row.until % 2 ? "odd" : "even");
	} while (row.until < 30000);
	ck_assert_int_eq(waitpid(writer, &status, 0), writer);
	ck_assert_int_eq(status, 0);
	finish();
}
END_TEST

static void tests(void)
{
	TEST(who_is_not_named_is_what_all_others_are);
	TEST(state_and_entitlement_do_not_touch_each_other);
	TEST(a_word_that_is_too_long_is_cut_and_ends);
	TEST(very_many_names_are_told_apart);
	TEST(without_memory_those_who_are_known_stay_known);
	TEST(it_is_stale_once_nothing_was_heard_for_its_patience);
	TEST(other_processes_never_see_half_of_a_change);
}
