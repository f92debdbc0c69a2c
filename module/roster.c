/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/intern.h"
#include "base/log.h"
#include "base/metric.h"
#include "module/roster_person.h"

static const char *name_of(const void *item)
{
	const struct person *person = item;

	return person->entity;
}

/*
 * A calendar that is being read for the first time is waited for a moment,
 * whatever was shown before; and guests who never published show nothing.
 */
static bool has_something_to_say(const struct person *person, time_t now)
{
	if (!person->calendar)
		return person->publications || person->shown_once ||
		       manual_find(person->roster->manual, person->entity);
	return person->read || roster_unknown(person, now).now;
}

static void publish(struct person *person, time_t now)
{
	const struct pidf_options options = roster_pidf_options(person);
	const struct host *host = person->roster->host;
	struct buf body = BUF(PIDF_BYTES_MAX);
	struct presence shown;

	roster_shown(person, &shown);
	pidf_write(&body, &shown, &options, now);
	person->shown_at = now;
	metric_add(METRIC_publish_total, NULL, 1);
	if (host->shown)
		host->shown(person->entity, &shown, host->arg);
	host->publish(person->entity, buf_text(&body), body.len, host->arg);
	buf_free(&body);
}

unsigned roster_place(const struct person *person, unsigned places)
{
	unsigned hash = 2166136261U;

	for (const char *c = person->entity; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619U;
	return places ? hash % places : 0;
}

/* due: when it was known to come; 0 it was not. */
static void count_transition(time_t due, time_t now)
{
	int64_t late_ms = clock_wall_ms() - 1000 * (int64_t)due;

	metric_add(METRIC_transitions_total, NULL, 1);
	if (due && due <= now)
		metric_observe_ms(METRIC_transition_seconds, NULL,
				  late_ms > 0 ? (uint64_t)late_ms : 0);
}

void roster_refresh(struct person *person)
{
	struct roster *roster = person->roster;
	struct claim claims[CLAIMS_MAX];
	time_t now = clock_now();
	time_t spread = (time_t)roster_place(person, roster->settings->spread);
	struct presence presence, before;
	time_t again, next, due = person->changes_at;
	size_t count = roster_claims(person, claims, now, &again);
	bool changed;

	presence_compose(&presence, claims, count, &roster->policy.order, now);
	if (!roster_shows_until(person))
		presence.until = 0;
	next = presence_next(claims, count, &roster->policy.order, now);
	person->changes_at = next ? next + spread : 0;
	next = roster_earlier(person->changes_at, again);
	next = roster_earlier(next, person->follow_until);
	next = roster_earlier(next, person->seek_again);
	agenda_set(roster->agenda, &person->slot, next);

	if (!has_something_to_say(person, now))
		return;

	roster_shown(person, &before);
	changed = !person->shown_once || !presence_equal(&before, &presence);
	if (!person->shown_once || person->shown.state != presence.state)
		count_transition(due, now);
	roster_keep_shown(person, &presence);
	if (!changed)
		return;
	person->shown_once = true;
	if (pace_ask(roster->pace, &person->turn))
		publish(person, now);
}

/* From the loop, when whoever calls must not be called back. */
static void refresh_soon(struct person *person)
{
	agenda_set(person->roster->agenda, &person->slot, clock_now());
}

static void lose(struct person *person)
{
	if (person->lost)
		return;

	person->lost = true;
	person->lost_ms = clock_ms();
	person->lost_since = clock_now();
}

static void on_changed(const struct timeline *timeline, void *arg)
{
	struct person *person = arg;

	(void)timeline;
	person->read = true;
	person->lost = false;
	roster_replies_follow(person);
	roster_refresh(person);
}

static void on_state(enum feed_state state, void *arg)
{
	struct person *person = arg;

	if (state == FEED_LIVE)
		return;

	lose(person);
	refresh_soon(person);
}

static void on_closed(const struct why *why, void *arg)
{
	struct person *person = arg;

	log_warn("calendar is gone", KV("user", person->entity),
		 KV("mailbox", person->mailbox), KWHY(why));
	free(person->gone);
	person->gone = x_strdup(why->text);
	lose(person);
	roster_replies_leave(person);
	person->read = false;
	person->seek_again = clock_now() + GONE_RETRY_S;
	feed_free(&person->feed);
	roster_refresh(person);
}

static void start_feed(struct person *person)
{
	const struct settings *settings = person->roster->settings;
	struct feed_options options = {
		.locator = *person->gateway ? NULL : person->roster->locator,
		.backoff = { .min_s = settings->retry_first,
			     .max_s = settings->retry_longest },
		.audit_s = settings->audit,
		.max_age_s = settings->max_age,
		.probe_s = settings->folder_probe,
		.changed = on_changed,
		.closed = on_closed,
		.state = on_state,
		.arg = person,
	};

	options.gateways =
		gateways_choose(person->roster->gateways, person->gateway,
				&options.gateway_count);
	free(person->gone);
	person->gone = NULL;
	person->seek_again = 0;
	person->read = false;
	person->lost = false;
	lose(person);
	person->feed = feed_new(person->mailbox, &options);
	feed_watched(person->feed, person->watchers != 0);
	feed_start(person->feed);
}

static bool to_be_followed(const struct person *person, time_t now)
{
	if (!person->calendar || person->seek_again > now)
		return false;
	return !person->roster->settings->only_watched || person->watchers ||
	       person->follow_until > now;
}

static void stop_feed(struct person *person)
{
	roster_replies_leave(person);
	feed_free(&person->feed);
	person->read = false;
}

/* Starts or stops the feed as things are, then says what is to be said. */
static void attend(struct person *person)
{
	time_t now = clock_now();
	bool follow = to_be_followed(person, now);

	if (person->follow_until <= now)
		person->follow_until = 0;
	if (follow && !person->feed)
		start_feed(person);
	else if (!follow && person->feed)
		stop_feed(person);
	roster_refresh(person);
}

/* A guest of whom there is nothing left leaves. */
static void leave_if_idle(struct person *person)
{
	if (person->mailbox || person->publications || person->watchers)
		return;

	index_take(person->roster->index, person->entity);
	roster_person_free(person);
}

static void on_due(struct agenda_slot *slot, void *arg)
{
	struct person *person = (struct person *)slot;

	(void)arg;
	attend(person);
}

static void on_turn(struct pace_slot *slot, void *arg)
{
	(void)arg;
	publish((struct person *)(void *)((char *)slot -
					  offsetof(struct person, turn)),
		clock_now());
}

static void on_stepped(long by_s, void *arg)
{
	struct roster *roster = arg;
	struct person *person;
	size_t place = 0;

	log_warn("the clock was stepped", KN("seconds", by_s));
	while ((person = index_walk(roster->index, &place)))
		refresh_soon(person);
}

/* The settings were checked. */
static void read_policy(struct roster *roster)
{
	enum err err = policy_read(&roster->policy, roster->settings, NULL);

	assert(!err);
	(void)err;
}

/* Nothing is asked of Exchange that nobody has a use for. */
static void want(struct roster *roster)
{
	unsigned wants = roster->policy.rules.hours ? WANT_HOURS : 0;
	const struct person *person;
	size_t place = 0;

	if (policy_wants_details(&roster->policy, roster->settings))
		wants |= WANT_SUBJECTS;
	while (!(wants & WANT_SUBJECTS) &&
	       (person = index_walk(roster->index, &place)))
		if (person->wishes.privacy == PRIVACY_SUBJECT)
			wants |= WANT_SUBJECTS;

	roster->wants = wants;
	for (size_t i = 0; i < gateways_count(roster->gateways); i++)
		gateway_want(gateways_at(roster->gateways, i), wants);
}

struct roster *roster_new(const struct settings *settings,
			  struct gateways *gateways, struct manual *manual,
			  const struct host *host)
{
	static const struct agenda_handlers handlers = {
		.due = on_due,
		.stepped = on_stepped,
	};
	struct roster *roster = x_new(struct roster);

	roster->settings = settings;
	roster->gateways = gateways;
	roster->host = host;
	read_policy(roster);
	roster->index = index_new(name_of);
	roster->agenda = agenda_new(&handlers, roster);
	roster->manual = manual;
	roster->pace = pace_new(on_turn, roster);
	pace_change(roster->pace, settings->notify_budget);
	want(roster);
	roster->departures = departures_new(settings, host);
	return roster;
}

void roster_free(struct roster **rosterp)
{
	struct roster *roster = *rosterp;
	struct person *person;
	size_t place = 0;

	if (!roster)
		return;

	departures_free(&roster->departures);
	while ((person = index_walk(roster->index, &place)))
		roster_person_free(person);
	index_free(&roster->index);
	policy_free(&roster->policy);
	agenda_free(&roster->agenda);
	pace_free(&roster->pace);
	free(roster);
	*rosterp = NULL;
}

void roster_locator(struct roster *roster, struct locator *locator)
{
	roster->locator = locator;
}

static bool same_calendar(const struct person *person, const struct user *user)
{
	return person->mailbox &&
	       person->calendar == !user->wishes.no_calendar &&
	       !strcmp(person->mailbox, user->mailbox) &&
	       !strcmp(person->gateway, user->gateway);
}

void roster_put(struct roster *roster, const struct user *user)
{
	struct person *person;

	departure_hurry(roster->departures, user->entity);
	person = index_find(roster->index, user->entity);
	if (!person)
		person = roster_person_new(roster, user->entity);
	person->wishes = user->wishes;
	person->wishes.hours.zone = roster->settings->timezone;
	if (person->wishes.privacy == PRIVACY_SUBJECT &&
	    !(roster->wants & WANT_SUBJECTS))
		want(roster);
	if (same_calendar(person, user)) {
		refresh_soon(person);
		return;
	}

	stop_feed(person);
	intern_replace(&person->mailbox, user->mailbox);
	intern_replace(&person->gateway, user->gateway);
	person->calendar = !user->wishes.no_calendar;
	person->seek_again = 0;
	attend(person);
}

/*
 * Out of the index before the host hears of it, since it ends the watches of
 * the entity then and tells us so.
 */
void roster_drop(struct roster *roster, const char *entity)
{
	struct person *person = index_find(roster->index, entity);
	struct feed *feed = person ? person->feed : NULL;

	if (person) {
		person->feed = NULL;
		index_take(roster->index, entity);
		roster_person_free(person);
	}
	roster_forget_manual(roster, entity);
	departure_begin(roster->departures, entity, feed);
}

void roster_moved(struct roster *roster, const char *entity)
{
	const struct person *person = index_find(roster->index, entity);

	if (person && person->feed)
		feed_moved(person->feed);
}

/* A mailbox that was nowhere may be at a gateway that came. */
static void look_again(struct person *person)
{
	if (!person->gone)
		return;
	person->seek_again = clock_now();
	refresh_soon(person);
}

void roster_gateways(struct roster *roster)
{
	struct person *person;
	size_t place = 0;

	want(roster);
	while ((person = index_walk(roster->index, &place))) {
		struct gateway *const *gateways;
		size_t count;

		if (!person->feed) {
			look_again(person);
			continue;
		}
		roster_replies_again(person);
		gateways = gateways_choose(roster->gateways, person->gateway,
					   &count);
		feed_gateways(person->feed, gateways, count);
	}
}

void roster_settings(struct roster *roster)
{
	struct person *person;
	size_t place = 0;

	policy_free(&roster->policy);
	read_policy(roster);
	pace_change(roster->pace, roster->settings->notify_budget);
	want(roster);
	while ((person = index_walk(roster->index, &place)))
		refresh_soon(person);
}

void roster_watched(struct roster *roster, const char *entity, int delta)
{
	struct person *person = index_find(roster->index, entity);
	bool was_watched;

	if (!person && delta <= 0)
		return;
	if (!person)
		person = roster_person_new(roster, entity);

	was_watched = person->watchers != 0;
	if (delta >= 0 || person->watchers >= (unsigned)-delta)
		person->watchers += (unsigned)delta;
	else
		person->watchers = 0;

	if (person->feed)
		feed_watched(person->feed, person->watchers != 0);
	if (roster->settings->only_watched && was_watched && !person->watchers)
		person->follow_until = clock_now() + LINGER_S;
	if (person->mailbox)
		attend(person);
	else
		leave_if_idle(person);
}

void roster_published(struct roster *roster, const char *entity,
		      const char *publication, const struct claim *claim)
{
	struct person *person = index_find(roster->index, entity);

	if (!person && !claim)
		return;
	if (!person)
		person = roster_person_new(roster, entity);

	if (claim)
		roster_put_publication(person, publication, claim);
	else
		roster_end_publication(person, publication);
	roster_refresh(person);
	leave_if_idle(person);
}

void roster_registered(struct roster *roster, const char *entity, bool online)
{
	struct person *person = index_find(roster->index, entity);

	if (person)
		person->online = online;
}
