/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "module/admin.h"
#include "tests/fake_directory.h"
#include "tests/fake_loop.h"
#include "tests/scenario_licence.h"

enum { PEOPLE_MAX = 16, EVENTS_SIZE = 64 };

/* What happened to people when they left, in its order. */
static struct {
	char entity[64];
	char events[EVENTS_SIZE];
} seen[PEOPLE_MAX];

static char *events_of(const char *entity)
{
	int i = 0;

	while (seen[i].entity[0] && strcmp(seen[i].entity, entity) != 0)
		i++;
	ck_assert_int_lt(i, PEOPLE_MAX - 1);
	snprintf(seen[i].entity, sizeof(seen[i].entity), "%s", entity);
	return seen[i].events;
}

void scenario_note(const char *entity, const char *event)
{
	char *events = events_of(entity);
	size_t len = strlen(events);

	snprintf(events + len, EVENTS_SIZE - len, "%s%s", len ? " " : "",
		 event);
}

static const char *entity_of(const char *name)
{
	static char entity[64];

	snprintf(entity, sizeof(entity), "sip:%.40s@example.com", name);
	return entity;
}

void do_join(char **words)
{
	fake_directory_join(words[1]);
	fake_loop_pass_ms(0);
}

void do_leave(char **words)
{
	fake_directory_leave(words[1]);
	fake_loop_pass_ms(0);
}

void do_settled(char **words)
{
	(void)words;
	fake_directory_settle();
	fake_loop_pass_ms(0);
}

void do_hold(char **words)
{
	(void)words;
	fake_directory_hold(true);
}

void do_entitled(char **words)
{
	ck_assert_msg(members_entitled(engine->members, entity_of(words[1])),
		      "%s:%u: %s is refused", file, line_number, words[1]);
}

void do_refused(char **words)
{
	ck_assert_msg(!members_entitled(engine->members, entity_of(words[1])),
		      "%s:%u: %s is entitled", file, line_number, words[1]);
}

/* Everything that happened when he left, in its order. */
void do_events(char **words)
{
	char text[64] = "";

	for (char **word = words + 2; *word; word++) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%s", len ? " " : "",
			 *word);
	}
	ck_assert_msg(!strcmp(events_of(entity_of(words[1])), text),
		      "%s:%u: it was \"%s\"", file, line_number,
		      events_of(entity_of(words[1])));
}

static char answer[8192];

static void on_answer(int exit_code, const char *text, void *arg)
{
	(void)exit_code;
	(void)arg;
	snprintf(answer, sizeof(answer), "%s", text);
}

void do_ask(char **words)
{
	const struct admin_question question = { .line = words[1],
						 .who = "root" };

	answer[0] = '\0';
	admin_command(engine->admin, &question, on_answer, NULL);
	fake_loop_pass_ms(0);
	ck_assert_msg(answer[0], "%s:%u: no answer", file, line_number);
}

void do_says(char **words)
{
	ck_assert_msg(strstr(answer, words[1]), "%s:%u: it says:\n%s", file,
		      line_number, answer);
}
