/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "module/store_memory.h"

struct line {
	struct licence_record record; /* its texts are the line's */
	struct line *older, *newer;
};

struct waiting {
	licence_settled_h *h;
	void *arg;
	struct waiting *next;
};

struct store_memory {
	struct line *newest, *oldest;
	size_t count;
	struct waiting *waiting;
	struct timer timer;
};

static void line_free(struct line *line)
{
	free((void *)(uintptr_t)line->record.entity);
	free((void *)(uintptr_t)line->record.cause.who);
	free((void *)(uintptr_t)line->record.cause.why);
	free((void *)(uintptr_t)line->record.cause.evidence);
	free(line);
}

static void forget_oldest(struct store_memory *store)
{
	struct line *line = store->oldest;

	store->oldest = line->newer;
	if (store->oldest)
		store->oldest->older = NULL;
	else
		store->newest = NULL;
	store->count--;
	line_free(line);
}

static enum err load(void *arg, licence_record_h *h, void *h_arg,
		     struct why *why)
{
	(void)arg;
	(void)h;
	(void)h_arg;
	(void)why;
	return ERR_OK;
}

static void append(void *arg, const struct licence_record *record)
{
	struct store_memory *store = arg;
	struct line *line = x_new(struct line);

	line->record = *record;
	line->record.entity = x_strdup(record->entity);
	line->record.cause = (struct licence_cause){
		.who = x_strdup(record->cause.who),
		.why = x_strdup(record->cause.why),
		.evidence = x_strdup(record->cause.evidence),
	};
	line->older = store->newest;
	if (store->newest)
		store->newest->newer = line;
	else
		store->oldest = line;
	store->newest = line;
	if (++store->count > STORE_MEMORY_MAX)
		forget_oldest(store);
}

static void on_settled(void *arg)
{
	struct store_memory *store = arg;
	const struct why why = { .err = ERR_OK };
	struct waiting *waiting = store->waiting;

	store->waiting = NULL;
	while (waiting) {
		struct waiting *one = waiting;

		waiting = one->next;
		one->h(&why, one->arg);
		free(one);
	}
}

static void settle(void *arg, licence_settled_h *h, void *h_arg)
{
	struct store_memory *store = arg;
	struct waiting *waiting = x_new(struct waiting);
	struct waiting **place = &store->waiting;

	waiting->h = h;
	waiting->arg = h_arg;
	while (*place)
		place = &(*place)->next;
	*place = waiting;
	timer_start_ms(&store->timer, 0, on_settled, store);
}

static enum err history(void *arg, const char *entity, size_t most,
			licence_record_h *h, void *h_arg)
{
	const struct store_memory *store = arg;

	for (const struct line *line = store->newest; line && most;
	     line = line->older) {
		if (strcmp(line->record.entity, entity) != 0)
			continue;
		h(&line->record, h_arg);
		most--;
	}
	return ERR_OK;
}

const struct licence_store store_memory = {
	.load = load,
	.append = append,
	.settle = settle,
	.history = history,
};

struct store_memory *store_memory_new(void)
{
	return x_new(struct store_memory);
}

void store_memory_free(struct store_memory **storep)
{
	struct store_memory *store = *storep;

	if (!store)
		return;

	timer_stop(&store->timer);
	while (store->oldest)
		forget_oldest(store);
	on_settled(store);
	free(store);
	*storep = NULL;
}
