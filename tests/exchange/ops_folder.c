/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetFolder, FindFolder, SyncFolderHierarchy: [MS-OXWSFOLD], [MS-OXWSSYNC]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/exchange/prop.h"
#include "tests/exchange/restrict.h"
#include "tests/exchange/when.h"

struct folder_out {
	const struct op_call *call;
	const struct mailbox *mailbox;
	enum folder folder;
	const struct xml_node *shape;
};

static unsigned item_count(const struct mailbox *mailbox, enum folder folder)
{
	unsigned count = 0;

	for (const struct item *i = mailbox->items; i; i = i->next)
		count += i->folder == folder;
	return count;
}

static unsigned child_count(const struct mailbox *mailbox, enum folder folder)
{
	unsigned count = 0;

	for (int i = 1; i < FOLDER_COUNT; i++)
		count += folder_there(mailbox, (enum folder)i) &&
			 folder_parent((enum folder)i) == folder;
	return count;
}

static void put_id(const struct folder_out *out)
{
	id_write_folder(out->call->out, "t:FolderId", out->mailbox,
			out->folder);
}

static void put_parent(const struct folder_out *out)
{
	id_write_folder(out->call->out, "t:ParentFolderId", out->mailbox,
			folder_parent(out->folder));
}

static void put_class(const struct folder_out *out)
{
	const char *class = folder_class(out->mailbox, out->folder);

	if (class)
		xml_leaf(out->call->out, "t:FolderClass", class);
}

static void put_name(const struct folder_out *out)
{
	xml_leaf(out->call->out, "t:DisplayName",
		 folder_name(out->mailbox, out->folder));
}

static void put_total(const struct folder_out *out)
{
	xml_leaf_number(out->call->out, "t:TotalCount",
			item_count(out->mailbox, out->folder));
}

static void put_children(const struct folder_out *out)
{
	xml_leaf_number(out->call->out, "t:ChildFolderCount",
			child_count(out->mailbox, out->folder));
}

static void extended(struct xml_out *xml, const struct xml_node *uri,
		     const char *value)
{
	xml_start(xml, "t:ExtendedProperty");
	xml_start(xml, "t:ExtendedFieldURI");
	xml_attribute(xml, "PropertyTag", xml_attr(uri, "PropertyTag"));
	xml_attribute(xml, "PropertyType", xml_attr(uri, "PropertyType"));
	xml_end(xml);
	xml_leaf(xml, "t:Value", value);
	xml_end(xml);
}

/*
 * PidTagLocalCommitTimeMax 0x670A moves with every change of the store, and
 * PidTagDeletedCountTotal 0x670B with what is deleted: clients compare them.
 */
static void put_extended(const struct folder_out *out,
			 const struct xml_node *uri)
{
	const char *tag = xml_attr(uri, "PropertyTag");
	char text[CLOCK_TEXT_SIZE];
	char value[CLOCK_TEXT_SIZE + 8];
	unsigned deleted = 0;

	for (const struct grave *g = out->mailbox->graves; g; g = g->next)
		deleted += g->folder == out->folder;
	switch (tag ? strtoul(tag, NULL, 0) : 0) {
	case 0x670a:
		clock_text(text, out->mailbox->changed_at);
		text[strlen(text) - 1] = '\0';
		snprintf(value, sizeof(value), "%s.%03uZ", text,
			 (unsigned)(out->mailbox->number % 1000));
		break;
	case 0x670b:
		snprintf(value, sizeof(value), "%u", deleted);
		break;
	case 0x3001:
		snprintf(value, sizeof(value), "%s",
			 folder_name(out->mailbox, out->folder));
		break;
	default:
		return;
	}
	extended(out->call->out, uri, value);
}

static void put_extras(const struct folder_out *out)
{
	const struct xml_node *uri =
		out->shape ? xml_path(out->shape,
				      "AdditionalProperties/ExtendedFieldURI")
			   : NULL;

	for (; uri; uri = xml_again(uri))
		put_extended(out, uri);
}

static void put_rights(const struct folder_out *out)
{
	static const char *const rights[] = {
		"t:CreateAssociated", "t:CreateContents", "t:CreateHierarchy",
		"t:Delete",           "t:Modify",         "t:Read"
	};

	xml_start(out->call->out, "t:EffectiveRights");
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
		bool_leaf(out->call->out, rights[i], true);
	xml_end(out->call->out);
}

static void put_distinguished(const struct folder_out *out)
{
	if (out->call->version >= EWS_2013 && *folder_id(out->folder))
		xml_leaf(out->call->out, "t:DistinguishedFolderId",
			 folder_id(out->folder));
}

static void put_unread(const struct folder_out *out)
{
	const char *class = folder_class(out->mailbox, out->folder);

	if (class && strcmp(class, "IPF.Note") == 0)
		xml_leaf_number(out->call->out, "t:UnreadCount", 0);
}

/* In the order of the schema. */
static const struct {
	const char *uri;
	void (*put)(const struct folder_out *out);
	bool ever, in_default;
} rows[] = {
	{ "folder:FolderId", put_id, true, true },
	{ "folder:ParentFolderId", put_parent, false, false },
	{ "folder:FolderClass", put_class, false, false },
	{ "folder:DisplayName", put_name, false, true },
	{ "folder:TotalCount", put_total, false, true },
	{ "folder:ChildFolderCount", put_children, false, true },
	{ "", put_extras, true, true },
	{ "folder:EffectiveRights", put_rights, false, false },
	{ "folder:DistinguishedFolderId", put_distinguished, false, false },
	{ "folder:UnreadCount", put_unread, false, true },
};

static const struct {
	const char *class, *element;
} elements[] = {
	{ "IPF.Appointment", "t:CalendarFolder" },
	{ "IPF.Contact", "t:ContactsFolder" },
	{ "IPF.Task", "t:TasksFolder" },
};

static const char *element_of(const struct mailbox *mailbox, enum folder folder)
{
	const char *class = folder_class(mailbox, folder);

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (class && strcmp(class, elements[i].class) == 0)
			return elements[i].element;
	return "t:Folder";
}

static bool asked(const struct xml_node *shape, const char *name)
{
	const struct xml_node *uri =
		shape ? xml_path(shape, "AdditionalProperties/FieldURI") : NULL;

	for (; uri; uri = xml_again(uri))
		if (xml_attr(uri, "FieldURI") &&
		    strcmp(xml_attr(uri, "FieldURI"), name) == 0)
			return true;
	return false;
}

static void folder_write(const struct folder_out *out)
{
	const char *base =
		out->shape ? xml_path_text(out->shape, "BaseShape") : "IdOnly";
	bool all = strcmp(base, "AllProperties") == 0;
	bool some = strcmp(base, "Default") == 0;

	xml_start(out->call->out, element_of(out->mailbox, out->folder));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (all || rows[i].ever || (some && rows[i].in_default) ||
		    asked(out->shape, rows[i].uri))
			rows[i].put(out);
	xml_end(out->call->out);
}

void op_get_folder(struct op_call *call)
{
	const struct xml_node *shape = xml_path(call->request, "FolderShape");
	const struct xml_node *ids = xml_path(call->request, "FolderIds");

	op_response_start(call, "GetFolder");
	for (ids = ids ? ids->child : NULL; ids; ids = ids->next) {
		struct object_id id;
		const char *code = id_open_folder(call, ids, &id);

		if (code) {
			op_message_error(call, "GetFolder", code);
			continue;
		}
		op_message_start(call, "GetFolder");
		xml_start(call->out, "m:Folders");
		folder_write(&(struct folder_out){ call, id.mailbox, id.folder,
						   shape });
		xml_end(call->out);
		xml_end(call->out);
	}
	op_response_end(call);
}

static bool below(enum folder folder, enum folder parent, bool deep)
{
	if (folder == FOLDER_ROOT)
		return false;
	if (folder_parent(folder) == parent)
		return true;
	return deep && below(folder_parent(folder), parent, deep);
}

/* Restrictions ask for the name or the class. */
static bool read_folder(const struct xml_node *path, const void *thing,
			struct buf *value)
{
	const struct folder_out *out = thing;
	const char *uri = xml_attr(path, "FieldURI");
	const char *tag = xml_attr(path, "PropertyTag");
	unsigned long number = tag ? strtoul(tag, NULL, 0) : 0;
	const char *text = NULL;

	if (number == 0x3001 || (uri && strcmp(uri, "folder:DisplayName") == 0))
		text = folder_name(out->mailbox, out->folder);
	if (number == 0x3613 || (uri && strcmp(uri, "folder:FolderClass") == 0))
		text = folder_class(out->mailbox, out->folder);
	if (text)
		buf_print(value, "%s", text);
	return text != NULL;
}

static bool found(const struct folder_out *out, const struct object_id *id)
{
	const struct xml_node *request = out->call->request;
	const struct xml_node *restriction = xml_path(request, "Restriction");
	const char *traversal = xml_attr(request, "Traversal");
	bool deep = traversal && strcmp(traversal, "Deep") == 0;
	const struct subject subject = { .read = read_folder, .thing = out };

	return folder_there(id->mailbox, out->folder) &&
	       below(out->folder, id->folder, deep) &&
	       restrict_fits(restriction ? restriction->child : NULL, &subject);
}

static void find_below(struct op_call *call, const struct object_id *id)
{
	struct folder_out out = {
		.call = call,
		.mailbox = id->mailbox,
		.shape = xml_path(call->request, "FolderShape"),
	};
	bool fits[FOLDER_COUNT];
	unsigned count = 0;
	char total[16];

	for (int i = 0; i < FOLDER_COUNT; i++) {
		out.folder = (enum folder)i;
		fits[i] = found(&out, id);
		count += fits[i];
	}
	snprintf(total, sizeof(total), "%u", count);
	xml_start(call->out, "m:RootFolder");
	xml_attribute(call->out, "IndexedPagingOffset", total);
	xml_attribute(call->out, "TotalItemsInView", total);
	xml_attribute(call->out, "IncludesLastItemInRange", "true");
	xml_start(call->out, "t:Folders");
	for (int i = 0; i < FOLDER_COUNT; i++) {
		out.folder = (enum folder)i;
		if (fits[i])
			folder_write(&out);
	}
	xml_end(call->out);
	xml_end(call->out);
}

void op_find_folder(struct op_call *call)
{
	const struct xml_node *ids = xml_path(call->request, "ParentFolderIds");

	op_response_start(call, "FindFolder");
	for (ids = ids ? ids->child : NULL; ids; ids = ids->next) {
		struct object_id id;
		const char *code = id_open_folder(call, ids, &id);

		if (code) {
			op_message_error(call, "FindFolder", code);
			continue;
		}
		op_message_start(call, "FindFolder");
		find_below(call, &id);
		xml_end(call->out);
	}
	op_response_end(call);
}

/* The folders never change: everything the first time, nothing after. */
static void hierarchy(struct op_call *call, const struct mailbox *mailbox)
{
	const struct xml_node *shape = xml_path(call->request, "FolderShape");
	bool first = !*xml_path_text(call->request, "SyncState");

	op_message_start(call, "SyncFolderHierarchy");
	xml_leaf(call->out, "m:SyncState", "aGllcmFyY2h5");
	bool_leaf(call->out, "m:IncludesLastFolderInRange", true);
	xml_start(call->out, "m:Changes");
	for (int i = FOLDER_TOP + 1; first && i < FOLDER_COUNT; i++) {
		if (!folder_there(mailbox, (enum folder)i))
			continue;
		xml_start(call->out, "t:Create");
		folder_write(&(struct folder_out){ call, mailbox,
						   (enum folder)i, shape });
		xml_end(call->out);
	}
	xml_end(call->out);
	xml_end(call->out);
}

void op_sync_folder_hierarchy(struct op_call *call)
{
	const struct xml_node *node = xml_path(call->request, "SyncFolderId");
	struct object_id id = { .mailbox = call->self };
	const char *code = NULL;

	if (node && node->child)
		code = id_open_folder(call, node->child, &id);
	else if (!call->self)
		code = "ErrorMissingEmailAddress";
	else
		code = op_access(call, call->self, true);
	op_response_start(call, "SyncFolderHierarchy");
	if (code)
		op_message_error(call, "SyncFolderHierarchy", code);
	else
		hierarchy(call, id.mailbox);
	op_response_end(call);
}
