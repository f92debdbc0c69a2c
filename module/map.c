/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "module/map.h"

enum company { COMPANY_ANY, COMPANY_MEETING, COMPANY_ALONE };
enum day { DAY_ANY, DAY_ALL_DAY, DAY_TIMED };
enum when { WHEN_ALWAYS, WHEN_SHOWN };

struct mapping {
	enum busy busy;
	enum company company;
	enum day day;
	enum when when;
	enum claim_source source;
	enum state state;
	const char *text;
};

static const struct mapping mappings[] = {
#define MAPPING(busy, company, day, when, source, state) \
	{ BUSY_##busy,                                   \
	  COMPANY_##company,                             \
	  DAY_##day,                                     \
	  WHEN_##when,                                   \
	  CLAIM_##source,                                \
	  STATE_##state,                                 \
	  #busy " " #company " " #day " " #when },
#include "module/mapping.def"
};

/*
 * A server that tells free/busy only does not say what kind of entry it is:
 * then busy is taken for a meeting, and what fills a day (23 hours when the
 * clocks go forward) for an all-day entry.
 */
enum { DAY_SHORTEST_S = 23 * 3600 };

static bool is_meeting(const struct entry *entry)
{
	return !(entry->flags & ENTRY_DETAILS) ||
	       (entry->flags & ENTRY_MEETING);
}

static bool is_all_day(const struct entry *entry)
{
	return entry->flags & ENTRY_DETAILS
		       ? (entry->flags & ENTRY_ALL_DAY) != 0
		       : entry->until - entry->from >= DAY_SHORTEST_S;
}

static bool fits(const struct mapping *row, const struct entry *entry,
		 const struct map_options *options)
{
	enum company company =
		is_meeting(entry) ? COMPANY_MEETING : COMPANY_ALONE;
	enum day day = is_all_day(entry) ? DAY_ALL_DAY : DAY_TIMED;

	return row->busy == entry->busy &&
	       (row->company == COMPANY_ANY || row->company == company) &&
	       (row->day == DAY_ANY || row->day == day) &&
	       (row->when == WHEN_ALWAYS || options->show_tentative);
}

/* NULL for entries that say nothing. */
static const struct mapping *find(const struct entry *entry,
				  const struct map_options *options)
{
	for (size_t i = 0; entry && i < sizeof(mappings) / sizeof(mappings[0]);
	     i++)
		if (fits(&mappings[i], entry, options))
			return &mappings[i];
	return NULL;
}

static bool counts(const struct entry *entry)
{
	return entry->busy != BUSY_FREE && entry->until > entry->from &&
	       !(entry->flags & (ENTRY_CANCELLED | ENTRY_DECLINED));
}

static bool stronger(const struct entry *entry, const struct entry *than)
{
	if (!than || entry->busy != than->busy)
		return !than || entry->busy > than->busy;
	return is_meeting(entry) && !is_meeting(than);
}

const struct entry *map_speaks(const struct timeline *timeline, time_t now)
{
	const struct entry *best = NULL;

	for (size_t i = 0; i < timeline_count(timeline); i++) {
		const struct entry *entry = timeline_entry(timeline, i);

		if (entry->from > now)
			break;
		if (entry->until > now && counts(entry) &&
		    stronger(entry, best))
			best = entry;
	}
	return best;
}

/* First edge of an entry after now, 0 if there is none. */
static time_t edge_after(const struct timeline *timeline, time_t now)
{
	time_t edge = 0;

	for (size_t i = 0; i < timeline_count(timeline); i++) {
		const struct entry *entry = timeline_entry(timeline, i);
		time_t near = entry->from > now ? entry->from : entry->until;

		if (counts(entry) && near > now && (!edge || near < edge))
			edge = near;
	}
	return edge;
}

/* Last edge not after now, 0 if there is none. */
static time_t edge_before(const struct timeline *timeline, time_t now)
{
	time_t edge = 0;

	for (size_t i = 0; i < timeline_count(timeline); i++) {
		const struct entry *entry = timeline_entry(timeline, i);
		time_t near = entry->until <= now ? entry->until : entry->from;

		if (counts(entry) && near <= now && near > edge)
			edge = near;
	}
	return edge;
}

static bool make_claim(struct claim *claim, const struct timeline *timeline,
		       const struct map_options *options, time_t now)
{
	const struct entry *entry = map_speaks(timeline, now);
	const struct mapping *row = find(entry, options);

	if (!row)
		return false;

	*claim = (struct claim){ .source = row->source, .state = row->state };
	if (options->show_subject && entry->subject &&
	    !(entry->flags & ENTRY_PRIVATE))
		snprintf(claim->note, sizeof(claim->note), "%s",
			 entry->subject);
	return true;
}

static bool looks_the_same(const struct claim *a, const struct claim *b)
{
	return a->source == b->source && a->state == b->state &&
	       !strcmp(a->note, b->note);
}

/* The moment since which the calendar says what it says now. */
static time_t said_since(const struct timeline *timeline,
			 const struct map_options *options, time_t now)
{
	time_t since = edge_before(timeline, now);
	struct claim present, before;

	if (!make_claim(&present, timeline, options, now))
		return now;

	while (since && make_claim(&before, timeline, options, since - 1) &&
	       looks_the_same(&present, &before))
		since = edge_before(timeline, since - 1);
	return since;
}

size_t map_claims(struct claim claims[MAP_CLAIMS_MAX],
		  const struct timeline *timeline,
		  const struct map_options *options, time_t now, time_t *againp)
{
	time_t from = said_since(timeline, options, now);
	time_t at = now;
	size_t count = 0;

	*againp = 0;
	while (at) {
		time_t until = edge_after(timeline, at);
		struct claim claim;

		if (!make_claim(&claim, timeline, options, at)) {
			from = at = until;
			continue;
		}

		claim.from = from;
		claim.until = until;
		from = at = until;
		if (count && claims[count - 1].until == claim.from &&
		    looks_the_same(&claims[count - 1], &claim)) {
			claims[count - 1].until = until;
		} else if (count == MAP_CLAIMS_MAX) {
			*againp = claim.from;
			break;
		} else {
			claims[count++] = claim;
		}
	}
	return count;
}

const char *map_row_text(const struct entry *entry,
			 const struct map_options *options)
{
	const struct mapping *row = find(entry, options);

	return row && counts(entry) ? row->text : "does not count";
}
