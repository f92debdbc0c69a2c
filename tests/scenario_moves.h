/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words of the stories about mailboxes: where they are, what their owners set. */
#ifndef TESTS_SCENARIO_MOVES_H
#define TESTS_SCENARIO_MOVES_H

/* Of scenario.c: "ann" as the address of a mailbox; until the next one. */
const char *scenario_address(const char *name);

void do_move(char **words);
void do_lose(char **words);
void do_subscribed(char **words);
void do_works(char **words);

#define SCENARIO_MOVES_ROWS                             \
	{ "move", 3, do_move }, { "lose", 2, do_lose }, \
		{ "subscribed", 0, do_subscribed }, { "works", 2, do_works },

#endif
