/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "module/roster_person.h"

static struct publication *take_publication(struct person *person,
					    const char *name)
{
	struct publication **place = &person->publications;

	while (*place) {
		struct publication *publication = *place;

		if (!strcmp(publication->name, name)) {
			*place = publication->next;
			return publication;
		}
		place = &publication->next;
	}
	return NULL;
}

static void drop_oldest(struct person *person)
{
	struct publication **place = &person->publications;
	unsigned count = 0;

	for (; *place; place = &(*place)->next)
		if (++count == PUBLICATIONS_MAX)
			break;
	if (!*place)
		return;

	free((*place)->name);
	free(*place);
	*place = NULL;
}

void roster_put_publication(struct person *person, const char *name,
			    const struct claim *claim)
{
	struct publication *publication = take_publication(person, name);

	if (!publication) {
		drop_oldest(person);
		publication = x_new(struct publication);
		publication->name = x_strdup(name);
	}
	publication->claim = *claim;
	publication->next = person->publications;
	person->publications = publication;
}

void roster_end_publication(struct person *person, const char *name)
{
	struct publication *publication = take_publication(person, name);

	if (!publication)
		return;
	free(publication->name);
	free(publication);
}

struct person *roster_person_new(struct roster *roster, const char *entity)
{
	struct person *person = x_new(struct person);

	person->roster = roster;
	person->entity = intern(entity);
	index_put(roster->index, person);
	return person;
}

void roster_keep_shown(struct person *person, const struct presence *presence)
{
	free(person->shown.note);
	person->shown = (struct shown){
		.state = presence->state,
		.source = presence->source,
		.since = presence->since,
		.until = presence->until,
		.note = *presence->note ? x_strdup(presence->note) : NULL,
	};
}

void roster_shown(const struct person *person, struct presence *presence)
{
	*presence = (struct presence){
		.state = person->shown.state,
		.source = person->shown.source,
		.since = person->shown.since,
		.until = person->shown.until,
	};
	if (person->shown.note)
		strcpy(presence->note, person->shown.note);
}

static void forget_publications(struct person *person)
{
	while (person->publications) {
		struct publication *publication = person->publications;

		person->publications = publication->next;
		free(publication->name);
		free(publication);
	}
}

void roster_person_free(struct person *person)
{
	feed_free(&person->feed);
	roster_replies_leave(person);
	pace_drop(person->roster->pace, &person->turn);
	agenda_set(person->roster->agenda, &person->slot, 0);
	forget_publications(person);
	free(person->gone);
	free(person->shown.note);
	intern_drop(&person->entity);
	intern_drop(&person->mailbox);
	intern_drop(&person->gateway);
	free(person);
}
