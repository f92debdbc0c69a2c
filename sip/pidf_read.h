/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading what a user's client publishes about itself (application/pidf+xml,
 * any prefix, with or without person and RPID) as a claim.
 */
#ifndef SIP_PIDF_READ_H
#define SIP_PIDF_READ_H

#include "base/err.h"
#include "sip/claim.h"

/*
 * Strongest of all tuples and persons; first note found. from and until come
 * from the activities' attributes, 0 where there are none.
 * ERR_MALFORMED, ERR_TOO_LARGE.
 */
enum err pidf_read(struct claim *claim, const char *body, size_t len,
		   struct why *why);

#endif
