/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In which order gateways are asked for a mailbox. Pure. */
#ifndef CALENDAR_CANDIDATE_H
#define CALENDAR_CANDIDATE_H

#include <stdbool.h>

#include "calendar/gateway.h"

struct candidates {
	struct gateway *found; /* by Autodiscover; NULL not */
	struct gateway *home;  /* where it was last; NULL unknown */
	bool home_last;        /* it does not tell of changes */
	struct gateway *const *gateways;
	size_t count;
	const char *address; /* of the mailbox */
};

/*
 * The n-th to be asked, NULL after the last: found, home, those that name the
 * domain, those for anybody; those for others only if there is nobody else.
 */
struct gateway *candidate_at(const struct candidates *candidates, size_t n);

#endif
