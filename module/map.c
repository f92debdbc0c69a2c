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

/* What an entry says at a moment. */
struct said {
	enum claim_source source;
	enum state state;
	int weight; /* where entries overlap, the heaviest speaks */
	const char *text;
};

/* Of what a rule says; entries without one weigh what they are shown as. */
static const int weights[STATE_COUNT] = {
	[STATE_AVAILABLE] = 2 * BUSY_FREE,
	[STATE_ELSEWHERE] = 2 * BUSY_ELSEWHERE,
	[STATE_TENTATIVE] = 2 * BUSY_TENTATIVE,
	[STATE_BUSY] = 2 * BUSY_BUSY,
	[STATE_MEETING] = 2 * BUSY_BUSY + 1,
	[STATE_AWAY] = 2 * BUSY_OOF,
	[STATE_OOF] = 2 * BUSY_OOF,
	[STATE_PHONE] = 2 * BUSY_OOF + 1,
	[STATE_DND] = 2 * BUSY_OOF + 2,
};

static bool fits(const struct mapping *row, const struct entry *entry,
		 const struct map_options *options)
{
	enum company company =
		entry_is_meeting(entry) ? COMPANY_MEETING : COMPANY_ALONE;
	enum day day = entry_is_all_day(entry) ? DAY_ALL_DAY : DAY_TIMED;

	return row->busy == entry->busy &&
	       (row->company == COMPANY_ANY || row->company == company) &&
	       (row->day == DAY_ANY || row->day == day) &&
	       (row->when == WHEN_ALWAYS || options->show_tentative);
}

/* Whether there are moments at which the entry might say something. */
static bool counts(const struct entry *entry, const struct map_options *options)
{
	return entry_counts(entry) && entry->until > entry->from &&
	       entry->until - entry->from >= (time_t)options->shortest_s &&
	       (entry->busy != BUSY_FREE ||
		(options->rules && options->rules->count));
}

static bool say_by_rule(struct said *said, const struct ruling *ruling)
{
	enum claim_source source = claim_source_of(ruling->state);

	*said = (struct said){
		.source = source == CLAIM_CLIENT ? CLAIM_CALENDAR : source,
		.state = ruling->state,
		.weight = weights[ruling->state],
		.text = ruling->text,
	};
	return !ruling->ignore;
}

static bool say(struct said *said, const struct entry *entry,
		const struct map_options *options, time_t now)
{
	struct ruling ruling;

	*said = (struct said){ .text = "does not count" };
	if (!counts(entry, options))
		return false;
	if (options->rules &&
	    rules_find(options->rules, entry, options->hours, now, &ruling))
		return say_by_rule(said, &ruling);

	for (size_t i = 0; i < sizeof(mappings) / sizeof(mappings[0]); i++) {
		const struct mapping *row = &mappings[i];

		if (!fits(row, entry, options))
			continue;
		*said = (struct said){ row->source, row->state,
				       2 * (int)entry->busy +
					       entry_is_meeting(entry),
				       row->text };
		return true;
	}
	return false;
}

static const struct entry *speaker(const struct timeline *timeline,
				   const struct map_options *options,
				   time_t now, struct said *best)
{
	const struct entry *found = NULL;
	struct said said;

	for (size_t i = 0; i < timeline_count(timeline); i++) {
		const struct entry *entry = timeline_entry(timeline, i);

		if (entry->from > now)
			break;
		if (entry->until <= now || !say(&said, entry, options, now))
			continue;
		if (found && said.weight <= best->weight)
			continue;
		found = entry;
		*best = said;
	}
	return found;
}

const struct entry *map_speaks(const struct timeline *timeline,
			       const struct map_options *options, time_t now)
{
	struct said said;

	return speaker(timeline, options, now, &said);
}

static bool rules_have_hours(const struct map_options *options)
{
	return options->rules && options->rules->hours;
}

/* First edge of an entry or of working hours after now, 0 if there is none. */
static time_t edge_after(const struct timeline *timeline,
			 const struct map_options *options, time_t now)
{
	time_t edge = 0;

	if (rules_have_hours(options))
		edge = hours_edge_after(options->hours, now);
	if (edge >= timeline_until(timeline))
		edge = 0;

	for (size_t i = 0; i < timeline_count(timeline); i++) {
		const struct entry *entry = timeline_entry(timeline, i);
		time_t near = entry->from > now ? entry->from : entry->until;

		if (counts(entry, options) && near > now &&
		    (!edge || near < edge))
			edge = near;
	}
	return edge;
}

/* Last edge not after now, 0 if there is none. */
static time_t edge_before(const struct timeline *timeline,
			  const struct map_options *options, time_t now)
{
	time_t edge = 0;

	if (rules_have_hours(options))
		edge = hours_edge_before(options->hours, now);
	if (edge < timeline_from(timeline))
		edge = 0;

	for (size_t i = 0; i < timeline_count(timeline); i++) {
		const struct entry *entry = timeline_entry(timeline, i);
		time_t near = entry->until <= now ? entry->until : entry->from;

		if (counts(entry, options) && near <= now && near > edge)
			edge = near;
	}
	return edge;
}

static bool make_claim(struct claim *claim, const struct timeline *timeline,
		       const struct map_options *options, time_t now)
{
	struct said said;
	const struct entry *entry = speaker(timeline, options, now, &said);

	if (!entry)
		return false;

	*claim = (struct claim){ .source = said.source, .state = said.state };
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
	time_t since = edge_before(timeline, options, now);
	struct claim present, before;

	if (!make_claim(&present, timeline, options, now))
		return now;

	while (since && make_claim(&before, timeline, options, since - 1) &&
	       looks_the_same(&present, &before))
		since = edge_before(timeline, options, since - 1);
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
		time_t until = edge_after(timeline, options, at);
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
			 const struct map_options *options, time_t now)
{
	struct said said;

	say(&said, entry, options, now);
	return said.text;
}
