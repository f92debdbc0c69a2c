/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Watches a directory as configured by its argument and prints what is told,
 * one line each, with the wall clock in milliseconds; orders come by stdin:
 * confirm, discard, reconcile, facts, quit. For tests/peers/directory-*.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/work.h"
#include "directory/watch.h"

static struct watch *watch;

static void say(const char *what, const struct person *person,
		const struct watch_cause *cause)
{
	printf("%lld %s %s evidence=%s source=%s why=%s\n",
	       (long long)clock_wall_ms(), what, person->address,
	       evidence_word(cause->evidence), cause->source, cause->why);
}

static void on_joined(const struct person *person,
		      const struct watch_cause *cause, void *arg)
{
	(void)arg;
	say("joined", person, cause);
}

static void on_changed(const struct person *person, const struct person *before,
		       const struct watch_cause *cause, void *arg)
{
	(void)arg;
	say("changed", person, cause);
	printf("was %s %s now %s %s\n", before->address, before->mailbox,
	       person->address, person->mailbox);
}

static void on_moved(const struct person *person,
		     const struct watch_cause *cause, void *arg)
{
	(void)arg;
	say("moved", person, cause);
}

static void on_left(const struct person *person,
		    const struct watch_cause *cause, void *arg)
{
	(void)arg;
	say("left", person, cause);
}

static void on_settled(void *arg)
{
	(void)arg;
	printf("%lld settled\n", (long long)clock_wall_ms());
}

static void on_alarm(enum watch_alarm alarm, const struct why *why, void *arg)
{
	(void)arg;
	printf("%lld alarm %s %s: %s\n", (long long)clock_wall_ms(),
	       watch_alarm_word(alarm), why->err ? err_name(why->err) : "over",
	       why->text);
}

static const struct watch_handlers handlers = {
	.joined = on_joined,
	.changed = on_changed,
	.moved = on_moved,
	.left = on_left,
	.settled = on_settled,
	.alarm = on_alarm,
};

static void print_facts(void)
{
	struct watch_facts facts;

	watch_facts(watch, &facts);
	printf("facts server=%s way=%s up=%d entries=%zu people=%zu held=%zu "
	       "longest_ms=%u\n",
	       facts.server, facts.way, facts.up, facts.entries, facts.people,
	       facts.held, loop_longest_ms());
}

static void obey(const char *order)
{
	if (!strcmp(order, "confirm"))
		printf("confirmed %zu\n", watch_confirm(watch));
	else if (!strcmp(order, "discard"))
		printf("discarded %zu\n", watch_discard(watch));
	else if (!strcmp(order, "reconcile"))
		watch_reconcile(watch);
	else if (!strcmp(order, "facts"))
		print_facts();
	else
		loop_break();
}

static void on_stdin(unsigned events, void *arg)
{
	static char line[256];
	ssize_t len = read(STDIN_FILENO, line, sizeof(line) - 1);
	char *rest = NULL;

	(void)events;
	(void)arg;
	if (len <= 0) {
		loop_break();
		return;
	}
	line[len] = '\0';
	for (char *order = strtok_r(line, "\n", &rest); order;
	     order = strtok_r(NULL, "\n", &rest))
		obey(order);
}

static int run(const char *text, struct why *why)
{
	struct watch_settings settings;
	struct fd_watch *orders;
	enum err err = watch_parse(&settings, text, why);

	if (!err)
		err = watch_new(&watch, &settings, &handlers, NULL, why);
	directive_free(&watch_table, &settings);
	if (err)
		return 2;

	orders = fd_watch_new(STDIN_FILENO, FD_READ, on_stdin, NULL);
	loop_run();
	fd_watch_free(&orders);
	watch_free(&watch);
	return 0;
}

int main(int argc, char **argv)
{
	struct why why = { .err = ERR_OK };
	int status = 2;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 2) {
		fprintf(stderr, "usage: dir_watch SETTINGS\n");
		return 2;
	}
	if (!loop_open(NULL, &why) && !work_open(&why))
		status = run(argv[1], &why);
	if (status)
		fprintf(stderr, "dir_watch: %s\n", why.text);
	work_close();
	loop_close();
	return status;
}
