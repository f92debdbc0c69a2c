/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FindItem: [MS-OXWSSRCH], CalendarView [MS-OXWSCDATA] 2.2.4.14. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/exchange/prop.h"
#include "tests/exchange/restrict.h"
#include "tests/exchange/value.h"
#include "tests/exchange/when.h"

enum {
	VIEW_MAX_S = 2 * 366 * 86400, /* two years, leap days included */
	FIND_MAX = 1000,              /* EWSFindCountLimit */
};

/* What part of the found is asked for. */
struct page {
	size_t offset, max;
	bool indexed;
};

static const char *read_view(const struct op_call *call,
			     const struct xml_node *view, time_t *from,
			     time_t *until)
{
	const char *start = xml_attr(view, "StartDate");
	const char *end = xml_attr(view, "EndDate");
	const char *zone = call_zone(call);

	if (!start || !end || !when_read(start, zone, from) ||
	    !when_read(end, zone, until))
		return "ErrorInvalidRequest";
	if (*until < *from)
		return "ErrorCalendarEndDateIsEarlierThanStartDate";
	if (*until - *from > VIEW_MAX_S)
		return "ErrorCalendarViewRangeTooBig";
	return NULL;
}

static void collect_view(struct occurrences *all, const struct object_id *id,
			 time_t from, time_t until)
{
	for (const struct item *i = id->mailbox->items; i; i = i->next)
		if (i->folder == id->folder)
			occurrences_add(all, id->mailbox, i, from, until);
}

static bool read_item(const struct xml_node *path, const void *thing,
		      struct buf *value)
{
	return value_read(path, thing, value);
}

/* Items as they are stored: a series is its master. */
static void collect_items(struct occurrences *all, const struct object_id *id,
			  const struct xml_node *restriction)
{
	for (const struct item *i = id->mailbox->items; i; i = i->next) {
		struct occurrence one = {
			.mailbox = id->mailbox,
			.item = i,
			.what = &i->what,
			.start = i->what.start,
			.end = i->what.end,
			.kind = i->what.recurrence.pattern == PATTERN_NONE
					? KIND_SINGLE
					: KIND_MASTER,
		};
		const struct subject subject = { read_item, &one };

		if (i->folder == id->folder &&
		    restrict_fits(restriction, &subject))
			occurrences_put(all, &one);
	}
}

static size_t attr_number(const struct xml_node *node, const char *name,
			  size_t otherwise)
{
	const char *text = node ? xml_attr(node, name) : NULL;

	return text ? strtoul(text, NULL, 10) : otherwise;
}

static void write_found(struct op_call *call, const struct occurrences *all,
			const struct page *page)
{
	size_t left = all->count > page->offset ? all->count - page->offset : 0;
	size_t count = left < page->max ? left : page->max;
	struct shape shape;
	char text[24];

	shape_read(&shape, xml_path(call->request, "ItemShape"), true,
		   call->version);
	xml_start(call->out, "m:RootFolder");
	if (page->indexed) {
		snprintf(text, sizeof(text), "%zu", page->offset + count);
		xml_attribute(call->out, "IndexedPagingOffset", text);
	}
	snprintf(text, sizeof(text), "%zu", all->count);
	xml_attribute(call->out, "TotalItemsInView", text);
	xml_attribute(call->out, "IncludesLastItemInRange",
		      count == left ? "true" : "false");
	xml_start(call->out, "t:Items");
	for (size_t i = 0; i < count; i++)
		shape_write(&shape, call, &all->list[page->offset + i]);
	xml_end(call->out);
	xml_end(call->out);
}

static struct page read_page(const struct op_call *call,
			     const struct xml_node *view)
{
	const struct xml_node *indexed =
		xml_path(call->request, "IndexedPageItemView");
	struct page page = { .indexed = indexed != NULL };

	page.offset = attr_number(indexed, "Offset", 0);
	page.max = attr_number(view ? view : indexed, "MaxEntriesReturned",
			       FIND_MAX);
	if (page.max > FIND_MAX)
		page.max = FIND_MAX;
	return page;
}

static void find_in(struct op_call *call, const struct xml_node *node)
{
	const struct xml_node *view = xml_path(call->request, "CalendarView");
	const struct xml_node *restriction =
		xml_path(call->request, "Restriction");
	const struct xml_node *order;
	struct page page = read_page(call, view);
	struct occurrences all = { .list = NULL };
	struct object_id id;
	time_t from = 0;
	time_t until = 0;
	const char *code = id_open_folder(call, node, &id);

	if (!code && view)
		code = read_view(call, view, &from, &until);
	if (!code && view && id.folder != FOLDER_CALENDAR)
		code = "ErrorCalendarFolderIsInvalidForCalendarView";
	if (code) {
		op_message_error(call, "FindItem", code);
		return;
	}
	if (view)
		collect_view(&all, &id, from, until);
	else
		collect_items(&all, &id,
			      restriction ? restriction->child : NULL);
	occurrences_sort(&all);
	order = xml_path(call->request, "SortOrder");
	if (order && !view)
		value_sort(&all, order);
	op_message_start(call, "FindItem");
	write_found(call, &all, &page);
	xml_end(call->out);
	occurrences_free(&all);
}

void op_find_item(struct op_call *call)
{
	const struct xml_node *ids = xml_path(call->request, "ParentFolderIds");

	op_response_start(call, "FindItem");
	for (ids = ids ? ids->child : NULL; ids; ids = ids->next)
		find_in(call, ids);
	op_response_end(call);
}
