/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keeps one mailbox's timeline fresh: finds the gateway, subscribes, renews,
 * audits, follows the mailbox when it moves, waits when something is down.
 */
#ifndef CALENDAR_FEED_H
#define CALENDAR_FEED_H

#include "base/backoff.h"
#include "calendar/backend.h"
#include "calendar/locator.h"
#include "calendar/trail.h"

enum feed_state {
#define FEED_STATE(name, patience, text) FEED_##name,
#include "calendar/feed.def"
};

struct feed;

/* The timeline is the feed's and good until the handler returns. */
typedef void feed_changed_h(const struct timeline *timeline, void *arg);

/* Once, when the mailbox is gone for good; the handler may free the feed. */
typedef void feed_closed_h(const struct why *why, void *arg);

/*
 * State or last failure changed; for metrics and the unknown horizon. Looks
 * only: from here the feed must not be freed or moved.
 */
typedef void feed_state_h(enum feed_state state, void *arg);

struct feed_options {
	/*
	 * Candidates in order; the array outlives the feed, or is swapped by
	 * feed_gateways(). Those whose domains name the address come first,
	 * those whose domains do not only if there are no others.
	 */
	struct gateway *const *gateways;
	size_t gateway_count;
	struct locator *locator; /* asked before them; NULL none */
	struct backoff backoff;
	unsigned
		audit_s; /* distance of audits, spread over mailboxes; 0: never */
	unsigned
		max_age_s; /* a subscription older than this is renewed; 0: never */
	unsigned probe_s; /* distance of probes; 0: never */
	feed_changed_h *changed;
	feed_closed_h *closed;
	feed_state_h *state; /* may be NULL */
	void *arg;
};

struct feed *feed_new(const char *address, const struct feed_options *options);

/* No handler runs after this. */
void feed_free(struct feed **feedp);

/*
 * How the end went at the server: why->err ERR_OK, or what went wrong. Once,
 * from the loop; the handler may free the feed.
 */
typedef void feed_parted_h(const struct why *why, void *arg);

/*
 * The feed is closed now, its timeline erased, and none of the handlers of
 * its options runs any more; free it in or after h. False: nothing was
 * subscribed at any server, and h is not called.
 */
bool feed_part(struct feed *feed, feed_parted_h *h, void *arg);

void feed_start(struct feed *feed);

/* Somebody waits to see it: it goes before others where they queue. */
void feed_watched(struct feed *feed, bool watched);

/* Somebody says the mailbox has a new home: do not wait for an error. */
void feed_moved(struct feed *feed);

/*
 * Gateways were added, changed or removed; stays where it is if it can. The
 * removed ones must still be there, and may be freed after this.
 */
void feed_gateways(struct feed *feed, struct gateway *const *gateways,
		   size_t count);

enum feed_state feed_state(const struct feed *feed);
const char *feed_state_name(enum feed_state state); /* "LIVE" */
const char *feed_state_text(enum feed_state state);
unsigned feed_state_patience_s(enum feed_state state); /* 0: for ever */
const char *feed_address(const struct feed *feed);

/* The last failure, for the admin interface; text is "" if there was none. */
const struct why *feed_why(const struct feed *feed);

/* The gateway in use; NULL none. Cheap, where all feeds are looked at. */
const struct gateway *feed_gateway(const struct feed *feed);

/* What is known of the feed's life; times are UTC seconds, 0 never. */
struct feed_facts {
	const struct gateway *gateway; /* in use; NULL none */
	time_t live_since;
	time_t last_read;
	time_t last_change;
	time_t last_event; /* notification */
	unsigned reads;
	unsigned events;
	unsigned differences; /* found by audit, announced by nobody */
	unsigned renewals;
	unsigned moves;
	const struct move *trail;      /* the last TRAIL_MOVES, newest first */
	const struct located *located; /* Autodiscover's word; NULL none */
	const char *told; /* way of being told: "streaming"; NULL not known */
};
void feed_facts(const struct feed *feed, struct feed_facts *facts);

/* The last timeline read; NULL before the first. */
const struct timeline *feed_timeline(const struct feed *feed);

#endif
