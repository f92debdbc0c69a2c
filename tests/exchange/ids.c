/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "tests/exchange/ids.h"

enum {
	MARK_FOLDER = 0x46,
	MARK_ITEM = 0x49,
	MARK_CHANGE = 0x43,
	ID_BYTES = 114, /* of which 18 say something, as long as real ones */
	KEY_BYTES = 9,
};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/";

const char *base64_encode(char *text, const unsigned char *data, size_t len)
{
	char *at = text;

	for (size_t i = 0; i < len; i += 3) {
		unsigned long three = (unsigned long)data[i] << 16;

		if (i + 1 < len)
			three |= (unsigned long)data[i + 1] << 8;
		if (i + 2 < len)
			three |= data[i + 2];
		*at++ = alphabet[three >> 18 & 63];
		*at++ = alphabet[three >> 12 & 63];
		*at++ = i + 1 < len ? alphabet[three >> 6 & 63] : '=';
		*at++ = i + 2 < len ? alphabet[three & 63] : '=';
	}
	*at = '\0';
	return text;
}

long base64_decode(const char *text, unsigned char *out, size_t size)
{
	unsigned long held = 0;
	size_t len = 0;
	unsigned bits = 0;

	for (; *text && *text != '='; text++) {
		const char *digit = strchr(alphabet, *text);

		if (strchr(" \r\n\t", *text))
			continue;
		if (!digit || len == size)
			return -1;
		held = held << 6 | (unsigned long)(digit - alphabet);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[len++] = (unsigned char)(held >> bits);
		}
	}
	return (long)len;
}

static void put(unsigned char *at, uint64_t number, int bytes)
{
	while (bytes--) {
		at[bytes] = (unsigned char)number;
		number >>= 8;
	}
}

static uint64_t get(const unsigned char *at, int bytes)
{
	uint64_t number = 0;

	while (bytes--)
		number = number << 8 | *at++;
	return number;
}

static const char *id_text(char text[ID_SIZE], int mark,
			   const struct mailbox *mailbox, uint32_t number,
			   time_t original)
{
	unsigned char raw[ID_BYTES] = { 'D', (unsigned char)mark };

	put(raw + 2, mailbox->index, 4);
	put(raw + 6, number, 4);
	put(raw + 10, (uint64_t)original, 8);
	return base64_encode(text, raw, sizeof(raw));
}

static bool id_parse(const char *text, struct object_id *id,
		     const struct store *store)
{
	unsigned char raw[ID_BYTES];
	uint32_t number;

	if (base64_decode(text, raw, sizeof(raw)) != ID_BYTES || raw[0] != 'D')
		return false;
	id->mailbox = store_at(store, (uint32_t)get(raw + 2, 4));
	number = (uint32_t)get(raw + 6, 4);
	id->folder = FOLDER_COUNT;
	id->item = 0;
	id->original = (time_t)get(raw + 10, 8);
	if (raw[1] == MARK_ITEM)
		id->item = number;
	else if (raw[1] == MARK_FOLDER && number < FOLDER_COUNT)
		id->folder = (enum folder)number;
	else
		return false;
	return true;
}

static void write_id(struct xml_out *out, const char *element, const char *id,
		     uint64_t change)
{
	unsigned char raw[KEY_BYTES] = { MARK_CHANGE };
	char key[ID_SIZE];

	put(raw + 1, change, 8);
	xml_start(out, element);
	xml_attribute(out, "Id", id);
	xml_attribute(out, "ChangeKey", base64_encode(key, raw, sizeof(raw)));
	xml_end(out);
}

uint64_t change_key_number(const char *key)
{
	unsigned char raw[KEY_BYTES];

	if (base64_decode(key, raw, sizeof(raw)) != KEY_BYTES ||
	    raw[0] != MARK_CHANGE)
		return 0;
	return get(raw + 1, 8);
}

const char *id_item_text(char text[ID_SIZE], const struct mailbox *mailbox,
			 uint32_t item, time_t original)
{
	return id_text(text, MARK_ITEM, mailbox, item, original);
}

void id_write_item(struct xml_out *out, const char *element,
		   const struct mailbox *mailbox, uint32_t item,
		   uint64_t change)
{
	char text[ID_SIZE];

	write_id(out, element, id_item_text(text, mailbox, item, 0), change);
}

uint64_t occurrence_change(const struct occurrence *one)
{
	const struct exception *exception =
		one->original ? item_exception(one->item, one->original) : NULL;

	return exception ? exception->number : one->item->changed;
}

void id_write_occurrence(struct xml_out *out, const char *element,
			 const struct occurrence *one)
{
	char text[ID_SIZE];

	write_id(out, element,
		 id_item_text(text, one->mailbox, one->item->number,
			      one->original),
		 occurrence_change(one));
}

void id_write_folder(struct xml_out *out, const char *element,
		     const struct mailbox *mailbox, enum folder folder)
{
	char text[ID_SIZE];

	write_id(out, element, id_text(text, MARK_FOLDER, mailbox, folder, 0),
		 1);
}

static const char *read_distinguished(const struct op_call *call,
				      const struct xml_node *node,
				      struct object_id *id)
{
	const char *name = xml_attr(node, "Id");
	const struct xml_node *mailbox = xml_child(node, ews_types, "Mailbox");

	*id = (struct object_id){ .mailbox = call->self };
	if (mailbox)
		id->mailbox =
			store_find(call->store,
				   xml_path_text(mailbox, "EmailAddress"));
	if (!id->mailbox)
		return mailbox ? "ErrorNonExistentMailbox"
			       : "ErrorMissingEmailAddress";
	id->folder = folder_find(name ? name : "");
	return id->folder == FOLDER_COUNT ? "ErrorFolderNotFound" : NULL;
}

static const char *read_nth(struct object_id *id, const char *index)
{
	const struct item *item =
		id->mailbox ? store_item(id->mailbox, id->item) : NULL;
	struct occurrence one;
	unsigned n = index ? (unsigned)strtoul(index, NULL, 10) : 0;

	if (!item)
		return "ErrorItemNotFound";
	if (item->what.recurrence.pattern == PATTERN_NONE)
		return "ErrorCalendarIsNotRecurringMaster";
	if (occurrence_nth(id->mailbox, item, n, &one)) {
		id->original = one.original;
		return NULL;
	}
	return one.original && item_exception(item, one.original)
		       ? "ErrorCalendarOccurrenceIsDeletedFromRecurrence"
		       : "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange";
}

static const struct {
	const char *element, *attribute;
} id_elements[] = {
	{ "FolderId", "Id" },
	{ "ParentFolderId", "Id" },
	{ "ItemId", "Id" },
	{ "OccurrenceItemId", "RecurringMasterId" },
	{ "RecurringMasterItemId", "OccurrenceId" },
};

const char *id_read(const struct op_call *call, const struct xml_node *node,
		    struct object_id *id)
{
	const char *text = NULL;
	const char *attribute = NULL;

	if (strcmp(node->name, "DistinguishedFolderId") == 0)
		return read_distinguished(call, node, id);
	for (size_t i = 0; i < sizeof(id_elements) / sizeof(*id_elements); i++)
		if (strcmp(node->name, id_elements[i].element) == 0)
			attribute = id_elements[i].attribute;
	if (attribute)
		text = xml_attr(node, attribute);
	if (!text || !id_parse(text, id, call->store))
		return "ErrorInvalidIdMalformed";
	if (attribute[0] == 'R')
		return read_nth(id, xml_attr(node, "InstanceIndex"));
	if (attribute[0] == 'O')
		id->original = 0;
	return NULL;
}

const char *id_open_folder(const struct op_call *call,
			   const struct xml_node *node, struct object_id *id)
{
	const char *code = id_read(call, node, id);

	if (code)
		return code;
	if (!id->mailbox || id->folder == FOLDER_COUNT ||
	    !folder_there(id->mailbox, id->folder))
		return "ErrorFolderNotFound";
	return op_access(call, id->mailbox, true);
}

const char *id_open_item(const struct op_call *call,
			 const struct xml_node *node, struct occurrence *one,
			 struct item **itemp)
{
	struct object_id id;
	const char *code = id_read(call, node, &id);
	struct item *item;

	if (code)
		return code;
	if (!id.mailbox || !id.item)
		return id.item ? "ErrorItemNotFound" : "ErrorInvalidId";
	code = op_access(call, id.mailbox, true);
	if (code)
		return code;
	*itemp = item = store_item(id.mailbox, id.item);
	if (!item)
		return "ErrorItemNotFound";
	*one = (struct occurrence){
		.mailbox = id.mailbox,
		.item = item,
		.what = &item->what,
		.start = item->what.start,
		.end = item->what.end,
	};
	if (item->what.recurrence.pattern != PATTERN_NONE)
		one->kind = KIND_MASTER;
	if (id.original && !occurrence_find(id.mailbox, item, id.original, one))
		return item_exception(item, id.original)
			       ? "ErrorCalendarOccurrenceIsDeletedFromRecurrence"
			       : "ErrorItemNotFound";
	return NULL;
}
