/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "calendar/timeline.h"

enum { DAY_SHORTEST_S = 23 * 3600 };

struct timeline {
	time_t from, until;
	size_t count, size;
	struct entry *entries;    /* in order; their texts are the timeline's */
	struct work_hours *hours; /* NULL: not known */
};

/* By from, until, busy, flags; subjects do not count. */
static int entry_order(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	if (a->busy != b->busy)
		return a->busy < b->busy ? -1 : 1;
	if (a->flags != b->flags)
		return a->flags < b->flags ? -1 : 1;
	return 0;
}

/* A cut in the middle of a character takes the whole character. */
static char *text_copy(const char *text)
{
	size_t len = text ? strnlen(text, TIMELINE_SUBJECT_MAX + 1) : 0;
	char *copy;

	if (!text)
		return NULL;

	if (len > TIMELINE_SUBJECT_MAX)
		for (len = TIMELINE_SUBJECT_MAX;
		     len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
			len--;

	copy = x_zalloc(len + 1);
	memcpy(copy, text, len);
	return copy;
}

static void text_free(const char *text)
{
	free((void *)(uintptr_t)text);
}

static void put(struct entry *place, const struct entry *entry)
{
	*place = *entry;
	place->subject = text_copy(entry->subject);
	place->categories = text_copy(entry->categories);
}

static void make_room(struct timeline *timeline)
{
	if (timeline->count < timeline->size)
		return;

	timeline->size = 2 * timeline->size + 2;
	timeline->entries =
		x_realloc(timeline->entries,
			  timeline->size * sizeof(timeline->entries[0]));
}

/* The nearest begin or end of any entry after now, 0 if there is none. */
static time_t next_edge(const struct timeline *timeline, time_t now)
{
	time_t edge = 0;

	for (size_t i = 0; i < timeline->count; i++) {
		const struct entry *entry = &timeline->entries[i];

		if (entry->from > now && (!edge || entry->from < edge))
			edge = entry->from;
		if (entry->until > now && (!edge || entry->until < edge))
			edge = entry->until;
	}

	return edge;
}

/* What of the entries lies inside the span, cut to it and in order. */
static struct entry *cut(const struct timeline *timeline, time_t from,
			 time_t until, size_t *countp)
{
	struct entry *part = x_zalloc((timeline->count + 1) * sizeof(*part));
	size_t count = 0;

	for (size_t i = 0; i < timeline->count; i++) {
		struct entry entry = timeline->entries[i];

		if (entry.from < from)
			entry.from = from;
		if (entry.until > until)
			entry.until = until;
		if (entry.from < entry.until)
			part[count++] = entry;
	}

	qsort(part, count, sizeof(*part), entry_order);
	*countp = count;
	return part;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

struct timeline *timeline_new(time_t from, time_t until)
{
	struct timeline *timeline = x_new(struct timeline);

	timeline->from = from;
	timeline->until = until;
	return timeline;
}

struct timeline *timeline_copy(const struct timeline *timeline)
{
	struct timeline *copy = timeline_new(timeline->from, timeline->until);

	copy->count = copy->size = timeline->count;
	if (copy->count)
		copy->entries =
			x_zalloc(copy->count * sizeof(copy->entries[0]));
	for (size_t i = 0; i < timeline->count; i++)
		put(&copy->entries[i], &timeline->entries[i]);
	timeline_set_hours(copy, timeline->hours);

	return copy;
}

void timeline_free(struct timeline **timelinep)
{
	struct timeline *timeline = *timelinep;

	if (!timeline)
		return;

	for (size_t i = 0; i < timeline->count; i++) {
		text_free(timeline->entries[i].subject);
		text_free(timeline->entries[i].categories);
	}

	free(timeline->hours);
	free(timeline->entries);
	free(timeline);
	*timelinep = NULL;
}

enum err timeline_add(struct timeline *timeline, const struct entry *entry,
		      struct why *why)
{
	size_t place = timeline->count;

	if (entry->until < entry->from)
		return why_set(why, ERR_MALFORMED,
			       "entry ends %lld s before it begins",
			       (long long)(entry->from - entry->until));

	if (timeline->count == TIMELINE_MAX)
		return why_set(why, ERR_TOO_LARGE, "more than %d entries",
			       TIMELINE_MAX);

	make_room(timeline);

	while (place > 0 &&
	       entry_order(entry, &timeline->entries[place - 1]) < 0)
		place--;

	memmove(&timeline->entries[place + 1], &timeline->entries[place],
		(timeline->count - place) * sizeof(timeline->entries[0]));
	put(&timeline->entries[place], entry);
	timeline->count++;
	return ERR_OK;
}

void timeline_set_hours(struct timeline *timeline,
			const struct work_hours *hours)
{
	free(timeline->hours);
	timeline->hours = NULL;
	if (!hours)
		return;

	timeline->hours = x_new(struct work_hours);
	*timeline->hours = *hours;
}

const struct work_hours *timeline_hours(const struct timeline *timeline)
{
	return timeline->hours;
}

size_t timeline_count(const struct timeline *timeline)
{
	return timeline->count;
}

const struct entry *timeline_entry(const struct timeline *timeline, size_t i)
{
	return &timeline->entries[i];
}

time_t timeline_from(const struct timeline *timeline)
{
	return timeline->from;
}

time_t timeline_until(const struct timeline *timeline)
{
	return timeline->until;
}

bool timeline_equal(const struct timeline *a, const struct timeline *b,
		    time_t since)
{
	time_t from = a->from > b->from ? a->from : b->from;
	time_t until = a->until < b->until ? a->until : b->until;
	struct entry *in_a, *in_b;
	size_t count_a, count_b;
	bool equal;

	if (from < since)
		from = since;

	in_a = cut(a, from, until, &count_a);
	in_b = cut(b, from, until, &count_b);
	equal = count_a == count_b;

	for (size_t i = 0; equal && i < count_a; i++)
		equal = !entry_order(&in_a[i], &in_b[i]) &&
			same_text(in_a[i].subject, in_b[i].subject) &&
			same_text(in_a[i].categories, in_b[i].categories);

	free(in_a);
	free(in_b);
	return equal;
}

bool entry_is_meeting(const struct entry *entry)
{
	return !(entry->flags & ENTRY_DETAILS) ||
	       (entry->flags & ENTRY_MEETING);
}

bool entry_is_all_day(const struct entry *entry)
{
	return entry->flags & ENTRY_DETAILS
		       ? (entry->flags & ENTRY_ALL_DAY) != 0
		       : entry->until - entry->from >= DAY_SHORTEST_S;
}

bool entry_counts(const struct entry *entry)
{
	return !(entry->flags & (ENTRY_CANCELLED | ENTRY_DECLINED));
}

enum busy timeline_at(const struct timeline *timeline, time_t now)
{
	enum busy strongest = BUSY_FREE;

	for (size_t i = 0; i < timeline->count; i++) {
		const struct entry *entry = &timeline->entries[i];

		if (entry->from > now)
			break;
		if (now < entry->until && entry->busy > strongest &&
		    entry_counts(entry))
			strongest = entry->busy;
	}

	return strongest;
}

/* Back-to-back meetings have edges where nothing changes: step over them. */
time_t timeline_next(const struct timeline *timeline, time_t now)
{
	enum busy current = timeline_at(timeline, now);
	time_t edge = next_edge(timeline, now);

	while (edge && timeline_at(timeline, edge) == current)
		edge = next_edge(timeline, edge);

	return edge;
}
