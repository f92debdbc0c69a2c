/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the parts of the keeper alone: keeper.c sees, keeper_leave.c judges. */
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
	bool doubt;
	bool members_wait;   /* some do not count yet */
	bool members_differ; /* of groups that were known before */
	bool saw_double;
	time_t last_event;
	struct timer expiry, moves;
};

void keeper_tell(struct keeper *keeper, enum happening_kind kind,
		 const struct row *row, const struct watch_cause *cause);
void keeper_tell_changed(struct keeper *keeper, const struct row *row,
			 const struct person *before,
			 const struct watch_cause *cause);
void keeper_note_change(struct keeper *keeper);
void keeper_forget_if_gone(struct keeper *keeper, struct row *row);
void keeper_say_held(struct keeper *keeper);

/* What one row's standing means; who has to go is only noted. */
void keeper_judge(struct keeper *keeper, struct row *row, const char *source);
void keeper_judge_all(struct keeper *keeper, const char *source,
		      bool said_only);
void keeper_add_leaving(struct keeper *keeper, struct row *row);

/* Those noted go together or are held together. */
void keeper_let_leave(struct keeper *keeper, enum evidence evidence,
		      const char *source);

/* A person decided: all that are held go. */
void keeper_release_held(struct keeper *keeper);

#endif
