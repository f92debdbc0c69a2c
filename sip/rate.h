/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How much a source without valid credentials may ask of us: a bucket of
 * tokens per address. The table does not grow, however many addresses a
 * stranger makes up; an address pushed out of it begins anew.
 */
#ifndef SIP_RATE_H
#define SIP_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate;

/* per_s: tokens a second and at most; 0: everything passes. */
struct rate *rate_new(unsigned per_s);
void rate_free(struct rate **ratep);
void rate_change(struct rate *rate, unsigned per_s);

/* Takes a token; false if there was none. now_ms: steady clock. */
bool rate_take(struct rate *rate, const char *source, uint64_t now_ms);

#endif
