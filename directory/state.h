/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state file of a watched directory: written a moment after something
 * changed, by a worker, and only when what changed was told. The cookies in it
 * are those of the last moment at which nothing was held back.
 */
#ifndef DIRECTORY_STATE_H
#define DIRECTORY_STATE_H

#include "directory/people_file.h"

struct state;

struct state_handlers {
	/* From the loop; ERR_OK when it is over. */
	void (*trouble)(const struct why *why, void *arg);
	/* Whether all that changed was told. */
	bool (*may_save)(void *arg);
};

/*
 * Reads the file into the people, which are made anew where it is broken.
 * The handlers stay.
 */
struct state *state_new(const struct watch_settings *settings,
			struct people **peoplep,
			const struct state_handlers *handlers, void *arg);

/* Writes what is not written yet. */
void state_free(struct state **statep);

struct people_head *state_head(struct state *state);

/* settled: the cookies may be written too. */
void state_changed(struct state *state, bool settled);

/* What was not told is not to be written; the state is freed next. */
void state_forget_changes(struct state *state);

void state_drop_cookies(struct state *state);

#endif
