/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/loop.h"
#include "config.h"
#include "module/admin.h"
#include "module/admin_directory.h"
#include "module/admin_gateways.h"
#include "module/admin_licence.h"
#include "module/admin_status.h"
#include "module/admin_trouble.h"
#include "module/control.h"
#include "module/engine.h"
#include "module/measure.h"
#include "module/print.h"
#include "sip/uri.h"

enum { LINE_SIZE = CONTROL_LINE_MAX + 1, USERS_SHOWN_MAX = 1000 };

/* A command until it is answered. */
struct asked {
	struct admin *admin; /* NULL: gone while it waited for the disk */
	struct timer timer;
	char line[LINE_SIZE];
	char who[ADMIN_WHO_SIZE];
	char user[ENTITY_SIZE]; /* whom trouble is about; "" nobody */
	bool json;
	bool looks;         /* waits for the troubleshooter */
	struct json *found; /* the answer, while it waits */
	command_done_h *done;
	void *arg;
	struct asked *next;
};

struct admin {
	struct engine *engine;
	struct control *control;
	struct asked *asked;
};

typedef enum err command_h(struct engine *engine, const char *argument,
			   struct json *out, struct why *why);

static enum err show_users(struct engine *engine, const char *argument,
			   struct json *out, struct why *why)
{
	(void)why;
	roster_show_users(engine->roster, argument, USERS_SHOWN_MAX,
			  json_put_array(out, "users"));
	return ERR_OK;
}

static enum err show_user(struct engine *engine, const char *argument,
			  struct json *out, struct why *why)
{
	char entity[ENTITY_SIZE];
	enum err err = uri_entity(entity, argument, why);

	if (err)
		return err;
	err = roster_show_user(engine->roster, entity, out, why);
	if (err && !members_known(engine->members, entity))
		return err;
	if (err)
		json_put_text(out, "user", entity);
	admin_licence_user(engine, entity, out);
	return ERR_OK;
}

static enum err show_explain(struct engine *engine, const char *argument,
			     struct json *out, struct why *why)
{
	char entity[ENTITY_SIZE];
	enum err err = uri_entity(entity, argument, why);

	return err ? err : roster_explain(engine->roster, entity, out, why);
}

/* "ann@example.com busy until 14:30" */
static enum err show_set(struct engine *engine, const char *argument,
			 struct json *out, struct why *why)
{
	char entity[ENTITY_SIZE], address[ENTITY_SIZE];
	size_t len = strcspn(argument, " ");
	struct claim claim;
	enum err err;

	snprintf(address, sizeof(address), "%.*s", (int)len, argument);
	err = uri_entity(entity, address, why);
	if (!err)
		err = manual_parse(&claim,
				   argument + len + strspn(argument + len, " "),
				   engine->settings.timezone, clock_now(), why);
	if (!err)
		err = roster_set(engine->roster, entity, &claim, why);
	return err ? err : roster_show_user(engine->roster, entity, out, why);
}

static enum err show_unset(struct engine *engine, const char *argument,
			   struct json *out, struct why *why)
{
	char entity[ENTITY_SIZE];
	enum err err = uri_entity(entity, argument, why);

	if (!err)
		err = roster_set(engine->roster, entity, NULL, why);
	return err ? err : roster_show_user(engine->roster, entity, out, why);
}

static enum err show_reload(struct engine *engine, const char *argument,
			    struct json *out, struct why *why)
{
	const struct host *host = &engine->host;
	enum err err;

	(void)argument;
	err = host->reload ? host->reload(host->arg, why)
			   : engine_reload(engine, &engine->settings, why);
	if (!err)
		json_put_text(out, "reload", "done");
	return err;
}

static enum err show_metrics(struct engine *engine, const char *argument,
			     struct json *out, struct why *why)
{
	struct buf text = BUF(ADMIN_ANSWER_MAX);

	(void)argument;
	(void)why;
	measure(engine, &text);
	json_put_text(out, "metrics", buf_text(&text));
	buf_free(&text);
	return ERR_OK;
}

static enum err show_help(struct engine *engine, const char *argument,
			  struct json *out, struct why *why);

static const struct {
	const char *name;
	const char *argument;
	const char *doc;
	command_h *run;
} commands[] = {
#define ADMIN(name, argument, doc) { #name, argument, doc, show_##name },
#include "module/admin.def"
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static enum err show_help(struct engine *engine, const char *argument,
			  struct json *out, struct why *why)
{
	struct json *array = json_put_array(out, "commands");

	(void)engine;
	(void)argument;
	(void)why;
	for (int i = 0; i < COMMANDS; i++) {
		struct json *row = json_put_object(array, NULL);

		json_put_text(row, "command", commands[i].name);
		json_put_text(row, "argument", commands[i].argument);
		json_put_text(row, "meaning", commands[i].doc);
	}
	return ERR_OK;
}

static int find(const char *name)
{
	int i = 0;

	while (i < COMMANDS && strcmp(commands[i].name, name) != 0)
		i++;
	return i;
}

/* line is cut in place. */
static int run(struct engine *engine, char *line, struct json *out,
	       struct why *why)
{
	size_t len = strcspn(line, " ");
	char *argument = line[len] ? line + len + 1 : line + len;
	int command;
	enum err err;

	line[len] = '\0';
	command = find(line);
	if (command == COMMANDS) {
		why_set(why, ERR_CONFIG, "%s: no such command, see help", line);
		return ADMIN_EXIT_USAGE;
	}
	if (!commands[command].argument[0] != !*argument &&
	    commands[command].argument[0] != '[') {
		why_set(why, ERR_CONFIG, "usage: %s %s", line,
			commands[command].argument);
		return ADMIN_EXIT_USAGE;
	}

	err = commands[command].run(engine, argument, out, why);
	if (err == ERR_GONE)
		return ADMIN_EXIT_NOT_FOUND;
	return err ? ADMIN_EXIT_FAILED : ADMIN_EXIT_OK;
}

static void asked_free(struct asked *asked)
{
	timer_stop(&asked->timer);
	json_free(&asked->found);
	free(asked);
}

static void unlist(struct asked *asked)
{
	struct asked **place = &asked->admin->asked;

	while (*place != asked)
		place = &(*place)->next;
	*place = asked->next;
	asked->admin = NULL;
}

static void answer(struct asked *asked, int code)
{
	struct buf text = BUF(ADMIN_ANSWER_MAX);
	command_done_h *done = asked->done;
	void *done_arg = asked->arg;

	if (asked->json)
		json_write(asked->found, &text);
	else
		print_json(asked->found, &text);
	if (asked->json)
		buf_add(&text, "\n", 1);
	unlist(asked);
	asked_free(asked);
	done(code, buf_text(&text), done_arg);
	buf_free(&text);
}

static void answer_trouble(struct asked *asked, int code, const char *text)
{
	json_free(&asked->found);
	asked->found = json_new_object();
	json_put_text(asked->found, "error", text);
	answer(asked, code);
}

static void on_settled(const struct why *why, void *arg)
{
	struct asked *asked = arg;
	char text[sizeof(why->text) + 64];

	if (!asked->admin) {
		asked_free(asked);
		return;
	}
	if (!why->err) {
		answer(asked, ADMIN_EXIT_OK);
		return;
	}

	snprintf(text, sizeof(text), "in force, but not on disk yet: %s",
		 why->text);
	answer_trouble(asked, ADMIN_EXIT_FAILED, text);
}

static void on_looked(void *arg)
{
	struct asked *asked = arg;
	enum trouble_status status =
		admin_trouble_show(asked->admin->engine, asked->line,
				   asked->user, asked->found);

	answer(asked, status == TROUBLE_FAIL   ? ADMIN_EXIT_FAIL
		      : status == TROUBLE_PASS ? ADMIN_EXIT_OK
					       : ADMIN_EXIT_WARN);
}

static void look(struct asked *asked, struct engine *engine)
{
	struct why why;

	asked->looks = true;
	snprintf(asked->user, sizeof(asked->user), "%s", engine->looking_user);
	memmove(asked->line, engine->looking, strlen(engine->looking) + 1);
	if (troubles_ask(engine->troubles, asked->line, on_looked, asked, &why))
		answer_trouble(asked, ADMIN_EXIT_NOT_FOUND, why.text);
}

static void on_turn(void *arg)
{
	struct asked *asked = arg;
	struct engine *engine = asked->admin->engine;
	struct why why = { .err = ERR_OK };
	int code;

	asked->found = json_new_object();
	engine->asker = asked->who;
	engine->unsettled = false;
	engine->looking = NULL;
	code = run(engine, asked->line, asked->found, &why);
	engine->asker = "";
	if (code)
		answer_trouble(asked, code, why.text);
	else if (engine->looking)
		look(asked, engine);
	else if (engine->unsettled)
		decisions_settled(engine->decisions, on_settled, asked);
	else
		answer(asked, code);
}

enum err admin_new(struct admin **adminp, struct engine *engine,
		   const char *path, struct why *why)
{
	struct admin *admin = x_new(struct admin);
	enum err err = ERR_OK;

	admin->engine = engine;
	if (strcmp(path, "-") != 0)
		err = control_new(&admin->control, path, admin, why);
	if (err)
		admin_free(&admin);
	*adminp = admin;
	return err;
}

void admin_free(struct admin **adminp)
{
	struct admin *admin = *adminp;

	if (!admin)
		return;

	control_free(&admin->control);
	while (admin->asked) {
		struct asked *asked = admin->asked;
		bool waits = asked->found && !asked->looks;

		troubles_forget(admin->engine->troubles, asked);
		unlist(asked);
		if (!waits) /* the ledger tells the others exactly once */
			asked_free(asked);
	}
	free(admin);
	*adminp = NULL;
}

void admin_command(struct admin *admin, const struct admin_question *question,
		   command_done_h *done, void *arg)
{
	struct asked *asked = x_new(struct asked);

	asked->admin = admin;
	asked->json = question->json;
	asked->done = done;
	asked->arg = arg;
	snprintf(asked->line, sizeof(asked->line), "%s", question->line);
	snprintf(asked->who, sizeof(asked->who), "%s", question->who);
	asked->next = admin->asked;
	admin->asked = asked;
	timer_start(&asked->timer, 0, on_turn, asked);
}
