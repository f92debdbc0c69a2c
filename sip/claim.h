/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Claims: each source says what it believes of a presentity, and until when.
 * Nothing is ever restored: a claim ends, and the next one shows. Pure data.
 */
#ifndef SIP_CLAIM_H
#define SIP_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

enum state {
#define STATE(name, word, basic, activity, coarse, extended, times, text) \
	STATE_##name,
#include "sip/state.def"
	STATE_COUNT
};

enum claim_source {
#define CLAIM(name, word, text) CLAIM_##name,
#include "sip/claim.def"
	CLAIM_COUNT
};

enum { NOTE_SIZE = 256 };

struct claim {
	enum claim_source source;
	enum state state;
	time_t from;          /* not before this; 0 has always been so */
	time_t until;         /* not from this on; 0 no end known */
	char note[NOTE_SIZE]; /* said by the source, UTF-8; "" none */
};

/* What watchers are shown of a state: a row of state.def. */
enum state_times { TIMES_NONE, TIMES_UNTIL, TIMES_SINCE };

struct state_row {
	const char *word, *basic;
	const char *activity, *coarse; /* NULL: none */
	const char *extended;
	enum state_times times;
	const char *text; /* English */
};

const struct state_row *state_row(enum state state);

/* Nothing but the word, which no watcher sees, tells them apart. */
bool state_looks_like(enum state a, enum state b);

const char *state_word(enum state state);
/* STATE_COUNT if there is no such word. */
enum state state_from_word(const char *word);
const char *claim_source_word(enum claim_source source);
const char *claim_source_text(enum claim_source source);
enum claim_source claim_source_from_word(const char *word);

/* A state said by the user's own client, filed under the source it is. */
enum claim_source claim_source_of(enum state state);

bool claim_equal(const struct claim *a, const struct claim *b);

#endif
