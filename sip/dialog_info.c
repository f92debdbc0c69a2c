/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/xml.h"
#include "sip/dialog_info.h"

#define NS_DIALOG "urn:ietf:params:xml:ns:dialog-info"

static const struct xml_limits limits = { .bytes = 65536,
					  .depth = 16,
					  .nodes = 2000 };

struct reading {
	bool calls; /* it is a dialog-info */
	bool talking;
};

static void read_calls(const struct xml_node *root, void *arg)
{
	struct reading *reading = arg;

	reading->calls = !strcmp(root->ns, NS_DIALOG) &&
			 !strcmp(root->name, "dialog-info");
	if (!reading->calls)
		return;

	for (const struct xml_node *node = xml_path(root, "dialog"); node;
	     node = xml_again(node))
		if (!strcmp(xml_path_text(node, "state"), "confirmed"))
			reading->talking = true;
}

enum err dialog_info_read(struct claim *claim, bool *talkingp, const char *body,
			  size_t len, struct why *why)
{
	struct reading reading = { .calls = false };
	enum err err = xml_read(body, len, &limits, read_calls, &reading, why);

	*claim = (struct claim){ .source = CLAIM_PHONE, .state = STATE_PHONE };
	*talkingp = reading.talking;
	if (!err && !reading.calls)
		err = why_set(why, ERR_MALFORMED,
			      "the document is no dialog-info");
	return err;
}
