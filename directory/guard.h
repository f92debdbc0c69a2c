/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The breaker against mass revocation: pure, no clock of its own.
 *
 * Explicit evidence (an entry was seen to be deleted) is acted on at once
 * until, within the span, more than max(absolute, percent of all) would have
 * been revoked; then everything further is held until a person confirms or
 * discards it. Twelve real products removed all their users for want of this
 * (docs/decisions/0017-revocation-guard.md).
 */
#ifndef DIRECTORY_GUARD_H
#define DIRECTORY_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guard_options {
	unsigned absolute; /* so many within the span are always allowed */
	unsigned percent;  /* of those entitled, 0 to 100 */
	unsigned span_s;
};

enum { GUARD_SPAN_MAX_S = 3600 };

struct guard;

struct guard *guard_new(const struct guard_options *options);
void guard_free(struct guard **guardp);

/*
 * Whether count revocations may happen now, all of them or none. Those that may
 * are counted. now_ms: steady clock. entitled: how many users are, before.
 * Once false was answered the guard holds until guard_release().
 */
bool guard_allows(struct guard *guard, unsigned count, size_t entitled,
		  uint64_t now_ms);

bool guard_holds(const struct guard *guard);

/* A person decided; what happened before no longer counts. */
void guard_release(struct guard *guard);

/* The most that may go within a span when so many are entitled. */
unsigned guard_limit(const struct guard *guard, size_t entitled);

#endif
