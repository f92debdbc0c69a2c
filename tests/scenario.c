/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plays the stories in tests/scenarios/; their language is in README.md there. */
#define SUITE       "scenario"
#define _GNU_SOURCE /* timegm */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/http.h"
#include "base/loop.h"
#include "base/xml.h"
#include "module/engine.h"
#include "tests/fake_backend.h"
#include "tests/fake_directory.h"
#include "tests/fake_loop.h"
#include "tests/scenario_licence.h"
#include "tests/scenario_moves.h"
#include "tests/suite.h"

enum { WORDS_MAX = 16, PEOPLE_MAX = 16, LINE_SIZE = 512 };

struct seen {
	char entity[64];
	char text[256];
	time_t when;
	bool gone;
};

const char *file;
unsigned line_number;
static struct settings settings;
struct engine *engine;
static struct ledger *ledger;
static struct seen people[PEOPLE_MAX];
static unsigned told; /* since the last look */

static struct seen *person(const char *entity)
{
	int i = 0;

	while (people[i].entity[0] && strcmp(people[i].entity, entity) != 0)
		i++;
	ck_assert_int_lt(i, PEOPLE_MAX - 1);
	snprintf(people[i].entity, sizeof(people[i].entity), "%s", entity);
	return &people[i];
}

static struct seen *named(const char *name)
{
	char entity[64];

	snprintf(entity, sizeof(entity), "sip:%s@example.com", name);
	return person(entity);
}

static void read_document(const struct xml_node *root, void *arg)
{
	struct seen *seen = arg;

	const struct xml_node *note = xml_path(root, "person/note");
	size_t len = 0;

	seen->text[0] = '\0';
	for (; note && len < sizeof(seen->text); note = xml_again(note))
		len += (size_t)snprintf(seen->text + len,
					sizeof(seen->text) - len, "%s%s",
					len ? "|" : "", note->text);
}

static void on_publish(const char *entity, const char *body, size_t body_bytes,
		       void *arg)
{
	struct seen *seen = person(entity);

	(void)arg;
	ck_assert_int_eq(xml_read(body, body_bytes, &xml_limits_default,
				  read_document, seen, NULL),
			 ERR_OK);
	if (strstr(body, "<basic>closed"))
		scenario_note(entity, "closed");
	seen->when = clock_now();
	seen->gone = false;
	told++;
}

static void on_withdraw(const char *entity, void *arg)
{
	(void)arg;
	person(entity)->gone = true;
	scenario_note(entity, "withdrawn");
	told++;
}

static void on_sign_out(const char *entity, void *arg)
{
	(void)arg;
	scenario_note(entity, "signed-out");
}

static const struct host host = {
	.name = "scenario",
	.publish = on_publish,
	.withdraw = on_withdraw,
	.sign_out = on_sign_out,
};

static time_t moment(const char *text)
{
	struct tm tm;
	time_t now = clock_now();
	int year;

	gmtime_r(&now, &tm);
	tm.tm_sec = 0;
	if (sscanf(text, "%d-%d-%dT%d:%d:%d", &year, &tm.tm_mon, &tm.tm_mday,
		   &tm.tm_hour, &tm.tm_min, &tm.tm_sec) >= 5) {
		tm.tm_year = year - 1900;
		tm.tm_mon--;
	} else {
		ck_assert_msg(sscanf(text, "%d:%d:%d", &tm.tm_hour, &tm.tm_min,
				     &tm.tm_sec) >= 2,
			      "%s:%u: no time: %s", file, line_number, text);
	}
	return timegm(&tm);
}

const char *scenario_address(const char *name)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s@example.com", name);
	return text;
}

/* "ann privacy=state" */
static const char *user(const char *text)
{
	static char line[LINE_SIZE];
	int len = (int)strcspn(text, " ");

	snprintf(line, sizeof(line), "%.*s@example.com%s", len, text,
		 text + len);
	return line;
}

static void give_users(char **words)
{
	for (size_t i = 0; i < settings.user.count; i++)
		free(settings.user.items[i]);
	settings.user.count = 0;
	for (; *words; words++)
		ck_assert_int_eq(directive_apply(&settings_table, &settings,
						 "user", user(*words), NULL),
				 ERR_OK);
}

/* What is due now happens, without time going on. */
static void settle(void)
{
	fake_loop_pass_ms(0);
}

static void do_start(char **words)
{
	fake_loop_set_wall(moment(words[1]));
}

static void do_set(char **words)
{
	ck_assert_int_eq(directive_apply(&settings_table, &settings, words[1],
					 words[2], NULL),
			 ERR_OK);
}

static void do_load(char **words)
{
	struct why why = { .text = "" };

	give_users(words + 1);
	ck_assert_int_eq(ledger_open(&ledger, "-", NULL), ERR_OK);
	ck_assert_msg(!engine_new(&engine, &settings, &host, ledger, &why),
		      "%s:%u: %s", file, line_number, why.text);
	settle();
}

static void do_users(char **words)
{
	give_users(words + 1);
	ck_assert_int_eq(engine_reload(engine, &settings, NULL), ERR_OK);
	settle();
}

static const struct {
	const char *word;
	unsigned flag;
} flags[] = {
	{ "meeting", ENTRY_MEETING },   { "all-day", ENTRY_ALL_DAY },
	{ "private", ENTRY_PRIVATE },   { "cancelled", ENTRY_CANCELLED },
	{ "declined", ENTRY_DECLINED },
};

static void do_entry(char **words)
{
	struct entry entry = {
		.from = moment(words[2]),
		.until = moment(words[3]),
		.busy = busy_from_ews(words[4]),
		.flags = ENTRY_DETAILS,
	};

	for (char **word = words + 5; *word; word++) {
		int i = 0;

		while (i < ROWS(flags) && strcmp(flags[i].word, *word) != 0)
			i++;
		if (i < ROWS(flags))
			entry.flags |= flags[i].flag;
		else
			entry.subject = *word;
	}
	fake_backend_add(scenario_address(words[1]), &entry);
	settle();
}

/* "ann off", "ann on", "ann 10:00 12:00" */
static void do_replies(char **words)
{
	struct replies replies = { .on = strcmp(words[2], "off") != 0 };

	if (words[3]) {
		replies.from = moment(words[2]);
		replies.until = moment(words[3]);
	}
	fake_backend_replies(scenario_address(words[1]), &replies);
}

static void do_remove(char **words)
{
	fake_backend_remove(scenario_address(words[1]), moment(words[2]));
	settle();
}

static void do_down(char **words)
{
	(void)words;
	fake_backend_down();
	settle();
}

static void do_up(char **words)
{
	(void)words;
	fake_backend_up();
	settle();
}

static void do_until(char **words)
{
	time_t until = moment(words[1]);

	ck_assert_msg(until >= clock_now(), "%s:%u: that is over", file,
		      line_number);
	fake_loop_pass((unsigned)(until - clock_now()));
}

static void do_step(char **words)
{
	fake_loop_set_wall(moment(words[1]));
}

static void do_publish(char **words)
{
	enum state state = state_from_word(words[3]);
	struct claim claim = { .source = claim_source_of(state),
			       .state = state };

	roster_published(engine->roster, named(words[1])->entity, words[2],
			 &claim);
}

static void do_unpublish(char **words)
{
	roster_published(engine->roster, named(words[1])->entity, words[2],
			 NULL);
}

/* As the words of daymarkctl set. */
static void do_override(char **words)
{
	char text[LINE_SIZE] = "";
	size_t len = 0;
	struct claim claim;
	struct why why = { .text = "" };

	for (char **word = words + 2; *word; word++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
					len ? " " : "", *word);
	ck_assert_msg(!manual_parse(&claim, text, settings.timezone,
				    clock_now(), &why) &&
			      !roster_set(engine->roster,
					  named(words[1])->entity, &claim,
					  &why),
		      "%s:%u: %s", file, line_number, why.text);
	settle();
}

static void do_unset(char **words)
{
	ck_assert_int_eq(roster_set(engine->roster, named(words[1])->entity,
				    NULL, NULL),
			 ERR_OK);
	settle();
}

static void do_watch(char **words)
{
	roster_watched(engine->roster, named(words[1])->entity, 1);
	settle();
}

static void do_unwatch(char **words)
{
	roster_watched(engine->roster, named(words[1])->entity, -1);
	settle();
}

static void do_sees(char **words)
{
	const struct seen *seen = named(words[1]);
	char text[CLOCK_TEXT_SIZE];

	told = 0;
	ck_assert_msg(!strcmp(seen->text, words[2]),
		      "%s:%u: %s is seen as \"%s\"", file, line_number,
		      words[1], seen->text);
	if (words[3])
		ck_assert_msg(seen->when == moment(words[3]),
			      "%s:%u: that was published at %s", file,
			      line_number, clock_text(text, seen->when));
}

static void do_quiet(char **words)
{
	(void)words;
	ck_assert_msg(told == 0, "%s:%u: %u documents", file, line_number,
		      told);
}

static void do_told(char **words)
{
	ck_assert_msg(told == (unsigned)atoi(words[1]), "%s:%u: %u documents",
		      file, line_number, told);
	told = 0;
}

static void do_gone(char **words)
{
	ck_assert_msg(named(words[1])->gone, "%s:%u: is still here", file,
		      line_number);
}

static const struct {
	const char *word;
	int least; /* words that must follow */
	void (*play)(char **words);
} commands[] = {
	{ "start", 1, do_start },
	{ "set", 2, do_set },
	{ "load", 0, do_load },
	{ "users", 0, do_users },
	{ "entry", 4, do_entry },
	{ "remove", 2, do_remove },
	{ "replies", 2, do_replies },
	{ "down", 0, do_down },
	{ "up", 0, do_up },
	SCENARIO_MOVES_ROWS{ "until", 1, do_until },
	{ "step", 1, do_step },
	{ "publish", 3, do_publish },
	{ "unpublish", 2, do_unpublish },
	{ "override", 2, do_override },
	{ "unset", 1, do_unset },
	{ "watch", 1, do_watch },
	{ "unwatch", 1, do_unwatch },
	{ "sees", 2, do_sees },
	{ "quiet", 0, do_quiet },
	{ "gone", 1, do_gone },
	SCENARIO_LICENCE_ROWS SCENARIO_LICENCE_ROWS{ "told", 1, do_told },
};

/* Cuts the line in place; the list ends with NULL. */
static int split(char *line, char *words[WORDS_MAX])
{
	int count = 0;

	for (line += strspn(line, " \t"); *line && *line != '#';
	     line += strspn(line, " \t")) {
		const char *stop = *line == '"' ? "\"" : " \t";

		line += *line == '"';
		ck_assert_int_lt(count, WORDS_MAX - 1);
		words[count++] = line;
		line += strcspn(line, stop);
		if (*line)
			*line++ = '\0';
	}
	words[count] = NULL;
	return count;
}

static void play(char *line)
{
	char *words[WORDS_MAX];
	int count, i = 0;

	line[strcspn(line, "\r\n")] = '\0';
	count = split(line, words);
	if (!count)
		return;

	while (i < ROWS(commands) && strcmp(commands[i].word, words[0]) != 0)
		i++;
	ck_assert_msg(i < ROWS(commands) && count > commands[i].least,
		      "%s:%u: cannot play this", file, line_number);
	commands[i].play(words);
}

static glob_t files;

START_TEST(story_goes_as_written)
{
	char line[LINE_SIZE];
	FILE *in;

	file = files.gl_pathv[_i];
	in = fopen(file, "r");
	ck_assert_ptr_nonnull(in);
	fake_loop_reset();
	fake_directory_forget_all();
	ck_assert_int_eq(http_open(NULL), ERR_OK);
	directive_defaults(&settings_table, &settings);
	settings.troubleshoot = 0;
	directive_apply(&settings_table, &settings, "control", "-", NULL);
	directive_apply(&settings_table, &settings, "overrides", "-", NULL);
	directive_apply(&settings_table, &settings, "timezone", "UTC", NULL);
	directive_apply(&settings_table, &settings, "log_level", "error", NULL);
	directive_apply(&settings_table, &settings, "gateway",
			"name=fake host=fake.example.com account=a "
			"secret=env:PATH",
			NULL);
	for (line_number = 1; fgets(line, sizeof(line), in); line_number++)
		play(line);
	fclose(in);
	engine_free(&engine);
	ledger_close(&ledger);
	directive_free(&settings_table, &settings);
	http_close();
}
END_TEST

START_TEST(there_are_stories)
{
	ck_assert_uint_gt(files.gl_pathc, 0);
}
END_TEST

static void tests(void)
{
	const char *root = getenv("srcdir");
	char pattern[512];

	snprintf(pattern, sizeof(pattern), "%s/tests/scenarios/*.scn",
		 root ? root : ".");
	glob(pattern, 0, NULL, &files);
	TEST(there_are_stories);
	tcase_add_loop_test(the_case, story_goes_as_written, 0,
			    (int)files.gl_pathc);
}
