/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a feed makes of Autodiscover's word. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/intern.h"
#include "calendar/candidate.h"
#include "calendar/feed_private.h"

enum { DOUBT_S = 3600 }; /* an answer this young is not asked for again */

static const char fresh_word[] = "Autodiscover";
static const char remembered_word[] = "Autodiscover, remembered";
static const char turn_word[] = "gateways asked in turn";

struct gateway *feed_candidate(const struct feed *feed, size_t n)
{
	const struct candidates candidates = {
		.found = feed->found,
		.home = feed->home,
		.home_last = feed->silences >= SILENCES_MAX,
		.gateways = feed->gateways,
		.count = feed->gateway_count,
		.address = feed->mailbox.address,
	};

	return candidate_at(&candidates, n);
}

static struct trail *trail_of(struct feed *feed)
{
	if (!feed->trail)
		feed->trail = x_new(struct trail);
	return feed->trail;
}

void feed_notice(struct feed *feed, enum err err, const char *how)
{
	trail_notice(trail_of(feed), err, how);
}

void feed_arrive(struct feed *feed)
{
	if (!feed->trail && (!feed->home || feed->home == feed->gateway))
		return;
	trail_of(feed)->located = feed_located_word(feed);
	trail_arrive(feed->trail, feed->mailbox.address, feed->home,
		     feed->gateway);
}

static struct gateway *gateway_of(const struct feed *feed, const char *url)
{
	struct gateway *other = NULL;

	for (size_t i = 0; i < feed->gateway_count; i++) {
		struct gateway *gateway = feed->gateways[i];

		if (!gateway_is_at(gateway_settings(gateway), url))
			continue;
		if (gateway_serves(gateway, feed->mailbox.address))
			return gateway;
		if (!other)
			other = gateway;
	}

	return other;
}

static void take(struct feed *feed, const struct located *located,
		 const char *word)
{
	if (located->why.err)
		return;

	feed->found = gateway_of(feed, located->external);
	if (!feed->found)
		feed->found = gateway_of(feed, located->internal);
	feed->found_word = word;
	intern_replace(&feed->mailbox.grouping, located->grouping);

	if (feed->found && feed->home && feed->found != feed->home &&
	    !(feed->trail && feed->trail->err))
		feed_notice(feed, ERR_MOVED,
			    "Autodiscover names another server");
}

static void on_located(const struct located *located, void *arg)
{
	struct feed *feed = arg;

	feed->seeking = NULL;
	take(feed, located, fresh_word);
	feed_ask_next(feed);
}

bool feed_seek(struct feed *feed)
{
	struct locator *locator = feed->options->locator;
	const struct located *located =
		locator_recall(locator, feed->mailbox.address);

	feed->found = NULL;
	if (located) {
		take(feed, located, remembered_word);
		return false;
	}
	if (!locator_wants(locator, feed->mailbox.address))
		return false;

	feed_enter(feed, FEED_LOCATING);
	feed->seeking = locator_ask(locator, feed->mailbox.address,
				    feed->mailbox.watched, on_located, feed);
	return true;
}

void feed_doubt(struct feed *feed, bool sure)
{
	const struct located *located =
		locator_known(feed->options->locator, feed->mailbox.address);

	if (located && (sure || clock_now() - located->when >= DOUBT_S))
		locator_forget(feed->options->locator, feed->mailbox.address);
}

const char *feed_located_word(const struct feed *feed)
{
	return feed->found && feed->gateway == feed->found ? feed->found_word
							   : turn_word;
}
