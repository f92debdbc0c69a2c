/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is wrong with one user's presence, from the licence to the watchers,
 * and what to do about it. Judging is pure, see module/trouble.h.
 */
#ifndef MODULE_TROUBLE_USER_H
#define MODULE_TROUBLE_USER_H

#include "calendar/feed.h"
#include "directory/licence.h"
#include "module/trouble_row.h"

enum user_check {
#define USER_CHECK(name, title) USER_CHECK_##name,
#include "module/trouble_user.def"
	USER_CHECK_COUNT
};

/* What is known of him; texts are borrowed. */
struct trouble_user_facts {
	time_t now;
	enum licence_state licence;
	char sources[300]; /* that name him; "" none does */
	size_t alarmed;    /* directories in trouble */
	bool calendar;     /* to be read */
	const char *mailbox;
	const char *gone;    /* what ended his feed for good; NULL nothing */
	const char *gateway; /* in use; "" none */
	bool followed;       /* the rest of the feed is known */
	enum feed_state state;
	struct feed_facts feed;
	const struct why *why;
	bool proved; /* a test item was announced by his gateway */
	unsigned audit_s;
	const char *unknown;           /* why watchers see that; NULL not */
	const char *shown, *shown_why; /* state, and what says so */
	bool behind;                   /* another state is to be shown */
	size_t watchers, untold;
};

extern const char *const trouble_user_titles[USER_CHECK_COUNT];

void trouble_user_judge(const struct trouble_user_facts *facts,
			struct trouble_row rows[USER_CHECK_COUNT]);

#endif
