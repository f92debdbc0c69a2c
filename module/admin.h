/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What administrators can ask and do; each command is a row of admin.def.
 * The answer is one value, printed as text for people or as JSON.
 */
#ifndef MODULE_ADMIN_H
#define MODULE_ADMIN_H

#include "module/api.h"

struct admin;

/* path: the Unix socket served, see control.h; "-" serves none. */
enum err admin_new(struct admin **adminp, struct engine *engine,
		   const char *path, struct why *why);

/* Commands under way are never answered. */
void admin_free(struct admin **adminp);

enum { ADMIN_ANSWER_MAX = 64 << 20 };

/* Exit codes as daymarkctl passes them on. */
enum admin_exit {
	ADMIN_EXIT_OK = 0,
	ADMIN_EXIT_FAILED = 1,
	ADMIN_EXIT_USAGE = 2, /* no such command, argument missing */
	ADMIN_EXIT_NOT_FOUND = 3,
	/* With an answer: what monitoring wants to know is the rest. */
	ADMIN_EXIT_VERDICT = 16,
	ADMIN_EXIT_WARN = ADMIN_EXIT_VERDICT + 1,
	ADMIN_EXIT_FAIL = ADMIN_EXIT_VERDICT + 2,
};

enum { ADMIN_WHO_SIZE = 64 };

struct admin_question {
	const char *line;
	const char *who; /* asks, for the ledger: "root" */
	bool json;
};

/* done is called once, from the loop; copies the question. */
void admin_command(struct admin *admin, const struct admin_question *question,
		   command_done_h *done, void *arg);

#endif
