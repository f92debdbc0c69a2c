/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about mailboxes and what is in them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "tests/exchange/command.h"
#include "tests/exchange/journal.h"
#include "tests/exchange/subscription.h"

enum {
	DEFAULT_MS = 30 * 60 * 1000,
	MAILBOXES_MAX = 200000,
	DAY_MIN = 24 * 60,
};

enum err command_add_mailbox(const struct command *command)
{
	struct server *server = command_server(command, 2);
	const char *address = command->words->word[1];
	const char *name = command_option(command, "name");
	const char *zone = command_option(command, "zone");
	struct mailbox *mailbox;

	if (!server)
		return ERR_CONFIG;

	mailbox = store_add(command->exchange->store, address,
			    name ? name : address, server->name);
	if (!mailbox)
		return why_set(command->why, ERR_CONFIG, "%s is there already",
			       address);
	if (zone)
		store_set_zone(mailbox, zone);
	return ERR_OK;
}

enum err command_add_mailboxes(const struct command *command)
{
	struct exchange *exchange = command->exchange;
	unsigned long count = strtoul(command->words->word[1], NULL, 10);
	struct server *server = exchange->servers;
	struct buf address = BUF(256), name = BUF(64);
	size_t servers = command->words->count - 3;

	if (count > MAILBOXES_MAX || !server)
		return why_set(command->why, ERR_CONFIG,
			       "no server yet, or more than %d", MAILBOXES_MAX);

	for (unsigned long i = 0; i < count; i++) {
		if (servers > 0)
			server = command_server(command, 3 + i % servers);
		if (!server)
			break;
		buf_print(&address, "user%05lu@%s", i + 1,
			  command->words->word[2]);
		buf_print(&name, "User %05lu", i + 1);
		store_add(exchange->store, buf_text(&address), buf_text(&name),
			  server->name);
		buf_free(&address);
		buf_free(&name);
	}
	return server ? ERR_OK : ERR_CONFIG;
}

static bool option_span(const struct command *command, const char *key,
			int64_t *span_ms)
{
	const char *text = command_option(command, key);

	return !text || span_read(text, span_ms);
}

/* Lays what the words say over what is there; start_ms: default from now. */
static enum err read_words(const struct command *command,
			   struct appointment *what)
{
	int64_t in_ms = 0, for_ms = (what->end - what->start) * 1000;
	const char *show = command_option(command, "show");
	bool moved = command_option(command, "in") != NULL;

	if (!option_span(command, "in", &in_ms) ||
	    !option_span(command, "for", &for_ms))
		return why_set(command->why, ERR_CONFIG,
			       "a time is written as 30s, 5m or 2h");
	if (show && show_as_find(show) == SHOW_AS_COUNT)
		return why_set(command->why, ERR_CONFIG, "no such status: %s",
			       show);

	if (moved)
		what->start = (time_t)((clock_wall_ms() + in_ms) / 1000);
	what->end = what->start + (time_t)(for_ms / 1000);
	if (show)
		what->show_as = show_as_find(show);
	what->meeting |= command_flag(command, "meeting");
	what->all_day |= command_flag(command, "all-day");
	if (command_flag(command, "private"))
		what->sensitivity = SENSITIVITY_PRIVATE;
	return ERR_OK;
}

static enum err new_appointment(const struct command *command,
				struct appointment *what)
{
	appointment_init(what);
	text_set(&what->subject, command->words->word[2]);
	what->start = clock_now();
	what->end = what->start + DEFAULT_MS / 1000;
	return read_words(command, what);
}

enum err command_create(const struct command *command)
{
	struct mailbox *mailbox = command_mailbox(command, 1);
	struct appointment what;
	struct item *item;
	enum err err;

	if (!mailbox)
		return ERR_CONFIG;

	err = new_appointment(command, &what);
	if (err == ERR_OK) {
		item = store_create(command->exchange->store, mailbox,
				    FOLDER_CALENDAR, &what);
		json_put_number(command->answer, "item", item->number);
		json_put_number(command->answer, "start", what.start);
		json_put_number(command->answer, "end", what.end);
	}
	appointment_clear(&what);
	return err;
}

enum err command_burst(const struct command *command)
{
	struct store *store = command->exchange->store;
	unsigned long count = strtoul(command->words->word[1], NULL, 10);
	struct appointment what;
	enum err err = new_appointment(command, &what);

	for (uint32_t i = 1; err == ERR_OK && i <= store_last(store); i++) {
		if (i > count)
			break;
		if (store_at(store, i))
			store_create(store, store_at(store, i), FOLDER_CALENDAR,
				     &what);
	}
	appointment_clear(&what);
	return err;
}

static struct item *named_item(const struct command *command,
			       struct mailbox **mailboxp)
{
	struct item *item;

	*mailboxp = command_mailbox(command, 1);
	if (!*mailboxp)
		return NULL;

	item = store_by_subject(*mailboxp, command->words->word[2]);
	if (!item)
		why_set(command->why, ERR_CONFIG, "%s has no \"%s\"",
			(*mailboxp)->address, command->words->word[2]);
	return item;
}

enum err command_change(const struct command *command)
{
	struct mailbox *mailbox;
	struct item *item = named_item(command, &mailbox);
	struct appointment what;
	enum err err;

	if (!item)
		return ERR_CONFIG;

	appointment_init(&what);
	appointment_copy(&what, &item->what);
	err = read_words(command, &what);
	if (err == ERR_OK)
		store_change(command->exchange->store, mailbox, item, &what);
	appointment_clear(&what);
	return err;
}

enum err command_cancel(const struct command *command)
{
	struct mailbox *mailbox;
	struct item *item = named_item(command, &mailbox);

	if (!item)
		return ERR_CONFIG;

	store_cancel(command->exchange->store, mailbox, item);
	return ERR_OK;
}

enum err command_erase(const struct command *command)
{
	struct mailbox *mailbox;
	struct item *item = named_item(command, &mailbox);

	if (!item)
		return ERR_CONFIG;

	store_delete(command->exchange->store, mailbox, &item);
	return ERR_OK;
}

enum err command_share(const struct command *command)
{
	static const char *const words[] = {
		[RIGHTS_NONE] = "none",
		[RIGHTS_TIME] = "time",
		[RIGHTS_DETAILS] = "details",
	};
	struct mailbox *mailbox = command_mailbox(command, 1);

	if (!mailbox)
		return ERR_CONFIG;

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], command->words->word[2]) == 0) {
			mailbox->others = (enum rights)i;
			return ERR_OK;
		}
	return why_set(command->why, ERR_CONFIG,
		       "none, time or details, not %s",
		       command->words->word[2]);
}

enum err command_remove_mailbox(const struct command *command)
{
	struct mailbox *mailbox = command_mailbox(command, 1);

	if (!mailbox)
		return ERR_CONFIG;

	journal_note(command->exchange->journal, "removed", mailbox->address);
	subscriptions_orphan(mailbox);
	fate_free(mailbox);
	store_remove(command->exchange->store, &mailbox);
	return ERR_OK;
}

enum err command_move(const struct command *command)
{
	struct mailbox *mailbox = command_mailbox(command, 1);
	struct server *to = command_server(command, 3);
	const struct words *words = command->words;
	const char *code = words->count > 4 ? words->word[4] : "silent";
	struct fate *fate;

	if (!mailbox || !to)
		return ERR_CONFIG;

	fate = fate_of(mailbox);
	free(fate->moved_code);
	fate->moved_code = NULL;
	store_move(mailbox, to->name);
	journal_note(command->exchange->journal, "moved", mailbox->address);
	if (strcmp(code, "silent") == 0)
		return ERR_OK;

	fate->moved_code = x_strdup(code);
	subscriptions_break(mailbox, fate->moved_code);
	return ERR_OK;
}

enum err command_unsubscribe(const struct command *command)
{
	struct mailbox *mailbox = command_mailbox(command, 1);

	if (!mailbox)
		return ERR_CONFIG;

	subscriptions_break(mailbox, command->words->word[2]);
	return ERR_OK;
}

enum err command_works(const struct command *command)
{
	struct mailbox *mailbox = command_mailbox(command, 1);
	unsigned long from = strtoul(command->words->word[2], NULL, 10);
	unsigned long until = strtoul(command->words->word[3], NULL, 10);

	if (!mailbox)
		return ERR_CONFIG;
	if (from >= DAY_MIN || until > DAY_MIN)
		return why_set(command->why, ERR_CONFIG, "a day has %d minutes",
			       DAY_MIN);

	mailbox->work_days = 0x7f;
	mailbox->work_from = (unsigned)from;
	mailbox->work_until = (unsigned)until;
	return ERR_OK;
}
