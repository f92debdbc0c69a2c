/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "ledger"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/work.h"
#include "module/ledger.h"
#include "module/store_memory.h"
#include "module/store_sqlite.h"
#include "tests/suite.h"

static char folder[40];
static char path[60];
static struct ledger *ledger;

static void setup(void)
{
	log_set_level(LOG_LEVEL_ERROR);
	strcpy(folder, "/tmp/check_ledger_XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/ledger", folder);
	ck_assert_int_eq(loop_open(NULL, NULL), ERR_OK);
	ck_assert_int_eq(work_open(NULL), ERR_OK);
}

static void teardown(void)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[80];

	work_close();
	ledger_close(&ledger);
	loop_close();
	for (int i = 0; i < ROWS(ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	rmdir(folder);
}

START_TEST(dash_keeps_it_in_memory)
{
	ck_assert_int_eq(ledger_open(&ledger, "-", NULL), ERR_OK);
	ck_assert_ptr_eq(ledger_store(ledger), &store_memory);
	ck_assert_ptr_nonnull(ledger_store_arg(ledger));
	ck_assert_str_eq(ledger_place(ledger), "memory");
}
END_TEST

START_TEST(path_keeps_it_in_that_file)
{
	ck_assert_int_eq(ledger_open(&ledger, path, NULL), ERR_OK);
	ck_assert_ptr_eq(ledger_store(ledger), &store_sqlite);
	ck_assert_ptr_nonnull(ledger_store_arg(ledger));
	ck_assert_str_eq(ledger_place(ledger), path);
	ck_assert_int_eq(access(path, R_OK | W_OK), 0);
}
END_TEST

START_TEST(file_that_cannot_be_is_named)
{
	struct why why;

	ck_assert_int_eq(ledger_open(&ledger, "/no/such/ledger", &why),
			 ERR_CONFIG);
	ck_assert_ptr_null(ledger);
	ck_assert_ptr_nonnull(strstr(why.text, "/no/such/ledger"));
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(dash_keeps_it_in_memory);
	TEST(path_keeps_it_in_that_file);
	TEST(file_that_cannot_be_is_named);
}
