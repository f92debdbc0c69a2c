/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "directory/keeper_private.h"

/* So many rows, then others have their turn. */
enum { ROWS_A_TURN = 500 };

/* Or so many members of groups. */
enum { MEMBERS_A_TURN = 4000 };

enum stage { STAGE_JUDGE, STAGE_LEAVE, STAGE_FORGET, STAGE_COUNT };

/* One after the other, in the order in which they were asked for. */
struct pass {
	struct pass *next;
	struct pass_kind kind;
	char *source;
	enum stage stage;
	bool begun; /* that stage */
	struct row *at;
	char (*ids)[PERSON_ID_SIZE]; /* of those who have to go */
	size_t count, room, done;
	bool may;
};

static void note(struct pass *pass, const struct row *row)
{
	if (pass->count == pass->room) {
		pass->room = 2 * pass->room + 16;
		pass->ids =
			x_realloc(pass->ids, pass->room * sizeof(*pass->ids));
	}
	memcpy(pass->ids[pass->count++], row->id, sizeof(row->id));
}

/* The next of all rows, whatever was forgotten since the last. */
static struct row *next_row(struct keeper *keeper, struct pass *pass)
{
	struct row *row;

	if (!pass->begun)
		pass->at = people_first(keeper->people);
	pass->begun = true;
	row = pass->at;
	pass->at = row ? row->next : NULL;
	return row;
}

static bool judge_some(struct keeper *keeper, struct pass *pass, int *rows)
{
	struct row *row;

	if (!pass->kind.everybody)
		return true;

	for (; *rows > 0; --*rows) {
		row = next_row(keeper, pass);
		if (!row)
			return true;
		if (keeper_judge(keeper, row, &pass->kind, pass->source))
			note(pass, row);
	}

	return false;
}

/* Much may have been seen since he was noted. */
static struct row *still_to_go(const struct keeper *keeper,
			       const struct pass *pass, size_t i)
{
	struct row *row = people_find(keeper->people, pass->ids[i]);

	return row && row->held == pass->kind.decided &&
			       keeper_must_go(keeper, row)
		       ? row
		       : NULL;
}

static void begin_leaving(struct keeper *keeper, struct pass *pass)
{
	size_t fresh = 0;

	for (size_t i = 0; i < pass->count; i++) {
		const struct row *row = still_to_go(keeper, pass, i);

		fresh += row && !row->kept;
	}
	pass->begun = true;
	pass->may = pass->kind.decided ||
		    keeper_may_leave(keeper, fresh, pass->kind.evidence);
}

static bool leave_some(struct keeper *keeper, struct pass *pass, int *rows)
{
	if (!pass->begun)
		begin_leaving(keeper, pass);

	for (; pass->done<pass->count && * rows> 0; --*rows) {
		struct row *row = still_to_go(keeper, pass, pass->done++);

		if (row)
			keeper_leave(keeper, row, &pass->kind, pass->source,
				     pass->may);
	}
	if (pass->done < pass->count)
		return false;

	keeper_say_held(keeper);
	return true;
}

/* Those that nobody knows of any more are forgotten without a word. */
static bool forget_some(struct keeper *keeper, struct pass *pass, int *rows)
{
	struct row *row;

	if (!pass->kind.forgets)
		return true;

	for (; *rows > 0; --*rows) {
		row = next_row(keeper, pass);
		if (!row)
			return true;
		if (row->gone && !row->entitled && !row->held)
			keeper_forget(keeper, row);
	}

	return false;
}

static void drop_first(struct keeper *keeper)
{
	struct pass *pass = keeper->passes;

	keeper->passes = pass->next;
	if (!keeper->passes)
		keeper->passes_end = NULL;
	free(pass->ids);
	free(pass->source);
	free(pass);
}

static void go_on(struct keeper *keeper, struct pass *pass)
{
	static bool (*const stages[])(struct keeper *, struct pass *, int *) = {
		[STAGE_JUDGE] = judge_some,
		[STAGE_LEAVE] = leave_some,
		[STAGE_FORGET] = forget_some,
	};
	int rows = ROWS_A_TURN;

	while (pass->stage < STAGE_COUNT &&
	       stages[pass->stage](keeper, pass, &rows)) {
		pass->stage++;
		pass->begun = false;
	}
	if (pass->stage < STAGE_COUNT)
		return;

	if (pass->kind.settles) {
		if (!keeper->held)
			keeper_alarm(keeper, WATCH_ALARM_IDENTITY, NULL);
		happenings_settled(keeper->happenings);
	}
	drop_first(keeper);
	keeper_note_change(keeper);
}

/* Nobody is judged by half of the members. */
static void take_turn(void *arg)
{
	struct keeper *keeper = arg;

	if (people_regroup_some(keeper->people, MEMBERS_A_TURN))
		go_on(keeper, keeper->passes);
	if (keeper->passes)
		timer_start_ms(&keeper->turn, 0, take_turn, keeper);
}

static struct pass *add_pass(struct keeper *keeper,
			     const struct pass_kind *kind, const char *source)
{
	struct pass *pass = x_new(struct pass);

	pass->kind = *kind;
	pass->source = x_strdup(source);
	if (keeper->passes_end)
		keeper->passes_end->next = pass;
	else
		keeper->passes = pass;
	keeper->passes_end = pass;
	if (!timer_running(&keeper->turn))
		timer_start_ms(&keeper->turn, 0, take_turn, keeper);
	return pass;
}

/* One that has not begun will see what this one would. */
static bool is_coming(const struct keeper *keeper, const struct pass_kind *kind,
		      const char *source)
{
	const struct pass *pass = keeper->passes_end;

	return pass && !pass->begun && pass->stage == STAGE_JUDGE &&
	       !memcmp(&pass->kind, kind, sizeof(*kind)) &&
	       !strcmp(pass->source, source);
}

void keeper_judge_later(struct keeper *keeper, const struct pass_kind *kind,
			const char *source)
{
	if (!is_coming(keeper, kind, source))
		add_pass(keeper, kind, source);
}

void keeper_leave_later(struct keeper *keeper, const struct pass_kind *kind,
			const char *source)
{
	struct pass *pass = add_pass(keeper, kind, source);

	for (size_t i = 0; i < keeper->leaving_count; i++)
		note(pass, keeper->leaving[i]);
	keeper->leaving_count = 0;
}

void keeper_release_held(struct keeper *keeper)
{
	const struct pass_kind kind = { .decided = true };
	struct pass *pass = add_pass(keeper, &kind, keeper->settings->name);

	for (struct row *row = people_first(keeper->people); row;
	     row = row->next)
		if (row->held)
			note(pass, row);
}

void keeper_drop_passes(struct keeper *keeper)
{
	timer_stop(&keeper->turn);
	while (keeper->passes)
		drop_first(keeper);
}

void keeper_forget(struct keeper *keeper, struct row *row)
{
	if (keeper->passes && keeper->passes->at == row)
		keeper->passes->at = row->next;
	keeper_drop_leaving(keeper, row);
	people_forget(keeper->people, row);
}
