/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Working hours, "Mon-Fri 08:30-17:00": the same local times on each of the
 * days. What ends before it begins, 22:00-06:00, ends on the next day.
 */
#ifndef MODULE_HOURS_H
#define MODULE_HOURS_H

#include <stdbool.h>
#include <time.h>

#include "base/err.h"

struct hours {
	unsigned char days; /* bit 0 Sunday; 0: always at work */
	int from_min, until_min;
	const char *zone; /* IANA name, NULL or "" the host's; borrowed */
};

/* "" is always. Leaves the zone alone. */
enum err hours_parse(struct hours *hours, const char *text, struct why *why);

bool hours_at(const struct hours *hours, time_t moment);

/* The nearest begin or end after, or not after, the moment; 0 none. */
time_t hours_edge_after(const struct hours *hours, time_t moment);
time_t hours_edge_before(const struct hours *hours, time_t moment);

#endif
