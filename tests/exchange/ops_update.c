/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UpdateItem: [MS-OXWSCORE] 3.1.4.9. */
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/draft.h"
#include "tests/exchange/when.h"

/* An item being changed: nothing is stored unless all of it is good. */
struct update {
	struct op_call *call;
	struct occurrence one;
	struct item *item;
	struct appointment what;
};

static const char *apply_extended(struct update *update,
				  const struct xml_node *uri,
				  const struct xml_node *value)
{
	const struct xml_node *property =
		value ? xml_child(value, NULL, "ExtendedProperty") : NULL;

	extra_set(&update->what, uri, property);
	return NULL;
}

static const char *apply(struct update *update, const struct xml_node *change)
{
	const struct xml_node *path = change->child;
	const struct xml_node *item = path ? path->next : NULL;
	const char *uri = path ? xml_attr(path, "FieldURI") : NULL;
	enum prop prop = prop_find(uri ? uri : "-");
	struct prop_in in = {
		.mailbox = update->one.mailbox,
		.zone = call_zone(update->call),
		.append = strcmp(change->name, "AppendToItemField") == 0,
	};

	if (path && strcmp(path->name, "ExtendedFieldURI") == 0)
		return apply_extended(update, path, item);
	if (prop == PROP_COUNT)
		return path && !uri ? NULL : "ErrorInvalidPropertyRequest";
	if (strcmp(change->name, "DeleteItemField") == 0)
		return prop_set(&in, prop, &update->what, NULL);
	if (!item || !item->child)
		return "ErrorInvalidRequest";
	return prop_set(&in, prop, &update->what, item->child);
}

/* [MS-OXWSCDATA] ConflictResolutionType. */
static const char *conflict(const struct update *update,
			    const struct xml_node *id)
{
	const char *rule =
		xml_attr(update->call->request, "ConflictResolution");
	const char *key = xml_attr(id, "ChangeKey");

	if (!rule || strcmp(rule, "NeverOverwrite") != 0)
		return NULL;
	if (!key)
		return "ErrorChangeKeyRequired";
	return change_key_number(key) == occurrence_change(&update->one)
		       ? NULL
		       : "ErrorIrresolvableConflict";
}

static void store_update(struct update *update)
{
	struct op_call *call = update->call;
	struct mailbox *mailbox =
		store_at(call->store, update->one.mailbox->index);

	update->what.sequence++;
	if (update->one.original)
		store_change_occurrence(call->store, mailbox, update->item,
					update->one.original, &update->what);
	else
		store_change(call->store, mailbox, update->item, &update->what);
	update->one.what = &update->item->what;
	update->one.start = update->what.start;
	update->one.end = update->what.end;
}

static bool invites(const struct op_call *call)
{
	const char *how = xml_attr(call->request,
				   "SendMeetingInvitationsOrCancellations");

	return how && strcmp(how, "SendToNone") != 0;
}

static void answer(struct update *update)
{
	struct op_call *call = update->call;
	struct shape shape;

	shape_read(&shape, NULL, true, call->version);
	op_message_start(call, "UpdateItem");
	xml_start(call->out, "m:Items");
	shape_write(&shape, call, &update->one);
	xml_end(call->out);
	xml_start(call->out, "m:ConflictResults");
	xml_leaf_number(call->out, "t:Count", 0);
	xml_end(call->out);
	xml_end(call->out);
}

static const char *change_all(struct update *update,
			      const struct xml_node *changes)
{
	const char *code = NULL;

	if (update->one.original)
		update->what.recurrence =
			(struct recurrence){ .pattern = PATTERN_NONE };
	for (changes = changes ? changes->child : NULL; changes && !code;
	     changes = changes->next)
		code = apply(update, changes);
	return code ? code
		    : draft_finish(update->call, update->one.mailbox,
				   &update->what);
}

static void update_one(struct op_call *call, const struct xml_node *node)
{
	struct update update = { .call = call };
	const char *code = node->child ? id_open_item(call, node->child,
						      &update.one, &update.item)
				       : "ErrorInvalidRequest";

	if (!code)
		code = conflict(&update, node->child);
	if (code) {
		op_message_error(call, "UpdateItem", code);
		return;
	}
	appointment_copy(&update.what, update.one.what);
	update.what.start = update.one.start;
	update.what.end = update.one.end;
	code = change_all(&update, xml_child(node, NULL, "Updates"));
	if (code) {
		op_message_error(call, "UpdateItem", code);
	} else {
		store_update(&update);
		answer(&update);
		if (!update.one.original && !update.what.organizer &&
		    invites(call))
			draft_invite(call, update.one.mailbox, &update.what);
	}
	appointment_clear(&update.what);
}

void op_update_item(struct op_call *call)
{
	const struct xml_node *change =
		xml_path(call->request, "ItemChanges/ItemChange");

	op_response_start(call, "UpdateItem");
	for (; change; change = xml_again(change))
		update_one(call, change);
	op_response_end(call);
}
