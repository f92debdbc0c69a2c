/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "calendar/feed.h"

static const struct {
	const char *name;
	unsigned patience_s;
	const char *text;
} states[] = {
#define FEED_STATE(name, patience, text) { #name, patience, text },
#include "calendar/feed.def"
};

const char *feed_state_name(enum feed_state state)
{
	return states[state].name;
}

const char *feed_state_text(enum feed_state state)
{
	return states[state].text;
}

unsigned feed_state_patience_s(enum feed_state state)
{
	return states[state].patience_s;
}
