/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/index.h"
#include "base/intern.h"
#include "base/log.h"
#include "directory/licence.h"

struct holder {
	const char *entity;
	enum licence_state state;
	enum licence_override override;
	bool wanted;
	uint64_t turn;
	time_t since;
	struct holder *next, *before; /* those who wait, longest first */
};

struct licence {
	struct licence_options options;
	struct index *holders;
	struct holder *waiting, *waiting_last;
	size_t counts[LICENCE_STATE_COUNT];
	uint64_t last_turn;
};

static const char *const state_words[][2] = {
#define LICENCE_STATE(name, word, text) { word, text },
#include "directory/licence.def"
};

static const char *const action_words[] = {
#define LICENCE_ACTION(name, word, text) word,
#include "directory/licence.def"
};

static const char *const override_words[] = {
#define LICENCE_OVERRIDE(name, word) word,
#include "directory/licence.def"
};

static const char *holder_name(const void *item)
{
	return ((const struct holder *)item)->entity;
}

static struct holder *holder_find(const struct licence *licence,
				  const char *entity)
{
	return index_find(licence->holders, entity);
}

static struct holder *holder_make(struct licence *licence, const char *entity)
{
	struct holder *holder = holder_find(licence, entity);

	if (holder)
		return holder;

	holder = x_new(struct holder);
	holder->entity = intern(entity);
	index_put(licence->holders, holder);
	licence->counts[LICENCE_NONE]++;
	return holder;
}

/* Most of them come last. */
static void queue(struct licence *licence, struct holder *holder)
{
	struct holder *before = licence->waiting_last;

	while (before && before->turn > holder->turn)
		before = before->before;

	holder->before = before;
	holder->next = before ? before->next : licence->waiting;
	if (holder->next)
		holder->next->before = holder;
	else
		licence->waiting_last = holder;
	if (before)
		before->next = holder;
	else
		licence->waiting = holder;
}

static void unqueue(struct licence *licence, struct holder *holder)
{
	if (holder->next)
		holder->next->before = holder->before;
	else
		licence->waiting_last = holder->before;
	if (holder->before)
		holder->before->next = holder->next;
	else
		licence->waiting = holder->next;
}

static void set_state(struct licence *licence, struct holder *holder,
		      enum licence_state state)
{
	if (holder->state == LICENCE_WAITING)
		unqueue(licence, holder);
	licence->counts[holder->state]--;
	licence->counts[state]++;
	holder->state = state;
	holder->since = clock_now();
	if (state == LICENCE_WAITING)
		queue(licence, holder);
}

static struct licence_record record_of(const struct holder *holder)
{
	return (struct licence_record){
		.at = holder->since,
		.entity = holder->entity,
		.state = holder->state,
		.override = holder->override,
		.wanted = holder->wanted,
		.turn = holder->turn,
	};
}

static void append(struct licence *licence, const struct holder *holder,
		   enum licence_action action,
		   const struct licence_cause *cause)
{
	struct licence_record record = record_of(holder);

	record.at = clock_now();
	record.action = action;
	record.cause = *cause;
	licence->options.store->append(licence->options.store_arg, &record);
}

static bool is_free(const struct licence *licence)
{
	return !licence->options.pool ||
	       licence->counts[LICENCE_GRANTED] +
			       licence->counts[LICENCE_DISABLED] <
		       licence->options.pool;
}

static void tell(struct licence *licence, const char *what,
		 const struct holder *holder, const struct licence_cause *cause)
{
	log_info(what, KV("user", holder->entity), KV("by", cause->who),
		 KV("why", cause->why), KV("evidence", cause->evidence));
	licence->options.changed(holder->entity,
				 holder->state == LICENCE_GRANTED, cause,
				 licence->options.arg);
}

/* One who is switched off gets his licence all the same. */
static void grant(struct licence *licence, struct holder *holder,
		  const struct licence_cause *cause)
{
	if (holder->override == LICENCE_OVERRIDE_DISABLE) {
		set_state(licence, holder, LICENCE_DISABLED);
		append(licence, holder, LICENCE_ACT_GRANT, cause);
		return;
	}

	set_state(licence, holder, LICENCE_GRANTED);
	append(licence, holder, LICENCE_ACT_GRANT, cause);
	tell(licence, "licence granted", holder, cause);
}

static void move_up(struct licence *licence)
{
	static const struct licence_cause cause = {
		.who = "pool",
		.why = "a licence became free",
		.evidence = "waiting list",
	};

	while (licence->waiting && is_free(licence))
		grant(licence, licence->waiting, &cause);
}

static void admit(struct licence *licence, struct holder *holder,
		  const struct licence_cause *cause)
{
	if (!holder->turn)
		holder->turn = ++licence->last_turn;

	if (is_free(licence)) {
		grant(licence, holder, cause);
		return;
	}

	set_state(licence, holder, LICENCE_WAITING);
	append(licence, holder, LICENCE_ACT_WAIT, cause);
	log_warn("no licence free", KV("user", holder->entity),
		 KN("pool", licence->options.pool),
		 KN("waiting", licence->counts[LICENCE_WAITING]));
}

/* Who comes back queues anew. */
static void dismiss(struct licence *licence, struct holder *holder,
		    const struct licence_cause *cause)
{
	bool was_entitled = holder->state == LICENCE_GRANTED;
	bool had_one = was_entitled || holder->state == LICENCE_DISABLED;

	holder->turn = 0;
	set_state(licence, holder, LICENCE_REVOKED);
	append(licence, holder, LICENCE_ACT_REVOKE, cause);
	if (was_entitled)
		tell(licence, "licence revoked", holder, cause);
	if (had_one)
		move_up(licence);
}

static void switch_off(struct licence *licence, struct holder *holder,
		       const struct licence_cause *cause)
{
	set_state(licence, holder, LICENCE_DISABLED);
	append(licence, holder, LICENCE_ACT_DISABLE, cause);
	tell(licence, "user switched off", holder, cause);
}

static void switch_on(struct licence *licence, struct holder *holder,
		      const struct licence_cause *cause)
{
	set_state(licence, holder, LICENCE_GRANTED);
	append(licence, holder, LICENCE_ACT_ENABLE, cause);
	tell(licence, "user switched on", holder, cause);
}

static bool should_have(const struct holder *holder)
{
	switch (holder->override) {
	case LICENCE_OVERRIDE_GRANT:
		return true;
	case LICENCE_OVERRIDE_REVOKE:
		return false;
	case LICENCE_OVERRIDE_NONE:
	case LICENCE_OVERRIDE_DISABLE:
	case LICENCE_OVERRIDE_COUNT:
		break;
	}

	return holder->wanted;
}

static bool has_or_waits(const struct holder *holder)
{
	return holder->state == LICENCE_GRANTED ||
	       holder->state == LICENCE_DISABLED ||
	       holder->state == LICENCE_WAITING;
}

static void settle(struct licence *licence, struct holder *holder,
		   const struct licence_cause *cause)
{
	bool off = holder->override == LICENCE_OVERRIDE_DISABLE;

	if (should_have(holder) && !has_or_waits(holder))
		admit(licence, holder, cause);
	else if (!should_have(holder) && holder->state != LICENCE_REVOKED)
		dismiss(licence, holder, cause);
	else if (holder->state == LICENCE_GRANTED && off)
		switch_off(licence, holder, cause);
	else if (holder->state == LICENCE_DISABLED && !off)
		switch_on(licence, holder, cause);
}

void licence_want(struct licence *licence, const char *entity, bool wanted,
		  const struct licence_cause *cause)
{
	struct holder *holder = holder_make(licence, entity);

	if (holder->wanted == wanted && holder->state != LICENCE_NONE)
		return;

	holder->wanted = wanted;
	settle(licence, holder, cause);
}

void licence_decide(struct licence *licence, const char *entity,
		    enum licence_override override,
		    const struct licence_cause *cause)
{
	struct holder *holder = holder_make(licence, entity);

	if (holder->override == override)
		return;

	holder->override = override;
	append(licence, holder,
	       override == LICENCE_OVERRIDE_NONE ? LICENCE_ACT_CLEAR
						 : LICENCE_ACT_OVERRIDE,
	       cause);
	settle(licence, holder, cause);
}

void licence_settled(struct licence *licence, licence_settled_h *h, void *arg)
{
	licence->options.store->settle(licence->options.store_arg, h, arg);
}

void licence_pool(struct licence *licence, unsigned pool)
{
	licence->options.pool = pool;
	move_up(licence);
}

bool licence_entitled(const struct licence *licence, const char *entity)
{
	return licence_state(licence, entity) == LICENCE_GRANTED;
}

enum licence_override licence_override(const struct licence *licence,
				       const char *entity)
{
	const struct holder *holder = holder_find(licence, entity);

	return holder ? holder->override : LICENCE_OVERRIDE_NONE;
}

enum licence_state licence_state(const struct licence *licence,
				 const char *entity)
{
	const struct holder *holder = holder_find(licence, entity);

	return holder ? holder->state : LICENCE_NONE;
}

void licence_facts(const struct licence *licence, struct licence_facts *facts)
{
	*facts = (struct licence_facts){
		.pool = licence->options.pool,
		.granted = licence->counts[LICENCE_GRANTED],
		.waiting = licence->counts[LICENCE_WAITING],
		.revoked = licence->counts[LICENCE_REVOKED],
		.disabled = licence->counts[LICENCE_DISABLED],
	};
}

static int by_state_and_turn(const void *a, const void *b)
{
	const struct holder *x = *(struct holder *const *)a;
	const struct holder *y = *(struct holder *const *)b;

	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	if (x->turn != y->turn)
		return x->turn < y->turn ? -1 : 1;
	return strcmp(x->entity, y->entity);
}

void licence_each(const struct licence *licence, licence_record_h *h, void *arg)
{
	size_t count = index_count(licence->holders);
	struct holder **sorted = x_zalloc((count + 1) * sizeof(*sorted));
	size_t place = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = index_walk(licence->holders, &place);
	qsort(sorted, count, sizeof(*sorted), by_state_and_turn);

	for (size_t i = 0; i < count; i++) {
		struct licence_record record = record_of(sorted[i]);

		h(&record, arg);
	}
	free(sorted);
}

void licence_walk(const struct licence *licence, licence_record_h *h, void *arg)
{
	const struct holder *holder;
	size_t place = 0;

	while ((holder = index_walk(licence->holders, &place))) {
		struct licence_record record = record_of(holder);

		h(&record, arg);
	}
}

enum err licence_history(const struct licence *licence, const char *entity,
			 size_t most, licence_record_h *h, void *arg)
{
	return licence->options.store->history(licence->options.store_arg,
					       entity, most, h, arg);
}

static void remember(const struct licence_record *record, void *arg)
{
	struct licence *licence = arg;
	struct holder *holder = holder_make(licence, record->entity);

	holder->turn = record->turn;
	holder->override = record->override;
	holder->wanted = record->wanted;
	set_state(licence, holder, record->state);
	holder->since = record->at;
	if (record->turn > licence->last_turn)
		licence->last_turn = record->turn;
}

enum err licence_new(struct licence **licencep,
		     const struct licence_options *options, struct why *why)
{
	struct licence *licence = x_new(struct licence);
	enum err err;

	licence->options = *options;
	licence->holders = index_new(holder_name);
	err = options->store->load(options->store_arg, remember, licence, why);
	if (err) {
		licence_free(&licence);
		return err;
	}

	*licencep = licence;
	return ERR_OK;
}

void licence_free(struct licence **licencep)
{
	struct licence *licence = *licencep;
	struct holder *holder;
	size_t place = 0;

	if (!licence)
		return;

	while ((holder = index_walk(licence->holders, &place))) {
		intern_drop(&holder->entity);
		free(holder);
	}
	index_free(&licence->holders);
	free(licence);
	*licencep = NULL;
}

const char *licence_state_word(enum licence_state state)
{
	return state_words[state][0];
}

const char *licence_state_text(enum licence_state state)
{
	return state_words[state][1];
}

const char *licence_action_word(enum licence_action action)
{
	return action_words[action];
}

const char *licence_override_word(enum licence_override override)
{
	return override_words[override];
}

enum licence_state licence_state_from_word(const char *word)
{
	int i = 0;

	while (i < LICENCE_STATE_COUNT && strcmp(word, state_words[i][0]) != 0)
		i++;
	return (enum licence_state)i;
}

enum licence_action licence_action_from_word(const char *word)
{
	int i = 0;

	while (i < LICENCE_ACTION_COUNT && strcmp(word, action_words[i]) != 0)
		i++;
	return (enum licence_action)i;
}

enum licence_override licence_override_from_word(const char *word)
{
	int i = 0;

	while (i < LICENCE_OVERRIDE_COUNT &&
	       strcmp(word, override_words[i]) != 0)
		i++;
	return (enum licence_override)i;
}
