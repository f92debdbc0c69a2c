/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tests/exchange/subscription.h"

static const char *const elements[] = {
#define EVENT(name, word) "t:" word,
#include "tests/exchange/event.def"
};

enum event event_find(const char *word)
{
	unsigned i = 0;

	while (i < EVENT_COUNT && strcmp(elements[i] + 2, word) != 0)
		i++;
	return (enum event)i;
}

static void watermark(const struct subscription *subscription, uint64_t mark,
		      struct buf *out)
{
	struct buf raw = BUF(128);
	uint32_t index =
		subscription->mailbox ? subscription->mailbox->index : 0;

	buf_print(&raw, "%08" PRIx32 "%016" PRIx64, index, mark);
	text_encode(buf_text(&raw), raw.len, out);
	buf_free(&raw);
}

void watermark_write(struct xml_out *out, const char *element,
		     const struct subscription *subscription, uint64_t mark)
{
	struct buf text = BUF(256);

	watermark(subscription, mark, &text);
	xml_leaf(out, element, buf_text(&text));
	buf_free(&text);
}

bool watermark_read(const struct subscription *subscription, const char *text,
		    uint64_t *mark)
{
	char raw[64];
	long len = text_decode(text, raw, sizeof(raw) - 1);
	struct buf again = BUF(256);
	bool same;

	if (len != 24)
		return false;

	raw[len] = '\0';
	*mark = strtoull(raw + 8, NULL, 16);
	watermark(subscription, *mark, &again);
	same = strcmp(buf_text(&again), text) == 0;
	buf_free(&again);
	return same && *mark >= 1 && *mark <= subscription->mark;
}

/* "2026-09-17T09:00:00Z" */
static void time_leaf(struct xml_out *out, const char *element, int64_t wall_ms)
{
	char text[CLOCK_TEXT_SIZE];

	xml_leaf(out, element, clock_text(text, (time_t)(wall_ms / 1000)));
}

static void write_event(struct xml_out *out,
			const struct subscription *subscription,
			const struct happening *what)
{
	const struct mailbox *mailbox = subscription->mailbox;
	bool moved = what->old_folder != FOLDER_COUNT;

	xml_start(out, elements[what->event]);
	if (subscription->kind != SUBSCRIBED_STREAM)
		watermark_write(out, "t:Watermark", subscription, what->mark);
	time_leaf(out, "t:TimeStamp", what->wall_ms);
	if (what->item)
		id_write_item(out, "t:ItemId", mailbox, what->item,
			      what->number);
	else
		id_write_folder(out, "t:FolderId", mailbox, what->folder);
	id_write_folder(out, "t:ParentFolderId", mailbox,
			what->item ? what->folder
				   : folder_parent(what->folder));
	if (moved) {
		id_write_item(out, "t:OldItemId", mailbox, what->item,
			      what->number);
		id_write_folder(out, "t:OldParentFolderId", mailbox,
				what->old_folder);
	}
	xml_end(out);
}

static void write_status(struct xml_out *out,
			 const struct subscription *subscription)
{
	xml_start(out, "t:StatusEvent");
	if (subscription->kind != SUBSCRIBED_STREAM)
		watermark_write(out, "t:Watermark", subscription,
				subscription->mark);
	xml_end(out);
}

uint64_t notification_write(struct xml_out *out, const char *element,
			    const struct subscription *subscription,
			    size_t limit)
{
	size_t count =
		subscription->count < limit ? subscription->count : limit;
	bool more = subscription->count > count;
	bool marks = subscription->kind != SUBSCRIBED_STREAM;
	uint64_t before =
		count ? subscription->queue[0].mark - 1 : subscription->mark;

	xml_start(out, element);
	xml_leaf(out, "t:SubscriptionId", subscription->id);
	if (marks) {
		watermark_write(out, "t:PreviousWatermark", subscription,
				before);
		xml_leaf(out, "t:MoreEvents", more ? "true" : "false");
	}
	for (size_t i = 0; i < count; i++)
		write_event(out, subscription, &subscription->queue[i]);
	if (count == 0)
		write_status(out, subscription);
	xml_end(out);
	return count ? subscription->queue[count - 1].mark : subscription->mark;
}
