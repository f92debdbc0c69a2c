/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For the parts of the keeper alone: keeper.c sees, keeper_leave.c judges one,
 * keeper_pass.c everybody.
 */
#ifndef DIRECTORY_KEEPER_PRIVATE_H
#define DIRECTORY_KEEPER_PRIVATE_H

#include "base/loop.h"
#include "directory/guard.h"
#include "directory/happening.h"
#include "directory/keeper.h"
#include "directory/state.h"

struct keeper {
	const struct watch_settings *settings;
	struct people *people;
	struct guard *guard;
	struct happenings *happenings;
	struct state *state;
	struct why alarms[WATCH_ALARM_COUNT];
	struct row **leaving; /* those of one batch */
	size_t leaving_count, leaving_room;
	size_t held;
	bool held_differ; /* from what was said of them */
	bool doubt;
	bool members_wait;   /* some do not count yet */
	bool members_differ; /* of groups that were known before */
	time_t last_event;
	struct pass *passes, *passes_end;
	struct timer expiry, moves, turn;
};

/* Of looking at many: tens of thousands are not looked at in one go. */
struct pass_kind {
	bool everybody; /* not only those who are noted already */
	bool said_only; /* what only follows from absence waits until that is
			   believed */
	bool decided;   /* a person let those go that are held */
	bool forgets;   /* then who is gone is forgotten */
	bool settles;   /* then it is told that everything was read */
	enum evidence evidence;
};

void keeper_tell(struct keeper *keeper, enum happening_kind kind,
		 const struct row *row, const struct watch_cause *cause);
void keeper_tell_changed(struct keeper *keeper, const struct row *row,
			 const struct person *before,
			 const struct watch_cause *cause);
void keeper_note_change(struct keeper *keeper);
void keeper_forget_if_gone(struct keeper *keeper, struct row *row);

/* He waits for a person, or no more; said of all of them together. */
void keeper_hold(struct keeper *keeper, struct row *row, bool held);
void keeper_say_held(struct keeper *keeper);

/* Once it was handled, nobody has it in his hands. */
void keeper_forget(struct keeper *keeper, struct row *row);

/* Some a turn: groups' new members count, who may join joins, then who has to
   go goes. */
void keeper_judge_later(struct keeper *keeper, const struct pass_kind *kind,
			const char *source);
void keeper_leave_later(struct keeper *keeper, const struct pass_kind *kind,
			const char *source);
void keeper_drop_passes(struct keeper *keeper);

/* What one row's standing means; true: he has to go. */
bool keeper_judge(struct keeper *keeper, struct row *row,
		  const struct pass_kind *kind, const char *source);
bool keeper_must_go(const struct keeper *keeper, const struct row *row);

/* Noted, to leave with keeper_let_leave(); or forgotten before that. */
void keeper_add_leaving(struct keeper *keeper, struct row *row);
void keeper_drop_leaving(struct keeper *keeper, const struct row *row);

/* Those noted go together or are held together, on explicit evidence. */
void keeper_let_leave(struct keeper *keeper, const char *source);

/* Whether so many more may go at once. */
bool keeper_may_leave(struct keeper *keeper, size_t count,
		      enum evidence evidence);

/* may: else he is held. */
void keeper_leave(struct keeper *keeper, struct row *row,
		  const struct pass_kind *kind, const char *source, bool may);

/* A person decided: all that are held go. */
void keeper_release_held(struct keeper *keeper);

#endif
