/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>

#include "sip/throttle.h"

static unsigned least_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static void change(struct throttle *throttle, unsigned window)
{
	unsigned least = least_of(THROTTLE_LEAST, throttle->most);

	throttle->window = least_of(window, throttle->most);
	if (throttle->window < least)
		throttle->window = least;
	throttle->well = 0;
}

void throttle_begin(struct throttle *throttle, unsigned most)
{
	*throttle = (struct throttle){ .most = most };
	change(throttle, THROTTLE_FIRST);
}

static uint64_t in_line_ms(struct throttle *throttle, uint64_t took_ms,
			   uint64_t now_ms)
{
	if (now_ms >= throttle->way_until || took_ms <= throttle->way_ms) {
		throttle->way_ms = took_ms;
		throttle->way_until = now_ms + THROTTLE_LATE_MS;
	}
	return took_ms - throttle->way_ms;
}

/*
 * Wider by one for each windowful, as what is not used proves nothing;
 * narrower once for what one of them did.
 */
void throttle_answered(struct throttle *throttle, unsigned in_flight,
		       uint64_t took_ms, uint64_t now_ms)
{
	uint64_t line_ms = in_line_ms(throttle, took_ms, now_ms);
	bool since = now_ms - took_ms >= throttle->narrowed_ms;

	if (line_ms > THROTTLE_LONG_MS && since) {
		change(throttle, throttle->window - throttle->window / 4);
		throttle->narrowed_ms = now_ms;
	} else if (line_ms <= THROTTLE_SHORT_MS &&
		   2 * in_flight >= throttle->window &&
		   ++throttle->well >= throttle->window) {
		change(throttle, throttle->window + 1);
	}
}

void throttle_overrun(struct throttle *throttle)
{
	change(throttle, throttle->window / 2);
}
