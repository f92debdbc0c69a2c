/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/alloc.h"
#include "calendar/feed_private.h"

static const struct {
	const char *name;
	unsigned patience_s;
	const char *text;
} states[] = {
#define FEED_STATE(name, patience, text) { #name, patience, text },
#include "calendar/feed.def"
};

const char *feed_state_name(enum feed_state state)
{
	return states[state].name;
}

const char *feed_state_text(enum feed_state state)
{
	return states[state].text;
}

unsigned feed_state_patience_s(enum feed_state state)
{
	return states[state].patience_s;
}

enum feed_state feed_state(const struct feed *feed)
{
	return feed->state;
}

const char *feed_address(const struct feed *feed)
{
	return feed->mailbox.address;
}

const struct why *feed_why(const struct feed *feed)
{
	static const struct why well = { .err = ERR_OK };

	return feed->why ? feed->why : &well;
}

void feed_blame(struct feed *feed, const struct why *why)
{
	if (!feed->why)
		feed->why = x_new(struct why);
	*feed->why = *why;
}

const struct gateway *feed_gateway(const struct feed *feed)
{
	return feed->gateway;
}

void feed_facts(const struct feed *feed, struct feed_facts *facts)
{
	const struct feed_counts *counts = &feed->facts;

	*facts = (struct feed_facts){
		.gateway = feed->gateway,
		.live_since = counts->live_since,
		.last_read = counts->last_read,
		.last_change = counts->last_change,
		.last_event = counts->last_event,
		.reads = counts->reads,
		.events = counts->events,
		.differences = counts->differences,
		.renewals = counts->renewals,
		.moves = feed->trail ? feed->trail->count : 0,
		.trail = feed->trail ? feed->trail->moves : NULL,
	};
	facts->located =
		locator_known(feed->options->locator, feed->mailbox.address);
	if (feed->sub && gateway_backend(feed->gateway)->told)
		facts->told = gateway_backend(feed->gateway)->told(feed->sub);
}

const struct timeline *feed_timeline(const struct feed *feed)
{
	return feed->timeline;
}
