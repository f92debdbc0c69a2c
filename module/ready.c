/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/ready.h"

static void say(struct buf *said, const char *what, size_t waits,
		const char *state)
{
	if (!said)
		return;
	if (waits)
		buf_print(said, "%s: %zu not read yet\n", what, waits);
	else
		buf_print(said, "%s: %s\n", what, state);
}

bool ready(struct engine *engine, struct buf *said)
{
	size_t directories = 0, calendars = 0;

	if (!engine->applied) {
		if (said)
			buf_print(said, "configuration: being applied\n");
		return false;
	}
	if (!engine->was_ready) {
		directories = directories_unread(engine->directories);
		calendars = roster_unread(engine->roster);
	}
	engine->was_ready = !directories && !calendars;
	say(said, "configuration", 0, "in force");
	say(said, "ledger", 0, ledger_place(engine->ledger));
	say(said, "directories", directories, "read, or in trouble");
	say(said, "calendars", calendars, "read, or in trouble");
	return engine->was_ready;
}
