/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is due when, by the wall clock, for any number of things: one heap,
 * one timer of the loop.
 *
 * A slot is handed over at its second or right after it, never before. The
 * clock is looked at once a second at least, so that one that was stepped is
 * noticed: what the step made due is handed over at once, and stepped() is
 * told, since a step backwards makes things undone that are not in the heap.
 */
#ifndef MODULE_AGENDA_H
#define MODULE_AGENDA_H

#include <stddef.h>
#include <time.h>

/* Zeroed is a slot with nothing due. */
struct agenda_slot {
	time_t due;   /* UTC seconds */
	size_t place; /* in the heap, counted from 1; 0 when not in it */
};

struct agenda;

struct agenda_handlers {
	/* The slot is out of the heap again; may set or drop any slot. */
	void (*due)(struct agenda_slot *slot, void *arg);
	/* The wall clock was moved by so many seconds. */
	void (*stepped)(long by_s, void *arg);
};

struct agenda *agenda_new(const struct agenda_handlers *handlers, void *arg);

/* The slots stay whoever's they are. */
void agenda_free(struct agenda **agendap);

/* Moves the slot where it is in already; due 0 takes it out. */
void agenda_set(struct agenda *agenda, struct agenda_slot *slot, time_t due);

size_t agenda_count(const struct agenda *agenda);

#endif
