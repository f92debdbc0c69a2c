/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What becomes of a group whose connection is over: whether it is made again
 * and when, or whether something else is to blame: the subscriptions, or
 * streams themselves.
 */
#include <stdlib.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "calendar/ews_group.h"

enum {
	QUIET_MS = 60000, /* a connection that held so long was no failure */
	FAILURES_MAX = 5, /* then the subscriptions themselves are suspect */
	MOVED_MAX = 3,    /* with as many anchors: it was not only the anchor */
	MUTE_MAX = 3,     /* connections without a word: held back on the way */
};

static const struct backoff reopen_backoff = { .min_s = 1, .max_s = 8 };
/* Nobody answered: the gate sees to it that only one asks now and then. */
static const struct backoff absence_backoff = { .min_s = 1, .max_s = 1 };

static void tell_all(struct ews_group *group, enum ews_tell what,
		     const struct why *why)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->subs[i]->member.streamed)
			ews_tell(group->subs[i], what, why);
}

void group_lose(struct subscription *sub, const struct why *why)
{
	free(sub->member.id);
	sub->member.id = NULL;
	sub->member.streamed = false;
	ews_tell(sub, TELL_FAILED, why);
}

void group_lose_all(struct ews_group *group, const struct why *why)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->subs[i]->member.streamed)
			group_lose(group->subs[i], why);
}

bool group_concerns_all(enum err err)
{
	return err == ERR_NETWORK || err == ERR_TIMEOUT ||
	       err == ERR_THROTTLED || err == ERR_LOGIN || err == ERR_TLS ||
	       err == ERR_CONFIG;
}

/*
 * Nothing at all was answered since this began: streams and subscriptions are
 * not to blame. One of the group is read before that is decided, to know.
 */
static bool excused(struct ews_group *group, const struct why *why)
{
	if (err_remedy(why->err) != REMEDY_RETRY ||
	    group->pool->read_ms > group->failing_ms)
		return false;

	if (group->failures >= FAILURES_MAX - 1)
		ews_read(group->subs[0], READ_FIRST);
	return true;
}

static unsigned patience(enum err err)
{
	return err == ERR_MOVED ? MOVED_MAX : FAILURES_MAX;
}

static void on_back(void *arg)
{
	group_open(arg);
}

/*
 * Something between us and the server holds streams back, or it has none:
 * those who wait here are told another way, if there is one.
 */
static bool change_way(struct ews_group *group, const struct why *why)
{
	bool changed = false;
	struct why more;

	if (group->mute < MUTE_MAX && group->failures < FAILURES_MAX)
		return false;
	if (group->mute >= MUTE_MAX) {
		why_set(&more, why->err, "%u streams without a word: %s",
			group->mute, why->text);
		why = &more;
	} else if (ews_way_alive(group->pool, group->subs[0]->way)) {
		return false;
	}

	for (size_t i = 0; i < group->count; i++)
		if (group->subs[i]->member.streamed)
			changed |= ews_way_fails(group->subs[i], why);

	return changed;
}

void group_broken(struct ews_group *group, const struct why *why)
{
	bool absent = group->state == GROUP_OPENING && !group->headed &&
		      (why->err == ERR_NETWORK || why->err == ERR_TIMEOUT);
	bool gateways = group_concerns_all(why->err);
	unsigned wait_s;

	/* What has held for a while has done its time: no failure. */
	if (group->state == GROUP_OPEN &&
	    clock_ms() - group->opened_ms > QUIET_MS)
		group->failures = 0;

	log_debug("stream over",
		  KV("gateway", gateway_name(group->pool->gateway)),
		  KV("anchor", group->anchor), KN("mailboxes", group->count),
		  KWHY(why));
	group->mute = group->word ? 0 : group->mute + group->headed;
	group_stop(group);
	group_change_anchor(group, why->err);

	if (group->failures++ == 0) {
		group->failing_ms = clock_ms();
		group_open(group);
		return;
	}

	tell_all(group, TELL_TROUBLED, why);

	gateways = gateways || excused(group, why);

	if ((group->mute || !gateways) && change_way(group, why))
		return;

	if (group->failures >= patience(why->err) && !gateways) {
		group->failures = 0;
		group_lose_all(group, why);
		return;
	}

	wait_s = backoff_s(absent ? &absence_backoff : &reopen_backoff,
			   group->failures - 1, (unsigned)rand());
	group->state = GROUP_WAITING;
	timer_start_ms(&group->timer, 1000ULL * wait_s + (unsigned)rand() % 500,
		       on_back, group);
}
