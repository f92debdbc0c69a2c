/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "store_sqlite"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/work.h"
#include "module/sqlite_file.h"
#include "module/store_sqlite.h"
#include "tests/suite.h"

enum { USERS = 50, CHANGES = 1000, ROUNDS = 200, POOL = 20 };

static char folder[] = "/tmp/check_store_XXXXXX";
static char path[64];
static struct store_sqlite *store;
static struct licence *licence;
static unsigned settled;

static const struct licence_cause cause = { .who = "directory",
					    .why = "it's \"said\" so",
					    .evidence = "explicit" };

static void changed(const char *entity, bool entitled,
		    const struct licence_cause *why, void *arg)
{
	(void)entity;
	(void)entitled;
	(void)why;
	(void)arg;
}

static void on_settled(const struct why *why, void *arg)
{
	(void)arg;
	ck_assert_int_eq(why->err, ERR_OK);
	settled++;
}

static void open_ledger(void)
{
	struct licence_options options = {
		.pool = POOL,
		.store = &store_sqlite,
		.changed = changed,
	};
	struct why why = { .err = ERR_OK };

	settled = 0;
	ck_assert_int_eq(loop_open(NULL, &why), ERR_OK);
	ck_assert_int_eq(work_open(&why), ERR_OK);
	ck_assert_msg(!store_sqlite_open(&store, path, &why), "%s", why.text);
	options.store_arg = store;
	ck_assert_msg(!licence_new(&licence, &options, &why), "%s", why.text);
}

static void close_ledger(void)
{
	work_close();
	licence_free(&licence);
	store_sqlite_close(&store);
	loop_close();
}

static void setup(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/ledger", folder);
}

static void teardown(void)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[80];

	for (int i = 0; i < ROWS(ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	rmdir(folder);
}

static void wait_settled(unsigned count)
{
	while (settled < count)
		loop_step(1000);
}

START_TEST(what_was_decided_is_there_after_a_restart)
{
	open_ledger();
	licence_want(licence, "sip:ann@example.org", true, &cause);
	licence_want(licence, "sip:bob@example.org", true, &cause);
	licence_want(licence, "sip:bob@example.org", false, &cause);
	licence_decide(licence, "sip:cid@example.org", LICENCE_OVERRIDE_GRANT,
		       &cause);
	licence_settled(licence, on_settled, NULL);
	wait_settled(1);
	close_ledger();

	open_ledger();
	ck_assert_int_eq(licence_state(licence, "sip:ann@example.org"),
			 LICENCE_GRANTED);
	ck_assert_int_eq(licence_state(licence, "sip:bob@example.org"),
			 LICENCE_REVOKED);
	ck_assert_int_eq(licence_state(licence, "sip:cid@example.org"),
			 LICENCE_GRANTED);
	close_ledger();
}
END_TEST

START_TEST(closing_writes_what_nobody_waited_for)
{
	open_ledger();
	licence_want(licence, "sip:ann@example.org", true, &cause);
	close_ledger();

	open_ledger();
	ck_assert(licence_entitled(licence, "sip:ann@example.org"));
	close_ledger();
}
END_TEST

static void add_action(const struct licence_record *record, void *arg)
{
	ck_assert_str_eq(record->cause.why, cause.why);
	strcat(arg, licence_action_word(record->action));
	strcat(arg, " ");
}

START_TEST(history_is_newest_first_and_bounded)
{
	char actions[100] = "";

	open_ledger();
	for (int i = 0; i < 5; i++)
		licence_want(licence, "sip:ann@example.org", i % 2 == 0,
			     &cause);
	licence_settled(licence, on_settled, NULL);
	wait_settled(1);
	ck_assert_int_eq(licence_history(licence, "sip:ann@example.org", 4,
					 add_action, actions),
			 ERR_OK);
	ck_assert_str_eq(actions, "grant revoke grant revoke ");
	close_ledger();
}
END_TEST

START_TEST(nobody_else_may_read_it)
{
	struct stat is;

	open_ledger();
	close_ledger();
	ck_assert_int_eq(stat(path, &is), 0);
	ck_assert_uint_eq(is.st_mode & 0777, 0600);
}
END_TEST

START_TEST(a_newer_schema_is_refused_and_named)
{
	struct why why;
	sqlite3 *db;

	ck_assert_int_eq(sqlite_file_open(&db, path, NULL), ERR_OK);
	ck_assert_int_eq(sqlite_file_run(db, "PRAGMA user_version = 99", NULL),
			 ERR_OK);
	sqlite3_close(db);
	ck_assert_int_eq(store_sqlite_open(&store, path, &why), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "schema 99 is newer"));
}
END_TEST

static int number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt;
	int value = -1;

	ck_assert_int_eq(sqlite_file_prepare(db, sql, &stmt, NULL), ERR_OK);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		value = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return value;
}

/* What a later version might do; the ledger's own schema has one step yet. */
static const char *const later[] = {
	"never taken again;",
	"ALTER TABLE holder ADD COLUMN pool TEXT NOT NULL DEFAULT 'usual';",
	"CREATE INDEX ledger_at ON ledger (at);",
};

START_TEST(older_file_is_brought_up_with_all_that_is_in_it)
{
	sqlite3 *db;

	open_ledger();
	licence_want(licence, "sip:ann@example.org", true, &cause);
	licence_want(licence, "sip:bob@example.org", true, &cause);
	close_ledger();

	ck_assert_int_eq(sqlite_file_open(&db, path, NULL), ERR_OK);
	ck_assert_int_eq(number(db, "PRAGMA user_version"), 1);
	ck_assert_int_eq(sqlite_file_migrate(db, later, ROWS(later), NULL),
			 ERR_OK);
	ck_assert_int_eq(number(db, "PRAGMA user_version"), 3);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM holder"
				    " WHERE pool = 'usual'"),
			 2);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM ledger"), 2);
	ck_assert_int_eq(sqlite_file_migrate(db, later, ROWS(later), NULL),
			 ERR_OK);
	sqlite3_close(db);
}
END_TEST

START_TEST(step_that_fails_leaves_the_file_as_it_was)
{
	static const char *const broken[] = {
		"never taken again;",
		"CREATE TABLE extra (x); INSERT INTO nowhere VALUES (1);",
	};
	struct why why;
	sqlite3 *db;

	open_ledger();
	licence_want(licence, "sip:ann@example.org", true, &cause);
	close_ledger();

	ck_assert_int_eq(sqlite_file_open(&db, path, NULL), ERR_OK);
	ck_assert_int_eq(sqlite_file_migrate(db, broken, ROWS(broken), &why),
			 ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, path));
	ck_assert_ptr_nonnull(strstr(why.text, "nowhere"));
	ck_assert_int_eq(number(db, "PRAGMA user_version"), 1);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM sqlite_master"
				    " WHERE name = 'extra'"),
			 0);
	sqlite3_close(db);

	open_ledger();
	ck_assert(licence_entitled(licence, "sip:ann@example.org"));
	close_ledger();
}
END_TEST

START_TEST(what_is_no_ledger_is_refused_and_named)
{
	struct why why;
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs("this is a text, and rather longer than a header is\n", file);
	fclose(file);
	ck_assert_int_eq(store_sqlite_open(&store, path, &why), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, path));

	snprintf(path, sizeof(path), "%s/no/such/folder", folder);
	ck_assert_int_eq(store_sqlite_open(&store, path, &why), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "No such file"));
	snprintf(path, sizeof(path), "%s/ledger", folder);
}
END_TEST

/* In the child: tells through the pipe how far the disk has it. */
static void change_until_killed(int pipe_fd, unsigned seed)
{
	bool wanted[USERS] = { false };

	open_ledger();
	for (unsigned i = 1; i <= CHANGES; i++) {
		unsigned user;
		char entity[40];

		seed = seed * 1103515245 + 12345;
		user = (seed >> 16) % USERS;
		wanted[user] = !wanted[user];
		snprintf(entity, sizeof(entity), "sip:user%u@example.org",
			 user);
		licence_want(licence, entity, wanted[user], &cause);
		licence_settled(licence, on_settled, NULL);
		if (i % 7 == 0)
			wait_settled(i);
		if (write(pipe_fd, &settled, sizeof(settled)) < 0)
			_exit(1);
	}
	_exit(0);
}

/* Every change writes a line at least: none that was settled is lost. */
static void ledger_is_whole(unsigned told)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite_file_open(&db, path, NULL), ERR_OK);
	ck_assert_int_eq(number(db,
				"SELECT count(*) FROM pragma_integrity_check"
				" WHERE integrity_check <> 'ok'"),
			 0);
	ck_assert_int_ge(number(db, "SELECT count(*) FROM ledger"), (int)told);
	/* Each user stands where his last line left him. */
	ck_assert_int_eq(
		number(db, "SELECT count(*) FROM holder h JOIN ledger l"
			   " ON l.line = (SELECT max(line) FROM ledger"
			   "  WHERE entity = h.entity)"
			   " WHERE l.state <> h.state OR l.turn <> h.turn"),
		0);
	ck_assert_int_eq(number(db,
				"SELECT count(DISTINCT entity) FROM ledger"),
			 number(db, "SELECT count(*) FROM holder"));
	ck_assert_int_le(number(db, "SELECT count(*) FROM holder"
				    " WHERE state = 'granted'"),
			 POOL);
	ck_assert_int_eq(number(db, "SELECT count(*) - count(DISTINCT turn)"
				    " FROM holder WHERE turn > 0"),
			 0);
	sqlite3_close(db);
}

/* Each round at another; in a long run over all of the changes. */
static unsigned moment_of(int round)
{
	unsigned span = getenv("DAYMARK_LEDGER_LONG") ? CHANGES : CHANGES / 4;

	return (unsigned)round * span / ROUNDS;
}

/* None is lost: nobody waits while one is free, once the pool is known. */
static void licences_are_whole(void)
{
	struct licence_facts facts;

	open_ledger();
	licence_pool(licence, POOL);
	licence_facts(licence, &facts);
	ck_assert_uint_le(facts.granted, POOL);
	ck_assert(facts.granted == POOL || facts.waiting == 0);
	close_ledger();
}

START_TEST(killed_at_any_moment_the_ledger_is_whole)
{
	unsigned kill_at = moment_of(_i);
	unsigned told = 0;
	int ends[2];
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	if (child == 0)
		change_until_killed(ends[1], (unsigned)_i);
	close(ends[1]);
	while (told < kill_at && read(ends[0], &told, sizeof(told)) > 0)
		continue;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	while (read(ends[0], &told, sizeof(told)) > 0)
		continue;
	close(ends[0]);

	ledger_is_whole(told);
	licences_are_whole();
	ledger_is_whole(told);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	log_set_level(LOG_LEVEL_ERROR);
	TEST(what_was_decided_is_there_after_a_restart);
	TEST(closing_writes_what_nobody_waited_for);
	TEST(history_is_newest_first_and_bounded);
	TEST(nobody_else_may_read_it);
	TEST(a_newer_schema_is_refused_and_named);
	TEST(older_file_is_brought_up_with_all_that_is_in_it);
	TEST(step_that_fails_leaves_the_file_as_it_was);
	TEST(what_is_no_ledger_is_refused_and_named);
	tcase_add_loop_test(the_case, killed_at_any_moment_the_ledger_is_whole,
			    0, ROUNDS);
}
