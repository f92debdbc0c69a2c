/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetItem, CreateItem, DeleteItem, MoveItem: [MS-OXWSCORE], [MS-OXWSMTGS]. */
#include <string.h>

#include "tests/exchange/draft.h"

static void write_items(struct op_call *call, const char *operation,
			const struct shape *shape, const struct occurrence *one)
{
	op_message_start(call, operation);
	xml_start(call->out, "m:Items");
	shape_write(shape, call, one);
	xml_end(call->out);
	xml_end(call->out);
}

static void id_only(struct shape *shape, const struct op_call *call)
{
	shape_read(shape, NULL, true, call->version);
}

void op_get_item(struct op_call *call)
{
	const struct xml_node *ids = xml_path(call->request, "ItemIds");
	struct shape shape;

	shape_read(&shape, xml_path(call->request, "ItemShape"), false,
		   call->version);
	op_response_start(call, "GetItem");
	for (ids = ids ? ids->child : NULL; ids; ids = ids->next) {
		struct occurrence one;
		struct item *item;
		const char *code = id_open_item(call, ids, &one, &item);

		if (code)
			op_message_error(call, "GetItem", code);
		else
			write_items(call, "GetItem", &shape, &one);
	}
	op_response_end(call);
}

static bool sends(const struct op_call *call, const char *attribute)
{
	const char *how = xml_attr(call->request, attribute);

	return how && strncmp(how, "Send", 4) == 0 &&
	       strcmp(how, "SendToNone") != 0;
}

static struct occurrence whole(const struct mailbox *mailbox,
			       const struct item *item)
{
	return (struct occurrence){
		.mailbox = mailbox,
		.item = item,
		.what = &item->what,
		.start = item->what.start,
		.end = item->what.end,
		.kind = item->what.recurrence.pattern == PATTERN_NONE
				? KIND_SINGLE
				: KIND_MASTER,
	};
}

static void create_one(struct op_call *call, const struct object_id *folder,
		       const struct xml_node *node)
{
	struct appointment what;
	struct occurrence one;
	struct shape shape;
	const char *code;

	appointment_init(&what);
	code = draft_fill(call, folder->mailbox, &what, node);
	if (!code)
		code = draft_finish(call, folder->mailbox, &what);
	if (code) {
		op_message_error(call, "CreateItem", code);
		appointment_clear(&what);
		return;
	}
	one = whole(folder->mailbox, store_create(call->store, folder->mailbox,
						  folder->folder, &what));
	id_only(&shape, call);
	write_items(call, "CreateItem", &shape, &one);
	if (sends(call, "SendMeetingInvitations"))
		draft_invite(call, folder->mailbox, &what);
	appointment_clear(&what);
}

static const struct {
	const char *element;
	enum response response;
	enum show_as show_as;
} replies[] = {
	{ "AcceptItem", RESPONSE_ACCEPT, SHOW_AS_BUSY },
	{ "TentativelyAcceptItem", RESPONSE_TENTATIVE, SHOW_AS_TENTATIVE },
	{ "DeclineItem", RESPONSE_DECLINE, SHOW_AS_FREE },
};

/* The organiser's list learns what the guest said. */
static void tell_organizer(struct op_call *call, const struct mailbox *guest,
			   const struct appointment *theirs)
{
	struct mailbox *organizer = store_find(call->store, theirs->organizer);
	struct item *item = organizer ? organizer->items : NULL;
	struct appointment what;

	while (item &&
	       !(item->what.uid && strcmp(item->what.uid, theirs->uid) == 0))
		item = item->next;
	if (!item)
		return;
	appointment_copy(&what, &item->what);
	for (struct attendee *a = what.attendees; a; a = a->next)
		if (a->address && strcmp(a->address, guest->address) == 0)
			a->response = theirs->my_response;
	store_change(call->store, organizer, item, &what);
	appointment_clear(&what);
}

static void reply_one(struct op_call *call, const struct xml_node *node,
		      size_t row)
{
	const struct xml_node *id = xml_child(node, NULL, "ReferenceItemId");
	struct xml_node plain = { .ns = "", .name = "ItemId", .text = "" };
	struct appointment what;
	struct occurrence one;
	struct item *item = NULL;
	struct shape shape;
	const char *code = "ErrorInvalidRequest";

	if (id) {
		plain.attrs = id->attrs;
		code = id_open_item(call, &plain, &one, &item);
	}
	if (!code && !item->what.organizer)
		code = "ErrorCalendarIsOrganizerForAccept";
	if (code) {
		op_message_error(call, "CreateItem", code);
		return;
	}
	appointment_copy(&what, &item->what);
	what.my_response = replies[row].response;
	what.show_as = replies[row].show_as;
	store_change(call->store, store_find(call->store, one.mailbox->address),
		     item, &what);
	one = whole(one.mailbox, item);
	id_only(&shape, call);
	write_items(call, "CreateItem", &shape, &one);
	tell_organizer(call, one.mailbox, &what);
	appointment_clear(&what);
}

static bool create_reply(struct op_call *call, const struct xml_node *node)
{
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		if (strcmp(node->name, replies[i].element) == 0) {
			reply_one(call, node, i);
			return true;
		}
	return false;
}

static const char *target_folder(const struct op_call *call,
				 const struct xml_node *saved,
				 struct object_id *folder)
{
	if (saved && saved->child)
		return id_open_folder(call, saved->child, folder);
	*folder = (struct object_id){ .mailbox = call->self,
				      .folder = FOLDER_CALENDAR };
	return call->self ? op_access(call, call->self, true)
			  : "ErrorMissingEmailAddress";
}

void op_create_item(struct op_call *call)
{
	const struct xml_node *items = xml_path(call->request, "Items");
	struct object_id folder;
	const char *refused =
		target_folder(call,
			      xml_path(call->request, "SavedItemFolderId"),
			      &folder);

	op_response_start(call, "CreateItem");
	for (items = items ? items->child : NULL; items; items = items->next) {
		if (create_reply(call, items))
			continue;
		if (refused)
			op_message_error(call, "CreateItem", refused);
		else
			create_one(call, &folder, items);
	}
	op_response_end(call);
}

static void delete_one(struct op_call *call, struct mailbox *mailbox,
		       struct item *item, time_t original)
{
	const char *how = xml_attr(call->request, "DeleteType");

	if (original)
		store_change_occurrence(call->store, mailbox, item, original,
					NULL);
	else if (how && strcmp(how, "MoveToDeletedItems") == 0 &&
		 item->folder != FOLDER_DELETED)
		store_move_item(call->store, mailbox, item, FOLDER_DELETED);
	else
		store_delete(call->store, mailbox, &item);
}

void op_delete_item(struct op_call *call)
{
	const struct xml_node *ids = xml_path(call->request, "ItemIds");

	op_response_start(call, "DeleteItem");
	for (ids = ids ? ids->child : NULL; ids; ids = ids->next) {
		struct occurrence one;
		struct item *item;
		const char *code = id_open_item(call, ids, &one, &item);

		if (code) {
			op_message_error(call, "DeleteItem", code);
			continue;
		}
		if (!one.original && !item->what.organizer &&
		    sends(call, "SendMeetingCancellations"))
			draft_call_off(call, one.mailbox, &item->what);
		delete_one(call, store_at(call->store, one.mailbox->index),
			   item, one.original);
		op_message_start(call, "DeleteItem");
		xml_end(call->out);
	}
	op_response_end(call);
}

void op_move_item(struct op_call *call)
{
	const struct xml_node *to = xml_path(call->request, "ToFolderId");
	const struct xml_node *ids = xml_path(call->request, "ItemIds");
	struct object_id folder;
	struct shape shape;
	const char *refused = to && to->child
				      ? id_open_folder(call, to->child, &folder)
				      : "ErrorInvalidRequest";

	id_only(&shape, call);
	op_response_start(call, "MoveItem");
	for (ids = ids ? ids->child : NULL; ids; ids = ids->next) {
		struct occurrence one;
		struct item *item = NULL;
		const char *code =
			refused ? refused
				: id_open_item(call, ids, &one, &item);

		if (!code && one.original)
			code = "ErrorCalendarCannotMoveOrCopyOccurrence";
		if (!code && one.mailbox != folder.mailbox)
			code = "ErrorMoveCopyFailed";
		if (code) {
			op_message_error(call, "MoveItem", code);
			continue;
		}
		store_move_item(call->store, folder.mailbox, item,
				folder.folder);
		write_items(call, "MoveItem", &shape, &one);
	}
	op_response_end(call);
}
