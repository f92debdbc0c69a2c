/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Time zones by their IANA or their Windows name, and what the clock on the
 * wall shows there. The rules come from the system's tzdata through libical.
 * A name nobody knows counts as UTC; ask zone_iana() first.
 */
#ifndef TESTS_EXCHANGE_ZONE_H
#define TESTS_EXCHANGE_ZONE_H

#include <stddef.h>
#include <time.h>

#include "tests/exchange/appointment.h"

struct wall {
	struct day day;
	int hour, minute, second;
};

/* The IANA name of either kind of name, NULL if unknown; lives for ever. */
const char *zone_iana(const char *name);
/* The Windows name for an IANA name, "UTC" if it has none. */
const char *zone_windows(const char *iana);
/* The Windows zones, each once: NULL past the end. */
const char *zone_at(size_t i);

struct wall zone_wall(const char *iana, time_t moment);
/* In the gap the clock jumps over: as if it had not; in the double hour: the
 * first. */
time_t zone_time(const char *iana, const struct wall *wall);
/* East of Greenwich is positive. */
int zone_offset_s(const char *iana, time_t moment);

/*
 * The two yearly changes as old clients describe them: from which offset to
 * which, on which weekday of which month. No changes: daylight is false.
 */
struct zone_turn {
	int offset_s; /* from then on */
	int month;    /* 1..12 */
	int week;     /* 1..4, 5 is the last */
	int weekday;  /* 0 Sunday */
	int hour, minute;
};

struct zone_year {
	int standard_s;
	bool daylight;
	struct zone_turn to_daylight, to_standard;
};

struct zone_year zone_year(const char *iana, int year);

/* Days since 1970 and back; weekday 0 is Sunday. */
long day_number(struct day day);
struct day day_of_number(long number);
int day_weekday(struct day day);

#endif
