/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/work.h"
#include "directory/state.h"

enum { SAVE_QUIET_MS = 1000, FILE_MAX = 1 << 29, SCOPE_MAX = 1 << 16 };

/* Rows printed before others have their turn; and how often something may
   change meanwhile before they have to wait. */
enum { ROWS_A_TURN = 500, DISTURBED_MAX = 10 };

/* One writing; outlives a state that is freed meanwhile. */
struct saving {
	struct state *state; /* NULL: nobody waits */
	char path[DIRECTIVE_TEXT_SIZE];
	struct buf text;
	struct why why;
};

struct state {
	const struct watch_settings *settings;
	struct people **peoplep;
	const struct state_handlers *handlers;
	void *arg;
	struct people_head head;    /* as it is */
	struct people_head settled; /* its cookies as they may be written */
	bool is_settled;
	bool dirty;
	struct saving *saving;
	bool printing; /* that is not with a worker yet */
	const struct row *at;
	uint64_t edition; /* to which that belongs */
	unsigned disturbed;
	struct timer timer;
	struct why why; /* of reading, told from the loop */
};

static void save_later(struct state *state);

/* Two names, since a worker may still write when the state goes. */
static const char beside_worker[] = ".new";
static const char beside_last[] = ".last";

static void copy_cookies(struct people_head *to, const struct people_head *from)
{
	for (size_t i = 0; i < PEOPLE_COOKIES && from->cookies[i].name; i++)
		people_head_set(to, from->cookies[i].name,
				from->cookies[i].data, from->cookies[i].len);
}

static void print_head(struct state *state, struct buf *out)
{
	struct people_head head = state->settled;

	if (state->is_settled) {
		copy_cookies(&state->settled, &state->head);
		head = state->settled;
	}
	head.identity = state->head.identity;
	head.scope = state->head.scope;
	*out = BUF(FILE_MAX);
	people_write_head(&head, out);
}

static void run_saving(void *arg)
{
	struct saving *saving = arg;

	saving->why.err =
		people_file_save(saving->path, beside_worker, saving->text.data,
				 saving->text.len, &saving->why);
}

static void saving_done(bool cancelled, void *arg)
{
	struct saving *saving = arg;
	struct state *state = saving->state;
	struct why why = saving->why;

	buf_free(&saving->text);
	free(saving);
	if (!state)
		return;

	state->saving = NULL;
	if (cancelled)
		return;
	if (why.err)
		state->dirty = true;
	if (state->dirty)
		save_later(state);
	state->handlers->trouble(&why, state->arg);
}

static void drop_saving(struct state *state)
{
	buf_free(&state->saving->text);
	free(state->saving);
	state->saving = NULL;
	state->printing = false;
}

/* What is written is of one moment: not with half of what came meanwhile. */
static bool is_disturbed(const struct state *state)
{
	return state->dirty ||
	       people_edition(*state->peoplep) != state->edition ||
	       !state->handlers->may_save(state->arg);
}

static void print_some(void *arg)
{
	struct state *state = arg;
	unsigned rows =
		state->disturbed < DISTURBED_MAX ? ROWS_A_TURN : UINT_MAX;

	if (is_disturbed(state)) {
		drop_saving(state);
		state->disturbed++;
		state->dirty = true;
		save_later(state);
		return;
	}

	state->at = people_write_rows(state->at, rows, &state->saving->text);
	if (state->at) {
		timer_start_ms(&state->timer, 0, print_some, state);
		return;
	}
	state->printing = false;
	state->disturbed = 0;
	work_start(run_saving, saving_done, state->saving);
}

static void save(void *arg)
{
	struct state *state = arg;
	struct saving *saving;

	if (!state->dirty || state->saving)
		return;
	if (!state->handlers->may_save(state->arg)) {
		save_later(state);
		return;
	}

	state->dirty = false;
	saving = x_new(struct saving);
	saving->state = state;
	memcpy(saving->path, state->settings->state, sizeof(saving->path));
	print_head(state, &saving->text);
	state->saving = saving;
	state->printing = true;
	state->at = people_first(*state->peoplep);
	state->edition = people_edition(*state->peoplep);
	print_some(state);
}

static void save_later(struct state *state)
{
	if (!timer_running(&state->timer))
		timer_start_ms(&state->timer, SAVE_QUIET_MS, save, state);
}

/* Cookies belong to what was asked for; asked otherwise they mislead. */
static char *scope_of(const struct watch_settings *s)
{
	struct buf out = BUF(SCOPE_MAX);
	char *scope;

	buf_print(&out, "%s|%s|%s|%s", s->base, s->filter, s->group_base,
		  s->group_filter);
	for (size_t i = 0; i < s->group.count; i++)
		buf_print(&out, "|%s", s->group.items[i]);
	scope = x_strdup(buf_text(&out));
	buf_free(&out);
	return scope;
}

static void tell_trouble(void *arg)
{
	struct state *state = arg;

	state->handlers->trouble(&state->why, state->arg);
}

static void load(struct state *state)
{
	struct buf text = BUF(FILE_MAX);
	enum err err =
		people_file_load(state->settings->state, &text, &state->why);

	if (!err && text.len)
		err = people_read(*state->peoplep, &state->head,
				  buf_text(&text), text.len, &state->why);
	if (err) {
		log_error("state file of the directory not read",
			  KV("file", state->settings->state),
			  KWHY(&state->why));
		people_free(state->peoplep);
		*state->peoplep = people_new(&state->settings->group);
		people_head_clear(&state->head);
		timer_start_ms(&state->timer, 0, tell_trouble, state);
	}
	buf_free(&text);
}

static void check_scope(struct state *state)
{
	char *scope = scope_of(state->settings);

	if (state->head.scope && strcmp(state->head.scope, scope) != 0)
		state_drop_cookies(state);
	free(state->head.scope);
	state->head.scope = scope;
	copy_cookies(&state->settled, &state->head);
}

struct state *state_new(const struct watch_settings *settings,
			struct people **peoplep,
			const struct state_handlers *handlers, void *arg)
{
	struct state *state = x_new(struct state);

	state->settings = settings;
	state->peoplep = peoplep;
	state->handlers = handlers;
	state->arg = arg;
	if (settings->state[0])
		load(state);
	check_scope(state);
	return state;
}

void state_free(struct state **statep)
{
	struct state *state = *statep;
	struct buf text;

	if (!state)
		return;

	timer_stop(&state->timer);
	if (state->printing) {
		drop_saving(state);
		state->dirty = true;
	}
	if (state->saving)
		state->saving->state = NULL;
	/* A worker may still write the text before this: just as true. */
	if (state->settings->state[0] && (state->dirty || state->saving)) {
		print_head(state, &text);
		people_write_rows(people_first(*state->peoplep), UINT_MAX,
				  &text);
		people_file_save(state->settings->state, beside_last, text.data,
				 text.len, NULL);
		buf_free(&text);
	}
	people_head_clear(&state->head);
	people_head_clear(&state->settled);
	free(state);
	*statep = NULL;
}

struct people_head *state_head(struct state *state)
{
	return &state->head;
}

void state_changed(struct state *state, bool settled)
{
	if (!state->settings->state[0])
		return;

	state->is_settled = settled;
	state->dirty = true;
	save_later(state);
}

void state_forget_changes(struct state *state)
{
	state->dirty = false;
	if (state->printing)
		drop_saving(state);
	if (state->saving)
		state->saving->state = NULL;
	state->saving = NULL;
}

void state_drop_cookies(struct state *state)
{
	for (size_t i = 0; i < PEOPLE_COOKIES && state->head.cookies[i].name;
	     i++) {
		const char *name = state->head.cookies[i].name;

		people_head_set(&state->settled, name, NULL, 0);
		people_head_set(&state->head, name, NULL, 0);
	}
}
