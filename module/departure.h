/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What happens to a user whose licence is revoked, step by step, as
 * departure.def has them, each told in the log. From the beginning on he is
 * refused whatever he asks for; that is module/members.h's.
 */
#ifndef MODULE_DEPARTURE_H
#define MODULE_DEPARTURE_H

#include "calendar/feed.h"
#include "module/api.h"
#include "module/settings.h"

struct departures;

/* Both outlive it. */
struct departures *departures_new(const struct settings *settings,
				  const struct host *host);

/* Steps that were not taken yet are not taken. */
void departures_free(struct departures **departuresp);

/* Takes the feed, which may be NULL. */
void departure_begin(struct departures *departures, const char *entity,
		     struct feed *feed);

/* He may again: what is left to do is done now, before he comes back. */
void departure_hurry(struct departures *departures, const char *entity);

size_t departures_count(const struct departures *departures);

#endif
