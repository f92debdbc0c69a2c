/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
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

enum err ews_read_state(const struct xml_node *envelope,
			char state[EWS_STATE_SIZE], struct ews_trouble *trouble)
{
	const struct xml_node *folder, *one;
	size_t len = 0;
	enum err err = ews_read_result(envelope, trouble);

	if (err)
		return err;

	folder = xml_path(ews_first_message(envelope), "Folders");
	one = folder && folder->child
		      ? xml_path(folder->child, "ExtendedProperty")
		      : NULL;
	state[0] = '\0';
	for (; one && len < EWS_STATE_SIZE; one = xml_again(one))
		len += (size_t)snprintf(state + len, EWS_STATE_SIZE - len,
					"%s%.32s", len ? " " : "",
					xml_path_text(one, "Value"));
	if (!len)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "GetFolder answered without what was asked for");
	return ERR_OK;
}
