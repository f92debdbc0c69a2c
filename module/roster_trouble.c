/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/clock.h"
#include "module/roster_person.h"
#include "module/trouble_user.h"

static bool is_behind(const struct person *person, time_t now)
{
	const struct claim_order *order = &person->roster->policy.order;
	struct claim claims[CLAIMS_MAX];
	struct presence presence;
	time_t again;
	size_t count = roster_claims(person, claims, now, &again);

	presence_compose(&presence, claims, count, order, now);
	return !person->shown_once || person->turn.waits ||
	       presence.state != person->shown.state;
}

static const char *unknown_text(const struct person *person, time_t now)
{
	bool shown =
		person->shown_once && person->shown.source == CLAIM_UNKNOWN;
	struct unknown unknown = roster_unknown(person, now);

	return person->calendar && shown && unknown.now ? unknown.text : NULL;
}

void roster_trouble(const struct roster *roster, const char *entity,
		    struct trouble_user_facts *facts)
{
	const struct person *person = index_find(roster->index, entity);

	facts->audit_s = roster->settings->audit;
	if (!person)
		return;

	facts->calendar = person->calendar;
	facts->mailbox = person->mailbox ? person->mailbox : "";
	facts->gone = person->gone;
	facts->watchers = person->watchers;
	facts->unknown = unknown_text(person, facts->now);
	facts->behind = is_behind(person, facts->now);
	if (person->shown_once) {
		facts->shown = state_word(person->shown.state);
		facts->shown_why = claim_source_text(person->shown.source);
	}
	if (!person->feed)
		return;
	facts->followed = true;
	facts->state = feed_state(person->feed);
	facts->why = feed_why(person->feed);
	feed_facts(person->feed, &facts->feed);
	if (facts->feed.gateway)
		facts->gateway = gateway_name(facts->feed.gateway);
}

size_t roster_waiting(const struct roster *roster)
{
	return pace_waiting(roster->pace);
}
