/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the feed share; nobody else includes this. */
#ifndef CALENDAR_FEED_PRIVATE_H
#define CALENDAR_FEED_PRIVATE_H

#include "base/loop.h"
#include "calendar/feed.h"

struct feed {
	struct feed_options options;
	struct mailbox mailbox;
	enum feed_state state;
	struct gateway *gateway; /* of sub */
	struct gateway *home;    /* where it was live last; NULL unknown */
	struct subscription *sub;
	struct timer timer; /* patience, or the end of waiting */
	struct timer audit, grace, roll, age, probe;
	unsigned hash;     /* of the address, to spread what is periodic */
	unsigned failures; /* in a row */
	size_t asked;      /* candidates in this round of locating */
	size_t gone;       /* of those, said there is no such mailbox */
	unsigned gone_rounds;
	unsigned silences; /* that only the audit noticed, in a row */
	struct why why;
	struct trail trail;
	struct timeline *timeline;
	struct feed_facts facts;
	struct parting parting;
};

#endif
