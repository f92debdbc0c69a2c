/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/metric.h"
#include "module/roster_person.h"

static const char *feed_word(const struct person *person)
{
	if (person->gone)
		return "GONE";
	return person->feed ? feed_state_name(feed_state(person->feed)) : "-";
}

static const char *shown_word(const struct person *person)
{
	return person->shown_once ? state_word(person->shown.state) : "-";
}

static const char *gateway_word(const struct person *person)
{
	const struct gateway *gateway =
		person->feed ? feed_gateway(person->feed) : NULL;

	return gateway ? gateway_name(gateway) : person->gateway;
}

void roster_mailbox_at(const struct roster *roster, const char *gateway,
		       char mailbox[ADDRESS_SIZE])
{
	const struct person *person, *first = NULL;
	size_t place = 0;

	while ((person = index_walk(roster->index, &place)))
		if (person->mailbox && person->feed &&
		    !strcmp(gateway_word(person), gateway) &&
		    (!first || strcmp(person->mailbox, first->mailbox) < 0))
			first = person;
	snprintf(mailbox, ADDRESS_SIZE, "%s", first ? first->mailbox : "");
}

void roster_count_at(const struct roster *roster, const char *gateway,
		     struct roster_at *at)
{
	const struct person *person;
	size_t place = 0;

	*at = (struct roster_at){ .live = 0 };
	while ((person = index_walk(roster->index, &place))) {
		const struct feed *feed = person->feed;

		if (!person->mailbox || !person->calendar ||
		    strcmp(gateway_word(person), gateway) != 0)
			continue;
		if (feed && feed_state(feed) == FEED_LIVE)
			at->live++;
		else if (person->gone || (feed && feed_why(feed)->err))
			at->failing++;
		else if (feed)
			at->pending++;
	}
}

/* Subjects and categories that are wanted and not given are told of. */
static void show_blind(const struct roster *roster, bool wanted,
		       struct json *object)
{
	struct json *array = NULL;

	wanted = wanted ||
		 policy_wants_details(&roster->policy, roster->settings);
	for (size_t i = 0; wanted && i < gateways_count(roster->gateways);
	     i++) {
		const struct gateway *gateway =
			gateways_at(roster->gateways, i);
		struct json *row;

		if (gateway_settings(gateway)->details)
			continue;
		if (!array)
			array = json_put_array(object, "without effect");
		row = json_put_object(array, NULL);
		json_put_text(row, "gateway", gateway_name(gateway));
		json_put_text(row, "what",
			      "rules and privacy that need subjects or "
			      "categories: the gateway has details=no");
	}
}

static bool is_unknown(const struct person *person)
{
	return person->calendar && person->shown_once &&
	       person->shown.source == CLAIM_UNKNOWN;
}

size_t roster_unknowns(const struct roster *roster)
{
	const struct person *person;
	size_t place = 0, count = 0;

	while ((person = index_walk(roster->index, &place)))
		count += is_unknown(person);
	return count;
}

size_t roster_unread(const struct roster *roster)
{
	const struct person *person;
	time_t now = clock_now();
	size_t place = 0, count = 0;

	while ((person = index_walk(roster->index, &place)))
		count += person->calendar && person->feed && !person->read &&
			 !feed_why(person->feed)->err &&
			 !roster_unknown(person, now).now;
	return count;
}

size_t roster_count(const struct roster *roster)
{
	return index_count(roster->index);
}

void roster_take_metrics(const struct roster *roster)
{
	int64_t feeds[FEED_STATES] = { 0 }, watched = 0;
	int64_t gone = 0, none = 0, unknown = 0;
	const struct person *person;
	size_t place = 0;

	while ((person = index_walk(roster->index, &place))) {
		if (person->feed)
			feeds[feed_state(person->feed)]++;
		else if (person->mailbox)
			*(person->gone ? &gone : &none) += 1;
		watched += person->watchers != 0;
		unknown += is_unknown(person);
	}

	for (int state = 0; state < FEED_STATES; state++)
		metric_set(METRIC_users,
			   feed_state_name((enum feed_state)state),
			   feeds[state]);
	metric_set(METRIC_users, "GONE", gone);
	metric_set(METRIC_users, "NONE", none);
	metric_set(METRIC_users_unknown, NULL, unknown);
	metric_set(METRIC_users_watched, NULL, watched);
}

void roster_show_counts(const struct roster *roster, struct json *object)
{
	bool subjects = false;
	unsigned feeds[FEED_STATES] = { 0 };
	unsigned users = 0, guests = 0, watched = 0, unknown = 0;
	const struct person *person;
	struct json *states;
	size_t place = 0;

	while ((person = index_walk(roster->index, &place))) {
		users += person->mailbox != NULL;
		guests += person->mailbox == NULL;
		watched += person->watchers != 0;
		subjects |= person->wishes.privacy == PRIVACY_SUBJECT;
		unknown += person->shown_once &&
			   person->shown.state == STATE_UNKNOWN;
		if (person->feed)
			feeds[feed_state(person->feed)]++;
	}

	json_put_number(object, "users", users);
	json_put_number(object, "guests", guests);
	json_put_number(object, "watched", watched);
	json_put_number(object, "unknown", unknown);
	json_put_number(object, "waiting to be published",
			(int64_t)pace_waiting(roster->pace));
	show_blind(roster, subjects, object);
	states = json_put_object(object, "calendars");
	for (int state = 0; state < FEED_STATES; state++)
		if (feeds[state])
			json_put_number(states,
					feed_state_text((enum feed_state)state),
					feeds[state]);
}

void roster_show_users(const struct roster *roster, const char *part,
		       size_t max, struct json *array)
{
	const struct person *person;
	size_t place = 0;

	while (json_count(array) < max &&
	       (person = index_walk(roster->index, &place))) {
		struct json *row;

		if (!person->mailbox || !strstr(person->entity, part))
			continue;
		row = json_put_object(array, NULL);
		json_put_text(row, "user", person->entity);
		json_put_text(row, "state", shown_word(person));
		json_put_moment(row, "until", person->shown.until);
		json_put_text(row, "calendar", feed_word(person));
		json_put_text(row, "gateway", gateway_word(person));
		json_put_number(row, "watchers", person->watchers);
	}
}

static void show_moves(const struct feed_facts *facts, struct json *object)
{
	struct json *array;

	if (!facts->moves)
		return;

	array = json_put_array(object, "moves");
	for (unsigned i = 0; i < TRAIL_MOVES && i < facts->moves; i++) {
		const struct move *move = &facts->trail[i];
		struct json *row = json_put_object(array, NULL);

		json_put_moment(row, "noticed", move->when);
		json_put_text(row, "from", move->from);
		json_put_text(row, "to", move->to);
		json_put_number(row, "ms", move->took_ms);
		json_put_text(row, "how", move->how);
		json_put_text(row, "located by", move->located);
	}
}

static void show_located(const struct feed_facts *facts, struct json *object)
{
	const struct located *located = facts->located;
	struct json *json;

	if (!located)
		return;

	json = json_put_object(object, "autodiscover");
	json_put_text(json, "says",
		      located->why.err     ? located->why.text
		      : located->elsewhere ? "a server that is no gateway: "
					     "add one, or name its host in "
					     "aliases of one"
					   : "found");
	json_put_moment(json, "asked", located->when);
	json_put_moment(json, "believed until", located->until);
	json_put_text(json, "asked at", located->by);
	json_put_text(json, "url", located->external);
	json_put_text(json, "internal url", located->internal);
	json_put_text(json, "server", located->server);
	json_put_text(json, "version", located->version);
	json_put_text(json, "grouping", located->grouping);
}

static void show_told(const struct feed_facts *facts, struct json *json)
{
	const struct gateway_health *health;

	if (!facts->told)
		return;

	health = gateway_health(facts->gateway);
	json_put_text(json, "told by", facts->told);
	if (health->notify_why[0])
		json_put_text(json, "no better way", health->notify_why);
}

static void show_feed(const struct person *person, struct json *object)
{
	struct feed_facts facts;
	struct json *json = json_put_object(object, "calendar");

	json_put_text(json, "mailbox", person->mailbox);
	json_put_text(json, "gateway", gateway_word(person));
	json_put_text(json, "state",
		      person->feed   ? feed_state_text(feed_state(person->feed))
		      : person->gone ? person->gone
				     : "not followed");
	if (!person->feed)
		return;

	feed_facts(person->feed, &facts);
	show_told(&facts, json);
	json_put_moment(json, "live since", facts.live_since);
	json_put_moment(json, "last read", facts.last_read);
	json_put_moment(json, "last event", facts.last_event);
	json_put_moment(json, "last change", facts.last_change);
	json_put_number(json, "reads", facts.reads);
	json_put_number(json, "events", facts.events);
	json_put_number(json, "differences", facts.differences);
	json_put_number(json, "renewals", facts.renewals);
	json_put_number(json, "moves", facts.moves);
	json_put_text(json, "last failure", feed_why(person->feed)->text);
	show_located(&facts, object);
	show_moves(&facts, object);
}

static void show_shown(const struct person *person, struct json *object)
{
	json_put_text(object, "user", person->entity);
	json_put_text(object, "state", shown_word(person));
	json_put_text(object, "says",
		      person->shown_once
			      ? claim_source_text(person->shown.source)
			      : "nothing was published yet");
	json_put_moment(object, "since", person->shown.since);
	json_put_moment(object, "until", person->shown.until);
	json_put_moment(object, "published", person->shown_at);
	json_put_moment(object, "next look",
			person->slot.place ? person->slot.due : 0);
	json_put_number(object, "watchers", person->watchers);
	json_put_flag(object, "registered", person->online);
}

static const struct person *find(const struct roster *roster,
				 const char *entity, struct why *why)
{
	const struct person *person = index_find(roster->index, entity);

	if (!person)
		why_set(why, ERR_GONE, "%s: no such user", entity);
	return person;
}

enum err roster_show_user(const struct roster *roster, const char *entity,
			  struct json *object, struct why *why)
{
	const struct person *person = find(roster, entity, why);

	if (!person)
		return ERR_GONE;
	show_shown(person, object);
	if (person->mailbox)
		show_feed(person, object);
	return ERR_OK;
}
