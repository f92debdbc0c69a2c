/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For locator.c, which knows whom to ask, and locating.c, which asks. */
#ifndef CALENDAR_LOCATOR_PRIVATE_H
#define CALENDAR_LOCATOR_PRIVATE_H

#include <sys/queue.h>

#include "base/http.h"
#include "base/loop.h"
#include "calendar/autodiscover_plan.h"
#include "calendar/locator.h"

struct locator_domain {
	char name[HTTP_HOST_SIZE];
	char known[HTTP_URL_SIZE]; /* answered the last time; "" none */
	struct why why;            /* why it is left alone */
	uint64_t rests_until_ms;   /* steady clock */
};

TAILQ_HEAD(locatings, locating);

/* One directive. */
struct locator_row {
	struct locator *locator;
	struct autodiscover_settings settings;
	char *allow;                /* hosts beside those of the domains */
	struct http_origin *origin; /* NULL: the secret cannot be read */
	struct http_origin *plain;  /* without credentials */
	struct why why;             /* of that */
	struct located_memory *memory;
	struct locator_domain *domains;
	size_t domain_count;
	struct locatings urgent, waiting, running;
	unsigned running_count;
	struct timer kick;
	struct locator_health health;
	unsigned remembered, elsewhere;
};

struct locator {
	struct locator_row **rows;
	size_t count;
	struct gateway_settings *gateways; /* as they are now */
	size_t gateway_count;
	struct locatings orphans; /* to be told that all was changed */
};

struct locator_row *locator_row_of(const struct locator *locator,
				   const char *address,
				   struct locator_domain **domainp);

/* Whether one of the gateways is there. */
bool locator_knows(const struct locator *locator,
		   const struct located *located);

/* Everybody who waits hears of it from the loop. */
void locating_orphan_all(struct locator_row *row);
void locating_free_all(struct locatings *all);

#endif
