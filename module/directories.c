/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "module/directories_plan.h"
#include "sip/uri.h"

enum { WHO_SIZE = 96, SHOWN_MAX = 1000 };

struct followed {
	struct directories *directories;
	char *text; /* of the directive */
	char *name;
	char who[WHO_SIZE]; /* for the ledger */
	struct watch *watch;
	bool kept; /* by the change under way */
	struct followed *next;
};

struct directories {
	struct members *members;
	directories_moved_h *moved;
	void *arg;
	struct followed *entries;
};

static const struct licence_cause not_configured = {
	.who = "configuration",
	.why = "the directory is no longer configured",
	.evidence = "explicit",
};

static struct licence_cause cause_of(const struct followed *entry,
				     const struct watch_cause *cause)
{
	return (struct licence_cause){
		.who = entry->who,
		.why = cause->why,
		.evidence = evidence_word(cause->evidence),
	};
}

static bool read_entity(char entity[ENTITY_SIZE], const struct person *person)
{
	struct why why;

	if (!uri_entity(entity, person->address, &why))
		return true;

	log_warn("entry without a usable address", KV("entry", person->dn),
		 KWHY(&why));
	return false;
}

static void put(const struct followed *entry, const struct person *person,
		const struct watch_cause *cause)
{
	const struct member_place place = { .source = entry->name,
					    .id = person->id,
					    .dn = person->dn };
	const struct licence_cause why = cause_of(entry, cause);
	char entity[ENTITY_SIZE];
	struct user user = { .entity = entity, .gateway = "" };

	if (!read_entity(entity, person))
		return;

	user.mailbox = *person->mailbox ? person->mailbox : person->address;
	members_put(entry->directories->members, &place, &user, &why);
}

static void drop(const struct followed *entry, const struct person *person,
		 const struct watch_cause *cause)
{
	const struct licence_cause why = cause_of(entry, cause);
	char entity[ENTITY_SIZE];

	if (read_entity(entity, person))
		members_drop(entry->directories->members, entry->name, entity,
			     &why);
}

static void on_joined(const struct person *person,
		      const struct watch_cause *cause, void *arg)
{
	put(arg, person, cause);
}

static void on_changed(const struct person *person, const struct person *before,
		       const struct watch_cause *cause, void *arg)
{
	if (strcmp(person->address, before->address) != 0)
		drop(arg, before, cause);
	put(arg, person, cause);
}

static void on_moved(const struct person *person,
		     const struct watch_cause *cause, void *arg)
{
	const struct followed *entry = arg;
	char entity[ENTITY_SIZE];

	if (!read_entity(entity, person))
		return;
	log_info("directory names another home of the mailbox",
		 KV("user", entity), KV("home", person->home),
		 KV("directory", entry->name), KV("source", cause->source));
	entry->directories->moved(entity, entry->directories->arg);
}

static void on_left(const struct person *person,
		    const struct watch_cause *cause, void *arg)
{
	drop(arg, person, cause);
}

static void on_settled(void *arg)
{
	const struct followed *entry = arg;
	const struct licence_cause cause = {
		.who = entry->who,
		.why = "not in the directory",
		.evidence = "implied",
	};

	members_settled(entry->directories->members, entry->name, false,
			&cause);
}

static void on_alarm(enum watch_alarm alarm, const struct why *why, void *arg)
{
	const struct followed *entry = arg;

	if (why->err)
		log_error("directory alarm", KV("directory", entry->name),
			  KV("alarm", watch_alarm_word(alarm)), KWHY(why),
			  KV("advice", watch_alarm_advice(alarm)));
	else
		log_info("directory alarm over", KV("directory", entry->name),
			 KV("alarm", watch_alarm_word(alarm)));
}

static const struct watch_handlers handlers = {
	.joined = on_joined,
	.changed = on_changed,
	.moved = on_moved,
	.left = on_left,
	.settled = on_settled,
	.alarm = on_alarm,
};

static struct followed *find(const struct directories *directories,
			     const char *name)
{
	struct followed *entry = directories->entries;

	while (entry && strcmp(entry->name, name) != 0)
		entry = entry->next;
	return entry;
}

static struct followed *entry_new(struct directories *directories,
				  const char *name)
{
	struct followed *entry = x_new(struct followed);

	entry->directories = directories;
	entry->name = x_strdup(name);
	entry->text = x_strdup("");
	snprintf(entry->who, sizeof(entry->who), "directory %.64s", name);
	entry->next = directories->entries;
	directories->entries = entry;
	members_add_source(directories->members, name);
	return entry;
}

static void entry_free(struct followed *entry)
{
	struct followed **place = &entry->directories->entries;

	while (*place != entry)
		place = &(*place)->next;
	*place = entry->next;
	watch_free(&entry->watch);
	free(entry->text);
	free(entry->name);
	free(entry);
}

/* The old one writes its state file before the new one reads it. */
static void restart(struct followed *entry, const struct planned *planned)
{
	watch_free(&entry->watch);
	members_begin(entry->directories->members, entry->name);
	entry->watch = watch_begin(&planned->settings, planned->secret,
				   &handlers, entry);
	free(entry->text);
	entry->text = x_strdup(planned->text);
}

static void change_one(struct directories *directories,
		       const struct planned *planned)
{
	struct followed *entry = find(directories, planned->settings.name);

	if (!entry)
		entry = entry_new(directories, planned->settings.name);
	entry->kept = true;
	if (!entry->watch || strcmp(entry->text, planned->text) != 0 ||
	    !watch_has_secret(entry->watch, planned->secret))
		restart(entry, planned);
}

static void drop_others(struct directories *directories)
{
	struct followed *entry = directories->entries;

	while (entry) {
		struct followed *next = entry->next;

		if (!entry->kept) {
			members_drop_source(directories->members, entry->name,
					    &not_configured);
			entry_free(entry);
		}
		entry = next;
	}
}

void directories_change(struct directories *directories,
			const struct directories_plan *plan)
{
	for (struct followed *entry = directories->entries; entry;
	     entry = entry->next)
		entry->kept = false;
	for (size_t i = 0; i < plan->count; i++)
		change_one(directories, &plan->items[i]);
	drop_others(directories);
}

struct directories *directories_new(struct members *members,
				    directories_moved_h *moved, void *arg)
{
	struct directories *directories = x_new(struct directories);

	directories->members = members;
	directories->moved = moved;
	directories->arg = arg;
	return directories;
}

void directories_free(struct directories **directoriesp)
{
	struct directories *directories = *directoriesp;

	if (!directories)
		return;

	while (directories->entries)
		entry_free(directories->entries);
	free(directories);
	*directoriesp = NULL;
}

size_t directories_confirm(struct directories *directories, const char *who)
{
	const struct licence_cause cause = {
		.who = who,
		.why = "missing from every directory, confirmed",
		.evidence = "implied",
	};
	size_t count = members_confirm(directories->members, &cause);

	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next)
		count += watch_confirm(entry->watch);
	log_warn("held revocations confirmed", KV("by", who),
		 KN("users", count));
	return count;
}

size_t directories_discard(struct directories *directories, const char *who)
{
	size_t count = members_discard(directories->members);

	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next)
		count += watch_discard(entry->watch);
	log_warn("held revocations discarded", KV("by", who),
		 KN("users", count));
	return count;
}

void directories_reconcile(struct directories *directories)
{
	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next)
		watch_reconcile(entry->watch);
}

size_t directories_count(const struct directories *directories)
{
	size_t count = 0;

	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next)
		count++;
	return count;
}

static unsigned alarms_of(const struct watch_facts *facts, struct buf *words)
{
	unsigned count = 0;

	for (int i = 0; i < WATCH_ALARM_COUNT; i++) {
		if (!facts->alarms[i].err)
			continue;
		buf_print(words, "%s%s: %s; %s", count ? "; " : "",
			  watch_alarm_word((enum watch_alarm)i),
			  facts->alarms[i].text,
			  watch_alarm_advice((enum watch_alarm)i));
		count++;
	}
	return count;
}

static void show(const struct followed *entry, struct json *json)
{
	struct buf alarms = BUF(8192);
	struct watch_facts facts;

	watch_facts(entry->watch, &facts);
	alarms_of(&facts, &alarms);
	json_put_text(json, "directory", entry->name);
	json_put_text(json, "server", facts.server);
	json_put_flag(json, "up", facts.up);
	json_put_text(json, "way", facts.way);
	json_put_flag(json, "reading", facts.reading);
	json_put_number(json, "entries", (int64_t)facts.entries);
	json_put_number(json, "people", (int64_t)facts.people);
	json_put_number(json, "held", (int64_t)facts.held);
	json_put_flag(json, "dry run", facts.dry_run);
	json_put_moment(json, "last event", facts.last_event);
	json_put_moment(json, "last reconcile", facts.last_read);
	json_put_text(json, "alarms", buf_text(&alarms));
	buf_free(&alarms);
}

void directories_show(const struct directories *directories, struct json *array)
{
	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next)
		show(entry, json_put_object(array, NULL));
}

static void show_held(const struct person *person,
		      const struct watch_cause *cause, void *arg)
{
	struct json *array = arg;
	struct json *row;

	if (json_count(array) >= SHOWN_MAX)
		return;
	row = json_put_object(array, NULL);
	json_put_text(row, "user", person->address);
	json_put_text(row, "entry", person->dn);
	json_put_text(row, "why", cause->why);
	json_put_text(row, "evidence", evidence_word(cause->evidence));
}

void directories_show_held(const struct directories *directories,
			   struct json *array)
{
	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next)
		watch_each(entry->watch, true, show_held, array);
}

static bool is_alarmed(const struct watch_facts *facts)
{
	for (int i = 0; i < WATCH_ALARM_COUNT; i++)
		if (facts->alarms[i].err)
			return true;
	return false;
}

size_t directories_alarmed(const struct directories *directories)
{
	size_t count = 0;

	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next) {
		struct watch_facts facts;

		watch_facts(entry->watch, &facts);
		count += is_alarmed(&facts);
	}
	return count;
}

size_t directories_unread(const struct directories *directories)
{
	size_t count = 0;

	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next) {
		struct watch_facts facts;

		watch_facts(entry->watch, &facts);
		count += !facts.last_read && !is_alarmed(&facts);
	}
	return count;
}

void directories_metrics(const struct directories *directories)
{
	for (const struct followed *entry = directories->entries; entry;
	     entry = entry->next) {
		struct buf words = BUF(8192);
		struct watch_facts facts;

		watch_facts(entry->watch, &facts);
		metric_set(METRIC_directory_up, entry->name, facts.up);
		metric_set(METRIC_directory_people, entry->name,
			   (int64_t)facts.people);
		metric_set(METRIC_directory_held, entry->name,
			   (int64_t)facts.held);
		metric_set(METRIC_directory_alarms, entry->name,
			   alarms_of(&facts, &words));
		buf_free(&words);
	}
}
