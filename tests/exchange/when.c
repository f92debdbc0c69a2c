/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "tests/exchange/when.h"
#include "tests/exchange/zone.h"

bool day_read(const char *text, struct day *day)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30,
				       31, 31, 30, 31, 30, 31 };
	int used = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &day->year, &day->month, &day->day,
		   &used) != 3)
		return false;
	return used == 10 && day->year > 0 && day->month >= 1 &&
	       day->month <= 12 && day->day >= 1 &&
	       day->day <= lengths[day->month - 1];
}

/* What follows the seconds: NULL if it is no offset. */
static const char *read_offset(const char *text, bool *given, int *offset_s)
{
	int hours = 0;
	int minutes = 0;
	int used = 0;

	*offset_s = 0;
	*given = true;
	if (*text == 'Z')
		return text + 1;
	if (*text != '+' && *text != '-') {
		*given = false;
		return text;
	}
	if (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 ||
	    used != 5)
		return NULL;
	*offset_s = (hours * 3600 + minutes * 60) * (*text == '-' ? -1 : 1);
	return text + 6;
}

bool when_read(const char *text, const char *zone, time_t *moment)
{
	struct wall wall = { .hour = 0 };
	int used = 0;
	int offset_s;
	bool given;

	while (*text == ' ' || *text == '\n' || *text == '\t')
		text++;
	if (!day_read(text, &wall.day))
		return false;
	text += 10;
	if (*text == 'T') {
		if (sscanf(text, "T%2d:%2d:%2d%n", &wall.hour, &wall.minute,
			   &wall.second, &used) != 3 ||
		    wall.hour > 24 || wall.minute > 59 || wall.second > 60)
			return false;
		text += used;
		if (*text == '.')
			text += 1 + strspn(text + 1, "0123456789");
	}
	text = read_offset(text, &given, &offset_s);
	if (!text || strspn(text, " \n\t") != strlen(text))
		return false;
	*moment = given ? zone_time("UTC", &wall) - offset_s
			: zone_time(zone, &wall);
	return true;
}

const char *call_zone(const struct op_call *call)
{
	const struct xml_node *definition =
		call->header ? xml_path(call->header,
					"TimeZoneContext/TimeZoneDefinition")
			     : NULL;
	const char *name = definition ? xml_attr(definition, "Id") : NULL;
	const char *zone = name ? zone_iana(name) : NULL;

	return zone ? zone : "UTC";
}

void when_leaf(struct xml_out *out, const char *element, time_t moment)
{
	char text[CLOCK_TEXT_SIZE];

	xml_leaf(out, element, clock_text(text, moment));
}

void bool_leaf(struct xml_out *out, const char *element, bool value)
{
	xml_leaf(out, element, value ? "true" : "false");
}

bool bool_read(const char *text)
{
	return *text == 't' || *text == '1' || *text == 'T';
}
