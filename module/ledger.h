/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the licence ledger is kept: a SQLite file, or for a trial the memory
 * of this process, which forgets.
 */
#ifndef MODULE_LEDGER_H
#define MODULE_LEDGER_H

#include "directory/licence.h"

struct ledger;

/*
 * path: the file; "-" is memory; "" is the usual file, or memory with a
 * warning where the directory for it does not exist.
 */
enum err ledger_open(struct ledger **ledgerp, const char *path,
		     struct why *why);

/* After work_close(): what is left is written. */
void ledger_close(struct ledger **ledgerp);

const struct licence_store *ledger_store(const struct ledger *ledger);
void *ledger_store_arg(const struct ledger *ledger);

/* How the last write went; NULL: it is memory, which forgets. */
const struct why *ledger_why(const struct ledger *ledger);

/* The file's path, or "memory". */
const char *ledger_place(const struct ledger *ledger);

#endif
