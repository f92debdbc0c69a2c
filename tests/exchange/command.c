/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "tests/exchange/command.h"

static const struct {
	const char *name;
	command_h *run;
	size_t least;
	const char *usage;
	const char *help;
} commands[] = {
#define COMMAND(name, function, least, usage, help) \
	{ #name, command_##function, least, usage, help },
#include "tests/exchange/command.def"
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct {
	const char *name, *help;
} knobs[] = {
#define KNOB(name, value, help) { #name, help },
#include "tests/exchange/knob.def"
};

static const struct {
	const char *name, *help;
} corrupts[] = {
#define CORRUPT(name, word, help) { word, help },
#include "tests/exchange/corrupt.def"
};

const char *command_option(const struct command *command, const char *key)
{
	const struct words *words = command->words;

	for (size_t i = 1; i + 1 < words->count; i++)
		if (strcmp(words->word[i], key) == 0)
			return words->word[i + 1];
	return NULL;
}

bool command_flag(const struct command *command, const char *key)
{
	const struct words *words = command->words;

	for (size_t i = 1; i < words->count; i++)
		if (strcmp(words->word[i], key) == 0)
			return true;
	return false;
}

struct server *command_server(const struct command *command, size_t i)
{
	const char *name = command->words->word[i];
	struct server *server = exchange_server(command->exchange, name);

	if (!server)
		why_set(command->why, ERR_CONFIG, "no server %s", name);
	return server;
}

struct mailbox *command_mailbox(const struct command *command, size_t i)
{
	const struct store *store = command->exchange->store;
	const char *name = command->words->word[i];
	struct mailbox *mailbox = store_find(store, name);
	size_t len = strlen(name);

	for (uint32_t n = 1; !mailbox && n <= store_last(store); n++) {
		struct mailbox *at = store_at(store, n);

		if (at && strncasecmp(at->address, name, len) == 0 &&
		    at->address[len] == '@')
			mailbox = at;
	}
	if (!mailbox)
		why_set(command->why, ERR_CONFIG, "no mailbox %s", name);
	return mailbox;
}

enum err command_words(struct exchange *exchange, const struct words *words,
		       struct json *answer, struct why *why)
{
	const struct command command = { exchange, words, answer, why };
	size_t i = 0;

	if (words->count == 0)
		return ERR_OK;
	while (i < COMMANDS && strcmp(commands[i].name, words->word[0]) != 0)
		i++;
	if (i == COMMANDS)
		return why_set(why, ERR_CONFIG, "no command %s, try help",
			       words->word[0]);
	if (words->count - 1 < commands[i].least)
		return why_set(why, ERR_CONFIG, "usage: %s %s",
			       commands[i].name, commands[i].usage);
	return commands[i].run(&command);
}

enum err command_run(struct exchange *exchange, const char *line,
		     struct json *answer, struct why *why)
{
	struct words words;
	enum err err = words_read(&words, line, why);

	if (err == ERR_OK)
		err = command_words(exchange, &words, answer, why);
	words_free(&words);
	return err;
}

enum err command_help(const struct command *command)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		struct json *row =
			json_put_object(command->answer, commands[i].name);

		json_put_text(row, "usage", commands[i].usage);
		json_put_text(row, "help", commands[i].help);
	}
	return ERR_OK;
}

enum err command_list_knobs(const struct command *command)
{
	for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
		json_put_text(command->answer, knobs[i].name, knobs[i].help);
	return ERR_OK;
}

enum err command_list_corrupts(const struct command *command)
{
	for (size_t i = 0; i < sizeof(corrupts) / sizeof(corrupts[0]); i++)
		json_put_text(command->answer, corrupts[i].name,
			      corrupts[i].help);
	return ERR_OK;
}

enum err command_quit(const struct command *command)
{
	(void)command;
	loop_break();
	return ERR_OK;
}
