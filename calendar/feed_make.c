/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Beginning and end of feeds; what they are told alike is kept once for all. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "calendar/feed_private.h"

struct shared {
	struct feed_options options; /* first: what is lent out */
	size_t users;
	struct shared *next;
};

static struct shared *all;

static bool same(const struct feed_options *a, const struct feed_options *b)
{
	return a->locator == b->locator &&
	       a->backoff.min_s == b->backoff.min_s &&
	       a->backoff.max_s == b->backoff.max_s &&
	       a->audit_s == b->audit_s && a->max_age_s == b->max_age_s &&
	       a->probe_s == b->probe_s && a->changed == b->changed &&
	       a->closed == b->closed && a->state == b->state;
}

static const struct feed_options *share(const struct feed_options *options)
{
	struct shared *shared = all;

	while (shared && !same(&shared->options, options))
		shared = shared->next;
	if (!shared) {
		shared = x_new(struct shared);
		shared->options = *options;
		shared->next = all;
		all = shared;
	}

	shared->users++;
	return &shared->options;
}

static void release(const struct feed_options *options)
{
	struct shared **place = &all;
	struct shared *shared;

	while (&(*place)->options != options)
		place = &(*place)->next;
	shared = *place;
	if (--shared->users)
		return;

	*place = shared->next;
	free(shared);
}

struct feed *feed_new(const char *address, const struct feed_options *options)
{
	struct feed *feed = x_new(struct feed);

	feed->options = share(options);
	feed->gateways = options->gateways;
	feed->gateway_count = (unsigned)options->gateway_count;
	feed->arg = options->arg;
	feed->hash = 2166136261U; /* FNV-1a */
	for (const char *c = address; *c; c++)
		feed->hash = (feed->hash ^ (unsigned char)*c) * 16777619U;
	feed->mailbox.address = intern(address);
	return feed;
}

static void part_no_more(struct feed *feed)
{
	if (feed->parting)
		parting_cancel(feed->parting);
	free(feed->parting);
	feed->parting = NULL;
}

void feed_free(struct feed **feedp)
{
	struct feed *feed = *feedp;

	if (!feed)
		return;

	feed->quiet = true;
	feed_enter(feed, FEED_CLOSED);
	part_no_more(feed);
	timeline_free(&feed->timeline);
	if (feed->trail)
		trail_clear(feed->trail);
	free(feed->trail);
	release(feed->options);
	intern_drop(&feed->mailbox.address);
	intern_drop(&feed->mailbox.grouping);
	free(feed->why);
	free(feed);
	*feedp = NULL;
}

bool feed_part(struct feed *feed, feed_parted_h *h, void *arg)
{
	bool parting = false;

	feed->quiet = true;
	part_no_more(feed);
	feed->parting = x_new(struct parting);
	*feed->parting = (struct parting){ .done = h, .arg = arg };
	if (feed->sub)
		parting = gateway_backend(feed->gateway)
				  ->part(&feed->sub, feed->parting);
	feed_enter(feed, FEED_CLOSED);
	timeline_free(&feed->timeline);
	return parting;
}
