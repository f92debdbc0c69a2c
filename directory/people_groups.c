/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "directory/people_private.h"

void people_free_texts(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

const char *people_text_of(const void *item)
{
	return item;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool same_members(const struct row *row, char **members, size_t count)
{
	if (count != row->member_count)
		return false;

	for (size_t i = 0; i < count; i++)
		if (strcmp(members[i], row->members[i]) != 0)
			return false;

	return true;
}

static struct row *by_reference(const struct people *people, const char *text)
{
	struct row *row = index_find(people->by_id, text);

	return row ? row : index_find(people->by_dn, text);
}

static bool among(const char *text, char **sorted, size_t count)
{
	return count && bsearch(&text, sorted, count, sizeof(char *), by_text);
}

static bool any_stranger(const struct people *people, const struct row *row)
{
	for (size_t i = 0; i < row->coming_count; i++)
		if (strchr(row->coming[i], '=') &&
		    !among(row->coming[i], row->members, row->member_count) &&
		    !by_reference(people, row->coming[i]))
			return true;

	return false;
}

static bool any_lost(const struct row *row)
{
	for (size_t i = 0; i < row->member_count; i++)
		if (!among(row->members[i], row->coming, row->coming_count))
			return true;

	return false;
}

static void drop_coming(struct row *row)
{
	people_free_texts(row->coming, row->coming_count);
	row->coming = NULL;
	row->coming_count = 0;
	row->has_coming = false;
}

void people_see_members(struct people *people, struct row *row,
			const struct sighting *sighting, struct change *change)
{
	size_t count = sighting->member_count;
	char **members = x_zalloc((count + 1) * sizeof(*members));

	for (size_t i = 0; i < count; i++)
		members[i] = x_strdup(sighting->members[i]);
	qsort(members, count, sizeof(*members), by_text);
	drop_coming(row);
	if (!change->fresh && same_members(row, members, count)) {
		people_free_texts(members, count);
		return;
	}

	row->coming = members;
	row->coming_count = count;
	row->has_coming = true;
	change->members = true;
	change->strangers =
		!change->fresh && any_stranger(people, row) && any_lost(row);
}

static void install_coming(struct people *people)
{
	struct row *row;
	size_t place = 0;

	while ((row = index_walk(people->by_id, &place)) != NULL) {
		if (!row->has_coming)
			continue;
		people_free_texts(row->members, row->member_count);
		row->members = row->coming;
		row->member_count = row->coming_count;
		row->coming = NULL;
		row->coming_count = 0;
		row->has_coming = false;
	}
}

/* A group once, its members once; what they lead to goes on the pile. */
static void walk_group(struct people *people, struct row *group,
		       struct row **pile, size_t *countp)
{
	for (size_t i = 0; i < group->member_count; i++) {
		char *text = group->members[i];
		struct row *row = by_reference(people, text);

		if (!index_find(people->members, text))
			index_put(people->members, text);
		if (!row || !row->group || row->gone ||
		    row->mark == people->mark)
			continue;
		row->mark = people->mark;
		pile[(*countp)++] = row;
	}
}

void people_regroup(struct people *people)
{
	struct row **pile;
	size_t count = 0;

	index_free(&people->members);
	people->members = index_new(people_text_of);
	install_coming(people);
	pile = x_zalloc((index_count(people->by_id) + 1) * sizeof(*pile));
	people->mark++;
	for (size_t i = 0; i < people->groups->count; i++) {
		struct row *row = people_at(people, people->groups->items[i]);

		if (!row || !row->group || row->gone ||
		    row->mark == people->mark)
			continue;
		row->mark = people->mark;
		pile[count++] = row;
	}
	while (count > 0) {
		struct row *row = pile[--count];

		walk_group(people, row, pile, &count);
	}
	free(pile);
}

const char *people_missing_group(const struct people *people)
{
	for (size_t i = 0; i < people->groups->count; i++) {
		const struct row *row =
			people_at(people, people->groups->items[i]);

		if (!row || !row->group || row->gone)
			return people->groups->items[i];
	}

	return NULL;
}

bool people_is_member(const struct people *people, const struct row *row)
{
	return !people->groups->count || index_find(people->members, row->id) ||
	       (row->place && index_find(people->members, row->place)) ||
	       (row->was_place && index_find(people->members, row->was_place));
}

void people_forget_renames(struct people *people)
{
	struct row *row;
	size_t place = 0;

	while ((row = index_walk(people->by_id, &place)) != NULL) {
		free(row->was_place);
		row->was_place = NULL;
	}
}
