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
	LOOKS = 5,       /* after it grew: what a burst leaves lingers */
	IDLE_LOOKS = 20, /* left out: then it is looked all the same */
};

static struct timer timer;
static struct heap_looks looks;
static size_t used; /* when it was asked last */
static size_t kept; /* of the holes, as resident after the last trim */

bool heap_worth_trimming(size_t in_use, size_t held)
{
	return held >= WORTH_BYTES && held >= in_use / WORTH_SHARE;
}

bool heap_worth_looking(struct heap_looks *seen, size_t resident)
{
	if (resident >= seen->resident + WORTH_BYTES) {
		seen->resident = resident;
		seen->left = LOOKS;
	}
	if (resident < seen->resident)
		seen->resident = resident;

	if (!seen->left && ++seen->idle < IDLE_LOOKS)
		return false;

	seen->left -= seen->left > 0;
	seen->idle = 0;
	return true;
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
static size_t holes_bytes(size_t resident)
{
	return resident > used ? resident - used : 0;
}

static void look(void *arg);

static void trim(void *arg)
{
	uint64_t begin_ms = clock_ms();
	size_t before = resident_bytes(), after;

	timer_start(&timer, WATCH_S, look, arg);
	malloc_trim(0);
	after = resident_bytes();
	kept = holes_bytes(after);
	if (after < looks.resident)
		looks.resident = after;
	log_debug("memory given back",
		  KN("bytes", before > after ? before - after : 0),
		  KN("used", used), KN("took_ms", clock_ms() - begin_ms));
}

static void look(void *arg)
{
	size_t resident = resident_bytes(), holes;
	struct mallinfo2 heap;

	timer_start(&timer, WATCH_S, look, arg);
	if (!heap_worth_looking(&looks, resident))
		return;

	heap = mallinfo2();
	used = heap.uordblks + heap.hblkhd;
	holes = holes_bytes(resident);
	if (holes < kept)
		kept = holes;
	if (heap_worth_trimming(used, holes - kept))
		timer_start(&timer, 0, trim, arg);
}

void heap_watch_start(void)
{
	kept = 0;
	looks = (struct heap_looks){ 0 };
	timer_start(&timer, WATCH_S, look, NULL);
}

void heap_watch_stop(void)
{
	timer_stop(&timer);
}
