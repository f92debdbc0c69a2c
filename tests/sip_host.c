/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bundled presence server by itself, for real clients to talk to:
 *
 *   sip_host listen=udp:127.0.0.1:15060 domain=example.test accounts=FILE
 *   sip_host account ann@example.test PASSWORD >>FILE
 *
 * What happens is printed; on standard input it takes
 *   publish ENTITY FILE | withdraw ENTITY | signout ENTITY | refuse ENTITY |
 *   watchers ENTITY | facts | quit
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/loop.h"
#include "sip/accounts.h"
#include "sip/server.h"

static struct server *server;
static char refused[ENTITY_SIZE];

static void say(const char *text)
{
	puts(text);
	fflush(stdout);
}

static void on_published(const char *entity, const char *publication,
			 const struct claim *claim, void *arg)
{
	(void)arg;
	printf("published %s %s %s %s\n", entity, publication,
	       claim ? state_word(claim->state) : "ended",
	       claim ? claim->note : "");
	fflush(stdout);
}

static void on_watched(const char *entity, int delta, void *arg)
{
	(void)arg;
	printf("watched %s %+d\n", entity, delta);
	fflush(stdout);
}

static void on_registered(const char *entity, bool online, void *arg)
{
	(void)arg;
	printf("registered %s %s\n", entity, online ? "yes" : "no");
	fflush(stdout);
}

static bool entitled(const char *entity, void *arg)
{
	(void)arg;
	return strcmp(entity, refused) != 0;
}

static const struct server_handlers handlers = {
	.published = on_published,
	.watched = on_watched,
	.registered = on_registered,
	.entitled = entitled,
};

static void publish(const char *entity, const char *path)
{
	struct buf body = BUF(1 << 16);
	char chunk[4096];
	FILE *file = fopen(path, "re");
	size_t len;

	if (!file) {
		say("no such file");
		return;
	}
	while ((len = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(&body, chunk, len);
	fclose(file);
	server_publish(server, entity, buf_text(&body), body.len);
	buf_free(&body);
	say("done");
}

static void print_watcher(const char *watcher, const char *contact,
			  int last_status, time_t last_notify, void *arg)
{
	(void)arg;
	printf("watcher %s %s %d %lld\n", watcher, contact, last_status,
	       (long long)last_notify);
}

static void print_facts(void)
{
	struct server_facts facts;

	server_facts(server, &facts);
	printf("facts contacts=%u subscriptions=%u winfo=%u publications=%u "
	       "in_flight=%u waiting=%u notifies=%lu failures=%lu refused=%lu\n",
	       facts.contacts, facts.subscriptions, facts.winfo_subscriptions,
	       facts.publications, facts.in_flight, facts.waiting,
	       facts.notifies, facts.notify_failures, facts.refused);
	fflush(stdout);
}

static void command(char *line)
{
	char *save = NULL;
	const char *word = strtok_r(line, " \r\n", &save);
	const char *entity = strtok_r(NULL, " \r\n", &save);
	const char *path = strtok_r(NULL, " \r\n", &save);

	if (!word)
		return;
	if (!strcmp(word, "quit"))
		loop_break();
	else if (!strcmp(word, "facts"))
		print_facts();
	else if (!entity)
		say("what?");
	else if (!strcmp(word, "publish") && path)
		publish(entity, path);
	else if (!strcmp(word, "withdraw"))
		server_withdraw(server, entity);
	else if (!strcmp(word, "signout"))
		server_sign_out(server, entity);
	else if (!strcmp(word, "refuse"))
		snprintf(refused, sizeof(refused), "%s", entity);
	else if (!strcmp(word, "watchers"))
		server_watchers(server, entity, print_watcher, NULL);
	else
		say("what?");
}

static void on_input(unsigned events, void *arg)
{
	static struct buf waiting = { .max = 65536 };
	char chunk[1024];
	ssize_t len = read(STDIN_FILENO, chunk, sizeof(chunk));
	char *line, *end;

	(void)events;
	(void)arg;
	if (len <= 0) {
		buf_free(&waiting);
		loop_break();
		return;
	}

	buf_add(&waiting, chunk, (size_t)len);
	line = waiting.data;
	for (; line && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		command(line);
	}
	if (line) {
		char *rest = strdup(line);

		buf_free(&waiting);
		waiting = BUF(65536);
		if (rest && *rest)
			buf_add(&waiting, rest, strlen(rest));
		free(rest);
	}
	fflush(stdout);
}

static int print_account(const char *address, const char *password)
{
	struct buf line = BUF(ACCOUNT_LINE_MAX);
	struct why why;

	if (account_line(&line, address, NULL, password, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return EXIT_FAILURE;
	}
	fputs(buf_text(&line), stdout);
	buf_free(&line);
	return EXIT_SUCCESS;
}

static enum err read_settings(struct server_settings *settings, char **words,
			      struct why *why)
{
	enum err err = ERR_OK;

	directive_defaults(&server_table, settings);
	for (; *words && err == ERR_OK; words++) {
		char *equals = strchr(*words, '=');

		if (!equals)
			return why_set(why, ERR_CONFIG, "%s: want name=value",
				       *words);
		*equals = '\0';
		err = directive_apply(&server_table, settings, *words,
				      equals + 1, why);
	}

	return err;
}

static int serve(const struct server_settings *settings)
{
	struct fd_watch *input;
	struct why why;

	if (loop_open(NULL, &why) != ERR_OK ||
	    server_new(&server, settings, &handlers, NULL, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return EXIT_FAILURE;
	}

	input = fd_watch_new(STDIN_FILENO, FD_READ, on_input, NULL);
	say("ready");
	loop_run();
	fd_watch_free(&input);
	server_free(&server);
	loop_close();
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct server_settings settings;
	struct why why;
	int result;

	if (argc == 4 && !strcmp(argv[1], "account"))
		return print_account(argv[2], argv[3]);

	log_set_level(LOG_LEVEL_DEBUG);
	if (read_settings(&settings, argv + 1, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return EXIT_FAILURE;
	}
	result = serve(&settings);
	directive_free(&server_table, &settings);
	return result;
}
