/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the settings say about states, taken apart once: rules, the order of
 * claims, what each state is shown as, working hours, languages.
 */
#ifndef MODULE_POLICY_H
#define MODULE_POLICY_H

#include "module/rules.h"
#include "module/settings.h"
#include "sip/presence.h"

struct policy {
	struct rules rules;
	struct claim_order order;
	enum state result[STATE_COUNT];
	bool closed[STATE_COUNT]; /* whatever the row of the state says */
	struct hours hours;       /* of those who have none of their own */
};

/* How much watchers see of a calendar. */
enum privacy {
	PRIVACY_USUAL, /* as the directives say */
	PRIVACY_NOTHING,
	PRIVACY_STATE,
	PRIVACY_UNTIL,
	PRIVACY_SUBJECT,
	PRIVACY_COUNT
};

/* PRIVACY_USUAL for "", PRIVACY_COUNT for what is no such word. */
enum privacy privacy_from_word(const char *word);

/* What one user wants otherwise; zeroed is nothing. */
struct wishes {
	bool no_calendar;
	enum privacy privacy;
	struct hours hours; /* no days: as for everybody */
};

bool wishes_equal(const struct wishes *a, const struct wishes *b);

/* The settings outlive the policy. On error it is empty. */
enum err policy_read(struct policy *policy, const struct settings *settings,
		     struct why *why);
void policy_free(struct policy *policy);

/* Whether subjects or categories are needed, for whatever purpose. */
bool policy_wants_details(const struct policy *policy,
			  const struct settings *settings);

#endif
