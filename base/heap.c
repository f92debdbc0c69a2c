/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/loop.h"

enum {
	WATCH_S = 30,
	WORTH_BYTES = 8 << 20,
	WORTH_SHARE = 4, /* of what is used */
};

static struct timer timer;
static size_t kept; /* of the holes, as resident after the last trim */

bool heap_worth_trimming(size_t used, size_t held)
{
	return held >= WORTH_BYTES && held >= used / WORTH_SHARE;
}

/* Resident memory that is no file's, proc(5); 0 if nobody says. */
static size_t resident_bytes(void)
{
	FILE *in = fopen("/proc/self/statm", "re");
	size_t resident = 0, shared = 0;

	if (!in)
		return 0;
	if (fscanf(in, "%*u %zu %zu", &resident, &shared) != 2)
		resident = shared;
	fclose(in);
	return resident > shared
		       ? (resident - shared) * (size_t)sysconf(_SC_PAGESIZE)
		       : 0;
}

/*
 * What is resident and not used. Not what malloc has free: it counts what was
 * given back long ago, and cannot tell when that is touched again.
 */
static size_t holes_bytes(size_t used)
{
	size_t resident = resident_bytes();

	return resident > used ? resident - used : 0;
}

static void look(void *arg)
{
	struct mallinfo2 heap = mallinfo2();
	size_t used = heap.uordblks + heap.hblkhd;
	size_t holes = holes_bytes(used);
	uint64_t begin_ms = clock_ms();

	if (holes < kept)
		kept = holes;
	if (heap_worth_trimming(used, holes - kept)) {
		malloc_trim(0);
		kept = holes_bytes(used);
		log_debug("memory given back",
			  KN("bytes", holes > kept ? holes - kept : 0),
			  KN("used", used),
			  KN("took_ms", clock_ms() - begin_ms));
	}
	timer_start(&timer, WATCH_S, look, arg);
}

void heap_watch_start(void)
{
	kept = 0;
	timer_start(&timer, WATCH_S, look, NULL);
}

void heap_watch_stop(void)
{
	timer_stop(&timer);
}
