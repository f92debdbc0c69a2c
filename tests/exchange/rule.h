/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * t:Recurrence and t:StartTimeZone between text and value. [MS-OXWSCDATA]
 * 2.2.4.58, [MS-OXWSGTZ].
 */
#ifndef TESTS_EXCHANGE_RULE_H
#define TESTS_EXCHANGE_RULE_H

#include "base/xml.h"
#include "tests/exchange/appointment.h"

/* False if it is not a rule we know. */
bool rule_read(const struct xml_node *node, struct recurrence *rule);
void rule_write(struct xml_out *out, const struct recurrence *rule);

extern const char *const weekday_names[7]; /* Sunday first */

/* <ELEMENT Id="" Name=""> with periods and the turns of the year if full. */
void zone_write(struct xml_out *out, const char *element, const char *windows,
		bool full);

#endif
