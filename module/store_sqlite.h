/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The licence ledger in SQLite: one file, write-ahead log, one writer.
 *
 * Records are collected in memory and written by a worker in order, all that
 * came meanwhile in one transaction, synced to disk; the loop never waits for
 * a disk. A transaction holds both the ledger's line and where it leaves the
 * user, so that a crash between the two cannot happen.
 */
#ifndef MODULE_STORE_SQLITE_H
#define MODULE_STORE_SQLITE_H

#include "directory/licence.h"

struct store_sqlite;

/* Makes the file (mode 0600) or brings its schema up to date. */
enum err store_sqlite_open(struct store_sqlite **storep, const char *path,
			   struct why *why);

/* After work_close(): writes what is left, and tells those who wait. */
void store_sqlite_close(struct store_sqlite **storep);

/* How the last write went. */
const struct why *store_sqlite_why(const struct store_sqlite *store);

/* The store argument is the struct store_sqlite. */
extern const struct licence_store store_sqlite;

enum { STORE_SQLITE_SCHEMA = 1 };

#endif
