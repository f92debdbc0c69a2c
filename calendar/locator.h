/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds the server of a mailbox by Autodiscover, for the domains that are
 * configured for it, and remembers what it found.
 *
 * Passwords are shown only by https, and only to the mail domain's own hosts,
 * those of gateways and those allowed by name. What it says is a hint: whoever
 * asks falls back to asking the gateways in turn.
 */
#ifndef CALENDAR_LOCATOR_H
#define CALENDAR_LOCATOR_H

#include "base/json.h"
#include "calendar/autodiscover_settings.h"
#include "calendar/gateway.h"
#include "calendar/located.h"

struct locator;
struct locating;

/* No domain is sought so until locator_change(). */
struct locator *locator_new(void);

/* Nobody hears any more of what is under way; its handles end here. */
void locator_free(struct locator **locatorp);

/* Every directive makes sense, and no domain is in two of them. */
enum err locator_check(const struct directive_list *directives,
		       struct why *why);

/*
 * The directives were checked. What was remembered is forgotten; who waits is
 * told ERR_CANCELLED, from the loop. Gateways are only looked at.
 */
void locator_change(struct locator *locator,
		    const struct directive_list *directives,
		    struct gateway *const *gateways, size_t count);

/* What is remembered of it, a refusal too; NULL nothing. Good for now only. */
const struct located *locator_known(struct locator *locator,
				    const char *address);
/* The same, and counted as an answer. */
const struct located *locator_recall(struct locator *locator,
				     const char *address);

/* Its domain is sought so, and nothing is remembered of it. */
bool locator_wants(struct locator *locator, const char *address);

/* Once, from the loop; the handle is no longer good then. */
typedef void located_h(const struct located *located, void *arg);

/*
 * NULL: its domain is not sought so. locator: NULL is one without domains.
 * urgent: before those who are not, since somebody waits to see it.
 */
struct locating *locator_ask(struct locator *locator, const char *address,
			     bool urgent, located_h *h, void *arg);
/* No handler runs after this; NULL is fine. */
void locating_cancel(struct locating **locatingp);

/* What is remembered of it seems to be wrong. */
void locator_forget(struct locator *locator, const char *address);

/* One object for each directive into an array. */
void locator_show(const struct locator *locator, struct json *array);
size_t locator_count(const struct locator *locator);

/* How the look-ups by that gateway's account go, for the troubleshooter. */
struct locator_health {
	bool used;      /* there is a directive that names it */
	struct why why; /* of the last that failed; ERR_OK the last went well */
	time_t when;    /* of the last; 0 none yet */
	unsigned found, failed;
	struct why elsewhere; /* an answer named no gateway; ERR_OK none did */
};
struct locator_health locator_health(const struct locator *locator,
				     const char *gateway);

#endif
