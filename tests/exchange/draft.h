/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An appointment being made or changed by a client: what it set, checked and
 * completed as Exchange does before it is stored, and what the others of a
 * meeting see of it. [MS-OXWSMTGS] 3.1.4.
 */
#ifndef TESTS_EXCHANGE_DRAFT_H
#define TESTS_EXCHANGE_DRAFT_H

#include "tests/exchange/prop.h"

/* All children of a t:CalendarItem. NULL or the ResponseCode. */
const char *draft_fill(const struct op_call *call,
		       const struct mailbox *mailbox, struct appointment *what,
		       const struct xml_node *node);

/* UID, zone, whole days, first of the series. NULL or the ResponseCode. */
const char *draft_finish(const struct op_call *call,
			 const struct mailbox *mailbox,
			 struct appointment *what);

/* Puts or renews the item in the calendars of those invited who live here. */
void draft_invite(const struct op_call *call, const struct mailbox *organizer,
		  const struct appointment *what);
/* Marks it cancelled there. */
void draft_call_off(const struct op_call *call, const struct mailbox *organizer,
		    const struct appointment *what);

#endif
