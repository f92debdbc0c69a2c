/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one language of configuration files, scripts and the control port: a
 * line is a command of command.def. It has taken effect when the call
 * returns.
 */
#ifndef TESTS_EXCHANGE_COMMAND_H
#define TESTS_EXCHANGE_COMMAND_H

#include "base/json.h"
#include "tests/exchange/exchange.h"
#include "tests/exchange/words.h"

struct command {
	struct exchange *exchange;
	const struct words *words; /* the first is the name */
	struct json *answer;       /* object to be filled */
	struct why *why;
};

enum err command_run(struct exchange *exchange, const char *line,
		     struct json *answer, struct why *why);
/* The same, line already cut. */
enum err command_words(struct exchange *exchange, const struct words *words,
		       struct json *answer, struct why *why);

/* The word after that key, NULL if it is not there. */
const char *command_option(const struct command *command, const char *key);
bool command_flag(const struct command *command, const char *key);
/* By the word at i; NULL with *why set. */
struct server *command_server(const struct command *command, size_t i);
struct mailbox *command_mailbox(const struct command *command, size_t i);

typedef enum err command_h(const struct command *command);

#define COMMAND(name, function, least, usage, help) \
	command_h command_##function;
#include "tests/exchange/command.def"

#endif
