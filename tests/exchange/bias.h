/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The old form of a time zone, t:SerializableTimeZone: UTC is local time plus
 * Bias minutes, with a rule for each half of the year. [MS-OXWAVLS] 2.2.4.18.
 */
#ifndef TESTS_EXCHANGE_BIAS_H
#define TESTS_EXCHANGE_BIAS_H

#include "base/xml.h"
#include "tests/exchange/zone.h"

struct bias {
	int base_s; /* UTC = local + base_s */
	bool daylight;
	struct zone_turn to_standard, to_daylight; /* offset_s: east positive */
};

enum { BIAS_TEXT_SIZE = 40 };

/* All zero means UTC the year round. False if it makes no sense. */
bool bias_read(const struct xml_node *zone, struct bias *bias);
int bias_offset_s(const struct bias *bias, time_t moment);
/* A time with Z or offset means that, else the zone's. False if malformed. */
bool bias_when(const struct bias *bias, const char *text, time_t *moment);
/* Local time without suffix, as Exchange answers. */
const char *bias_text(const struct bias *bias, time_t moment,
		      char text[BIAS_TEXT_SIZE]);
/* <t:TimeZone> of this year's rules. */
void bias_write(struct xml_out *out, const char *iana);

#endif
