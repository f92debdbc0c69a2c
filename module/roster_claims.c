/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/clock.h"
#include "module/roster_person.h"

time_t roster_earlier(time_t a, time_t b)
{
	if (!a || !b)
		return a ? a : b;
	return a < b ? a : b;
}

bool roster_shows_until(const struct person *person)
{
	return person->wishes.privacy == PRIVACY_USUAL
		       ? person->roster->settings->show_until
		       : person->wishes.privacy >= PRIVACY_UNTIL;
}

/* The user's own, then those of all, then what he set in his mailbox. */
static const struct hours *hours_of(const struct person *person,
				    struct hours *mailbox)
{
	const struct policy *policy = &person->roster->policy;
	const struct timeline *timeline =
		person->feed ? feed_timeline(person->feed) : NULL;
	const struct work_hours *set =
		timeline ? timeline_hours(timeline) : NULL;

	if (person->wishes.hours.days)
		return &person->wishes.hours;
	if (policy->hours.days || !set)
		return &policy->hours;

	*mailbox = (struct hours){
		.days = set->days,
		.from_min = set->from_min,
		.until_min = set->until_min,
		.zone = set->zone,
	};
	return mailbox;
}

struct map_options roster_map_options(const struct person *person,
				      struct hours *mailbox)
{
	const struct settings *settings = person->roster->settings;
	const struct policy *policy = &person->roster->policy;

	return (struct map_options){
		.show_tentative = settings->show_tentative,
		.show_subject =
			person->wishes.privacy == PRIVACY_USUAL
				? settings->show_subject
				: person->wishes.privacy == PRIVACY_SUBJECT,
		.shortest_s = settings->shortest,
		.rules = &policy->rules,
		.hours = hours_of(person, mailbox),
	};
}

struct pidf_options roster_pidf_options(const struct person *person)
{
	const struct settings *settings = person->roster->settings;

	return (struct pidf_options){
		.entity = person->entity,
		.lang = settings->language,
		.zone = settings->timezone[0] ? settings->timezone : NULL,
		.show_until = roster_shows_until(person),
		.show_note = true,
		.closed = person->roster->policy.closed,
	};
}

/* Counted on the steady clock, so that no step of the other shortens it. */
static struct unknown lost(const struct person *person, unsigned patience_s,
			   const char *text, time_t now)
{
	uint64_t waited_s = (clock_ms() - person->lost_ms) / 1000;
	bool over = waited_s >= patience_s;

	return (struct unknown){
		.now = over,
		.since = person->read ? person->lost_since : 0,
		.due = over ? 0 : now + (time_t)(patience_s - waited_s),
		.text = text,
	};
}

struct unknown roster_unknown(const struct person *person, time_t now)
{
	const struct timeline *timeline =
		person->feed ? feed_timeline(person->feed) : NULL;
	struct unknown unknown = { .text = "" };

	if (person->gone)
		return (struct unknown){ .now = true,
					 .since = person->lost_since,
					 .text = "the mailbox is gone" };
	if (!person->feed)
		return (struct unknown){ .now = true,
					 .text = "nobody watches, so the "
						 "calendar is not followed" };
	if (!person->read || !timeline)
		return lost(person, FIRST_READ_S, "the calendar was never read",
			    now);

	if (person->lost)
		unknown = lost(person, person->roster->settings->horizon,
			       "the calendar could not be read for longer "
			       "than the horizon",
			       now);
	if (now < timeline_from(timeline) || now >= timeline_until(timeline))
		return (struct unknown){ .now = true,
					 .since = timeline_until(timeline),
					 .text = "these days were not read" };

	unknown.due = unknown.now ? 0
				  : roster_earlier(unknown.due,
						   timeline_until(timeline));
	return unknown;
}

static size_t calendar_claims(const struct person *person, struct claim *claims,
			      time_t now, time_t *againp)
{
	struct hours mailbox;
	const struct map_options options = roster_map_options(person, &mailbox);
	struct unknown unknown = roster_unknown(person, now);
	size_t count;

	if (unknown.now) {
		claims[0] = (struct claim){ .source = CLAIM_UNKNOWN,
					    .state = STATE_UNKNOWN,
					    .from = unknown.since };
		return 1;
	}
	if (!person->read) {
		*againp = unknown.due;
		return 0;
	}

	count = map_claims(claims, feed_timeline(person->feed), &options, now,
			   againp);
	*againp = roster_earlier(*againp, unknown.due);
	if (person->replies && person->roster->settings->replies)
		claims[count++] = (struct claim){
			.source = CLAIM_OOF,
			.state = STATE_OOF,
			.from = person->replies->from,
			.until = person->replies->until,
		};
	return count;
}

/* Oldest first, since among equals the later claim wins. */
static size_t publication_claims(const struct person *person,
				 struct claim *claims)
{
	const struct publication *publication;
	size_t count = 0;
	size_t place;

	for (publication = person->publications; publication;
	     publication = publication->next)
		count++;

	place = count;
	for (publication = person->publications; publication;
	     publication = publication->next)
		claims[--place] = publication->claim;
	return count;
}

size_t roster_claims(const struct person *person,
		     struct claim claims[CLAIMS_MAX], time_t now,
		     time_t *againp)
{
	const struct claim *manual =
		manual_find(person->roster->manual, person->entity);
	size_t count = publication_claims(person, claims);

	*againp = 0;
	if (manual)
		claims[count++] = *manual;
	if (person->calendar && person->wishes.privacy != PRIVACY_NOTHING)
		count += calendar_claims(person, claims + count, now, againp);
	else if (!count && !person->calendar)
		claims[count++] = (struct claim){ .source = CLAIM_CLIENT,
						  .state = STATE_OFFLINE };
	for (size_t i = 0; i < count; i++)
		claims[i].state =
			person->roster->policy.result[claims[i].state];
	return count;
}
