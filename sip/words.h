/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words that watchers read, in their language: what po/ says, built in,
 * since a host need not have the locale of every language it shows.
 */
#ifndef SIP_WORDS_H
#define SIP_WORDS_H

#include <stdbool.h>
#include <time.h>

#include "sip/presence.h"

/* The language that will be used for "ja", "ja_JP.UTF-8", ...: "en", "ja". */
const char *words_lang(const char *lang);

/* Whether there is a catalogue of it. */
bool words_has(const char *lang);

/* English text in that language; itself where the catalogue has none. */
const char *words(const char *lang, const char *text);

struct words_when {
	const char *lang;
	const char *zone; /* IANA name; NULL or "": the host's own */
	time_t now;
};

/* "In a meeting" */
const char *words_state(const char *lang, enum state state);

/*
 * "Until 10:30", "Until Monday 10:30", "Until 3 January", "Since 10:30"; ""
 * where the state tells no time or it is not known.
 */
void words_time(char out[NOTE_SIZE], const struct presence *presence,
		const struct words_when *when);

/* Both in one: "In a meeting until 10:30". */
void words_sentence(char out[NOTE_SIZE], const struct presence *presence,
		    const struct words_when *when);

#endif
