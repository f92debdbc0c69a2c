/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "directory/keeper_private.h"

/* More than these leave some a turn. */
enum { MANY = 500 };

void keeper_tell(struct keeper *keeper, enum happening_kind kind,
		 const struct row *row, const struct watch_cause *cause)
{
	struct person person;

	person_of(row, &person);
	keeper->last_event = clock_now();
	happenings_person(keeper->happenings, kind, &person, NULL, cause);
}

void keeper_tell_changed(struct keeper *keeper, const struct row *row,
			 const struct person *before,
			 const struct watch_cause *cause)
{
	struct person person;

	person_of(row, &person);
	keeper->last_event = clock_now();
	happenings_person(keeper->happenings, HAPPENING_CHANGED, &person,
			  before, cause);
}

void keeper_alarm(struct keeper *keeper, enum watch_alarm alarm,
		  const struct why *why)
{
	static const struct why over = { .err = ERR_OK };
	struct why *now = &keeper->alarms[alarm];

	why = why ? why : &over;
	if (now->err == why->err && !strcmp(now->text, why->text))
		return;

	*now = *why;
	if (why->err)
		log_error("directory needs somebody to look",
			  KV("directory", keeper->settings->name),
			  KV("alarm", watch_alarm_word(alarm)), KWHY(why),
			  KV("do", watch_alarm_advice(alarm)));
	else
		log_info("directory alarm is over",
			 KV("directory", keeper->settings->name),
			 KV("alarm", watch_alarm_word(alarm)));
	happenings_alarm(keeper->happenings, alarm, now);
}

/* The cookie must not move while something it stands for is not done. */
void keeper_note_change(struct keeper *keeper)
{
	state_changed(keeper->state, !keeper->held && !keeper->members_wait &&
					     !keeper->passes);
}

void keeper_forget_if_gone(struct keeper *keeper, struct row *row)
{
	if (row->gone && !row->entitled && !row->held && !row->group)
		keeper_forget(keeper, row);
}

static void join(struct keeper *keeper, struct row *row, const char *source)
{
	const struct watch_cause cause = {
		.evidence = EVIDENCE_EXPLICIT,
		.source = source,
		.why = standing_word(STANDING_OK),
	};

	people_entitle(keeper->people, row, true);
	keeper_tell(keeper, HAPPENING_JOINED, row, &cause);
}

/* Who would be entitled but for this one, who has the address. */
static struct row *find_twin(const struct keeper *keeper, const struct row *row)
{
	struct row *twin = people_double(keeper->people, row->address);

	return twin && twin != row && !twin->entitled &&
			       people_standing(keeper->people, twin,
					       clock_now()) == STANDING_OK
		       ? twin
		       : NULL;
}

/*
 * An address that lives on under another id was imported anew if the old
 * entry is just missing, and given to somebody else if it was deleted.
 */
static void release(struct keeper *keeper, struct row *row,
		    const struct watch_cause *cause)
{
	struct row *twin;

	keeper_hold(keeper, row, false);
	row->kept = false;
	people_entitle(keeper->people, row, false);
	twin = find_twin(keeper, row);
	if (twin && cause->evidence == EVIDENCE_IMPLIED) {
		struct person before;

		person_of(row, &before);
		people_entitle(keeper->people, twin, true);
		keeper_tell_changed(keeper, twin, &before, cause);
	} else {
		log_info("user left the directory", KV("user", row->address),
			 KV("why", cause->why), KV("source", cause->source),
			 KV("evidence", evidence_word(cause->evidence)));
		keeper_tell(keeper, HAPPENING_LEFT, row, cause);
		if (twin)
			join(keeper, twin, cause->source);
	}
	keeper_forget_if_gone(keeper, row);
}

void keeper_hold(struct keeper *keeper, struct row *row, bool held)
{
	if (row->held == held)
		return;

	row->held = held;
	keeper->held += held ? 1 : (size_t)-1;
	keeper->held_differ = true;
}

static const struct row *first_held(const struct keeper *keeper)
{
	const struct row *row;
	size_t place = 0;

	while ((row = people_walk(keeper->people, &place)) != NULL)
		if (row->held)
			break;
	return row;
}

void keeper_say_held(struct keeper *keeper)
{
	const struct row *row;
	struct why why;

	if (!keeper->held_differ)
		return;

	keeper->held_differ = false;
	row = keeper->held ? first_held(keeper) : NULL;
	if (!row) {
		guard_release(keeper->guard);
		keeper_alarm(keeper, WATCH_ALARM_HELD, NULL);
		return;
	}

	why_set(&why, ERR_DENIED,
		"%zu of %zu users would lose their licence (%s%.60s: %s)",
		keeper->held, people_entitled(keeper->people),
		keeper->settings->dry_run ? "dry run; " : "", row->address,
		standing_word(
			people_standing(keeper->people, row, clock_now())));
	keeper_alarm(keeper, WATCH_ALARM_HELD, &why);
}

static void hold(struct keeper *keeper, struct row *row,
		 const struct watch_cause *cause)
{
	log_warn("revocation held", KV("user", row->address),
		 KV("why", cause->why), KV("source", cause->source),
		 KV("evidence", evidence_word(cause->evidence)),
		 KN("dry_run", keeper->settings->dry_run));
	keeper_hold(keeper, row, true);
	row->evidence = cause->evidence;
}

bool keeper_may_leave(struct keeper *keeper, size_t count,
		      enum evidence evidence)
{
	const struct watch_settings *s = keeper->settings;
	size_t entitled = people_entitled(keeper->people);
	size_t most = entitled * s->absent_percent / 100;

	if (!count)
		return true;
	if (s->dry_run)
		return false;
	if (evidence == EVIDENCE_EXPLICIT)
		return guard_allows(keeper->guard, (unsigned)count, entitled,
				    clock_ms());

	most = most > s->breaker ? most : s->breaker;
	return count <= most && !guard_holds(keeper->guard);
}

/* Whom a person kept stays. */
void keeper_leave(struct keeper *keeper, struct row *row,
		  const struct pass_kind *kind, const char *source, bool may)
{
	struct watch_cause cause = {
		.evidence = row->gone == STANDING_ABSENT ? EVIDENCE_IMPLIED
							 : kind->evidence,
		.source = source,
		.why = standing_word(
			people_standing(keeper->people, row, clock_now())),
	};

	if (row->held)
		cause.evidence = row->evidence;
	if (may && (!row->kept || kind->decided))
		release(keeper, row, &cause);
	else
		hold(keeper, row, &cause);
}

bool keeper_must_go(const struct keeper *keeper, const struct row *row)
{
	return row->entitled &&
	       people_standing(keeper->people, row, clock_now()) != STANDING_OK;
}

/* Much may have been seen since they were noted. */
static size_t drop_others(struct keeper *keeper)
{
	size_t fresh = 0;
	size_t count = 0;

	for (size_t i = 0; i < keeper->leaving_count; i++) {
		struct row *row = keeper->leaving[i];

		row->leaving = false;
		if (row->held || !keeper_must_go(keeper, row))
			continue;
		keeper->leaving[count++] = row;
		fresh += !row->kept;
	}

	keeper->leaving_count = count;
	return fresh;
}

void keeper_let_leave(struct keeper *keeper, const char *source)
{
	const struct pass_kind kind = { .evidence = EVIDENCE_EXPLICIT };
	size_t fresh = drop_others(keeper);
	bool may;

	if (keeper->leaving_count > MANY) {
		keeper_leave_later(keeper, &kind, source);
		return;
	}

	may = keeper_may_leave(keeper, fresh, kind.evidence);
	for (size_t i = 0; i < keeper->leaving_count; i++)
		keeper_leave(keeper, keeper->leaving[i], &kind, source, may);
	keeper->leaving_count = 0;
	keeper_say_held(keeper);
	keeper_note_change(keeper);
}

void keeper_add_leaving(struct keeper *keeper, struct row *row)
{
	if (row->leaving)
		return;

	row->leaving = true;
	if (keeper->leaving_count == keeper->leaving_room) {
		keeper->leaving_room = 2 * keeper->leaving_room + 16;
		keeper->leaving = x_realloc(keeper->leaving,
					    keeper->leaving_room * sizeof(row));
	}
	keeper->leaving[keeper->leaving_count++] = row;
}

void keeper_drop_leaving(struct keeper *keeper, const struct row *row)
{
	size_t i = 0;

	if (!row->leaving)
		return;

	while (keeper->leaving[i] != row)
		i++;
	keeper->leaving[i] = keeper->leaving[--keeper->leaving_count];
}

/* Nothing is wrong with him; if he was met, and not only not missed yet. */
static void unhold(struct keeper *keeper, struct row *row)
{
	row->kept = row->kept && !row->mark;
	keeper_hold(keeper, row, false);
}

static void say_double(struct keeper *keeper, struct row *row)
{
	const struct row *holder = people_holder(keeper->people, row->address);
	struct why why;

	people_note_double(keeper->people, row);
	if (holder->gone || holder->held)
		return;
	why_set(&why, ERR_CONFIG, "%.80s is the address of %.50s and %.50s",
		row->address, holder->dn, row->dn);
	keeper_alarm(keeper, WATCH_ALARM_DOUBLE, &why);
}

/* What only follows from absence waits until absence is believed. */
static bool is_said(enum standing standing)
{
	return standing != STANDING_ABSENT && standing != STANDING_NO_MEMBER;
}

bool keeper_judge(struct keeper *keeper, struct row *row,
		  const struct pass_kind *kind, const char *source)
{
	enum standing standing;

	if (row->group)
		return false;

	standing = people_standing(keeper->people, row, clock_now());
	if (kind->said_only && !is_said(standing))
		return false;
	if (standing == STANDING_DOUBLE && !row->entitled)
		say_double(keeper, row);
	if (standing != STANDING_OK)
		return row->entitled && !row->held;

	unhold(keeper, row);
	if (!row->entitled)
		join(keeper, row, source);
	return false;
}
