/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "directory/watch.h"
#include "tests/fake_directory.h"

enum { HELD_MAX = 16, NAME_SIZE = 64 };

struct watch {
	const struct watch_handlers *handlers;
	void *arg;
};

static struct watch *the_watch;
static char held[HELD_MAX][NAME_SIZE];
static size_t held_count;
static bool holds;

static const struct watch_cause joined = { EVIDENCE_EXPLICIT, "ldap://fake",
					   "entitled" };
static const struct watch_cause deleted = { EVIDENCE_EXPLICIT, "ldap://fake",
					    "entry deleted" };

struct texts {
	char address[NAME_SIZE], dn[NAME_SIZE + 16];
};

static struct person person_of(const char *name, struct texts *texts)
{
	struct person person = { .home = "ex1", .mailbox = texts->address };

	snprintf(texts->address, NAME_SIZE, "%.40s@example.com", name);
	snprintf(texts->dn, sizeof(texts->dn), "uid=%.40s,dc=example", name);
	snprintf(person.id, sizeof(person.id), "%.16s", name);
	person.address = texts->address;
	person.dn = texts->dn;
	return person;
}

struct watch *watch_begin(const struct watch_settings *settings,
			  const char *secret,
			  const struct watch_handlers *handlers, void *arg)
{
	(void)settings;
	(void)secret;
	the_watch = x_new(struct watch);
	the_watch->handlers = handlers;
	the_watch->arg = arg;
	return the_watch;
}

bool watch_has_secret(const struct watch *watch, const char *secret)
{
	(void)watch;
	(void)secret;
	return true;
}

void watch_free(struct watch **watchp)
{
	free(*watchp);
	*watchp = the_watch = NULL;
}

void watch_facts(const struct watch *watch, struct watch_facts *facts)
{
	static const struct why none[WATCH_ALARM_COUNT];

	(void)watch;
	*facts = (struct watch_facts){ .name = "corp",
				       .server = "ldap://fake",
				       .way = "sync",
				       .up = true,
				       .held = held_count,
				       .alarms = none };
}

void watch_each(const struct watch *watch, bool held_only, watch_person_h *h,
		void *arg)
{
	(void)watch;
	for (size_t i = 0; held_only && i < held_count; i++) {
		struct texts texts;
		const struct person person = person_of(held[i], &texts);

		h(&person, &deleted, arg);
	}
}

static void tell_left(const char *name)
{
	struct texts texts;
	const struct person person = person_of(name, &texts);

	the_watch->handlers->left(&person, &deleted, the_watch->arg);
}

size_t watch_confirm(struct watch *watch)
{
	size_t count = held_count;

	(void)watch;
	held_count = 0;
	for (size_t i = 0; i < count; i++)
		tell_left(held[i]);
	return count;
}

size_t watch_discard(struct watch *watch)
{
	size_t count = held_count;

	(void)watch;
	held_count = 0;
	return count;
}

void watch_reconcile(struct watch *watch)
{
	(void)watch;
	fake_directory_settle();
}

void fake_directory_join(const char *name)
{
	struct texts texts;
	const struct person person = person_of(name, &texts);

	the_watch->handlers->joined(&person, &joined, the_watch->arg);
}

void fake_directory_leave(const char *name)
{
	if (!holds)
		tell_left(name);
	else if (held_count < HELD_MAX)
		snprintf(held[held_count++], NAME_SIZE, "%s", name);
}

void fake_directory_hold(bool hold)
{
	holds = hold;
}

void fake_directory_settle(void)
{
	the_watch->handlers->settled(the_watch->arg);
}

void fake_directory_move(const char *name)
{
	struct texts texts;
	const struct person person = person_of(name, &texts);

	the_watch->handlers->moved(&person, &joined, the_watch->arg);
}

void fake_directory_forget_all(void)
{
	held_count = 0;
	holds = false;
}
