/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who was named before and is not any more. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "module/members_private.h"

enum {
	MISSED_MIN = 10,    /* so many may always be missed */
	MISSED_PERCENT = 5, /* or so many of those who hold a licence */
	DROPPED_A_TURN = 200,
};

/* The index holds still while it is walked, so they are listed first. */
static struct member **list_of(const struct members *members,
			       const struct source *source, bool unseen_only,
			       size_t *countp)
{
	struct member **list = x_zalloc((index_count(members->index) + 1) *
					sizeof(struct member *));
	struct member *member;
	size_t place = 0;

	*countp = 0;
	while ((member = index_walk(members->index, &place))) {
		const struct naming *naming = member_naming(member, source);

		if (naming && !(unseen_only && naming->seen))
			list[(*countp)++] = member;
	}
	return list;
}

static void unname_unseen(struct members *members, const struct source *source,
			  const struct licence_cause *cause)
{
	size_t count;
	struct member **list = list_of(members, source, true, &count);

	while (count)
		member_unname(members, list[--count], source, cause);
	free(list);
}

/* A source that is no more, and whom it named. */
struct dropped {
	struct dropped *next;
	struct source *source;
	struct licence_cause cause;
	char **entities;
	size_t count;
};

static void dropped_free(struct dropped *dropped)
{
	while (dropped->count)
		free(dropped->entities[--dropped->count]);
	free(dropped->entities);
	free(dropped->source->name);
	free(dropped->source);
	free(dropped);
}

static void drop_some(void *arg)
{
	struct members *members = arg;
	struct dropped *dropped = members->dropped;

	for (int i = 0; i < DROPPED_A_TURN && dropped->count; i++) {
		char *entity = dropped->entities[--dropped->count];
		struct member *member = member_find(members, entity);

		if (member)
			member_unname(members, member, dropped->source,
				      &dropped->cause);
		free(entity);
	}
	if (!dropped->count) {
		members->dropped = dropped->next;
		dropped_free(dropped);
	}
	if (members->dropped)
		timer_start_ms(&members->dropping, 0, drop_some, members);
}

static struct source *take_source(struct members *members, const char *name)
{
	struct source *source = member_source(members, name);
	struct source **place = &members->sources;

	while (*place != source)
		place = &(*place)->next;
	*place = source->next;
	return source;
}

void members_drop_source(struct members *members, const char *name,
			 const struct licence_cause *cause)
{
	struct dropped *dropped = x_new(struct dropped);
	size_t count;
	struct member **list;

	dropped->source = take_source(members, name);
	dropped->cause = *cause;
	list = list_of(members, dropped->source, false, &count);
	dropped->entities = x_zalloc((count + 1) * sizeof(char *));
	while (count)
		dropped->entities[dropped->count++] =
			x_strdup(list[--count]->entity);
	free(list);
	dropped->next = members->dropped;
	members->dropped = dropped;
	drop_some(members);
}

void members_forget_dropped(struct members *members)
{
	timer_stop(&members->dropping);
	while (members->dropped) {
		struct dropped *dropped = members->dropped;

		members->dropped = dropped->next;
		dropped_free(dropped);
	}
}

void members_begin(struct members *members, const char *name)
{
	struct source *source = member_source(members, name);
	struct member **list;
	size_t count;

	source->settled = false;
	list = list_of(members, source, false, &count);
	while (count)
		member_naming(list[--count], source)->seen = false;
	free(list);
}

void members_release_held(struct members *members)
{
	while (members->held_count)
		free(members->held[--members->held_count]);
	free(members->held);
	members->held = NULL;
}

struct missed {
	const struct members *members;
	char **entities;
	size_t count, size;
};

static void add_missed(struct missed *missed, const char *entity)
{
	if (missed->count == missed->size) {
		missed->size = missed->size ? 2 * missed->size : 16;
		missed->entities = x_realloc(missed->entities,
					     missed->size * sizeof(char *));
	}
	missed->entities[missed->count++] = x_strdup(entity);
}

static bool is_named(const struct members *members, const char *entity)
{
	const struct member *member = member_find(members, entity);
	const struct naming *naming = member ? member->namings : NULL;

	while (naming && !naming->seen)
		naming = naming->next;
	return naming;
}

static void note_missed(const struct licence_record *record, void *arg)
{
	struct missed *missed = arg;

	if (record->wanted && !is_named(missed->members, record->entity))
		add_missed(missed, record->entity);
}

static bool all_settled(const struct members *members)
{
	const struct source *source = members->sources;

	while (source && source->settled)
		source = source->next;
	return !source;
}

static bool too_many(const struct members *members, size_t count)
{
	struct licence_facts facts;

	licence_facts(members->licence, &facts);
	return count > MISSED_MIN &&
	       count * 100 > facts.granted * MISSED_PERCENT;
}

/* Who is wanted by the ledger alone; one source that is sure asks nobody. */
static void miss(struct members *members, bool trusted,
		 const struct licence_cause *cause)
{
	struct missed missed = { .members = members };

	licence_walk(members->licence, note_missed, &missed);
	members_release_held(members);
	members->held = missed.entities;
	members->held_count = missed.count;
	if ((trusted && !members->sources->next) ||
	    !too_many(members, missed.count)) {
		members_confirm(members, cause);
		return;
	}

	log_error("too many users are missing, nobody is revoked before a "
		  "person confirms: daymarkctl directory confirm or discard",
		  KN("users", missed.count));
}

/* Whom only an administrator's word keeps is known by nobody else. */
static void serve_decided(const struct licence_record *record, void *arg)
{
	struct members *members = arg;

	if (record->state == LICENCE_GRANTED &&
	    !member_find(members, record->entity))
		member_serve(members, record->entity);
}

void members_settled(struct members *members, const char *name, bool trusted,
		     const struct licence_cause *cause)
{
	struct source *source = member_source(members, name);

	if (trusted)
		unname_unseen(members, source, cause);
	source->settled = true;
	if (!all_settled(members))
		return;

	miss(members, trusted, cause);
	licence_walk(members->licence, serve_decided, members);
}

size_t members_held(const struct members *members)
{
	return members->held_count;
}

static void forget_unseen(struct members *members, const char *entity,
			  const struct licence_cause *cause)
{
	struct member *member = member_find(members, entity);

	if (!member) {
		licence_want(members->licence, entity, false, cause);
		return;
	}

	while (member->namings->next)
		member_unname(members, member, member->namings->next->source,
			      cause);
	member_unname(members, member, member->namings->source, cause);
}

size_t members_confirm(struct members *members,
		       const struct licence_cause *cause)
{
	size_t count = members->held_count;

	for (size_t i = 0; i < count; i++)
		if (!is_named(members, members->held[i]))
			forget_unseen(members, members->held[i], cause);
	members_release_held(members);
	return count;
}

size_t members_discard(struct members *members)
{
	size_t count = members->held_count;

	members_release_held(members);
	return count;
}
