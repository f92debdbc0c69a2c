/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions that tests/fake_loop.c replaces, and no others. */
#include "base/clock.h"

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

time_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

/* Counts the time a machine sleeps too: what was to happen then is due. */
uint64_t clock_ms(void)
{
	return (uint64_t)read_ms(CLOCK_BOOTTIME);
}
