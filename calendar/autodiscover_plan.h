/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where to ask next for one mailbox, and where not: the usual places in their
 * order, and redirections, of which only those count that lead by https to
 * hosts we may show a password to, never twice to the same place, and no more
 * than ten times. Pure: whoever carries it out says what came of each step.
 */
#ifndef CALENDAR_AUTODISCOVER_PLAN_H
#define CALENDAR_AUTODISCOVER_PLAN_H

#include "base/http_url.h"
#include "base/srv.h"
#include "calendar/autodiscover_settings.h"
#include "calendar/backend.h"

enum { PLAN_REDIRECTIONS_MAX = 10 };

enum autodiscover_ask {
	ASK_SOAP,
	ASK_POX,
	ASK_PLAIN, /* GET without a password, for its Location */
	ASK_SRV,   /* url is the name to ask for */
	ASK_OVER,  /* nobody knows: why */
};

struct autodiscover_plan {
	/* What to do now. */
	enum autodiscover_ask ask;
	char url[HTTP_URL_SIZE];
	char address[ADDRESS_SIZE]; /* about whom; redirections change it */
	struct why why;             /* the failure that says most, so far */

	/* The plan's own. */
	const struct autodiscover_settings *settings;
	const char *allow;        /* hosts, see http_host_listed() */
	const char *domain;       /* in address */
	char first[ADDRESS_SIZE]; /* the first domain */
	size_t place;             /* next of the usual ones */
	bool detour;              /* this one is not of them */
	unsigned count;
	char seen[PLAN_REDIRECTIONS_MAX][HTTP_URL_SIZE];
};

/*
 * known: URL that answered for this domain before, asked first; "" none.
 * allow: hosts that may be asked beside the domain's, and the domains that a
 * redirection to another address may lead to; it outlives the plan.
 */
void plan_begin(struct autodiscover_plan *plan,
		const struct autodiscover_settings *settings, const char *allow,
		const char *address, const char *known);

/* This step led nowhere; on to the next place. */
void plan_failed(struct autodiscover_plan *plan, const struct why *why);

/* It sent us on; a redirection that is not followed counts as a failure. */
void plan_redirect_url(struct autodiscover_plan *plan, const char *url);
void plan_redirect_address(struct autodiscover_plan *plan, const char *address);
void plan_redirect_srv(struct autodiscover_plan *plan,
		       const struct srv_target *target);

#endif
