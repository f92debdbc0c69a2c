/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Working hours that are understood have edges on both sides of a moment. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "module/hours.h"

enum { TEXT_MAX = 512, MOMENT = 1800000000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct hours hours = { .zone = "Europe/Berlin" };
	char text[TEXT_MAX + 1];
	time_t after, before;

	if (len > TEXT_MAX)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	if (hours_parse(&hours, text, NULL))
		return 0;
	hours_at(&hours, MOMENT);
	after = hours_edge_after(&hours, MOMENT);
	before = hours_edge_before(&hours, MOMENT);
	if ((after && after <= MOMENT) || before > MOMENT)
		abort();
	return 0;
}
