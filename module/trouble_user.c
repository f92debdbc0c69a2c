/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/trouble_user.h"
#include "base/clock.h"

enum { LATE_S = 120 }; /* granted an audit beyond its time */

const char *const trouble_user_titles[USER_CHECK_COUNT] = {
#define USER_CHECK(name, title) title,
#include "module/trouble_user.def"
};

enum outcome {
#define USER_TROUBLE(name, check, id, status, wording, remedy, did) \
	OUTCOME_##name,
#include "module/trouble_user.def"
};

static const struct {
	enum user_check check;
	struct trouble_row row;
} outcomes[] = {
#define USER_TROUBLE(name, check, id, status, wording, remedy, did) \
	{ USER_CHECK_##check,                                       \
	  { TROUBLE_##status, id, wording, remedy, did, "" } },
#include "module/trouble_user.def"
};

#define SAY(rows, outcome, ...)                             \
	trouble_row_say(&(rows)[outcomes[(outcome)].check], \
			&outcomes[(outcome)].row, __VA_ARGS__)

static bool judge_licence(const struct trouble_user_facts *facts,
			  struct trouble_row *rows)
{
	static const enum outcome of[LICENCE_STATE_COUNT] = {
		[LICENCE_NONE] = OUTCOME_STRANGER,
		[LICENCE_GRANTED] = OUTCOME_LICENSED,
		[LICENCE_WAITING] = OUTCOME_WAITS,
		[LICENCE_REVOKED] = OUTCOME_REVOKED,
		[LICENCE_DISABLED] = OUTCOME_OFF,
	};

	SAY(rows, of[facts->licence], "%s", licence_state_text(facts->licence));
	return facts->licence != LICENCE_NONE;
}

static void judge_entry(const struct trouble_user_facts *facts,
			struct trouble_row *rows)
{
	SAY(rows,
	    facts->alarmed      ? OUTCOME_NAMED_ONCE
	    : facts->sources[0] ? OUTCOME_NAMED
				: OUTCOME_NOT_NAMED,
	    "%s", facts->sources[0] ? facts->sources : "nobody names him");
}

static bool judge_server(const struct trouble_user_facts *facts,
			 struct trouble_row *rows)
{
	const struct located *located = facts->feed.located;

	if (!facts->calendar)
		SAY(rows, OUTCOME_NOT_WANTED, "calendar=no");
	else if (facts->gone)
		SAY(rows, OUTCOME_GONE, "mailbox %.200s: %.200s",
		    facts->mailbox, facts->gone);
	else if (!facts->followed)
		SAY(rows, OUTCOME_UNFOLLOWED, "mailbox %.200s", facts->mailbox);
	else if (facts->gateway[0])
		SAY(rows, OUTCOME_FOUND, "mailbox %.200s at gateway %s",
		    facts->mailbox, facts->gateway);
	else if (located && located->elsewhere)
		SAY(rows, OUTCOME_ELSEWHERE, "Autodiscover says %.200s",
		    located->external[0] ? located->external
					 : located->internal);
	else if (facts->why->err)
		SAY(rows,
		    facts->why->err == ERR_DENIED ? OUTCOME_NO_RIGHT
						  : OUTCOME_NOT_FOUND,
		    "%s", facts->why->text);
	else
		SAY(rows, OUTCOME_SOUGHT, "mailbox %.200s", facts->mailbox);
	return rows[USER_CHECK_SERVER].status == TROUBLE_PASS;
}

static bool is_broken(const struct trouble_user_facts *facts)
{
	return facts->why->err || facts->state == FEED_TROUBLED ||
	       facts->state == FEED_WAITING;
}

static bool judge_subscription(const struct trouble_user_facts *facts,
			       struct trouble_row *rows)
{
	const char *text = feed_state_text(facts->state);

	if (facts->state == FEED_LIVE) {
		SAY(rows, OUTCOME_LIVE, "told by %s",
		    facts->feed.told ? facts->feed.told : "its server");
		return true;
	}
	SAY(rows,
	    facts->why->err == ERR_DENIED ? OUTCOME_NO_RIGHT_NOW
	    : is_broken(facts)            ? OUTCOME_BROKEN
					  : OUTCOME_ASKING,
	    "%s: %.300s", text, facts->why->text);
	return false;
}

static bool was_missed(const struct feed_facts *feed)
{
	return feed->differences && feed->last_change > feed->last_event;
}

static void judge_event(const struct trouble_user_facts *facts,
			struct trouble_row *rows)
{
	const struct feed_facts *feed = &facts->feed;
	char text[CLOCK_TEXT_SIZE];

	if (was_missed(feed))
		SAY(rows, OUTCOME_MISSED, "%u found by the audit alone",
		    feed->differences);
	else if (feed->last_event)
		SAY(rows, OUTCOME_CAME, "%u, the last at %s", feed->events,
		    clock_text(text, feed->last_event));
	else
		SAY(rows, facts->proved ? OUTCOME_PROVED : OUTCOME_UNPROVED,
		    "none since the subscription");
}

static void judge_audit(const struct trouble_user_facts *facts,
			struct trouble_row *rows)
{
	time_t last = facts->feed.last_read;
	time_t patience_s = 2 * (time_t)facts->audit_s + LATE_S;
	char text[CLOCK_TEXT_SIZE];

	if (!last) {
		SAY(rows, OUTCOME_NEVER, "%.300s", facts->why->text);
		return;
	}
	SAY(rows,
	    !facts->audit_s                  ? OUTCOME_NO_AUDIT
	    : facts->now - last > patience_s ? OUTCOME_LATE
					     : OUTCOME_READ,
	    "%u times, the last at %s; %u changes were not announced",
	    facts->feed.reads, clock_text(text, last), facts->feed.differences);
}

static void judge_claims(const struct trouble_user_facts *facts,
			 struct trouble_row *rows)
{
	if (facts->unknown)
		SAY(rows, OUTCOME_UNKNOWN, "%s", facts->unknown);
	else
		SAY(rows, facts->behind ? OUTCOME_BEHIND : OUTCOME_SHOWN,
		    "%s: %s", facts->shown, facts->shown_why);
}

static void judge_watchers(const struct trouble_user_facts *facts,
			   struct trouble_row *rows)
{
	SAY(rows,
	    !facts->watchers ? OUTCOME_ALONE
	    : facts->untold  ? OUTCOME_UNTOLD
			     : OUTCOME_TOLD,
	    "%zu watch, %zu of them were not told or refused", facts->watchers,
	    facts->untold);
}

void trouble_user_judge(const struct trouble_user_facts *facts,
			struct trouble_row rows[USER_CHECK_COUNT])
{
	trouble_rows_begin(rows, USER_CHECK_COUNT);
	if (!judge_licence(facts, rows))
		return;
	judge_entry(facts, rows);
	if (facts->licence != LICENCE_GRANTED)
		return;

	if (judge_server(facts, rows)) {
		if (judge_subscription(facts, rows))
			judge_event(facts, rows);
		judge_audit(facts, rows);
	}
	judge_claims(facts, rows);
	judge_watchers(facts, rows);
}
