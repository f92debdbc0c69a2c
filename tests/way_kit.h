/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A way of learning of changes upon a server that says what a script says. */
#ifndef TESTS_WAY_KIT_H
#define TESTS_WAY_KIT_H

#include <stdlib.h>

#include "base/log.h"
#include "directory/ber.h"
#include "directory/way.h"
#include "tests/fake_dsa.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"
#include "tests/told.h"

static struct watch_settings settings;
static struct keeper *keeper;
static struct entry_reader *reader;
static struct root root;
static struct way_env env;
static const struct way *way;
static void *running;
static unsigned doubts;
static enum err failed;

static void quiet(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

static const char *heard(void)
{
	static char copy[sizeof(told)];

	fake_loop_pass_ms(1);
	strcpy(copy, told);
	told[0] = '\0';
	return copy;
}

static void on_doubt(void *arg)
{
	(void)arg;
	doubts++;
}

static void stop_way(void)
{
	if (running)
		way->stop(running);
	running = NULL;
	fake_dsa_reset();
}

static void on_failed(const struct why *why, void *arg)
{
	(void)arg;
	failed = why->err;
	stop_way();
}

static void start_way(void)
{
	running = way->start(&env);
}

static void open_way(const struct way *kind, const char *more)
{
	char text[400];

	snprintf(text, sizeof(text), "uri=ldap://x address=mail %s%s%s",
		 strstr(more, "base=") == more ? "" : "base=dc=x ",
		 strstr(more, "state=") ? "" : "state=\"\" ", more);
	fake_loop_reset();
	fake_dsa_reset();
	log_to(quiet, NULL);
	told[0] = '\0';
	ck_assert_int_eq(watch_parse(&settings, text, NULL), ERR_OK);
	keeper = keeper_new(&settings, &told_handlers, NULL);
	reader = entry_reader_new(&settings);
	env = (struct way_env){ .settings = &settings,
				.reader = reader,
				.keeper = keeper,
				.root = &root,
				.source = "test",
				.doubt = on_doubt,
				.failed = on_failed };
	doubts = 0;
	failed = ERR_OK;
	way = kind;
	start_way();
}

static void close_way(void)
{
	stop_way();
	entry_reader_free(&reader);
	keeper_free(&keeper);
	directive_free(&watch_table, &settings);
}

/* Words of a script: a letter, and what it is about. */
static void play(const char *script, void (*word)(char letter, const char *of))
{
	char copy[400];
	char *rest = NULL;

	snprintf(copy, sizeof(copy), "%s", script);
	for (char *at = strtok_r(copy, " ", &rest); at;
	     at = strtok_r(NULL, " ", &rest))
		word(*at, at + 1);
}

static void make_bytes(char bytes[PERSON_ID_BYTES], const char *number)
{
	memset(bytes, 0, PERSON_ID_BYTES);
	bytes[PERSON_ID_BYTES - 1] = (char)atoi(number);
}

/* What the keeper has as cookie, "" none. */
static const char *cookie_of(const char *name)
{
	const struct people_cookie *cookie = keeper_cookie(keeper, name);

	return cookie ? cookie->data : "";
}

#endif
