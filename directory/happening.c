/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "directory/happening.h"

/* So many, then others have their turn. */
enum { TOLD_A_TURN = 100 };

struct happening {
	struct happening *next;
	enum happening_kind kind;
	struct person person, before;
	struct watch_cause cause;
	enum watch_alarm alarm;
	struct why why;
};

struct happenings {
	const struct watch_handlers *handlers;
	void *arg;
	struct happening *first, **end;
	struct timer timer;
	bool *gone;
};

static struct person copy_of(const struct person *person)
{
	struct person copy = *person;

	copy.address = x_strdup(person->address);
	copy.mailbox = x_strdup(person->mailbox);
	copy.dn = x_strdup(person->dn);
	copy.home = x_strdup(person->home);
	return copy;
}

/* Const for those who are told, ours to free. */
static void free_text(const char *const *place)
{
	char *text;

	memcpy(&text, place, sizeof(text));
	free(text);
}

static void clear_person(struct person *person)
{
	free_text(&person->address);
	free_text(&person->mailbox);
	free_text(&person->dn);
	free_text(&person->home);
}

static void happening_free(struct happening *happening)
{
	clear_person(&happening->person);
	clear_person(&happening->before);
	free_text(&happening->cause.source);
	free_text(&happening->cause.why);
	free(happening);
}

static void tell(const struct happening *h,
		 const struct watch_handlers *handlers, void *arg)
{
	switch (h->kind) {
	case HAPPENING_JOINED:
		handlers->joined(&h->person, &h->cause, arg);
		break;
	case HAPPENING_CHANGED:
		handlers->changed(&h->person, &h->before, &h->cause, arg);
		break;
	case HAPPENING_MOVED:
		handlers->moved(&h->person, &h->cause, arg);
		break;
	case HAPPENING_LEFT:
		handlers->left(&h->person, &h->cause, arg);
		break;
	case HAPPENING_SETTLED:
		handlers->settled(arg);
		break;
	case HAPPENING_ALARM:
		handlers->alarm(h->alarm, &h->why, arg);
		break;
	}
}

static struct happening *take_first(struct happenings *happenings)
{
	struct happening *first = happenings->first;

	happenings->first = first->next;
	if (!happenings->first)
		happenings->end = &happenings->first;
	return first;
}

static void tell_some(void *arg)
{
	struct happenings *happenings = arg;
	bool gone = false;

	happenings->gone = &gone;
	for (int i = 0; i < TOLD_A_TURN && !gone && happenings->first; i++) {
		struct happening *happening = take_first(happenings);

		tell(happening, happenings->handlers, happenings->arg);
		happening_free(happening);
	}
	if (gone)
		return;

	happenings->gone = NULL;
	if (happenings->first)
		timer_start_ms(&happenings->timer, 0, tell_some, happenings);
}

struct happenings *happenings_new(const struct watch_handlers *handlers,
				  void *arg)
{
	struct happenings *happenings = x_new(struct happenings);

	happenings->handlers = handlers;
	happenings->arg = arg;
	happenings->end = &happenings->first;
	return happenings;
}

void happenings_free(struct happenings **happeningsp)
{
	struct happenings *happenings = *happeningsp;

	if (!happenings)
		return;

	if (happenings->gone)
		*happenings->gone = true;
	timer_stop(&happenings->timer);
	while (happenings->first)
		happening_free(take_first(happenings));
	free(happenings);
	*happeningsp = NULL;
}

bool happenings_idle(const struct happenings *happenings)
{
	return happenings->first == NULL;
}

static struct happening *add(struct happenings *happenings,
			     enum happening_kind kind)
{
	struct happening *happening = x_new(struct happening);

	happening->kind = kind;
	*happenings->end = happening;
	happenings->end = &happening->next;
	if (!timer_running(&happenings->timer))
		timer_start_ms(&happenings->timer, 0, tell_some, happenings);
	return happening;
}

void happenings_person(struct happenings *happenings, enum happening_kind kind,
		       const struct person *person, const struct person *before,
		       const struct watch_cause *cause)
{
	struct happening *happening = add(happenings, kind);

	happening->person = copy_of(person);
	if (before)
		happening->before = copy_of(before);
	happening->cause.evidence = cause->evidence;
	happening->cause.source = x_strdup(cause->source);
	happening->cause.why = x_strdup(cause->why);
}

void happenings_settled(struct happenings *happenings)
{
	add(happenings, HAPPENING_SETTLED);
}

void happenings_alarm(struct happenings *happenings, enum watch_alarm alarm,
		      const struct why *why)
{
	struct happening *happening = add(happenings, HAPPENING_ALARM);

	happening->alarm = alarm;
	happening->why = *why;
}
