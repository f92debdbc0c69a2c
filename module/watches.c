/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/index.h"
#include "base/loop.h"
#include "module/watches.h"
#include "sip/uri.h"

enum text {
	KEY,
	WATCHER,
	ENTITY,
	WATCHER_TAG,
	SERVER_TAG,
	CONTACT,
	CALL_ID,
	SOCKET
};

struct watch {
	struct watches *watches;
	char *texts[PIPE_TEXTS_MAX];
	unsigned cseq;
	time_t until;
	struct timer timer;
};

struct watches {
	watches_h *handler;
	void *arg;
	struct index *index; /* by key */
};

static const char *name_of(const void *item)
{
	const struct watch *watch = item;

	return watch->texts[KEY];
}

static void watch_free(struct watch *watch)
{
	timer_stop(&watch->timer);
	for (size_t i = 0; i < PIPE_TEXTS_MAX; i++)
		free(watch->texts[i]);
	free(watch);
}

static void forget(struct watch *watch)
{
	struct watches *watches = watch->watches;
	char *entity = x_strdup(watch->texts[ENTITY]);

	index_take(watches->index, watch->texts[KEY]);
	watch_free(watch);
	watches->handler(entity, -1, watches->arg);
	free(entity);
}

static void on_over(void *arg)
{
	forget(arg);
}

/* The server's own letters for watcher and entity become ours. */
static struct watch *watch_new(struct watches *watches,
			       const struct pipe_message *message)
{
	struct watch *watch = x_new(struct watch);
	char entity[ENTITY_SIZE];

	watch->watches = watches;
	for (size_t i = 0; i < PIPE_TEXTS_MAX; i++) {
		bool name = i == WATCHER || i == ENTITY;
		enum err err =
			name ? uri_entity(entity, message->texts[i], NULL)
			     : ERR_OK;

		watch->texts[i] =
			x_strdup(name && !err ? entity : message->texts[i]);
	}
	index_put(watches->index, watch);
	return watch;
}

void watches_take(struct watches *watches, const struct pipe_message *message)
{
	struct watch *watch = index_find(watches->index, message->texts[KEY]);
	time_t now = clock_now();
	bool is_new = !watch;

	if (message->number <= now) {
		if (watch)
			forget(watch);
		return;
	}
	if (is_new && index_count(watches->index) == WATCHES_MAX)
		return;
	if (is_new)
		watch = watch_new(watches, message);

	watch->until = (time_t)message->number;
	watch->cseq = message->id;
	free(watch->texts[CONTACT]);
	watch->texts[CONTACT] = x_strdup(message->texts[CONTACT]);
	timer_start(&watch->timer, (unsigned)(watch->until - now), on_over,
		    watch);
	if (is_new)
		watches->handler(watch->texts[ENTITY], 1, watches->arg);
}

/* The index holds still while it is walked. */
static struct watch *first_by(const struct watches *watches,
			      const char *watcher)
{
	struct watch *watch;
	size_t place = 0;

	while ((watch = index_walk(watches->index, &place)))
		if (!strcmp(watch->texts[WATCHER], watcher))
			return watch;

	return NULL;
}

void watches_end(struct watches *watches, const char *watcher, watches_end_h *h,
		 void *arg)
{
	struct watch *watch;

	while ((watch = first_by(watches, watcher))) {
		const struct publish_dialog dialog = {
			.watcher = watch->texts[WATCHER],
			.entity = watch->texts[ENTITY],
			.watcher_tag = watch->texts[WATCHER_TAG],
			.server_tag = watch->texts[SERVER_TAG],
			.contact = watch->texts[CONTACT],
			.call_id = watch->texts[CALL_ID],
			.server = watch->texts[SOCKET],
			.cseq = watch->cseq,
		};

		h(&dialog, arg);
		forget(watch);
	}
}

void watches_describe(const struct watches *watches, const char *entity,
		      struct json *array)
{
	const struct watch *watch;
	size_t place = 0;

	while ((watch = index_walk(watches->index, &place))) {
		struct json *row;

		if (strcmp(watch->texts[ENTITY], entity) != 0)
			continue;
		row = json_put_object(array, NULL);
		json_put_text(row, "watcher", watch->texts[WATCHER]);
		json_put_text(row, "contact", watch->texts[CONTACT]);
		json_put_moment(row, "subscribed until", watch->until);
	}
}

size_t watches_count(const struct watches *watches)
{
	return index_count(watches->index);
}

struct watches *watches_new(watches_h *h, void *arg)
{
	struct watches *watches = x_new(struct watches);

	watches->handler = h;
	watches->arg = arg;
	watches->index = index_new(name_of);
	return watches;
}

void watches_free(struct watches **watchesp)
{
	struct watches *watches = *watchesp;
	struct watch *watch;
	size_t place = 0;

	*watchesp = NULL;
	if (!watches)
		return;

	while ((watch = index_walk(watches->index, &place)))
		watch_free(watch);
	index_free(&watches->index);
	free(watches);
}
