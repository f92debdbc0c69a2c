/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Moments as the protocol writes them. With Z or an offset the text means
 * just that; without one it counts in the TimeZoneContext of the request,
 * else in UTC. We always write Z.
 */
#ifndef TESTS_EXCHANGE_WHEN_H
#define TESTS_EXCHANGE_WHEN_H

#include "base/clock.h"
#include "tests/exchange/ops.h"

/* xs:dateTime or xs:date; false if it is neither. */
bool when_read(const char *text, const char *zone, time_t *moment);
/* The date at its beginning. */
bool day_read(const char *text, struct day *day);
/* IANA name. */
const char *call_zone(const struct op_call *call);

void when_leaf(struct xml_out *out, const char *element, time_t moment);
void bool_leaf(struct xml_out *out, const char *element, bool value);
bool bool_read(const char *text);

#endif
