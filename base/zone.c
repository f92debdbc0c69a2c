/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/zone.h"

/*
 * The C library knows one zone at a time. Daymark's process is its own and
 * writes every other time in UTC, so it is switched when the zone asked for
 * is another one: at the first document, and after a change of configuration.
 */
void zone_use(const char *zone)
{
	static char *host, *current;
	static bool known;

	if (!known) {
		const char *tz = getenv("TZ");

		host = tz ? x_strdup(tz) : NULL;
		known = true;
	}

	if (!zone || !*zone)
		zone = host ? host : "";
	if (current && !strcmp(current, zone))
		return;

	if (*zone)
		setenv("TZ", zone, 1);
	else
		unsetenv("TZ");
	tzset();
	free(current);
	current = x_strdup(zone);
}
