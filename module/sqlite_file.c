/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "module/sqlite_file.h"
#include "module/store_sqlite.h"

enum { BUSY_MS = 5000 };

static const char *const schema[STORE_SQLITE_SCHEMA] = {
	"CREATE TABLE holder ("
	" entity TEXT PRIMARY KEY NOT NULL,"
	" at INTEGER NOT NULL,"
	" state TEXT NOT NULL,"
	" override TEXT NOT NULL,"
	" wanted INTEGER NOT NULL,"
	" turn INTEGER NOT NULL"
	") WITHOUT ROWID;"
	"CREATE TABLE ledger ("
	" line INTEGER PRIMARY KEY AUTOINCREMENT,"
	" at INTEGER NOT NULL,"
	" entity TEXT NOT NULL,"
	" action TEXT NOT NULL,"
	" state TEXT NOT NULL,"
	" override TEXT NOT NULL,"
	" wanted INTEGER NOT NULL,"
	" turn INTEGER NOT NULL,"
	" who TEXT NOT NULL,"
	" why TEXT NOT NULL,"
	" evidence TEXT NOT NULL"
	");"
	"CREATE INDEX ledger_entity ON ledger (entity, line);",
};

enum err sqlite_file_failed(sqlite3 *db, const char *what, struct why *why)
{
	return why_set(why, ERR_CONFIG, "licence ledger %s: %s: %s",
		       sqlite3_db_filename(db, "main"), what,
		       sqlite3_errmsg(db));
}

enum err sqlite_file_run(sqlite3 *db, const char *sql, struct why *why)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_file_failed(db, "cannot be written", why);

	return ERR_OK;
}

enum err sqlite_file_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **stmtp,
			     struct why *why)
{
	if (sqlite3_prepare_v2(db, sql, -1, stmtp, NULL) != SQLITE_OK)
		return sqlite_file_failed(db, "cannot be read", why);

	return ERR_OK;
}

static enum err schema_version(sqlite3 *db, int *versionp, struct why *why)
{
	sqlite3_stmt *stmt;
	enum err err =
		sqlite_file_prepare(db, "PRAGMA user_version", &stmt, why);

	if (err)
		return err;

	if (sqlite3_step(stmt) == SQLITE_ROW)
		*versionp = sqlite3_column_int(stmt, 0);
	else
		err = sqlite_file_failed(db, "is no ledger", why);
	sqlite3_finalize(stmt);
	return err;
}

/* A step that fails has not begun: half a migration cannot be. */
static enum err take_step(sqlite3 *db, const char *step, int number,
			  struct why *why)
{
	char *sql = sqlite3_mprintf(
		"BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT;", step,
		number);
	enum err err = sqlite_file_run(db, sql, why);

	sqlite3_free(sql);
	if (err && !sqlite3_get_autocommit(db))
		sqlite_file_run(db, "ROLLBACK", NULL);
	return err;
}

enum err sqlite_file_migrate(sqlite3 *db, const char *const *steps, int count,
			     struct why *why)
{
	int version = 0;
	enum err err = schema_version(db, &version, why);

	if (!err && version > count)
		err = why_set(why, ERR_CONFIG,
			      "licence ledger %s: schema %d is newer than "
			      "this program's %d",
			      sqlite3_db_filename(db, "main"), version, count);
	for (; !err && version < count; version++)
		err = take_step(db, steps[version], version + 1, why);
	return err;
}

/* SQLite would make it with the umask's rights: who may what is private. */
static enum err make_private(const char *path, struct why *why)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return why_set(why, ERR_CONFIG, "licence ledger %s: %s", path,
			       strerror(errno));

	close(fd);
	return ERR_OK;
}

enum err sqlite_file_open(sqlite3 **dbp, const char *path, struct why *why)
{
	enum err err = make_private(path, why);

	if (err)
		return err;

	if (sqlite3_open_v2(path, dbp, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK)
		return sqlite_file_failed(*dbp, "cannot be opened", why);

	sqlite3_busy_timeout(*dbp, BUSY_MS);
	err = sqlite_file_run(
		*dbp, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
		why);
	return err ? err
		   : sqlite_file_migrate(*dbp, schema, STORE_SQLITE_SCHEMA,
					 why);
}

enum err sqlite_file_reader(sqlite3 **dbp, const char *path, struct why *why)
{
	if (sqlite3_open_v2(path, dbp, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		return sqlite_file_failed(*dbp, "cannot be opened", why);

	sqlite3_busy_timeout(*dbp, BUSY_MS);
	return ERR_OK;
}
