/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetUserOofSettings, SetUserOofSettings: [MS-OXWOOF]. */
#include <string.h>

#include "tests/exchange/prop.h"
#include "tests/exchange/when.h"

static const char *const states[] = {
	[OOF_DISABLED] = "Disabled",
	[OOF_ENABLED] = "Enabled",
	[OOF_SCHEDULED] = "Scheduled",
};

static struct mailbox *target(const struct op_call *call, const char **code)
{
	const char *address = xml_path_text(call->request, "Mailbox/Address");
	struct mailbox *mailbox = store_find(call->store, address);

	*code = mailbox ? op_access(call, mailbox, true)
			: "ErrorMailRecipientNotFound";
	return mailbox;
}

static void write_message(struct xml_out *xml, const char *code)
{
	xml_start(xml, "m:ResponseMessage");
	xml_attribute(xml, "ResponseClass", code ? "Error" : "Success");
	if (code)
		xml_leaf(xml, "m:MessageText", op_error_text(code));
	xml_leaf(xml, "m:ResponseCode", code ? code : "NoError");
	if (code)
		xml_leaf_number(xml, "m:DescriptiveLinkKey", 0);
	xml_end(xml);
}

static void write_reply(struct xml_out *xml, const char *element,
			const char *text)
{
	xml_start(xml, element);
	xml_leaf(xml, "t:Message", text ? text : "");
	xml_end(xml);
}

static void write_settings(struct xml_out *xml, const struct mailbox *mailbox)
{
	const struct oof *oof = &mailbox->oof;
	time_t start = oof->start ? oof->start : clock_now();
	time_t end = oof->end ? oof->end : start + 86400;

	xml_start(xml, "t:OofSettings");
	xml_leaf(xml, "t:OofState", states[oof->state]);
	xml_leaf(xml, "t:ExternalAudience", "All");
	xml_start(xml, "t:Duration");
	when_leaf(xml, "t:StartTime", start);
	when_leaf(xml, "t:EndTime", end);
	xml_end(xml);
	write_reply(xml, "t:InternalReply", oof->internal);
	write_reply(xml, "t:ExternalReply", oof->external);
	xml_end(xml);
	xml_leaf(xml, "m:AllowExternalOof", "All");
}

void op_get_user_oof_settings(struct op_call *call)
{
	const char *code;
	const struct mailbox *mailbox = target(call, &code);

	xml_start(call->out, "m:GetUserOofSettingsResponse");
	write_message(call->out, code);
	if (!code)
		write_settings(call->out, mailbox);
	xml_end(call->out);
}

static const char *set(const struct op_call *call, struct oof *oof)
{
	const struct xml_node *settings =
		xml_path(call->request, "UserOofSettings");
	const char *zone = call_zone(call);
	const char *state;
	time_t start = 0;
	time_t end = 0;
	int found = OOF_SCHEDULED;

	if (!settings)
		return "ErrorInvalidUserOofSettings";
	state = xml_path_text(settings, "OofState");
	while (found >= 0 && strcmp(states[found], state) != 0)
		found--;
	if (found < 0)
		return "ErrorInvalidUserOofSettings";
	if (xml_path(settings, "Duration") &&
	    (!when_read(xml_path_text(settings, "Duration/StartTime"), zone,
			&start) ||
	     !when_read(xml_path_text(settings, "Duration/EndTime"), zone,
			&end) ||
	     end <= start))
		return "ErrorInvalidScheduledOofDuration";
	if (found == OOF_SCHEDULED && !end)
		return "ErrorInvalidScheduledOofDuration";
	oof->state = (enum oof_state)found;
	oof->start = start;
	oof->end = end;
	text_set(&oof->internal,
		 xml_path_text(settings, "InternalReply/Message"));
	text_set(&oof->external,
		 xml_path_text(settings, "ExternalReply/Message"));
	return NULL;
}

void op_set_user_oof_settings(struct op_call *call)
{
	const char *code;
	struct mailbox *mailbox = target(call, &code);

	if (!code)
		code = set(call, &mailbox->oof);
	xml_start(call->out, "m:SetUserOofSettingsResponse");
	write_message(call->out, code);
	xml_end(call->out);
}
