/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GetServerTimeZones [MS-OXWSGTZ], ResolveNames [MS-OXWSRSLNM] and ConvertId
 * [MS-OXWSCVTID]: what clients ask before they come to the calendar.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/exchange/prop.h"
#include "tests/exchange/rule.h"
#include "tests/exchange/zone.h"

enum { NAMES_MAX = 100 };

void op_get_server_time_zones(struct op_call *call)
{
	const char *full = xml_attr(call->request, "ReturnFullTimeZoneData");
	const struct xml_node *id = xml_path(call->request, "Ids/Id");
	bool all = !id;
	bool rules = !full || *full == 't' || *full == '1';

	op_response_start(call, "GetServerTimeZones");
	op_message_start(call, "GetServerTimeZones");
	xml_start(call->out, "m:TimeZoneDefinitions");
	for (; id; id = xml_again(id))
		if (zone_iana(id->text))
			zone_write(call->out, "t:TimeZoneDefinition", id->text,
				   rules);
	for (size_t i = 0; all && zone_at(i); i++)
		zone_write(call->out, "t:TimeZoneDefinition", zone_at(i),
			   rules);
	xml_end(call->out);
	xml_end(call->out);
	op_response_end(call);
}

static bool named(const struct mailbox *mailbox, const char *entry)
{
	size_t len = strlen(entry);
	const char *colon = strchr(entry, ':');

	if (colon && strncasecmp(entry, "smtp:", 5) == 0)
		return strcasecmp(mailbox->address, colon + 1) == 0;
	return strncasecmp(mailbox->address, entry, len) == 0 ||
	       strncasecmp(mailbox->name, entry, len) == 0;
}

static void write_resolution(struct op_call *call,
			     const struct mailbox *mailbox)
{
	const char *full = xml_attr(call->request, "ReturnFullContactData");

	xml_start(call->out, "t:Resolution");
	xml_start(call->out, "t:Mailbox");
	xml_leaf(call->out, "t:Name", mailbox->name);
	xml_leaf(call->out, "t:EmailAddress", mailbox->address);
	xml_leaf(call->out, "t:RoutingType", "SMTP");
	xml_leaf(call->out, "t:MailboxType", "Mailbox");
	xml_end(call->out);
	if (full && *full == 't') {
		xml_start(call->out, "t:Contact");
		xml_leaf(call->out, "t:DisplayName", mailbox->name);
		xml_start(call->out, "t:EmailAddresses");
		xml_start(call->out, "t:Entry");
		xml_attribute(call->out, "Key", "EmailAddress1");
		xml_text(call->out, mailbox->address);
		xml_end(call->out);
		xml_end(call->out);
		xml_leaf(call->out, "t:ContactSource", "ActiveDirectory");
		xml_end(call->out);
	}
	xml_end(call->out);
}

static size_t find_names(const struct op_call *call, const char *entry,
			 const struct mailbox *found[NAMES_MAX])
{
	size_t count = 0;

	for (uint32_t i = 1; i <= store_last(call->store); i++) {
		const struct mailbox *mailbox = store_at(call->store, i);

		if (mailbox && count < NAMES_MAX && named(mailbox, entry))
			found[count++] = mailbox;
	}
	return count;
}

/* Several hits are a Warning, which op_message_start() does not write. */
static void message_head(struct op_call *call, size_t count)
{
	const char *several = "ErrorNameResolutionMultipleResults";

	xml_start(call->out, "m:ResolveNamesResponseMessage");
	xml_attribute(call->out, "ResponseClass",
		      count > 1 ? "Warning" : "Success");
	if (count > 1)
		xml_leaf(call->out, "m:MessageText", op_error_text(several));
	xml_leaf(call->out, "m:ResponseCode", count > 1 ? several : "NoError");
	if (count > 1)
		xml_leaf_number(call->out, "m:DescriptiveLinkKey", 0);
}

void op_resolve_names(struct op_call *call)
{
	const char *entry = xml_path_text(call->request, "UnresolvedEntry");
	const struct mailbox *found[NAMES_MAX];
	size_t count = *entry ? find_names(call, entry, found) : 0;
	char total[24];

	snprintf(total, sizeof(total), "%zu", count);
	op_response_start(call, "ResolveNames");
	if (!count) {
		op_message_error(call, "ResolveNames",
				 "ErrorNameResolutionNoResults");
	} else {
		message_head(call, count);
		xml_start(call->out, "m:ResolutionSet");
		xml_attribute(call->out, "TotalItemsInView", total);
		xml_attribute(call->out, "IncludesLastItemInRange",
			      count < NAMES_MAX ? "true" : "false");
		for (size_t i = 0; i < count; i++)
			write_resolution(call, found[i]);
		xml_end(call->out);
		xml_end(call->out);
	}
	op_response_end(call);
}

/* Ids have one form here; who asks wants to know whose mailbox it is. */
static void convert(struct op_call *call, const struct xml_node *node)
{
	const char *format = xml_attr(call->request, "DestinationFormat");
	const char *text = xml_attr(node, "Id");
	struct xml_attr attribute = { .name = "Id", .value = text };
	struct xml_node plain = {
		.ns = "", .name = "ItemId", .text = "", .attrs = &attribute
	};
	struct object_id id;
	const char *code = text ? id_read(call, &plain, &id) : "ErrorInvalidId";

	if (!code && !id.mailbox)
		code = "ErrorItemNotFound";
	if (!code)
		code = op_access(call, id.mailbox, true);
	if (code) {
		op_message_error(call, "ConvertId", code);
		return;
	}
	op_message_start(call, "ConvertId");
	xml_start(call->out, "m:AlternateId");
	xml_attribute(call->out, "xsi:type", "t:AlternateIdType");
	xml_attribute(call->out, "xmlns:xsi",
		      "http://www.w3.org/2001/XMLSchema-instance");
	xml_attribute(call->out, "Format", format ? format : "EwsId");
	xml_attribute(call->out, "Id", text);
	xml_attribute(call->out, "Mailbox", id.mailbox->address);
	xml_end(call->out);
	xml_end(call->out);
}

void op_convert_id(struct op_call *call)
{
	const struct xml_node *ids = xml_path(call->request, "SourceIds");

	op_response_start(call, "ConvertId");
	for (ids = ids ? ids->child : NULL; ids; ids = ids->next)
		convert(call, ids);
	op_response_end(call);
}
