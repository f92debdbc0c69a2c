/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The span of time that is read: from the start of the day before now to the
 * end of the second day after it, whole UTC days, so that every zone's today
 * and tomorrow are inside and reads within a day ask for the same span.
 */
#ifndef CALENDAR_WINDOW_H
#define CALENDAR_WINDOW_H

#include <time.h>

struct window {
	time_t from;
	time_t until;
};

struct window window_at(time_t now);

#endif
