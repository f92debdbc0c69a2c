/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "sip/claim.h"

static const struct state_row states[] = {
#define STATE(name, word, basic, activity, coarse, extended, times, text) \
	[STATE_##name] = { word,     basic,         activity, coarse,     \
			   extended, TIMES_##times, text },
#include "sip/state.def"
};

static const struct {
	const char *word, *text;
} sources[] = {
#define CLAIM(name, word, text) [CLAIM_##name] = { word, text },
#include "sip/claim.def"
};

/* Clients say these about themselves; what is not here says little. */
static const struct {
	enum state state;
	enum claim_source source;
} said[] = {
	{ STATE_DND, CLAIM_DND },   { STATE_PHONE, CLAIM_PHONE },
	{ STATE_OOF, CLAIM_OOF },   { STATE_MEETING, CLAIM_MEETING },
	{ STATE_BUSY, CLAIM_BUSY }, { STATE_AWAY, CLAIM_BUSY },
};

enum { SAID = sizeof(said) / sizeof(said[0]) };

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

const struct state_row *state_row(enum state state)
{
	return &states[state];
}

bool state_looks_like(enum state a, enum state b)
{
	const struct state_row *x = &states[a], *y = &states[b];

	return same(x->basic, y->basic) && same(x->activity, y->activity) &&
	       same(x->coarse, y->coarse) && same(x->extended, y->extended) &&
	       x->times == y->times && same(x->text, y->text);
}

const char *state_word(enum state state)
{
	return states[state].word;
}

enum state state_from_word(const char *word)
{
	unsigned i = 0;

	while (i < STATE_COUNT && strcmp(states[i].word, word) != 0)
		i++;
	return (enum state)i;
}

const char *claim_source_word(enum claim_source source)
{
	return sources[source].word;
}

const char *claim_source_text(enum claim_source source)
{
	return sources[source].text;
}

enum claim_source claim_source_from_word(const char *word)
{
	unsigned i = 0;

	while (i < CLAIM_COUNT && strcmp(sources[i].word, word) != 0)
		i++;
	return (enum claim_source)i;
}

enum claim_source claim_source_of(enum state state)
{
	for (size_t i = 0; i < SAID; i++)
		if (said[i].state == state)
			return said[i].source;
	return CLAIM_CLIENT;
}

bool claim_equal(const struct claim *a, const struct claim *b)
{
	return a->source == b->source && a->state == b->state &&
	       a->from == b->from && a->until == b->until &&
	       !strcmp(a->note, b->note);
}
