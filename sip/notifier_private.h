/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What notifier.c (who may subscribe, and how), subscription.c (what one
 * subscription is told) and winfo.c share.
 */
#ifndef SIP_NOTIFIER_PRIVATE_H
#define SIP_NOTIFIER_PRIVATE_H

#include "sip/subscription.h"

struct notifier {
	struct notifier_settings settings;
	struct notifier_handlers handlers;
	void *arg;
	struct notify_out *out;
	struct hash presentities;
	struct hash calls; /* dialogs by Call-ID */
	unsigned last_id;
	unsigned counts[PACKAGE_COUNT]; /* live subscriptions */
	unsigned long notifies, failures;
	struct buf state, document; /* of the NOTIFY being composed */
	time_t state_left;          /* what state says; -1: it has ended */
	char *body;                 /* a presentity's document, */
	size_t body_bytes, body_size;
	const struct presentity *body_of; /* whose; NULL nobody's */
};

extern const struct notify_out_handlers subscription_out_handlers;

struct presentity *presentity_find(const struct notifier *notifier,
				   const char *entity);
/* Made if there is none. */
struct presentity *presentity_get(struct notifier *notifier,
				  const char *entity);
/* body NULL: nothing. */
void presentity_say(struct presentity *presentity, const char *body,
		    size_t body_bytes);
void presentity_free_if_idle(struct presentity *presentity);
/* With its subscriptions, untold. */
void presentity_free(struct presentity *presentity);

/* urgent: without waiting for the distance between two. */
void subscription_tell(struct subscription *sub, bool urgent);

/* Tells those who watch the watchers that this one came, or goes. */
void subscription_announce(struct subscription *sub);

/*
 * Terminated, with a last NOTIFY to say so; gone once that is answered. What
 * to add to the number of watchers: -1 or 0.
 */
int subscription_end(struct subscription *sub, enum ending ending);

/* Gone at once, without a word to the watcher; returns as above. */
int subscription_drop(struct subscription *sub);

#endif
