/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about servers and accounts. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/command.h"
#include "tests/exchange/journal.h"
#include "tests/exchange/stream.h"
#include "tests/exchange/subscription.h"

static const char *const corruptions[] = {
#define CORRUPT(name, word, help) word,
#include "tests/exchange/corrupt.def"
};

enum err command_add_server(const struct command *command)
{
	const struct words *words = command->words;
	const char *version = command_option(command, "version");
	const char *port = command_option(command, "port");
	struct server_options options = {
		.name = words->word[1],
		.host = command_option(command, "host"),
		.port = port ? (unsigned)strtoul(port, NULL, 10) : 0,
		.version = version ? version_find(version) : EWS_2016,
		.cert = command_option(command, "tls"),
	};
	struct server *server;

	if (options.version == EWS_VERSION_COUNT)
		return why_set(command->why, ERR_CONFIG, "no version %s",
			       version);
	for (size_t i = 2; i + 2 < words->count; i++)
		if (strcmp(words->word[i], "tls") == 0)
			options.key = words->word[i + 2];
	if (!options.cert != !options.key)
		return why_set(command->why, ERR_CONFIG,
			       "tls wants a certificate and a key");
	if (exchange_server(command->exchange, options.name))
		return why_set(command->why, ERR_CONFIG, "%s is there already",
			       options.name);

	server = server_new(command->exchange, &options, command->why);
	if (!server)
		return ERR_NETWORK;

	json_put_number(command->answer, "port", server->port);
	return ERR_OK;
}

enum err command_add_account(const struct command *command)
{
	const char *mailbox = command_option(command, "mailbox");
	const char *patterns = command_option(command, "impersonates");
	struct account *account =
		account_set(command->exchange, command->words->word[1],
			    command->words->word[2]);

	free(account->address);
	account->address = mailbox ? x_strdup(mailbox) : NULL;
	free(account->impersonates);
	account->impersonates = patterns ? x_strdup(patterns) : NULL;
	return ERR_OK;
}

static struct account *named_account(const struct command *command)
{
	const char *user = command->words->word[1];
	struct account *account = account_find(command->exchange, user);

	if (!account)
		why_set(command->why, ERR_CONFIG, "no account %s", user);
	return account;
}

enum err command_password(const struct command *command)
{
	struct account *account = named_account(command);

	if (!account)
		return ERR_CONFIG;

	account_set(command->exchange, account->user, command->words->word[2]);
	return ERR_OK;
}

static enum err set_lock(const struct command *command, bool locked)
{
	struct account *account = named_account(command);

	if (!account)
		return ERR_CONFIG;

	account->locked = locked;
	return ERR_OK;
}

enum err command_lock(const struct command *command)
{
	return set_lock(command, true);
}

enum err command_unlock(const struct command *command)
{
	return set_lock(command, false);
}

enum err command_expire(const struct command *command)
{
	struct account *account = named_account(command);

	if (!account)
		return ERR_CONFIG;

	account->token++;
	return ERR_OK;
}

enum err command_impersonates(const struct command *command)
{
	struct account *account = named_account(command);

	if (!account)
		return ERR_CONFIG;

	free(account->impersonates);
	account->impersonates = x_strdup(command->words->word[2]);
	return ERR_OK;
}

static enum err hold(const struct command *command, bool held)
{
	struct server *server =
		exchange_server(command->exchange, command->words->word[1]);
	struct mailbox *mailbox;

	if (server && server->web) {
		web_hold(server->web, held);
		return ERR_OK;
	}
	mailbox = command_mailbox(command, 1);
	if (!mailbox)
		return ERR_CONFIG;

	fate_of(mailbox)->frozen = held;
	return ERR_OK;
}

enum err command_freeze(const struct command *command)
{
	return hold(command, true);
}

enum err command_thaw(const struct command *command)
{
	return hold(command, false);
}

enum err command_kill_server(const struct command *command)
{
	struct server *server = command_server(command, 1);

	if (!server)
		return ERR_CONFIG;

	server_kill(server);
	journal_note(command->exchange->journal, "killed", server->name);
	return ERR_OK;
}

enum err command_revive(const struct command *command)
{
	struct server *server = command_server(command, 1);

	if (!server)
		return ERR_CONFIG;

	journal_note(command->exchange->journal, "revived", server->name);
	return server_revive(server, command->why);
}

static enum err set_number(const struct command *command, const char *knob,
			   const char *text)
{
	struct server *server = command_server(command, 1);
	unsigned *slot = server ? server_knob(server, knob) : NULL;
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (!server)
		return ERR_CONFIG;
	if (!slot || *end || number > 1000000000)
		return why_set(command->why, ERR_CONFIG,
			       "%s cannot be set to %s, see knobs", knob, text);

	*slot = (unsigned)number;
	return ERR_OK;
}

enum err command_set_knob(const struct command *command)
{
	return set_number(command, command->words->word[2],
			  command->words->word[3]);
}

static enum err set_span(const struct command *command, const char *knob)
{
	const char *text = command->words->word[2];
	struct server *server = command_server(command, 1);
	int64_t span_ms = 0;

	if (!server)
		return ERR_CONFIG;
	if (strcmp(text, "off") != 0 &&
	    (!span_read(text, &span_ms) || span_ms < 0 || span_ms > 86400000))
		return why_set(command->why, ERR_CONFIG,
			       "a time is written as 30s or 5m, not %s", text);

	*server_knob(server, knob) = (unsigned)span_ms;
	return ERR_OK;
}

enum err command_throttle(const struct command *command)
{
	return set_span(command, "throttle_ms");
}

enum err command_delay(const struct command *command)
{
	return set_span(command, "delay_ms");
}

static void set_text(char **textp, const char *text)
{
	free(*textp);
	*textp = text ? x_strdup(text) : NULL;
}

enum err command_deny(const struct command *command)
{
	const struct words *words = command->words;
	const char *status = words->word[2];
	bool whole = words->count > 4;
	enum err err = set_number(command, "deny",
				  strcmp(status, "off") == 0 ? "0" : status);
	struct server *server;

	if (err != ERR_OK)
		return err;

	server = command_server(command, 1);
	set_text(&server->deny_header, whole ? words->word[3] : NULL);
	set_text(&server->deny_value, whole ? words->word[4] : NULL);
	return ERR_OK;
}

enum err command_fault(const struct command *command)
{
	const char *code = command->words->word[2];
	struct server *server = command_server(command, 1);

	if (!server)
		return ERR_CONFIG;

	set_text(&server->fault, strcmp(code, "off") == 0 ? NULL : code);
	return ERR_OK;
}

static enum err choose(const struct command *command, struct server **serverp)
{
	const char *how = command->words->word[2];
	unsigned i = 0;

	*serverp = command_server(command, 1);
	if (!*serverp)
		return ERR_CONFIG;
	while (i < CORRUPT_COUNT && strcmp(corruptions[i], how) != 0)
		i++;
	if (i == CORRUPT_COUNT)
		return why_set(command->why, ERR_CONFIG,
			       "cannot corrupt by %s, see corruptions", how);

	(*serverp)->corrupt = (enum corrupt)i;
	return ERR_OK;
}

enum err command_corrupt(const struct command *command)
{
	struct server *server;

	return choose(command, &server);
}

enum err command_corrupt_streams(const struct command *command)
{
	struct server *server;
	enum err err = choose(command, &server);

	if (err == ERR_OK)
		streams_corrupt(server);
	return err;
}

enum err command_drop(const struct command *command)
{
	struct server *server = command_server(command, 1);

	if (!server)
		return ERR_CONFIG;

	streams_drop(server);
	return ERR_OK;
}

enum err command_close_streams(const struct command *command)
{
	struct server *server = command_server(command, 1);

	if (!server)
		return ERR_CONFIG;

	streams_close(server);
	return ERR_OK;
}

static bool is_named(const struct command *command, const char *server)
{
	const struct words *words = command->words;

	for (size_t i = 2; i < words->count; i++)
		if (strcmp(words->word[i], server) == 0)
			return true;
	return words->count == 2;
}

enum err command_redirect(const struct command *command)
{
	const char *target = command->words->word[1];
	struct server *server = command->exchange->servers;

	for (; server; server = server->next) {
		if (!is_named(command, server->name))
			continue;
		set_text(&server->redirect,
			 strcmp(target, "off") == 0 ? NULL : target);
	}
	return ERR_OK;
}

static void put_counters(struct json *json, const struct counters *counters)
{
	struct json *ops = json_put_object(json, "operations");

	json_put_number(json, "requests", (int64_t)counters->requests);
	json_put_number(json, "refused", (int64_t)counters->refused);
	json_put_number(json, "faults", (int64_t)counters->faults);
	json_put_number(json, "discovers", (int64_t)counters->discovers);
	json_put_number(json, "denied", (int64_t)counters->denied);
	for (size_t i = 0; i < op_count(); i++)
		if (counters->ops[i])
			json_put_number(ops, op_at(i)->name,
					(int64_t)counters->ops[i]);
}

enum err command_stats(const struct command *command)
{
	const struct exchange *exchange = command->exchange;
	struct json *servers = json_put_object(command->answer, "servers");
	struct json *accounts = json_put_object(command->answer, "accounts");

	for (struct server *at = exchange->servers; at; at = at->next) {
		struct json *json = json_put_object(servers, at->name);

		json_put_number(json, "port", at->port);
		json_put_text(json, "version", version_word(at->version));
		json_put_flag(json, "up", at->web != NULL);
		json_put_number(json, "streams", at->streams);
		put_counters(json, &at->counters);
	}
	for (struct account *at = exchange->accounts; at; at = at->next)
		put_counters(json_put_object(accounts, at->user),
			     &at->counters);
	json_put_number(command->answer, "subscriptions",
			(int64_t)subscriptions_count(exchange->subscriptions));
	json_put_number(command->answer, "streams",
			streams_open(exchange, NULL));
	json_put_number(command->answer, "changes",
			(int64_t)journal_last(exchange->journal));
	return ERR_OK;
}
