/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everybody whose state we make: where calendar and SIP meet.
 *
 * For each user there is a feed of the calendar and the claims of what the
 * user's own clients publish; composed, they are what watchers see, and the
 * host is told whenever that changes. Those who publish or are watched and
 * are not among the users are guests: composed alike, without a calendar.
 */
#ifndef MODULE_ROSTER_H
#define MODULE_ROSTER_H

#include "base/json.h"
#include "calendar/backend.h"
#include "calendar/locator.h"
#include "module/api.h"
#include "module/gateways.h"
#include "module/manual.h"
#include "module/settings.h"
#include "module/users.h"

struct roster;
struct trouble_user_facts;

/* All four outlive the roster; settings may change by roster_settings(). */
struct roster *roster_new(const struct settings *settings,
			  struct gateways *gateways, struct manual *manual,
			  const struct host *host);
void roster_free(struct roster **rosterp);

/* Who is asked where mailboxes are; NULL nobody. It outlives the roster. */
void roster_locator(struct roster *roster, struct locator *locator);

/* His calendar is followed; nothing happens if it is already. */
void roster_put(struct roster *roster, const struct user *user);

/* He may no longer: see module/departure.h. */
void roster_drop(struct roster *roster, const char *entity);

/* His mailbox has another home: it is sought again. */
void roster_moved(struct roster *roster, const char *entity);

/* After gateways_change(), before gateways_settle(). */
void roster_gateways(struct roster *roster);

/* After the settings changed: everything is looked at again. */
void roster_settings(struct roster *roster);

void roster_watched(struct roster *roster, const char *entity, int delta);
void roster_published(struct roster *roster, const char *entity,
		      const char *publication, const struct claim *claim);
void roster_registered(struct roster *roster, const char *entity, bool online);

/*
 * What an administrator says of a user, kept over restarts; NULL ends it.
 * ERR_GONE if there is no such user, or nothing to end.
 */
enum err roster_set(struct roster *roster, const char *entity,
		    const struct claim *claim, struct why *why);

/* A mailbox that is read there, of several always the same; "" none. */
void roster_mailbox_at(const struct roster *roster, const char *gateway,
		       char mailbox[ADDRESS_SIZE]);

/* Users of a gateway whose calendar is followed, cannot be, or is not yet. */
struct roster_at {
	size_t live, failing, pending;
};
void roster_count_at(const struct roster *roster, const char *gateway,
		     struct roster_at *at);

/* Counts by state of feed, of watched and of guests, as members. */
void roster_show_counts(const struct roster *roster, struct json *object);

/* Users whose calendar watchers see as unknown. */
size_t roster_unknowns(const struct roster *roster);

/* Calendars that were not read yet, nor known not to be readable. */
size_t roster_unread(const struct roster *roster);

/* Users and guests. */
size_t roster_count(const struct roster *roster);

/* Sets the gauges that count users; walks through all of them. */
void roster_take_metrics(const struct roster *roster);

/* Users whose address holds part, no more than max, as objects. */
void roster_show_users(const struct roster *roster, const char *part,
		       size_t max, struct json *array);

/* What the troubleshooter wants to know of him; the rest stays as it is. */
void roster_trouble(const struct roster *roster, const char *entity,
		    struct trouble_user_facts *facts);

/* Changes that wait for their turn to be given out. */
size_t roster_waiting(const struct roster *roster);

/* ERR_GONE if nobody of that name is here. */
enum err roster_show_user(const struct roster *roster, const char *entity,
			  struct json *object, struct why *why);

/* As before, and then why the state is what it is. */
enum err roster_explain(const struct roster *roster, const char *entity,
			struct json *object, struct why *why);

#endif
