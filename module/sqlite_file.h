/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A SQLite file as the ledger wants it: private, logged ahead, up to date. */
#ifndef MODULE_SQLITE_FILE_H
#define MODULE_SQLITE_FILE_H

#include <sqlite3.h>

#include "base/err.h"

/* Makes the file with mode 0600 if there is none, brings its schema up. */
enum err sqlite_file_open(sqlite3 **dbp, const char *path, struct why *why);

/* A second connection that only reads; it never waits for the first. */
enum err sqlite_file_reader(sqlite3 **dbp, const char *path, struct why *why);

enum err sqlite_file_run(sqlite3 *db, const char *sql, struct why *why);
enum err sqlite_file_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **stmtp,
			     struct why *why);

/*
 * Takes the steps that the file has not had yet, each with its number in one
 * transaction. A file of more steps than these is refused.
 */
enum err sqlite_file_migrate(sqlite3 *db, const char *const *steps, int count,
			     struct why *why);

/* ERR_CONFIG with the file, what we wanted and what SQLite says. */
enum err sqlite_file_failed(sqlite3 *db, const char *what, struct why *why);

#endif
