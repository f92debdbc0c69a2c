/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "module/ledger.h"
#include "module/store_memory.h"
#include "module/store_sqlite.h"

static const char usual_path[] = LOCALSTATEDIR "/lib/daymark/ledger";

struct ledger {
	struct store_sqlite *file;
	struct store_memory *memory; /* one of the two */
	char *place;
};

static enum err open_file(struct ledger *ledger, const char *path,
			  struct why *why)
{
	ledger->place = x_strdup(path);
	return store_sqlite_open(&ledger->file, path, why);
}

static enum err open_usual(struct ledger *ledger, struct why *why)
{
	if (file_has_room(usual_path))
		return open_file(ledger, usual_path, why);

	log_warn("licences are not kept over a restart: the directory of the "
		 "ledger is missing",
		 KV("ledger", usual_path));
	ledger->memory = store_memory_new();
	return ERR_OK;
}

enum err ledger_open(struct ledger **ledgerp, const char *path, struct why *why)
{
	struct ledger *ledger = x_new(struct ledger);
	enum err err = ERR_OK;

	if (!strcmp(path, "-"))
		ledger->memory = store_memory_new();
	else
		err = *path ? open_file(ledger, path, why)
			    : open_usual(ledger, why);
	if (err)
		ledger_close(&ledger);
	*ledgerp = ledger;
	return err;
}

void ledger_close(struct ledger **ledgerp)
{
	struct ledger *ledger = *ledgerp;

	if (!ledger)
		return;

	store_sqlite_close(&ledger->file);
	store_memory_free(&ledger->memory);
	free(ledger->place);
	free(ledger);
	*ledgerp = NULL;
}

const struct licence_store *ledger_store(const struct ledger *ledger)
{
	return ledger->file ? &store_sqlite : &store_memory;
}

void *ledger_store_arg(const struct ledger *ledger)
{
	return ledger->file ? (void *)ledger->file : (void *)ledger->memory;
}

const struct why *ledger_why(const struct ledger *ledger)
{
	return ledger->file ? store_sqlite_why(ledger->file) : NULL;
}

const char *ledger_place(const struct ledger *ledger)
{
	return ledger->file ? ledger->place : "memory";
}
