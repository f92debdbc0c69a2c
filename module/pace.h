/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * So many a second and no more: who comes when the second is full waits in a
 * queue, once, and what is done then is what is wanted then.
 */
#ifndef MODULE_PACE_H
#define MODULE_PACE_H

#include <stdbool.h>
#include <stddef.h>

struct pace;

/* Zeroed waits nowhere. */
struct pace_slot {
	struct pace_slot *next, *prev;
	bool waits;
};

/* The slot waits no more; from the loop. */
typedef void pace_h(struct pace_slot *slot, void *arg);

struct pace *pace_new(pace_h *h, void *arg);

/* The slots stay whoever's they are. */
void pace_free(struct pace **pacep);

/* 0: as many as come. */
void pace_change(struct pace *pace, unsigned per_s);

/* true: go ahead now; false: the handler will say when. */
bool pace_ask(struct pace *pace, struct pace_slot *slot);
void pace_drop(struct pace *pace, struct pace_slot *slot);

size_t pace_waiting(const struct pace *pace);

#endif
