/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a keeper told the household, as one text: "+a@x -b@x!" and so on. */
#ifndef TESTS_TOLD_H
#define TESTS_TOLD_H

#include <stdio.h>
#include <string.h>

#include "directory/watch.h"

static char told[4096];

static void tell(const char *sign, const char *text)
{
	size_t len = strlen(told);

	snprintf(told + len, sizeof(told) - len, "%s%s%s", len ? " " : "", sign,
		 text);
}

static void on_joined(const struct person *person,
		      const struct watch_cause *cause, void *arg)
{
	(void)cause;
	(void)arg;
	tell("+", person->address);
}

static void on_changed(const struct person *person, const struct person *before,
		       const struct watch_cause *cause, void *arg)
{
	(void)cause;
	(void)arg;
	tell("=", before->address);
	tell("->", person->address);
}

static void on_moved(const struct person *person,
		     const struct watch_cause *cause, void *arg)
{
	(void)cause;
	(void)arg;
	tell("~", person->address);
}

/* Implied evidence with a question mark. */
static void on_left(const struct person *person,
		    const struct watch_cause *cause, void *arg)
{
	(void)arg;
	tell(cause->evidence == EVIDENCE_EXPLICIT ? "-" : "?-",
	     person->address);
}

static void on_settled(void *arg)
{
	(void)arg;
}

static void on_alarm(enum watch_alarm alarm, const struct why *why, void *arg)
{
	(void)arg;
	tell(why->err ? "!" : ".", watch_alarm_word(alarm));
}

static const struct watch_handlers told_handlers = {
	.joined = on_joined,
	.changed = on_changed,
	.moved = on_moved,
	.left = on_left,
	.settled = on_settled,
	.alarm = on_alarm,
};

#endif
