/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words of the stories about directories, licences and admin commands. */
#ifndef TESTS_SCENARIO_LICENCE_H
#define TESTS_SCENARIO_LICENCE_H

#include "module/engine.h"

/* Of scenario.c. */
extern const char *file;
extern unsigned line_number;
extern struct engine *engine;

/* Something of his leaving happened. */
void scenario_note(const char *entity, const char *event);

void do_join(char **words);
void do_leave(char **words);
void do_settled(char **words);
void do_hold(char **words);
void do_entitled(char **words);
void do_refused(char **words);
void do_events(char **words);
void do_ask(char **words);
void do_says(char **words);

#define SCENARIO_LICENCE_ROWS                                                 \
	{ "join", 1, do_join }, { "leave", 1, do_leave },                     \
		{ "settled", 0, do_settled }, { "hold", 0, do_hold },         \
		{ "entitled", 1, do_entitled }, { "refused", 1, do_refused }, \
		{ "events", 1, do_events }, { "ask", 1, do_ask },             \
		{ "says", 1, do_says },

#endif
