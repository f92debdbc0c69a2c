/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/exchange/prop.h"
#include "tests/exchange/rule.h"
#include "tests/exchange/zone.h"

static const char *start_zone(const struct occurrence *one)
{
	return zone_windows(item_zone(one->mailbox, &one->item->what));
}

static const char *end_zone(const struct occurrence *one)
{
	const char *zone = one->item->what.end_zone;

	return zone ? zone_windows(zone) : start_zone(one);
}

void write_zone_name(const struct prop_out *out, const struct occurrence *one)
{
	xml_leaf(out->xml, out->element, start_zone(one));
}

void write_start_zone_id(const struct prop_out *out,
			 const struct occurrence *one)
{
	xml_leaf(out->xml, out->element, start_zone(one));
}

void write_end_zone_id(const struct prop_out *out, const struct occurrence *one)
{
	xml_leaf(out->xml, out->element, end_zone(one));
}

void write_start_zone(const struct prop_out *out, const struct occurrence *one)
{
	zone_write(out->xml, out->element, start_zone(one), true);
}

void write_end_zone(const struct prop_out *out, const struct occurrence *one)
{
	zone_write(out->xml, out->element, end_zone(one), true);
}

static const char *set_zone(char **slot, const char *name)
{
	const char *iana = name ? zone_iana(name) : NULL;

	if (!iana)
		return "ErrorCalendarInvalidTimeZone";
	text_set(slot, iana);
	return NULL;
}

const char *set_start_zone(const struct prop_in *in, struct appointment *what,
			   const struct xml_node *node)
{
	(void)in;
	return node ? set_zone(&what->zone, xml_attr(node, "Id")) : NULL;
}

const char *set_end_zone(const struct prop_in *in, struct appointment *what,
			 const struct xml_node *node)
{
	(void)in;
	return node ? set_zone(&what->end_zone, xml_attr(node, "Id")) : NULL;
}

const char *set_start_zone_id(const struct prop_in *in,
			      struct appointment *what,
			      const struct xml_node *node)
{
	(void)in;
	return node ? set_zone(&what->zone, node->text) : NULL;
}

const char *set_end_zone_id(const struct prop_in *in, struct appointment *what,
			    const struct xml_node *node)
{
	(void)in;
	return node ? set_zone(&what->end_zone, node->text) : NULL;
}

/* Exchange 2007: a name it may or may not know, or rules we do not follow. */
const char *set_meeting_zone(const struct prop_in *in, struct appointment *what,
			     const struct xml_node *node)
{
	const char *name = node ? xml_attr(node, "TimeZoneName") : NULL;
	const char *iana = name ? zone_iana(name) : NULL;

	(void)in;
	if (iana)
		text_set(&what->zone, iana);
	return NULL;
}
