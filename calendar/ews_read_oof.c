/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "calendar/ews_code.h"
#include "calendar/ews_oof.h"

/* This operation answers without the usual list of messages. */
static enum err read_message(const struct xml_node *message,
			     struct ews_trouble *trouble)
{
	const char *class = message ? xml_attr(message, "ResponseClass") : NULL;
	const char *code = xml_path_text(message, "ResponseCode");
	enum err err;

	if (!message)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "GetUserOofSettings answered without a message");
	if (!class || strcmp(class, "Error") != 0)
		return ERR_OK;

	err = ews_code_err(code);
	return why_set(&trouble->why, err ? err : ERR_SERVER, "%.60s: %.110s",
		       code, xml_path_text(message, "MessageText"));
}

static enum err read_settings(const struct xml_node *settings,
			      struct replies *replies,
			      struct ews_trouble *trouble)
{
	const char *state = xml_path_text(settings, "OofState");
	const char *from = xml_path_text(settings, "Duration/StartTime");
	const char *until = xml_path_text(settings, "Duration/EndTime");

	*replies = (struct replies){ .on = !strcmp(state, "Enabled") };
	if (replies->on || !strcmp(state, "Disabled"))
		return ERR_OK;
	if (strcmp(state, "Scheduled") != 0)
		return why_set(&trouble->why, ERR_MALFORMED, "OofState %.40s",
			       state);

	if (!ews_read_time(from, &replies->from) ||
	    !ews_read_time(until, &replies->until))
		return why_set(&trouble->why, ERR_MALFORMED,
			       "automatic replies from %.40s until %.40s", from,
			       until);
	replies->on = replies->until > replies->from;
	return ERR_OK;
}

enum err ews_read_oof(const struct xml_node *envelope, struct replies *replies,
		      struct ews_trouble *trouble)
{
	const struct xml_node *body, *settings;
	enum err err = ews_read_fault(envelope, trouble);

	*replies = (struct replies){ .on = false };
	if (err)
		return err;

	body = xml_path(envelope, "Body");
	if (!body || !body->child)
		return why_set(&trouble->why, ERR_MALFORMED, "empty answer");
	err = read_message(xml_path(body->child, "ResponseMessage"), trouble);
	if (err)
		return err;
	settings = xml_path(body->child, "OofSettings");
	if (!settings)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "GetUserOofSettings answered without settings");
	return read_settings(settings, replies, trouble);
}
