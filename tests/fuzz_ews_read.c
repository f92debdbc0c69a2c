/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>

#include "calendar/ews_oof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever came is read as the answer to everything. */
static void read_all(const struct xml_node *root, void *arg)
{
	const struct window window = { 0, 4 * 86400 };
	struct timeline *timeline = timeline_new(window.from, window.until);
	struct ews_availability mailbox = { .timeline = NULL };
	struct ews_trouble trouble;
	struct replies replies;
	struct ews_events events;
	struct ews_news news;
	char id[EWS_ID_SIZE], state[EWS_STATE_SIZE];
	time_t next;

	(void)arg;
	ews_read_version(root, id);
	ews_read_subscribe(root, id, &trouble);
	ews_read_find(root, timeline, &next, &trouble);
	ews_read_availability(root, &window, &mailbox, 1, &trouble);
	ews_read_state(root, state, &trouble);
	ews_read_oof(root, &replies, &trouble);
	ews_read_events(root, &events);
	ews_read_news(root, &news);
	ews_news_free(&news);
	timeline_free(&mailbox.timeline);
	timeline_free(&timeline);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct xml_limits limits = { 1 << 16, 40, 5000, 64 };
	struct xml_in *in = xml_in_new(&limits, read_all, NULL);
	size_t half = size / 2;

	if (!xml_in_push(in, (const char *)data, half, NULL))
		xml_in_push(in, (const char *)data + half, size - half, NULL);

	xml_in_free(&in);
	return 0;
}
