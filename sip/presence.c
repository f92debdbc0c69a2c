/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "sip/presence.h"

/* All that decides what is seen at a moment. */
struct book {
	const struct claim *claims;
	size_t count;
	const struct claim_order *order;
};

const struct claim_order claim_order_default = { {
#define CLAIM(name, word, text) [CLAIM_##name] = CLAIM_##name,
#include "sip/claim.def"
} };

static const struct claim nothing = { .source = CLAIM_CALENDAR,
				      .state = STATE_AVAILABLE };

enum { WORD_SIZE = 16 };

static bool rank_one(struct claim_order *order, bool *seen, const char *word,
		     unsigned char *rankp, struct why *why)
{
	enum claim_source source = claim_source_from_word(word);

	if (source == CLAIM_COUNT) {
		why_set(why, ERR_CONFIG, "no claim is called \"%s\"", word);
		return false;
	}

	if (seen[source]) {
		why_set(why, ERR_CONFIG, "claim \"%s\" %s", word,
			source == CLAIM_REVOKED ? "always comes first"
						: "is said twice");
		return false;
	}

	seen[source] = true;
	order->rank[source] = (*rankp)++;
	return true;
}

enum err claim_order_parse(struct claim_order *order, const char *text,
			   struct why *why)
{
	bool seen[CLAIM_COUNT] = { [CLAIM_REVOKED] = true };
	unsigned char rank = 1;

	order->rank[CLAIM_REVOKED] = 0;
	for (text += strspn(text, " \t>"); *text;
	     text += strspn(text, " \t>")) {
		size_t len = strcspn(text, " \t>");
		char word[WORD_SIZE];

		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		if (!rank_one(order, seen, word, &rank, why))
			return ERR_CONFIG;
		text += len;
	}

	for (unsigned i = 0; i < CLAIM_COUNT; i++)
		if (!seen[i])
			order->rank[i] = rank++;
	return ERR_OK;
}

static bool holds(const struct claim *claim, time_t moment)
{
	return (!claim->from || claim->from <= moment) &&
	       (!claim->until || moment < claim->until);
}

/* b is the later one in the list. */
static bool beaten(const struct claim *a, const struct claim *b,
		   const struct claim_order *order)
{
	if (a->source != b->source)
		return order->rank[b->source] < order->rank[a->source];

	if (a->source == CLAIM_CLIENT &&
	    (a->state == STATE_OFFLINE) != (b->state == STATE_OFFLINE))
		return a->state == STATE_OFFLINE;

	return a->from <= b->from;
}

/* only: of this source; CLAIM_COUNT for any. NULL if none holds. */
static const struct claim *strongest(const struct book *book, time_t moment,
				     enum claim_source only)
{
	const struct claim *best = NULL;

	for (size_t i = 0; i < book->count; i++) {
		const struct claim *claim = &book->claims[i];

		if (only != CLAIM_COUNT && claim->source != only)
			continue;
		if (!holds(claim, moment))
			continue;
		if (!best || beaten(best, claim, book->order))
			best = claim;
	}
	return best;
}

static const struct claim *winner(const struct book *book, time_t moment)
{
	const struct claim *best = strongest(book, moment, CLAIM_COUNT);
	const struct claim *free_moment;

	if (!best)
		return &nothing;

	if (best->source != CLAIM_CLIENT || best->state != STATE_AVAILABLE)
		return best;

	free_moment = strongest(book, moment, CLAIM_CALENDAR);
	if (!free_moment || free_moment->state == STATE_AVAILABLE)
		return best;
	return free_moment;
}

/* First moment after this at which a claim begins or ends; 0 if none does. */
static time_t edge_after(const struct book *book, time_t moment)
{
	time_t first = 0;

	for (size_t i = 0; i < book->count; i++) {
		const time_t edges[] = { book->claims[i].from,
					 book->claims[i].until };

		for (unsigned j = 0; j < 2; j++)
			if (edges[j] > moment && (!first || edges[j] < first))
				first = edges[j];
	}
	return first;
}

/* Last such moment that is not after this one; 0 if there is none. */
static time_t edge_before(const struct book *book, time_t moment)
{
	time_t last = 0;

	for (size_t i = 0; i < book->count; i++) {
		const time_t edges[] = { book->claims[i].from,
					 book->claims[i].until };

		for (unsigned j = 0; j < 2; j++)
			if (edges[j] <= moment && edges[j] > last)
				last = edges[j];
	}
	return last;
}

static time_t run_since(const struct book *book, enum state state, time_t now)
{
	time_t edge = edge_before(book, now);

	while (edge && winner(book, edge - 1)->state == state)
		edge = edge_before(book, edge - 1);
	return edge;
}

static time_t run_until(const struct book *book, enum state state, time_t now)
{
	time_t edge = edge_after(book, now);

	while (edge && winner(book, edge)->state == state)
		edge = edge_after(book, edge);
	return edge;
}

void presence_compose(struct presence *out, const struct claim *claims,
		      size_t count, const struct claim_order *order, time_t now)
{
	const struct book book = { claims, count, order };
	const struct claim *claim = winner(&book, now);

	*out = (struct presence){
		.state = claim->state,
		.source = claim->source,
		.since = run_since(&book, claim->state, now),
		.until = run_until(&book, claim->state, now),
	};
	if (state_row(claim->state)->times == TIMES_SINCE && claim->from)
		out->since = claim->from;
	snprintf(out->note, sizeof(out->note), "%s", claim->note);
}

const struct claim *presence_winner(const struct claim *claims, size_t count,
				    const struct claim_order *order, time_t now)
{
	const struct book book = { claims, count, order };
	const struct claim *claim = winner(&book, now);

	return claim == &nothing ? NULL : claim;
}

time_t presence_next(const struct claim *claims, size_t count,
		     const struct claim_order *order, time_t now)
{
	const struct book book = { claims, count, order };
	const struct claim *shown = winner(&book, now);
	time_t edge = edge_after(&book, now);

	for (; edge; edge = edge_after(&book, edge)) {
		const struct claim *then = winner(&book, edge);

		if (!state_looks_like(then->state, shown->state) ||
		    strcmp(then->note, shown->note) != 0)
			return edge;
	}
	return 0;
}

bool presence_equal(const struct presence *a, const struct presence *b)
{
	enum state_times times = state_row(a->state)->times;

	if (!state_looks_like(a->state, b->state) ||
	    strcmp(a->note, b->note) != 0)
		return false;

	return (times != TIMES_UNTIL || a->until == b->until) &&
	       (times != TIMES_SINCE || a->since == b->since);
}
