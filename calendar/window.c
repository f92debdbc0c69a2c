/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "calendar/window.h"

enum { DAY_S = 24 * 60 * 60, DAYS_BEFORE = 1, DAYS_AFTER = 2 };

struct window window_at(time_t now)
{
	time_t today = now - now % DAY_S;

	return (struct window){
		.from = today - (time_t)DAYS_BEFORE * DAY_S,
		.until = today + (time_t)(DAYS_AFTER + 1) * DAY_S,
	};
}
