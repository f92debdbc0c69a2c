/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "directory/people_private.h"

const char *people_text_of(const void *item)
{
	return item;
}

static void free_texts(struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->items[i]);
	free(texts->items);
	*texts = (struct texts){ .items = NULL };
}

static bool is_dn(const char *text)
{
	return strchr(text, '=') != NULL;
}

static struct row *by_reference(const struct people *people, const char *text)
{
	return index_find(is_dn(text) ? people->by_dn : people->by_id, text);
}

static struct texts middle_of(const struct texts *all, size_t first,
			      size_t last)
{
	return (struct texts){
		.items = all->items ? all->items + first : NULL,
		.count = all->count - first - last,
	};
}

/* Those in the middle, where one list may differ from the other; servers keep
   their order, so that is next to nothing. */
static void differing(const struct texts *a, const struct texts *b,
		      struct texts *in_a, struct texts *in_b)
{
	size_t least = a->count < b->count ? a->count : b->count;
	size_t first = 0, last = 0;

	while (first < least && !strcmp(a->items[first], b->items[first]))
		first++;
	while (last < least - first && !strcmp(a->items[a->count - 1 - last],
					       b->items[b->count - 1 - last]))
		last++;
	*in_a = middle_of(a, first, last);
	*in_b = middle_of(b, first, last);
}

static struct index *index_of(const struct texts *texts)
{
	struct index *index = index_new(people_text_of);

	for (size_t i = 0; i < texts->count; i++)
		if (!index_find(index, texts->items[i]))
			index_put(index, texts->items[i]);
	return index;
}

/* True: one is not among the others; of those, whether any is unknown. */
static bool any_other(const struct people *people, const struct texts *texts,
		      const struct texts *others, bool *strangerp)
{
	struct index *index;
	bool other = false;

	*strangerp = false;
	if (!texts->count)
		return false;

	index = index_of(others);
	for (size_t i = 0; i < texts->count && !*strangerp; i++) {
		if (index_find(index, texts->items[i]))
			continue;
		other = true;
		*strangerp = is_dn(texts->items[i]) &&
			     !by_reference(people, texts->items[i]);
	}
	index_free(&index);
	return other;
}

/* False: the members are those there were. */
static bool compare(const struct people *people, const struct texts *before,
		    const struct texts *now, struct change *change)
{
	struct texts were, are;
	bool unknown;

	differing(before, now, &were, &are);
	if (!were.count && !are.count)
		return false;

	if (!any_other(people, &were, &are, &unknown))
		return are.count > were.count;

	any_other(people, &are, &were, &unknown);
	change->strangers = unknown;
	return true;
}

static void copy_texts(struct texts *to, const struct texts *from)
{
	to->items = x_zalloc((from->count + 1) * sizeof(char *));
	for (size_t i = 0; i < from->count; i++)
		to->items[i] = x_strdup(from->items[i]);
	to->count = from->count;
}

static bool are_same(const struct texts *a, const struct texts *b)
{
	struct texts in_a, in_b;

	differing(a, b, &in_a, &in_b);
	return !in_a.count && !in_b.count;
}

void people_see_members(struct people *people, struct row *row,
			const struct sighting *sighting, struct change *change)
{
	struct roll *roll = row->roll;
	const struct texts now = { sighting->members, sighting->member_count };

	change->members =
		change->fresh || compare(people, &roll->members, &now, change);
	if (change->members && roll->has_coming &&
	    are_same(&roll->coming, &now))
		return;

	free_texts(&roll->coming);
	roll->has_coming = change->members;
	if (change->members)
		copy_texts(&roll->coming, &now);
}

const char *people_member(const struct row *row, size_t number)
{
	return row->roll && number < row->roll->members.count
		       ? row->roll->members.items[number]
		       : NULL;
}

void people_roll_new(struct people *people, struct row *row)
{
	struct roll *roll = x_new(struct roll);

	roll->row = row;
	row->roll = roll;
	roll->next = people->rolls;
	if (roll->next)
		roll->next->before = roll;
	people->rolls = roll;
}

/* The index of members has them still. */
static void retire(struct people *people, struct texts *texts)
{
	struct retired *retired;

	if (!texts->items)
		return;

	retired = x_new(struct retired);
	retired->texts = *texts;
	retired->next = people->retired;
	people->retired = retired;
	*texts = (struct texts){ .items = NULL };
}

/* Once no index has them: so many of them. */
static bool free_retired(struct people *people, unsigned *most)
{
	struct retired *retired;

	while ((retired = people->retired)) {
		struct texts *texts = &retired->texts;

		for (; texts->count && *most; --*most)
			free(texts->items[--texts->count]);
		if (texts->count)
			return false;
		people->retired = retired->next;
		free(texts->items);
		free(retired);
	}

	return true;
}

static void push(struct people *people, const struct row *row)
{
	if (!row || !row->roll || row->gone ||
	    row->roll->walked == people->walk)
		return;

	row->roll->walked = people->walk;
	row->roll->below = people->pile;
	people->pile = row->roll;
}

/* What was built meanwhile is forgotten. */
static void begin_walk(struct people *people)
{
	index_free(&people->coming);
	people->coming = index_new(people_text_of);
	people->walk++;
	people->walked = NULL;
	people->pile = NULL;
	for (size_t i = 0; i < people->groups->count; i++)
		push(people, people_at(people, people->groups->items[i]));
}

void people_roll_free(struct people *people, struct row *row)
{
	struct roll *roll = row->roll;

	if (!roll)
		return;

	if (roll->next)
		roll->next->before = roll->before;
	if (roll->before)
		roll->before->next = roll->next;
	else
		people->rolls = roll->next;
	retire(people, &roll->members);
	free_texts(&roll->coming);
	free(roll);
	row->roll = NULL;
	if (people->coming)
		begin_walk(people);
}

void people_regroup_begin(struct people *people)
{
	for (struct roll *roll = people->rolls; roll; roll = roll->next) {
		if (!roll->has_coming)
			continue;
		retire(people, &roll->members);
		roll->members = roll->coming;
		roll->coming = (struct texts){ .items = NULL };
		roll->has_coming = false;
	}
	begin_walk(people);
}

/* A group once, its members once; what they lead to goes on the pile. */
static bool walk_some(struct people *people, unsigned *most)
{
	while (people->walked || people->pile) {
		if (!people->walked) {
			people->walked = people->pile;
			people->pile = people->walked->below;
			people->at = people->walked->row->gone
					     ? people->walked->members.count
					     : 0;
		}
		for (; *most && people->at < people->walked->members.count;
		     --*most) {
			char *text =
				people->walked->members.items[people->at++];

			if (!index_find(people->coming, text))
				index_put(people->coming, text);
			push(people, by_reference(people, text));
		}
		if (people->at < people->walked->members.count)
			return false;
		people->walked = NULL;
	}

	return true;
}

bool people_regroup_some(struct people *people, unsigned most)
{
	if (people->coming) {
		if (!walk_some(people, &most))
			return false;
		index_free(&people->members);
		people->members = people->coming;
		people->coming = NULL;
	}

	return free_retired(people, &most);
}

void people_regroup(struct people *people)
{
	people_regroup_begin(people);
	people_regroup_some(people, UINT_MAX);
}

void people_groups_free(struct people *people)
{
	unsigned most = UINT_MAX;

	index_free(&people->coming);
	index_free(&people->members);
	free_retired(people, &most);
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

/* While the members are gathered anew, any place may be among them. */
bool people_may_name(const struct people *people, const char *place)
{
	return people->coming || index_find(people->members, place);
}

void people_forget_renames(struct people *people)
{
	for (struct row *row = people->first; row && people->renamed;
	     row = row->next) {
		people->renamed -= row->was_place != NULL;
		free(row->was_place);
		row->was_place = NULL;
	}
}
