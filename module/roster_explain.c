/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/clock.h"
#include "module/roster_person.h"

static const char *company(const struct entry *entry)
{
	if (!(entry->flags & ENTRY_DETAILS))
		return entry->flags & ENTRY_MEETING ? "assumed" : "not known";
	return entry->flags & ENTRY_MEETING ? "with others" : "alone";
}

/* Whoever may ask here need not know them, unless the administrator says so. */
static void put_subject(const struct person *person, const struct entry *entry,
			struct json *row)
{
	if (!person->roster->settings->explain_subject)
		return;
	json_put_text(row, "subject",
		      entry->flags & ENTRY_PRIVATE ? NULL : entry->subject);
}

/* Everything that was read, also what is over. */
static void explain_entries(const struct person *person, time_t now,
			    struct json *object)
{
	static const char *const kinds[] = {
#define BUSY(name, ews, graph, ical, rpid) ews,
#include "calendar/busy.def"
	};
	struct hours mailbox;
	const struct map_options options = roster_map_options(person, &mailbox);
	const struct timeline *timeline = feed_timeline(person->feed);
	struct json *array;

	if (timeline) {
		json_put_moment(object, "read from", timeline_from(timeline));
		json_put_moment(object, "read until", timeline_until(timeline));
	}
	array = json_put_array(object, "entries");
	for (size_t i = 0; timeline && i < timeline_count(timeline); i++) {
		const struct entry *entry = timeline_entry(timeline, i);
		struct json *row;
		time_t at;

		at = entry->from > now || entry->until <= now ? entry->from
							      : now;
		row = json_put_object(array, NULL);
		json_put_moment(row, "from", entry->from);
		json_put_moment(row, "until", entry->until);
		json_put_text(row, "shown as", kinds[entry->busy]);
		json_put_text(row, "company", company(entry));
		json_put_flag(row, "private", entry->flags & ENTRY_PRIVATE);
		put_subject(person, entry, row);
		json_put_text(row, "rule", map_row_text(entry, &options, at));
		json_put_flag(row, "speaks now",
			      entry == map_speaks(timeline, &options, now));
	}
}

/* What is shown after the next moment at which the claims say otherwise. */
static void explain_next(const struct person *person,
			 const struct claim *claims, size_t count, time_t now,
			 struct json *object)
{
	const struct claim_order *order = &person->roster->policy.order;
	time_t next = presence_next(claims, count, order, now);
	struct presence then;

	json_put_moment(object, "changes next", next);
	if (!next)
		return;
	presence_compose(&then, claims, count, order, next);
	json_put_text(object, "then shows", state_word(then.state));
	json_put_text(object, "then says", claim_source_text(then.source));
}

/* Strongest first, as configured. */
static void explain_order(const struct person *person, struct json *object)
{
	const struct claim_order *order = &person->roster->policy.order;
	struct buf text = BUF(1024);

	for (unsigned rank = 0; rank < CLAIM_COUNT; rank++)
		for (int source = 0; source < CLAIM_COUNT; source++)
			if (order->rank[source] == rank)
				buf_print(&text, "%s%s", rank ? " > " : "",
					  claim_source_word(
						  (enum claim_source)source));
	json_put_text(object, "order", buf_text(&text));
	buf_free(&text);
}

static void explain_claims(const struct person *person, time_t now,
			   struct json *object)
{
	struct json *array = json_put_array(object, "claims");
	struct claim claims[CLAIMS_MAX];
	time_t again;
	size_t count = roster_claims(person, claims, now, &again);
	const struct claim *winner =
		presence_winner(claims, count, &person->roster->policy.order,
				now);

	for (size_t i = 0; i < count; i++) {
		struct json *row = json_put_object(array, NULL);
		bool holds = claims[i].from <= now &&
			     (!claims[i].until || now < claims[i].until);

		json_put_text(row, "claim",
			      claim_source_word(claims[i].source));
		json_put_text(row, "state", state_word(claims[i].state));
		json_put_moment(row, "from", claims[i].from);
		json_put_moment(row, "until", claims[i].until);
		json_put_flag(row, "now", holds);
		json_put_flag(row, "wins", &claims[i] == winner);
	}
	explain_next(person, claims, count, now, object);
}

/* The last one that was handed over; a newer one may wait for its turn. */
static void explain_document(const struct person *person, struct json *object)
{
	const struct pidf_options options = roster_pidf_options(person);
	struct buf body = BUF(PIDF_BYTES_MAX);
	struct presence shown;

	if (!person->shown_at)
		return;
	roster_shown(person, &shown);
	pidf_write(&body, &shown, &options, person->shown_at);
	json_put_text(object, "document", buf_text(&body));
	buf_free(&body);
}

enum err roster_explain(const struct roster *roster, const char *entity,
			struct json *object, struct why *why)
{
	const struct person *person = index_find(roster->index, entity);
	const struct host *host = roster->host;
	time_t now = clock_now();

	if (roster_show_user(roster, entity, object, why))
		return ERR_GONE;

	if (person->calendar && roster_unknown(person, now).now)
		json_put_text(object, "unknown because",
			      roster_unknown(person, now).text);
	if (person->feed)
		explain_entries(person, now, object);
	explain_order(person, object);
	explain_claims(person, now, object);
	explain_document(person, object);
	if (host->describe)
		host->describe(entity, object, host->arg);
	return ERR_OK;
}
