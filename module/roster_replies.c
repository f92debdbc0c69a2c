/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Automatic replies, asked now and then while the calendar is followed. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "module/roster_person.h"

enum {
	FIRST_S = 30, /* until all calendars that are new were read */
	SPREAD_S = 60,
	FIRST_PER_S = 100, /* whom there may be very many of */
	NOT_YET_S = 60,
};

/* Being asked; the mailbox's address is the person's. */
struct replies_question {
	struct mailbox mailbox;
	const struct backend *backend;
	struct asking *asking;
};

static void ask(void *arg);

static void ask_in(struct person *person, unsigned wait_s)
{
	timer_start(&person->replies_due, wait_s, ask, person);
}

static bool same(const struct replies *a, const struct replies *b)
{
	return a->on == b->on &&
	       (!a->on || (a->from == b->from && a->until == b->until));
}

static void keep(struct person *person, const struct replies *replies)
{
	free(person->replies);
	person->replies = NULL;
	if (!replies->on)
		return;

	person->replies = x_new(struct replies);
	*person->replies = *replies;
}

static void on_replies(const struct why *why, const struct replies *replies,
		       void *arg)
{
	static const struct replies none = { .on = false };
	struct person *person = arg;

	free(person->asking);
	person->asking = NULL;
	ask_in(person, person->roster->settings->replies);
	if (why->err) {
		log_debug("automatic replies not told",
			  KV("user", person->entity), KWHY(why));
		return;
	}
	if (same(person->replies ? person->replies : &none, replies))
		return;
	keep(person, replies);
	roster_refresh(person);
}

/* The gateway at which the calendar is live, ours to ask. */
static struct gateway *live_at(const struct person *person)
{
	const struct gateway *live;
	struct gateway *const *gateways;
	size_t count;

	if (!person->feed || feed_state(person->feed) != FEED_LIVE)
		return NULL;

	live = feed_gateway(person->feed);
	gateways = gateways_choose(person->roster->gateways, person->gateway,
				   &count);
	for (size_t i = 0; i < count; i++)
		if (gateways[i] == live)
			return gateways[i];
	return NULL;
}

static void ask(void *arg)
{
	struct person *person = arg;
	struct gateway *gateway = live_at(person);
	const struct backend *backend =
		gateway ? gateway_backend(gateway) : NULL;
	struct replies_question *question;

	if (!person->roster->settings->replies)
		return;
	if (!backend || !backend->ask_replies) {
		ask_in(person, NOT_YET_S);
		return;
	}

	question = x_new(struct replies_question);
	question->mailbox.address = person->mailbox;
	question->backend = backend;
	person->asking = question;
	question->asking = backend->ask_replies(gateway, &question->mailbox,
						on_replies, person);
}

static void stop_asking(struct person *person)
{
	struct replies_question *question = person->asking;

	if (!question)
		return;
	question->backend->ask_stop(&question->asking);
	free(question);
	person->asking = NULL;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

void roster_replies_follow(struct person *person)
{
	unsigned period_s = person->roster->settings->replies;
	unsigned many_s =
		(unsigned)index_count(person->roster->index) / FIRST_PER_S;
	unsigned spread_s =
		least(period_s, many_s > SPREAD_S ? many_s : SPREAD_S);

	if (!period_s || person->asking || timer_running(&person->replies_due))
		return;
	ask_in(person,
	       least(period_s, FIRST_S) + roster_place(person, spread_s));
}

/* The gateway may be gone before it answers. */
void roster_replies_again(struct person *person)
{
	if (!person->asking)
		return;
	stop_asking(person);
	ask_in(person, 1);
}

void roster_replies_leave(struct person *person)
{
	timer_stop(&person->replies_due);
	stop_asking(person);
	free(person->replies);
	person->replies = NULL;
}
