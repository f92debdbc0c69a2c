/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/metric.h"
#include "module/admin_licence.h"
#include "sip/uri.h"

enum {
	SHOWN_MAX = 1000,
	CSV_MAX = 60 << 20,
	UNKNOWN_MAX = 100, /* addresses named in an answer */
};

void admin_licence_counts(const struct engine *engine, struct json *object)
{
	struct licence_facts facts;

	licence_facts(members_licence(engine->members), &facts);
	json_put_text(object, "ledger", ledger_place(engine->ledger));
	if (facts.pool)
		json_put_number(object, "pool", facts.pool);
	else
		json_put_text(object, "pool", "no limit");
	json_put_number(object, "granted", (int64_t)facts.granted);
	json_put_number(object, "disabled", (int64_t)facts.disabled);
	json_put_number(object, "waiting", (int64_t)facts.waiting);
	json_put_number(object, "revoked", (int64_t)facts.revoked);
}

void admin_licence_metrics(const struct engine *engine)
{
	struct licence_facts facts;

	licence_facts(members_licence(engine->members), &facts);
	metric_set(METRIC_licences, "pool", facts.pool);
	metric_set(METRIC_licences, "granted", (int64_t)facts.granted);
	metric_set(METRIC_licences, "disabled", (int64_t)facts.disabled);
	metric_set(METRIC_licences, "waiting", (int64_t)facts.waiting);
	metric_set(METRIC_licences, "revoked", (int64_t)facts.revoked);
}

static void put_source(const struct user *user,
		       const struct member_place *place, void *arg)
{
	struct json *row = json_put_object(arg, NULL);

	json_put_text(row, "source", place->source);
	json_put_text(row, "mailbox", user->mailbox);
	json_put_text(row, "id", place->id);
	json_put_text(row, "entry", place->dn);
}

static void put_last(const struct licence_record *record, void *arg)
{
	struct json *json = arg;

	json_put_moment(json, "since", record->at);
	json_put_text(json, "by", record->cause.who);
	json_put_text(json, "why", record->cause.why);
	json_put_text(json, "evidence", record->cause.evidence);
}

void admin_licence_user(const struct engine *engine, const char *entity,
			struct json *object)
{
	const struct licence *licence = members_licence(engine->members);
	struct json *json = json_put_object(object, "licence");
	enum licence_override override = licence_override(licence, entity);

	json_put_text(json, "state",
		      licence_state_text(licence_state(licence, entity)));
	if (override != LICENCE_OVERRIDE_NONE)
		json_put_text(json, "by hand", licence_override_word(override));
	licence_history(licence, entity, 1, put_last, json);
	members_of(engine->members, entity, put_source,
		   json_put_array(object, "named by"));
}

static void put_holder(const struct licence_record *record, void *arg)
{
	struct json *array = arg;
	struct json *row;

	if (json_count(array) >= SHOWN_MAX)
		return;
	row = json_put_object(array, NULL);
	json_put_text(row, "user", record->entity);
	json_put_text(row, "licence", licence_state_word(record->state));
	json_put_moment(row, "since", record->at);
	json_put_number(row, "turn", (int64_t)record->turn);
	json_put_text(row, "by hand",
		      record->override == LICENCE_OVERRIDE_NONE
			      ? NULL
			      : licence_override_word(record->override));
}

/* RFC 4180; what a table calculator would take for a formula is quoted. */
static void csv_field(struct buf *out, const char *text, char end)
{
	buf_add(out, "\"", 1);
	if (*text && strchr("=+-@\t\r", *text))
		buf_add(out, "'", 1);
	for (; *text; text++) {
		if (*text == '"')
			buf_add(out, "\"", 1);
		buf_add(out, text, 1);
	}
	buf_add(out, "\"", 1);
	buf_add(out, end == '\n' ? "\r\n" : ",", end == '\n' ? 2 : 1);
}

static void csv_holder(const struct licence_record *record, void *arg)
{
	char text[CLOCK_TEXT_SIZE];

	csv_field(arg, record->entity, ',');
	csv_field(arg, licence_state_word(record->state), ',');
	csv_field(arg, clock_text(text, record->at), ',');
	csv_field(arg, licence_override_word(record->override), ',');
	csv_field(arg, record->wanted ? "yes" : "no", '\n');
}

static void put_csv(const struct licence *licence, struct json *out)
{
	struct buf text = BUF(CSV_MAX);

	buf_print(&text, "user,licence,since,by hand,wanted\r\n");
	licence_each(licence, csv_holder, &text);
	json_put_text(out, "csv", buf_text(&text));
	buf_free(&text);
}

static void put_line(const struct licence_record *record, void *arg)
{
	struct json *row = json_put_object(arg, NULL);

	json_put_moment(row, "at", record->at);
	json_put_text(row, "what", licence_action_word(record->action));
	json_put_text(row, "licence", licence_state_word(record->state));
	json_put_text(row, "by", record->cause.who);
	json_put_text(row, "why", record->cause.why);
	json_put_text(row, "evidence", record->cause.evidence);
}

static enum err find_user(const struct engine *engine, char *entity,
			  const char *text, struct why *why)
{
	enum err err = uri_entity(entity, text, why);

	if (err || members_known(engine->members, entity))
		return err;
	return why_set(why, ERR_GONE,
		       "%s: neither configured nor in a directory", entity);
}

static enum err put_history(const struct engine *engine, const char *address,
			    struct json *out, struct why *why)
{
	char entity[ENTITY_SIZE];
	enum err err = find_user(engine, entity, address, why);

	if (err)
		return err;
	json_put_text(out, "user", entity);
	err = licence_history(members_licence(engine->members), entity,
			      SHOWN_MAX, put_line,
			      json_put_array(out, "history"));
	return err ? why_set(why, err, "the ledger cannot be read") : ERR_OK;
}

/* The first word of *textp, which goes on behind it. */
static bool takes_word(const char **textp, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*textp, word, len) != 0 ||
	    ((*textp)[len] && (*textp)[len] != ' '))
		return false;
	*textp += len;
	*textp += strspn(*textp, " ");
	return true;
}

enum err show_licences(struct engine *engine, const char *argument,
		       struct json *out, struct why *why)
{
	const struct licence *licence = members_licence(engine->members);

	if (takes_word(&argument, "--csv")) {
		put_csv(licence, out);
		return ERR_OK;
	}
	if (takes_word(&argument, "--history"))
		return put_history(engine, argument, out, why);
	if (*argument)
		return why_set(why, ERR_CONFIG,
			       "%.80s: want --history ADDRESS, --csv or "
			       "nothing",
			       argument);

	admin_licence_counts(engine, out);
	licence_each(licence, put_holder, json_put_array(out, "users"));
	return ERR_OK;
}

/* An administrator's word about one user, a file of them, or all. */
struct word {
	struct engine *engine;
	enum licence_override override;
	bool only_disabled; /* whoever is not is left alone */
	struct licence_cause cause;
	struct json *out;
	struct json *unknown;
	size_t count;
};

/* Of very many, some a turn. */
static void decide(struct word *word, const char *entity)
{
	const struct licence *licence = members_licence(word->engine->members);
	enum licence_override now = licence_override(licence, entity);

	if (word->only_disabled && now != LICENCE_OVERRIDE_DISABLE)
		return;
	if (now == word->override)
		return;
	word->count++;
	decisions_add(word->engine->decisions, entity);
}

static enum err decide_one(struct word *word, const char *address,
			   struct why *why)
{
	const struct licence *licence = members_licence(word->engine->members);
	char entity[ENTITY_SIZE];
	enum err err = find_user(word->engine, entity, address, why);

	if (err)
		return err;
	decide(word, entity);
	decisions_finish(word->engine->decisions);
	json_put_text(word->out, "user", entity);
	json_put_text(word->out, "licence",
		      licence_state_text(licence_state(licence, entity)));
	return ERR_OK;
}

static void decide_record(const struct licence_record *record, void *arg)
{
	decide(arg, record->entity);
}

static void decide_all(struct word *word)
{
	licence_each(members_licence(word->engine->members), decide_record,
		     word);
}

static enum err decide_users(struct word *word, const char *path,
			     struct why *why)
{
	struct users users;
	enum err err = users_read_file(&users, path, why);

	if (err)
		return err;
	word->unknown = json_put_array(word->out, "not known");
	for (size_t i = 0; i < users.count; i++) {
		const char *entity = users.items[i].entity;

		if (members_known(word->engine->members, entity))
			decide(word, entity);
		else if (json_count(word->unknown) < UNKNOWN_MAX)
			json_put_text(json_put_object(word->unknown, NULL),
				      "user", entity);
	}
	users_free(&users);
	return ERR_OK;
}

/* The first word of the text, which then goes on behind it. */
static char *cut_word(char **textp)
{
	char *word = *textp;

	*textp += strcspn(*textp, " ");
	if (**textp)
		*(*textp)++ = '\0';
	*textp += strspn(*textp, " ");
	return word;
}

static enum err obey(struct word *word, const char *argument, struct why *why)
{
	char *copy = x_strdup(argument);
	char *rest = copy;
	const char *target = cut_word(&rest);
	bool file = !strcmp(target, "--file");
	bool all = !strcmp(target, "--all");
	const char *path = file ? cut_word(&rest) : "";
	enum err err = ERR_OK;

	word->cause = (struct licence_cause){
		.who = word->engine->asker,
		.why = *rest ? rest : "asked to",
		.evidence = "by hand",
	};
	word->engine->unsettled = true;
	decisions_finish(word->engine->decisions);
	decisions_say(word->engine->decisions, word->override, &word->cause);
	if (all)
		decide_all(word);
	else
		err = file ? decide_users(word, path, why)
			   : decide_one(word, target, why);
	if (!err)
		json_put_number(word->out, "changed", (int64_t)word->count);
	free(copy);
	return err;
}

enum err show_grant(struct engine *engine, const char *argument,
		    struct json *out, struct why *why)
{
	struct word word = { .engine = engine,
			     .override = LICENCE_OVERRIDE_GRANT,
			     .out = out };

	return obey(&word, argument, why);
}

enum err show_revoke(struct engine *engine, const char *argument,
		     struct json *out, struct why *why)
{
	struct word word = { .engine = engine,
			     .override = LICENCE_OVERRIDE_REVOKE,
			     .out = out };

	return obey(&word, argument, why);
}

enum err show_disable(struct engine *engine, const char *argument,
		      struct json *out, struct why *why)
{
	struct word word = { .engine = engine,
			     .override = LICENCE_OVERRIDE_DISABLE,
			     .out = out };

	return obey(&word, argument, why);
}

enum err show_enable(struct engine *engine, const char *argument,
		     struct json *out, struct why *why)
{
	struct word word = { .engine = engine,
			     .override = LICENCE_OVERRIDE_NONE,
			     .only_disabled = true,
			     .out = out };

	return obey(&word, argument, why);
}

enum err show_clear(struct engine *engine, const char *argument,
		    struct json *out, struct why *why)
{
	struct word word = { .engine = engine,
			     .override = LICENCE_OVERRIDE_NONE,
			     .out = out };

	return obey(&word, argument, why);
}
