/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a timeline to claims, by the administrator's rules and then the rows of
 * mapping.def; pure.
 *
 * The claims do not overlap: where entries do, the strongest speaks. Entries
 * that follow each other and look the same are one claim.
 */
#ifndef MODULE_MAP_H
#define MODULE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "calendar/timeline.h"
#include "module/rules.h"
#include "sip/claim.h"

struct map_options {
	bool show_tentative;
	bool show_subject;   /* as the claim's note; never of private entries */
	unsigned shortest_s; /* what lasts less does not count */
	const struct rules *rules; /* NULL none */
	const struct hours *hours; /* where there are rules */
};

/* Claims that are looked at in one go. */
enum { MAP_CLAIMS_MAX = 16 };

/*
 * What the calendar claims now and next, in order of time. againp: the moment
 * from which on more would have been said, 0 if that was all.
 */
size_t map_claims(struct claim claims[MAP_CLAIMS_MAX],
		  const struct timeline *timeline,
		  const struct map_options *options, time_t now,
		  time_t *againp);

/* The entry that speaks at the moment; NULL if none does. */
const struct entry *map_speaks(const struct timeline *timeline,
			       const struct map_options *options, time_t now);

/* The rule or row used for the entry then, "BUSY MEETING TIMED ALWAYS". */
const char *map_row_text(const struct entry *entry,
			 const struct map_options *options, time_t now);

#endif
