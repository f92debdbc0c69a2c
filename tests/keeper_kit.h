/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A keeper for the tests, what it sees, and what it told since. */
#ifndef TESTS_KEEPER_KIT_H
#define TESTS_KEEPER_KIT_H

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "directory/keeper.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"
#include "tests/told.h"

static struct watch_settings settings;
static struct keeper *keeper;

static void quiet(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

static void begin(const char *more)
{
	char text[400];

	snprintf(text, sizeof(text),
		 "uri=ldap://x base=dc=x state=\"\" address=mail %s", more);
	fake_loop_reset();
	log_to(quiet, NULL);
	told[0] = '\0';
	ck_assert_int_eq(watch_parse(&settings, text, NULL), ERR_OK);
	keeper = keeper_new(&settings, &told_handlers, NULL);
}

static void end(void)
{
	keeper_free(&keeper);
	directive_free(&watch_table, &settings);
}

static const char *heard(void)
{
	static char copy[sizeof(told)];

	fake_loop_pass_ms(1);
	strcpy(copy, told);
	told[0] = '\0';
	return copy;
}

static void id_for(char id[PERSON_ID_SIZE], int number)
{
	snprintf(id, PERSON_ID_SIZE, "%032x", (unsigned)number);
}

static struct sighting user(int number, char *dn, char *address)
{
	struct sighting sighting = { .dn = dn, .address = address };

	id_for(sighting.id, number);
	return sighting;
}

static void see(const struct sighting *sighting)
{
	keeper_see(keeper, sighting, "test", false);
}

static void see_user(int number)
{
	char dn[50], address[50], none[] = "";
	struct sighting sighting;

	snprintf(dn, sizeof(dn), "cn=u%d,dc=x", number);
	snprintf(address, sizeof(address), "u%d@x", number);
	sighting = user(number, dn, address);
	sighting.mailbox = sighting.home = none;
	see(&sighting);
}

static void see_users(int count)
{
	for (int i = 1; i <= count; i++)
		see_user(i);
	heard();
}

static void say_gone(int number)
{
	char id[PERSON_ID_SIZE];

	id_for(id, number);
	keeper_gone(keeper, id);
}

#endif
