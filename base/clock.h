/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What time it is.
 *
 * The wall clock is what calendars are written in and may be stepped by the
 * administrator; waits are counted on the steady clock. In tests both are
 * served by tests/fake_loop.c and move only when the test says so.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* UTC milliseconds since 1970. */
int64_t clock_wall_ms(void);

/* UTC seconds since 1970. */
time_t clock_now(void);

/* Milliseconds since some moment before the process began; never steps. */
uint64_t clock_ms(void);

/* RFC 3339, UTC, whole seconds: "2026-09-17T09:00:00Z"; "?" past all years. */
enum { CLOCK_TEXT_SIZE = sizeof("-2147483647-12-31T23:59:59Z") };
const char *clock_text(char text[CLOCK_TEXT_SIZE], time_t moment);

#endif
