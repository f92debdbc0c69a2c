/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SyncFolderItems: [MS-OXWSSYNC]. The state is the last number told. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/prop.h"
#include "tests/exchange/when.h"

enum { SYNC_MAX = 512, STATE_BYTES = 9, STATE_MARK = 0x53 };

struct news {
	uint64_t number;
	const struct item *item; /* NULL: gone */
	uint32_t gone;
};

static int by_number(const void *a, const void *b)
{
	const struct news *x = a;
	const struct news *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static bool state_read(const char *text, uint64_t *number)
{
	unsigned char raw[STATE_BYTES];

	*number = 0;
	if (!*text)
		return true;
	if (base64_decode(text, raw, sizeof(raw)) != STATE_BYTES ||
	    raw[0] != STATE_MARK)
		return false;
	for (int i = 1; i < STATE_BYTES; i++)
		*number = *number << 8 | raw[i];
	return true;
}

static void state_write(struct op_call *call, uint64_t number)
{
	unsigned char raw[STATE_BYTES] = { STATE_MARK };
	char text[ID_SIZE];

	for (int i = STATE_BYTES - 1; i > 0; i--) {
		raw[i] = (unsigned char)number;
		number >>= 8;
	}
	xml_leaf(call->out, "m:SyncState",
		 base64_encode(text, raw, sizeof(raw)));
}

/* The caller frees it. First time round, the dead need no mention. */
static struct news *news_since(const struct object_id *id, uint64_t since,
			       size_t *countp)
{
	size_t size = 1;
	size_t count = 0;
	struct news *news;

	for (const struct item *i = id->mailbox->items; i; i = i->next)
		size++;
	for (const struct grave *g = id->mailbox->graves; g; g = g->next)
		size++;
	news = x_zalloc(size * sizeof(struct news));
	for (const struct item *i = id->mailbox->items; i; i = i->next)
		if (i->folder == id->folder && i->changed > since)
			news[count++] = (struct news){ i->changed, i, 0 };
	for (const struct grave *g = since ? id->mailbox->graves : NULL; g;
	     g = g->next)
		if (g->folder == id->folder && g->number > since)
			news[count++] =
				(struct news){ g->number, NULL, g->item };
	qsort(news, count, sizeof(struct news), by_number);
	*countp = count;
	return news;
}

static void write_change(struct op_call *call, const struct shape *shape,
			 const struct object_id *id, const struct news *news,
			 uint64_t since)
{
	const struct item *item = news->item;
	struct occurrence one = { .mailbox = id->mailbox, .item = item };

	if (!item) {
		xml_start(call->out, "t:Delete");
		id_write_item(call->out, "t:ItemId", id->mailbox, news->gone,
			      news->number);
		xml_end(call->out);
		return;
	}
	one.what = &item->what;
	one.start = item->what.start;
	one.end = item->what.end;
	if (item->what.recurrence.pattern != PATTERN_NONE)
		one.kind = KIND_MASTER;
	xml_start(call->out, item->created > since ? "t:Create" : "t:Update");
	shape_write(shape, call, &one);
	xml_end(call->out);
}

static void sync_since(struct op_call *call, const struct object_id *id,
		       uint64_t since)
{
	size_t max = strtoul(xml_path_text(call->request, "MaxChangesReturned"),
			     NULL, 10);
	size_t count;
	struct news *news = news_since(id, since, &count);
	struct shape shape;
	bool all;

	if (!max || max > SYNC_MAX)
		max = SYNC_MAX;
	all = count <= max;
	shape_read(&shape, xml_path(call->request, "ItemShape"), true,
		   call->version);
	op_message_start(call, "SyncFolderItems");
	state_write(call, all ? id->mailbox->number : news[max - 1].number);
	bool_leaf(call->out, "m:IncludesLastItemInRange", all);
	xml_start(call->out, "m:Changes");
	for (size_t i = 0; i < count && i < max; i++)
		write_change(call, &shape, id, &news[i], since);
	xml_end(call->out);
	xml_end(call->out);
	free(news);
}

void op_sync_folder_items(struct op_call *call)
{
	const struct xml_node *folder = xml_path(call->request, "SyncFolderId");
	struct object_id id;
	uint64_t since = 0;
	const char *code = folder && folder->child
				   ? id_open_folder(call, folder->child, &id)
				   : "ErrorInvalidRequest";

	if (!code &&
	    !state_read(xml_path_text(call->request, "SyncState"), &since))
		code = "ErrorInvalidSyncStateData";
	op_response_start(call, "SyncFolderItems");
	if (code)
		op_message_error(call, "SyncFolderItems", code);
	else
		sync_since(call, &id, since);
	op_response_end(call);
}
