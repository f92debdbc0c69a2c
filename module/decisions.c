/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "module/decisions.h"

/* So many, then others have their turn. */
enum { USERS_A_TURN = 200 };

/* One command's. */
struct word {
	struct word *next;
	enum licence_override override;
	char *who, *why, *evidence;
	char **entities;
	size_t count, room, done;
	licence_settled_h *settled; /* NULL: nobody waits */
	void *arg;
};

struct decisions {
	struct licence *licence;
	struct word *first, **end;
	struct timer timer;
};

static void take_turn(void *arg);

static void go_on_later(struct decisions *decisions)
{
	if (decisions->first && !timer_running(&decisions->timer))
		timer_start_ms(&decisions->timer, 0, take_turn, decisions);
}

static void end_first(struct decisions *decisions)
{
	struct word *word = decisions->first;

	decisions->first = word->next;
	if (!decisions->first)
		decisions->end = &decisions->first;
	if (word->settled)
		licence_settled(decisions->licence, word->settled, word->arg);
	free(word->entities);
	free(word->who);
	free(word->why);
	free(word->evidence);
	free(word);
}

static void decide_next(struct decisions *decisions, struct word *word)
{
	const struct licence_cause cause = {
		.who = word->who,
		.why = word->why,
		.evidence = word->evidence,
	};
	char *entity = word->entities[word->done++];

	licence_decide(decisions->licence, entity, word->override, &cause);
	free(entity);
}

static void decide_some(struct decisions *decisions, size_t most)
{
	while (decisions->first) {
		struct word *word = decisions->first;

		for (; word->done < word->count && most; most--)
			decide_next(decisions, word);
		if (word->done < word->count)
			return;
		end_first(decisions);
	}
}

static void take_turn(void *arg)
{
	struct decisions *decisions = arg;

	decide_some(decisions, USERS_A_TURN);
	go_on_later(decisions);
}

struct decisions *decisions_new(struct licence *licence)
{
	struct decisions *decisions = x_new(struct decisions);

	decisions->licence = licence;
	decisions->end = &decisions->first;
	return decisions;
}

void decisions_free(struct decisions **decisionsp)
{
	struct decisions *decisions = *decisionsp;

	if (!decisions)
		return;

	decisions_finish(decisions);
	timer_stop(&decisions->timer);
	free(decisions);
	*decisionsp = NULL;
}

void decisions_say(struct decisions *decisions, enum licence_override override,
		   const struct licence_cause *cause)
{
	struct word *word = x_new(struct word);

	word->override = override;
	word->who = x_strdup(cause->who);
	word->why = x_strdup(cause->why);
	word->evidence = x_strdup(cause->evidence);
	*decisions->end = word;
	decisions->end = &word->next;
	go_on_later(decisions);
}

static struct word *last_word(const struct decisions *decisions)
{
	struct word *word = decisions->first;

	while (word && word->next)
		word = word->next;
	return word;
}

void decisions_add(struct decisions *decisions, const char *entity)
{
	struct word *word = last_word(decisions);

	assert(word); /* decisions_say() began it */
	if (word->count == word->room) {
		word->room = 2 * word->room + 16;
		word->entities =
			x_realloc(word->entities, word->room * sizeof(char *));
	}
	word->entities[word->count++] = x_strdup(entity);
}

void decisions_finish(struct decisions *decisions)
{
	decide_some(decisions, SIZE_MAX);
}

void decisions_settled(struct decisions *decisions, licence_settled_h *h,
		       void *arg)
{
	struct word *word = last_word(decisions);

	if (!word) {
		licence_settled(decisions->licence, h, arg);
		return;
	}

	word->settled = h;
	word->arg = arg;
}
