/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What clients do to a mailbox besides its calendar: CreateFolder and
 * DeleteFolder ([MS-OXWSFOLD]), GetUserConfiguration ([MS-OXWSUSRCFG]) for
 * the options in which OWA keeps the time zone of the user.
 */
#include <string.h>

#include "tests/exchange/prop.h"
#include "tests/exchange/zone.h"

static const struct {
	const char *element, *class;
} classes[] = {
	{ "CalendarFolder", "IPF.Appointment" },
	{ "ContactsFolder", "IPF.Contact" },
	{ "TasksFolder", "IPF.Task" },
};

static const char *class_of(const struct xml_node *folder)
{
	const char *class = xml_path_text(folder, "FolderClass");

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(classes[i].element, folder->name) == 0)
			return classes[i].class;
	return *class ? class : "IPF.Note";
}

static bool name_taken(const struct mailbox *mailbox, const char *name)
{
	for (int i = 0; i < FOLDER_COUNT; i++)
		if (folder_there(mailbox, (enum folder)i) &&
		    strcmp(folder_name(mailbox, (enum folder)i), name) == 0)
			return true;
	return false;
}

static void create(struct op_call *call, const struct xml_node *folder)
{
	const struct xml_node *parent =
		xml_path(call->request, "ParentFolderId");
	const char *name = xml_path_text(folder, "DisplayName");
	struct object_id id;
	enum folder made = FOLDER_COUNT;
	const char *code = parent && parent->child
				   ? id_open_folder(call, parent->child, &id)
				   : "ErrorInvalidIdMalformed";

	if (!code && !*name)
		code = "ErrorFolderSave";
	if (!code && name_taken(id.mailbox, name))
		code = "ErrorFolderExists";
	if (!code)
		made = folder_make(id.mailbox, name, class_of(folder));
	if (!code && made == FOLDER_COUNT)
		code = "ErrorQuotaExceeded";
	if (code) {
		op_message_error(call, "CreateFolder", code);
		return;
	}
	op_message_start(call, "CreateFolder");
	xml_start(call->out, "m:Folders");
	xml_start(call->out, strcmp(folder->name, "CalendarFolder") == 0
				     ? "t:CalendarFolder"
				     : "t:Folder");
	id_write_folder(call->out, "t:FolderId", id.mailbox, made);
	xml_end(call->out);
	xml_end(call->out);
	xml_end(call->out);
}

void op_create_folder(struct op_call *call)
{
	const struct xml_node *folders = xml_path(call->request, "Folders");

	op_response_start(call, "CreateFolder");
	for (folders = folders ? folders->child : NULL; folders;
	     folders = folders->next)
		create(call, folders);
	op_response_end(call);
}

static void unmake(struct op_call *call, const struct xml_node *node)
{
	struct object_id id;
	const char *code = id_open_folder(call, node, &id);

	if (!code && id.folder < FOLDER_MADE1)
		code = "ErrorDeleteDistinguishedFolder";
	if (code) {
		op_message_error(call, "DeleteFolder", code);
		return;
	}
	folder_unmake(call->store, id.mailbox, id.folder);
	op_message_start(call, "DeleteFolder");
	xml_end(call->out);
}

void op_delete_folder(struct op_call *call)
{
	const struct xml_node *ids = xml_path(call->request, "FolderIds");

	op_response_start(call, "DeleteFolder");
	for (ids = ids ? ids->child : NULL; ids; ids = ids->next)
		unmake(call, ids);
	op_response_end(call);
}

static void text_object(struct xml_out *xml, const char *element,
			const char *text)
{
	xml_start(xml, element);
	xml_leaf(xml, "t:Type", "String");
	xml_leaf(xml, "t:Value", text);
	xml_end(xml);
}

static void write_options(struct xml_out *xml, const char *zone)
{
	xml_start(xml, "m:UserConfiguration");
	xml_start(xml, "t:UserConfigurationName");
	xml_attribute(xml, "Name", "OWA.UserOptions");
	xml_start(xml, "t:DistinguishedFolderId");
	xml_attribute(xml, "Id", "root");
	xml_end(xml);
	xml_end(xml);
	xml_start(xml, "t:Dictionary");
	xml_start(xml, "t:DictionaryEntry");
	text_object(xml, "t:DictionaryKey", "timezone");
	text_object(xml, "t:DictionaryValue", zone);
	xml_end(xml);
	xml_end(xml);
	xml_end(xml);
}

void op_get_user_configuration(struct op_call *call)
{
	const struct xml_node *name =
		xml_path(call->request, "UserConfigurationName");
	const char *which = name ? xml_attr(name, "Name") : NULL;
	struct object_id id = { .mailbox = NULL };
	const char *code = "ErrorInvalidRequest";

	if (name && name->child && which)
		code = id_open_folder(call, name->child, &id);
	if (!code &&
	    (strcmp(which, "OWA.UserOptions") != 0 || id.folder != FOLDER_ROOT))
		code = "ErrorItemNotFound";
	op_response_start(call, "GetUserConfiguration");
	if (code) {
		op_message_error(call, "GetUserConfiguration", code);
	} else {
		op_message_start(call, "GetUserConfiguration");
		write_options(call->out,
			      zone_windows(zone_iana(id.mailbox->zone)));
		xml_end(call->out);
	}
	op_response_end(call);
}
