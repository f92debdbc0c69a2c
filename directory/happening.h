/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Events on their way to the household: told from the loop, in order, so that
 * whoever is told may do anything, also free the watch.
 */
#ifndef DIRECTORY_HAPPENING_H
#define DIRECTORY_HAPPENING_H

#include "directory/people.h"

enum happening_kind {
	HAPPENING_JOINED,
	HAPPENING_CHANGED,
	HAPPENING_MOVED,
	HAPPENING_LEFT,
	HAPPENING_SETTLED,
	HAPPENING_ALARM,
};

struct happenings;

struct happenings *happenings_new(const struct watch_handlers *handlers,
				  void *arg);
void happenings_free(struct happenings **happeningsp);
bool happenings_idle(const struct happenings *happenings);

/* Copies all of it. before: as CHANGED has it, else NULL. */
void happenings_person(struct happenings *happenings, enum happening_kind kind,
		       const struct person *person, const struct person *before,
		       const struct watch_cause *cause);
void happenings_settled(struct happenings *happenings);
void happenings_alarm(struct happenings *happenings, enum watch_alarm alarm,
		      const struct why *why);

#endif
