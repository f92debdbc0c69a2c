/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/clock.h"

const char *clock_text(char text[CLOCK_TEXT_SIZE], time_t moment)
{
	struct tm tm;

	if (!gmtime_r(&moment, &tm) ||
	    !strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm))
		strcpy(text, "?");

	return text;
}
