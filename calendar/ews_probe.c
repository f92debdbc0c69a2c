/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asking the calendar folder itself whether it changed: GetFolder with two
 * properties that move with every change, PidTagLocalCommitTimeMax and
 * PidTagDeletedCountTotal [MS-OXCFOLD] 2.2.2.2.1. What changed with no event
 * to tell of it, neither before nor within a while, went past a subscription
 * that is dead, however lively its stream. An answer that the mailbox is
 * elsewhere is one, too.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "calendar/ews_code.h"
#include "calendar/ews_pool.h"

enum { GRACE_S = 10 }; /* in which the event may come after the change */

struct ews_probe {
	struct ews_call *call;
	bool told;                 /* of a change, since the mark was taken */
	char mark[EWS_STATE_SIZE]; /* "" none */
	struct timer grace;
};

static void write_probe(struct ews_letter *letter, const char *version,
			void *arg)
{
	const struct subscription *sub = arg;
	const char *address = sub->mailbox->address;
	const struct ews_heading heading = {
		version, ews_impersonate(sub->pool, address)
	};

	letter->operation = "GetFolder";
	letter->anchor = address;
	ews_write_probe(&letter->body, &heading,
			ews_mailbox(sub->pool, address));
}

static void on_unannounced(void *arg)
{
	struct subscription *sub = arg;
	struct why why;

	why_set(&why, ERR_MISSED, "the folder changed at %.60s unannounced",
		sub->probe->mark);
	ews_tell(sub, TELL_FAILED, &why);
}

static void compare(struct subscription *sub, const char *state)
{
	struct ews_probe *probe = sub->probe;
	bool missed = probe->mark[0] && !probe->told &&
		      strcmp(probe->mark, state) != 0;

	memcpy(probe->mark, state, strlen(state) + 1);
	probe->told = false;
	if (missed)
		timer_start(&probe->grace, GRACE_S, on_unannounced, sub);
}

/* What is wrong with more than this mailbox is noticed elsewhere. */
static void on_answer(const struct ews_answer *answer, void *arg)
{
	struct subscription *sub = arg;
	struct ews_trouble trouble = answer->trouble;
	char state[EWS_STATE_SIZE];

	sub->probe->call = NULL;
	if (!trouble.why.err)
		ews_read_state(answer->envelope, state, &trouble);

	if (!trouble.why.err)
		compare(sub, state);
	else if (trouble.why.err == ERR_MOVED || trouble.why.err == ERR_GONE)
		ews_tell(sub, TELL_FAILED, &trouble.why);
	else
		log_debug("folder not probed",
			  KV("mailbox", sub->mailbox->address),
			  KWHY(&trouble.why));
}

static const struct ews_call_handlers handlers = {
	.write = write_probe,
	.answered = on_answer,
};

/* Where nobody tells of changes there is nothing to be missed. */
void ews_probe(struct subscription *sub)
{
	if (!sub->live || ews_follows_by(sub, &ews_polling))
		return;

	if (!sub->probe)
		sub->probe = x_new(struct ews_probe);
	if (!sub->probe->call)
		sub->probe->call =
			ews_call_new(sub->pool, GATE_LOW, &handlers, sub);
}

void ews_probe_told(struct subscription *sub, bool all)
{
	struct ews_probe *probe = sub->probe;

	if (!probe)
		return;

	timer_stop(&probe->grace);
	probe->told = true;
	if (all)
		probe->mark[0] = '\0';
}

void ews_probe_free(struct subscription *sub)
{
	if (!sub->probe)
		return;

	timer_stop(&sub->probe->grace);
	ews_call_free(&sub->probe->call);
	free(sub->probe);
	sub->probe = NULL;
}
