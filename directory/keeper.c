/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "directory/keeper_private.h"

enum {
	MOVE_QUIET_MS = 1500, /* homeMDB may follow in another replication */
	EXPIRY_LOOK_MAX_S = 3600,
};

static void judge_said(struct keeper *keeper, const char *source)
{
	const struct pass_kind kind = {
		.everybody = true,
		.said_only = true,
		.evidence = EVIDENCE_EXPLICIT,
	};

	keeper_judge_later(keeper, &kind, source);
}

static void on_expiry(void *arg);

static void wait_for_expiry(struct keeper *keeper)
{
	time_t now = clock_now();
	time_t next = people_next_expiry(keeper->people, now);
	time_t wait = next && next - now < EXPIRY_LOOK_MAX_S
			      ? next - now
			      : EXPIRY_LOOK_MAX_S;

	timer_start(&keeper->expiry, (unsigned)wait, on_expiry, keeper);
}

static void on_expiry(void *arg)
{
	struct keeper *keeper = arg;

	wait_for_expiry(keeper);
	judge_said(keeper, "clock");
}

static void look_at_expiry(struct keeper *keeper, const struct row *row)
{
	time_t now = clock_now();

	if (row->expires > now && row->expires - now < EXPIRY_LOOK_MAX_S)
		timer_start(&keeper->expiry, (unsigned)(row->expires - now),
			    on_expiry, keeper);
}

static void on_moves(void *arg)
{
	struct keeper *keeper = arg;
	const struct watch_cause cause = {
		.evidence = EVIDENCE_EXPLICIT,
		.source = keeper->settings->name,
		.why = "mailbox has another home",
	};
	uint64_t now_ms = clock_ms();
	uint64_t next_ms = 0;
	struct row *row;
	size_t place = 0;

	while ((row = people_walk(keeper->people, &place)) != NULL) {
		uint64_t due_ms = row->moved_ms + MOVE_QUIET_MS;

		if (!row->moved_ms)
			continue;
		if (due_ms > now_ms) {
			next_ms =
				next_ms && next_ms < due_ms ? next_ms : due_ms;
			continue;
		}
		row->moved_ms = 0;
		if (row->entitled)
			keeper_tell(keeper, HAPPENING_MOVED, row, &cause);
	}
	if (next_ms)
		timer_start_ms(&keeper->moves, next_ms - now_ms, on_moves,
			       keeper);
}

static void see_person(struct keeper *keeper, const struct change *change,
		       const char *source)
{
	const struct watch_cause cause = {
		.evidence = EVIDENCE_EXPLICIT,
		.source = source,
		.why = "entry changed",
	};
	struct row *row = change->row;
	struct person before;

	look_at_expiry(keeper, row);
	if (change->fresh || !row->entitled)
		return;

	if (change->home) {
		row->moved_ms = clock_ms();
		if (!timer_running(&keeper->moves))
			timer_start_ms(&keeper->moves, MOVE_QUIET_MS, on_moves,
				       keeper);
	}
	if (change->person) {
		person_of(row, &before);
		before.address = change->address;
		before.mailbox = change->mailbox;
		keeper_tell_changed(keeper, row, &before, &cause);
	}
}

static void see_group(struct keeper *keeper, const struct change *change,
		      const char *source, bool listed)
{
	if (!change->members)
		return;

	keeper->members_wait = true;
	keeper->members_differ |= !change->fresh;
	if (change->strangers)
		keeper->doubt = true;
	else if (!listed)
		keeper_regroup(keeper, source);
}

void keeper_see(struct keeper *keeper, const struct sighting *sighting,
		const char *source, bool listed)
{
	static const struct pass_kind alone = { .evidence = EVIDENCE_EXPLICIT };
	struct row *known = people_find(keeper->people, sighting->id);
	struct change change;
	enum standing standing;

	if (!known && sighting->deleted)
		return;

	people_see(keeper->people, sighting, &change);
	if (change.row->group) {
		see_group(keeper, &change, source, listed);
	} else {
		see_person(keeper, &change, source);
		standing = people_standing(keeper->people, change.row,
					   clock_now());
		if ((!listed || standing == STANDING_OK) &&
		    keeper_judge(keeper, change.row, &alone, source))
			keeper_add_leaving(keeper, change.row);
		if (!listed)
			keeper_let_leave(keeper, source);
	}
	change_clear(&change);
	keeper_note_change(keeper);
}

void keeper_gone(struct keeper *keeper, const char *id)
{
	struct row *row = people_find(keeper->people, id);

	if (!row || row->gone == STANDING_DELETED)
		return;

	row->gone = STANDING_DELETED;
	if (row->group)
		keeper->members_wait = true;
	else if (row->entitled && !row->held)
		keeper_add_leaving(keeper, row);
	else
		keeper_forget_if_gone(keeper, row);
}

void keeper_settle_gone(struct keeper *keeper, const char *source)
{
	keeper_let_leave(keeper, source);
	if (keeper->members_wait && !keeper->doubt)
		keeper_regroup(keeper, source);
}

void keeper_listed(struct keeper *keeper, const char *source)
{
	judge_said(keeper, source);
}

void keeper_regroup(struct keeper *keeper, const char *source)
{
	const struct pass_kind kind = { .everybody = true,
					.evidence = EVIDENCE_EXPLICIT };

	people_regroup_begin(keeper->people);
	keeper->members_wait = keeper->members_differ = false;
	keeper_judge_later(keeper, &kind, source);
}

bool keeper_members_differ(const struct keeper *keeper)
{
	return keeper->members_differ;
}

bool keeper_is_missing(const struct row *row, uint64_t mark)
{
	return row->mark < mark && !row->gone;
}

size_t keeper_missing(const struct keeper *keeper, uint64_t mark)
{
	const struct row *row;
	size_t place = 0;
	size_t count = 0;

	while ((row = people_walk(keeper->people, &place)) != NULL)
		count += keeper_is_missing(row, mark);

	return count;
}

static void say_groups(struct keeper *keeper)
{
	const char *group = people_missing_group(keeper->people);
	struct why why;

	if (!group) {
		keeper_alarm(keeper, WATCH_ALARM_SETTING, NULL);
		return;
	}
	why_set(&why, ERR_CONFIG, "group %.150s is not found", group);
	keeper_alarm(keeper, WATCH_ALARM_SETTING, &why);
}

void keeper_believe(struct keeper *keeper, uint64_t mark, const char *source)
{
	const struct pass_kind kind = {
		.everybody = true,
		.forgets = true,
		.settles = true,
		.evidence = EVIDENCE_IMPLIED,
	};

	for (struct row *row = people_first(keeper->people); row;
	     row = row->next)
		if (keeper_is_missing(row, mark))
			row->gone = STANDING_ABSENT;

	people_forget_renames(keeper->people);
	people_regroup_begin(keeper->people);
	keeper->members_wait = keeper->members_differ = false;
	keeper->doubt = false;
	say_groups(keeper);
	keeper_judge_later(keeper, &kind, source);
}

struct people *keeper_people(const struct keeper *keeper)
{
	return keeper->people;
}

bool keeper_take_doubt(struct keeper *keeper)
{
	bool doubt = keeper->doubt;

	keeper->doubt = false;
	return doubt;
}

const struct why *keeper_alarms(const struct keeper *keeper)
{
	return keeper->alarms;
}

void keeper_set_cookie(struct keeper *keeper, const char *name,
		       const char *data, size_t len)
{
	people_head_set(state_head(keeper->state), name, data, len);
	keeper_note_change(keeper);
}

const struct people_cookie *keeper_cookie(const struct keeper *keeper,
					  const char *name)
{
	return people_head_get(state_head(keeper->state), name);
}

void keeper_identity(struct keeper *keeper, const char *identity)
{
	struct people_head *head = state_head(keeper->state);
	struct why why;

	if (head->identity && !strcmp(head->identity, identity))
		return;

	if (head->identity) {
		why_set(&why, ERR_CONFIG,
			"the entry at %.100s is another than before",
			keeper->settings->base);
		keeper_alarm(keeper, WATCH_ALARM_IDENTITY, &why);
		state_drop_cookies(keeper->state);
	}
	free(head->identity);
	head->identity = x_strdup(identity);
	keeper_note_change(keeper);
}

size_t keeper_confirm(struct keeper *keeper)
{
	size_t count = keeper->held;

	if (keeper->settings->dry_run)
		return 0;

	guard_release(keeper->guard);
	keeper_release_held(keeper);
	return count;
}

/*
 * What was said of them is forgotten, so that it is looked up again. Whoever
 * is not met then still waits for a person: the mark says that he was not.
 */
size_t keeper_discard(struct keeper *keeper)
{
	size_t count = keeper->held;
	struct row *row;
	size_t place = 0;

	while ((row = people_walk(keeper->people, &place)) != NULL) {
		if (!row->held)
			continue;
		keeper_hold(keeper, row, false);
		row->kept = true;
		row->mark = row->gone ? 0 : row->mark;
		row->gone = STANDING_OK;
		log_warn("revocation discarded", KV("user", row->address));
	}
	state_drop_cookies(keeper->state);
	keeper_say_held(keeper);
	keeper_note_change(keeper);
	return count;
}

size_t keeper_held(const struct keeper *keeper)
{
	return keeper->held;
}

time_t keeper_last_event(const struct keeper *keeper)
{
	return keeper->last_event;
}

void keeper_each(const struct keeper *keeper, bool held, watch_person_h *h,
		 void *arg)
{
	struct watch_cause cause = { .source = keeper->settings->name };
	const struct row *row;
	struct person person;
	size_t place = 0;

	while ((row = people_walk(keeper->people, &place)) != NULL) {
		if (!row->entitled || (held && !row->held))
			continue;
		cause.evidence = row->evidence;
		cause.why = standing_word(
			people_standing(keeper->people, row, clock_now()));
		person_of(row, &person);
		h(&person, &cause, arg);
	}
}

static bool may_save(void *arg)
{
	struct keeper *keeper = arg;

	return happenings_idle(keeper->happenings) && !keeper->passes;
}

/* Everybody who was known is told, then what time has done meanwhile. */
static void welcome(struct keeper *keeper)
{
	const struct watch_cause cause = {
		.evidence = EVIDENCE_IMPLIED,
		.source = "state file",
		.why = "known from before",
	};
	const struct pass_kind kind = { .everybody = true,
					.evidence = EVIDENCE_EXPLICIT };
	const struct row *row;
	size_t place = 0;

	while ((row = people_walk(keeper->people, &place)) != NULL)
		if (row->entitled)
			keeper_tell(keeper, HAPPENING_JOINED, row, &cause);
	keeper_judge_later(keeper, &kind, "state file");
	wait_for_expiry(keeper);
}

static void on_state_trouble(const struct why *why, void *arg)
{
	keeper_alarm(arg, WATCH_ALARM_STATE, why->err ? why : NULL);
}

static const struct state_handlers state_handlers = {
	.trouble = on_state_trouble,
	.may_save = may_save,
};

struct keeper *keeper_new(const struct watch_settings *settings,
			  const struct watch_handlers *handlers, void *arg)
{
	const struct guard_options options = {
		.absolute = settings->breaker,
		.percent = settings->breaker_percent,
		.span_s = settings->breaker_span,
	};
	struct keeper *keeper = x_new(struct keeper);

	keeper->settings = settings;
	keeper->people = people_new(&settings->group);
	keeper->guard = guard_new(&options);
	keeper->happenings = happenings_new(handlers, arg);
	keeper->state =
		state_new(settings, &keeper->people, &state_handlers, keeper);
	welcome(keeper);
	return keeper;
}

void keeper_free(struct keeper **keeperp)
{
	struct keeper *keeper = *keeperp;

	if (!keeper)
		return;

	timer_stop(&keeper->expiry);
	timer_stop(&keeper->moves);
	if (!may_save(keeper))
		state_forget_changes(keeper->state);
	keeper_drop_passes(keeper);
	state_free(&keeper->state);
	happenings_free(&keeper->happenings);
	guard_free(&keeper->guard);
	people_free(&keeper->people);
	free(keeper->leaving);
	free(keeper);
	*keeperp = NULL;
}
