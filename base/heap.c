/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <malloc.h>

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
static size_t given; /* of what is held, as far as known */

bool heap_worth_trimming(size_t used, size_t held)
{
	return held >= WORTH_BYTES && held >= used / WORTH_SHARE;
}

/* What was given back still counts as held: only what came since is looked at. */
static void look(void *arg)
{
	struct mallinfo2 heap = mallinfo2();
	uint64_t begin_ms = clock_ms();

	if (heap.fordblks < given)
		given = heap.fordblks;
	if (heap_worth_trimming(heap.uordblks, heap.fordblks - given)) {
		malloc_trim(0);
		given = heap.fordblks;
		log_debug("memory given back", KN("held", heap.fordblks),
			  KN("used", heap.uordblks),
			  KN("took_ms", clock_ms() - begin_ms));
	}
	timer_start(&timer, WATCH_S, look, arg);
}

void heap_watch_start(void)
{
	given = 0;
	timer_start(&timer, WATCH_S, look, NULL);
}

void heap_watch_stop(void)
{
	timer_stop(&timer);
}
