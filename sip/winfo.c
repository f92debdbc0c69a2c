/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/xml.h"
#include "sip/winfo.h"

static const struct {
	const char *reason;
	const char *event;
} endings[] = {
#define ENDING(name, reason, event) { reason, event },
#include "sip/ending.def"
};

static void attribute_number(struct xml_out *xml, const char *name,
			     long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", number > 0 ? number : 0);
	xml_attribute(xml, name, text);
}

static void write_watcher(struct xml_out *xml, const struct subscription *sub,
			  time_t now)
{
	char id[16];

	snprintf(id, sizeof(id), "w%u", sub->id);
	xml_start(xml, "watcher");
	xml_attribute(xml, "id", id);
	xml_attribute(xml, "status", sub->terminated ? "terminated" : "active");
	xml_attribute(xml, "event",
		      sub->terminated ? endings[sub->ending].event
				      : "subscribe");
	if (!sub->terminated)
		attribute_number(xml, "expiration", sub->until - now);
	attribute_number(xml, "duration-subscribed", now - sub->since);
	xml_text(xml, sub->watcher);
	xml_end(xml);
}

void winfo_write(struct buf *out, const struct presentity *presentity,
		 unsigned version, const struct subscription *only, time_t now)
{
	const struct subscription *sub =
		presentity->subscriptions[PACKAGE_PRESENCE];
	struct xml_out *xml = xml_out_new();

	xml_start(xml, "watcherinfo");
	xml_attribute(xml, "xmlns", "urn:ietf:params:xml:ns:watcherinfo");
	attribute_number(xml, "version", version);
	xml_attribute(xml, "state", only ? "partial" : "full");
	xml_start(xml, "watcher-list");
	xml_attribute(xml, "resource", presentity->entity);
	xml_attribute(xml, "package", package_word(PACKAGE_PRESENCE));

	/* A document too long to send would tell less than a shorter one. */
	for (unsigned i = 0; !only && sub && i < 10000; sub = sub->next, i++)
		if (!sub->terminated && !sub->fetch)
			write_watcher(xml, sub, now);
	if (only)
		write_watcher(xml, only, now);

	xml_end(xml);
	xml_end(xml);
	xml_out_finish(&xml, out);
}

const char *ending_reason(enum ending ending)
{
	return endings[ending].reason;
}
