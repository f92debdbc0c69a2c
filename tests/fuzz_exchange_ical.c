/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = x_zalloc(size + 1);
	struct appointment what;

	memcpy(text, data, size);
	appointment_init(&what);
	if (ical_read(text, "Europe/Berlin", &what) &&
	    what.recurrence.pattern != PATTERN_NONE &&
	    (what.recurrence.interval == 0 || what.recurrence.days > 0x7f))
		abort();
	appointment_clear(&what);
	free(text);
	return 0;
}
