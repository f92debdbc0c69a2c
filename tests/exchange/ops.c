/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "tests/exchange/exchange.h"

const char ews_messages[] =
	"http://schemas.microsoft.com/exchange/services/2006/messages";
const char ews_types[] =
	"http://schemas.microsoft.com/exchange/services/2006/types";

static const struct op ops[] = {
#define OP(name, function) { #name, function },
#include "tests/exchange/ops.def"
};

static const struct {
	const char *code, *text;
} errors[] = {
#define ERROR(name, text) { #name, text },
#include "tests/exchange/error.def"
};

const struct op *op_find(const char *name)
{
	for (size_t i = 0; i < op_count(); i++)
		if (strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}

size_t op_count(void)
{
	return sizeof(ops) / sizeof(ops[0]);
}

const struct op *op_at(size_t i)
{
	return &ops[i];
}

void op_fault(struct op_call *call, const char *code, const char *text)
{
	call->fault = code;
	call->fault_text = text;
}

const char *op_access(const struct op_call *call, const struct mailbox *mailbox,
		      bool owner_only)
{
	const struct fate *fate = mailbox->user;
	const struct server *home;

	if (fate && fate->moved_code &&
	    strcasecmp(mailbox->server, call->server->name) != 0)
		return fate->moved_code;

	home = exchange_server(call->exchange, mailbox->server);
	if (!home || !home->web)
		return "ErrorMailboxStoreUnavailable";
	if (fate && fate->frozen)
		return call->impersonated ? "ErrorImpersonateUserDenied"
					  : "ErrorFolderPropertyRequestFailed";
	if (owner_only && mailbox != call->self)
		return "ErrorAccessDenied";
	return NULL;
}

static void start_named(struct xml_out *out, const char *prefix,
			const char *name, const char *suffix)
{
	struct buf text = BUF(128);

	buf_print(&text, "%s%s%s", prefix, name, suffix);
	xml_start(out, buf_text(&text));
	buf_free(&text);
}

void op_response_start(struct op_call *call, const char *name)
{
	start_named(call->out, "m:", name, "Response");
	xml_start(call->out, "m:ResponseMessages");
}

void op_response_end(struct op_call *call)
{
	xml_end(call->out);
	xml_end(call->out);
}

void op_message_start(struct op_call *call, const char *name)
{
	start_named(call->out, "m:", name, "ResponseMessage");
	xml_attribute(call->out, "ResponseClass", "Success");
	xml_leaf(call->out, "m:ResponseCode", "NoError");
}

/* Their schema wants the list of items even when there is none. */
static const char *const item_operations[] = { "GetItem", "CreateItem",
					       "UpdateItem", "MoveItem" };

void op_message_error(struct op_call *call, const char *name, const char *code)
{
	size_t count = sizeof(item_operations) / sizeof(item_operations[0]);

	start_named(call->out, "m:", name, "ResponseMessage");
	xml_attribute(call->out, "ResponseClass", "Error");
	xml_leaf(call->out, "m:MessageText", op_error_text(code));
	xml_leaf(call->out, "m:ResponseCode", code);
	xml_leaf_number(call->out, "m:DescriptiveLinkKey", 0);
	for (size_t i = 0; i < count; i++)
		if (strcmp(item_operations[i], name) == 0)
			xml_leaf(call->out, "m:Items", "");
	xml_end(call->out);
}

const char *op_error_text(const char *code)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(errors[i].code, code) == 0)
			return errors[i].text;
	return "An error occurred.";
}
