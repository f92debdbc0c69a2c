/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What Autodiscover said of a mailbox, and a bounded memory of such answers
 * with a lifetime.
 */
#ifndef CALENDAR_LOCATED_H
#define CALENDAR_LOCATED_H

#include <stdbool.h>
#include <time.h>

#include "base/err.h"

enum {
	LOCATED_URL_SIZE = 256,
	LOCATED_NAME_SIZE = 128,
	LOCATED_GROUPING_SIZE = 64,
	LOCATED_VERSION_SIZE = 32,
};

/* "" is what it did not say. */
struct located {
	struct why why;                       /* ERR_OK: found */
	char external[LOCATED_URL_SIZE];      /* ExternalEwsUrl */
	char internal[LOCATED_URL_SIZE];      /* InternalEwsUrl */
	char server[LOCATED_NAME_SIZE];       /* InternalMailboxServer */
	char grouping[LOCATED_GROUPING_SIZE]; /* GroupingInformation */
	char version[LOCATED_VERSION_SIZE];   /* "15.01.2507.000" */
	char by[LOCATED_URL_SIZE];            /* URL that said so */
	bool elsewhere; /* the URLs are those of no gateway that there is */
	time_t when;    /* UTC seconds */
	time_t until;   /* believed so long */
};

struct located_memory;

struct located_memory *located_memory_new(unsigned max);
void located_memory_free(struct located_memory **memoryp);

/* Copies; the longest unused goes where there is no room. */
void located_keep(struct located_memory *memory, const char *address,
		  const struct located *located);

/* NULL: nothing is known, or not any more. Good until the next call. */
const struct located *located_find(struct located_memory *memory,
				   const char *address, time_t now);
void located_forget(struct located_memory *memory, const char *address);
unsigned located_count(const struct located_memory *memory);

#endif
