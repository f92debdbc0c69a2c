/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is followed: the user directives and the users file as one list.
 *
 * A line is an address of record and then fields of user.def; empty lines
 * and lines that begin with # do not count:
 *   sip:ann@example.com mailbox=ann.smith@corp.example.com gateway=hq
 */
#ifndef MODULE_USERS_H
#define MODULE_USERS_H

#include <stddef.h>

#include "base/err.h"
#include "module/policy.h"

struct user {
	const char *entity;  /* as sip/uri.h makes them */
	const char *mailbox; /* SMTP address, lower case */
	const char *gateway; /* "" every one that serves the mailbox */
	struct wishes wishes;
};

/* Sorted by entity, each once. */
struct users {
	struct user *items;
	size_t count;
	size_t size;
};

enum {
	USERS_MAX = 200000,
	USERS_FILE_BYTES_MAX = 64 << 20,
	USERS_LINE_BYTES_MAX = 1024,
};

/* ERR_CONFIG with file, line and what is wrong. users is emptied first. */
enum err users_read(struct users *users, const struct settings *settings,
		    struct why *why);

/*
 * Adds the lines of a text; neither sorts nor looks for repetitions. file is
 * for the sentence of the error. What was added before it stays.
 */
enum err users_add_text(struct users *users, const char *file, const char *text,
			size_t len, struct why *why);

/* Whether one line would be taken. */
enum err users_check(const char *line, struct why *why);

/* Those of one file alone. */
enum err users_read_file(struct users *users, const char *path,
			 struct why *why);

void users_free(struct users *users);

#endif
