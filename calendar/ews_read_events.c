/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "calendar/ews_read.h"

/* What does not fit is no watermark of ours. */
static void take(char *out, size_t size, const char *text)
{
	if (*text && strlen(text) < size)
		memcpy(out, text, strlen(text) + 1);
}

void ews_read_events(const struct xml_node *envelope, struct ews_events *events)
{
	const struct xml_node *message, *notification;

	*events = (struct ews_events){ .changed = false };
	if (ews_read_result(envelope, &events->trouble))
		return;

	message = ews_first_message(envelope);
	take(events->id, EWS_ID_SIZE, xml_path_text(message, "SubscriptionId"));
	take(events->mark, EWS_MARK_SIZE, xml_path_text(message, "Watermark"));

	for (notification = xml_path(message, "Notification"); notification;
	     notification = xml_again(notification)) {
		take(events->id, EWS_ID_SIZE,
		     xml_path_text(notification, "SubscriptionId"));
		events->more =
			!strcmp(xml_path_text(notification, "MoreEvents"),
				"true");
		events->changed |= ews_has_events(notification);
		for (const struct xml_node *n = notification->child; n;
		     n = n->next)
			take(events->mark, EWS_MARK_SIZE,
			     xml_path_text(n, "Watermark"));
	}
}
