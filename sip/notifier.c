/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/metric.h"
#include "sip/notifier_private.h"
#include "sip/slab.h"
#include "sip/winfo.h"

static const struct {
	const char *word;
	const char *type;
} packages[] = {
#define PACKAGE(name, word, type) { word, type },
#include "sip/package.def"
};

enum { EXPIRES_DEFAULT_S = 3600 }; /* RFC 3856, 6.4 */

enum package package_from_word(const char *word)
{
	enum package i = 0;

	while (i < PACKAGE_COUNT && strcasecmp(word, packages[i].word) != 0)
		i++;

	return i;
}

const char *package_word(enum package package)
{
	return packages[package].word;
}

const char *package_type(enum package package)
{
	return packages[package].type;
}

static bool acceptable(const char *const *accept, enum package package)
{
	if (!accept)
		return true; /* RFC 3856, 6.7: PIDF is understood by all */

	for (; *accept; accept++)
		if (!strcasecmp(*accept, packages[package].type) ||
		    !strcmp(*accept, "*/*") ||
		    !strcasecmp(*accept, "application/*"))
			return true;

	return false;
}

static bool grant(const struct notifier_settings *settings,
		  const struct subscribe *what, struct subscribe_answer *answer)
{
	long asked = what->expires_s == EXPIRES_ABSENT ? EXPIRES_DEFAULT_S
						       : what->expires_s;

	answer->expires_s = asked > settings->max_expires_s
				    ? settings->max_expires_s
				    : (unsigned)asked;
	if (!asked || asked >= settings->min_expires_s)
		return true;

	answer->status = 423;
	return false;
}

static struct subscription *next_of_call(struct hash_link *link,
					 const char *call_id)
{
	for (; link; link = hash_next(link)) {
		struct dialog *dialog = HASH_ENTRY(link, struct dialog, link);

		if (!strcmp(dialog->call_id, call_id))
			return dialog->owner;
	}

	return NULL;
}

static struct subscription *find_call(const struct notifier *notifier,
				      const char *call_id)
{
	return next_of_call(hash_first(&notifier->calls, hash_text(call_id)),
			    call_id);
}

static bool in_dialog(const struct subscription *sub,
		      const struct subscribe *what)
{
	return !strcmp(sub->dialog->local_tag, what->local_tag) &&
	       !strcmp(sub->dialog->remote_tag, what->seed.remote_tag) &&
	       !strcmp(sub->watcher, what->watcher) &&
	       sub->package == what->package &&
	       !strcmp(sub->presentity->entity, what->entity);
}

static void on_expired(void *arg)
{
	struct subscription *sub = arg;
	struct notifier *notifier = sub->presentity->notifier;
	int delta = subscription_end(sub, ENDING_TIMEOUT);

	if (delta)
		notifier->handlers.watched(sub->presentity->entity, delta,
					   notifier->arg);
}

static void renew(struct subscription *sub, unsigned expires_s)
{
	sub->until = clock_now() + (time_t)expires_s;
	timer_start(&sub->expiry, expires_s, on_expired, sub);
}

static void refresh(struct subscription *sub, const struct subscribe *what,
		    struct subscribe_answer *answer)
{
	const struct notifier *notifier = sub->presentity->notifier;

	if (what->seed.cseq <= sub->dialog->remote_cseq) {
		answer->status = 500; /* RFC 3261, 12.2.2 */
		return;
	}
	sub->dialog->remote_cseq = what->seed.cseq;
	if (!grant(&notifier->settings, what, answer))
		return;

	dialog_retarget(sub->dialog, what->seed.target, what->seed.next_hop,
			what->seed.flow, what->seed.share);
	memcpy(answer->local_tag, sub->dialog->local_tag, DIALOG_TAG_SIZE);
	answer->status = 200;
	if (answer->expires_s) {
		renew(sub, answer->expires_s);
		sub->full = true;
		subscription_tell(sub, true);
	} else {
		answer->watched = subscription_end(sub, ENDING_TIMEOUT);
	}
}

static struct subscription *subscription_new(struct notifier *notifier,
					     const struct subscribe *what)
{
	struct subscription *sub = slab_new(sizeof(*sub));
	struct subscription **list;

	sub->presentity = presentity_get(notifier, what->entity);
	sub->dialog = dialog_new(&what->seed);
	sub->dialog->owner = sub;
	sub->watcher = slab_text(what->watcher);
	sub->id = ++notifier->last_id;
	sub->package = what->package;
	sub->full = true;
	sub->since = clock_now();
	hash_add(&notifier->calls, &sub->dialog->link,
		 hash_text(what->seed.call_id));

	list = &sub->presentity->subscriptions[sub->package];
	sub->next = *list;
	if (sub->next)
		sub->next->prev = sub;
	*list = sub;
	return sub;
}

static void begin(struct notifier *notifier, const struct subscribe *what,
		  struct subscribe_answer *answer)
{
	struct subscription *sub;

	if (!acceptable(what->accept, what->package)) {
		answer->status = 406;
		return;
	}
	if (!grant(&notifier->settings, what, answer))
		return;

	sub = subscription_new(notifier, what);
	memcpy(answer->local_tag, sub->dialog->local_tag, DIALOG_TAG_SIZE);
	answer->status = 200;
	if (!answer->expires_s) {
		sub->fetch = sub->terminated = true;
		sub->ending = ENDING_TIMEOUT;
		subscription_tell(sub, true);
		return;
	}

	notifier->counts[sub->package]++;
	answer->watched += sub->package == PACKAGE_PRESENCE;
	renew(sub, answer->expires_s);
	subscription_tell(sub, true);
	subscription_announce(sub);
}

void notifier_subscribe(struct notifier *notifier, const struct subscribe *what,
			struct subscribe_answer *answer)
{
	struct subscription *sub = find_call(notifier, what->seed.call_id);

	*answer = (struct subscribe_answer){ .status = 481 };
	if (*what->local_tag) {
		while (sub && (sub->terminated || !in_dialog(sub, what)))
			sub = next_of_call(hash_next(&sub->dialog->link),
					   what->seed.call_id);
		if (sub)
			refresh(sub, what, answer);
		return;
	}

	while (sub && sub->terminated)
		sub = next_of_call(hash_next(&sub->dialog->link),
				   what->seed.call_id);
	if (sub) {
		/* A client that forgot its dialog; nobody else's Call-ID. */
		if (strcmp(sub->watcher, what->watcher) != 0 ||
		    sub->package != what->package ||
		    strcmp(sub->presentity->entity, what->entity) != 0) {
			answer->status = 400;
			return;
		}
		answer->watched = subscription_drop(sub);
	}

	begin(notifier, what, answer);
}

void notifier_publish(struct notifier *notifier, const char *entity,
		      const char *body, size_t body_bytes)
{
	struct presentity *presentity = presentity_get(notifier, entity);
	struct subscription *sub;

	presentity_say(presentity, body, body_bytes);
	sub = presentity->subscriptions[PACKAGE_PRESENCE];
	for (; sub; sub = sub->next)
		if (!sub->terminated)
			subscription_tell(sub, false);
}

void notifier_registered(struct notifier *notifier, const char *entity)
{
	const struct presentity *presentity = presentity_find(notifier, entity);
	struct subscription *sub =
		presentity ? presentity->subscriptions[PACKAGE_REG] : NULL;

	for (; sub; sub = sub->next)
		if (!sub->terminated)
			subscription_tell(sub, false);
}

void notifier_withdraw(struct notifier *notifier, const char *entity)
{
	struct presentity *presentity = presentity_get(notifier, entity);
	char name[ENTITY_SIZE];
	int delta = 0;

	snprintf(name, sizeof(name), "%s", entity);
	presentity_say(presentity, NULL, 0);
	for (enum package i = 0; i < PACKAGE_REG; i++)
		for (struct subscription *sub = presentity->subscriptions[i];
		     sub; sub = sub->next)
			delta += subscription_end(sub, ENDING_NORESOURCE);

	presentity_free_if_idle(presentity);
	if (delta)
		notifier->handlers.watched(name, delta, notifier->arg);
}

/* Ends it and tells the owner of the notifier. */
static void end_aloud(struct subscription *sub, enum ending ending)
{
	struct notifier *notifier = sub->presentity->notifier;
	int delta = subscription_end(sub, ending);

	if (delta)
		notifier->handlers.watched(sub->presentity->entity, delta,
					   notifier->arg);
}

unsigned notifier_end_watcher(struct notifier *notifier, const char *watcher)
{
	unsigned count = 0;
	struct hash_link *next, *link = hash_each(&notifier->calls, NULL);

	for (; link; link = next) {
		struct dialog *dialog = HASH_ENTRY(link, struct dialog, link);
		struct subscription *sub = dialog->owner;

		next = hash_each(&notifier->calls, link);
		if (sub->terminated || strcmp(sub->watcher, watcher) != 0)
			continue;
		count++;
		flow_close_soon(dialog->flow.flow);
		end_aloud(sub, ENDING_NORESOURCE);
	}
	return count;
}

void notifier_recheck(struct notifier *notifier, notifier_may_h *may, void *arg)
{
	struct hash_link *next, *link = hash_each(&notifier->calls, NULL);

	for (; link; link = next) {
		struct dialog *dialog = HASH_ENTRY(link, struct dialog, link);
		struct subscription *sub = dialog->owner;

		next = hash_each(&notifier->calls, link);
		if (!may(sub->watcher, sub->presentity->entity, arg))
			end_aloud(sub, ENDING_REJECTED);
	}
}

struct notifier *notifier_new(void *agent,
			      const struct notifier_settings *settings,
			      const struct notifier_handlers *handlers,
			      void *arg)
{
	struct notifier *notifier = x_new(struct notifier);

	notifier->settings = *settings;
	notifier->handlers = *handlers;
	notifier->arg = arg;
	notifier->state = BUF(128);
	notifier->document = BUF(WINFO_BYTES_MAX);
	notifier->out = notify_out_new(agent, settings->in_flight,
				       &subscription_out_handlers, notifier);
	return notifier;
}

void notifier_answer(struct notifier *notifier, const char *data, size_t len)
{
	notify_out_answer(notifier->out, data, len);
}

void notifier_take(struct notifier *notifier, const struct answer *answer)
{
	notify_out_take(notifier->out, answer);
}

void notifier_change(struct notifier *notifier,
		     const struct notifier_settings *settings)
{
	notifier->settings = *settings;
	notify_out_limit(notifier->out, settings->in_flight);
}

void notifier_free(struct notifier **notifierp)
{
	struct notifier *notifier = *notifierp;
	struct hash_link *link, *next;

	*notifierp = NULL;
	if (!notifier)
		return;

	for (link = hash_each(&notifier->presentities, NULL); link;
	     link = next) {
		next = hash_each(&notifier->presentities, link);
		presentity_free(HASH_ENTRY(link, struct presentity, link));
	}
	hash_free(&notifier->presentities);
	hash_free(&notifier->calls);
	notify_out_free(&notifier->out);
	buf_free(&notifier->state);
	buf_free(&notifier->document);
	free(notifier->body);
	free(notifier);
}

void notifier_facts(const struct notifier *notifier,
		    struct notifier_facts *facts)
{
	*facts = (struct notifier_facts){
		.in_flight = notify_out_flying(notifier->out),
		.waiting = notify_out_waiting(notifier->out),
		.notifies = notifier->notifies,
		.failures = notifier->failures,
	};
	memcpy(facts->subscriptions, notifier->counts,
	       sizeof(notifier->counts));
}

void notifier_watchers(const struct notifier *notifier, const char *entity,
		       notifier_watcher_h *h, void *arg)
{
	const struct presentity *presentity = presentity_find(notifier, entity);
	const struct subscription *sub =
		presentity ? presentity->subscriptions[PACKAGE_PRESENCE] : NULL;

	for (; sub; sub = sub->next)
		if (!sub->terminated)
			h(sub->watcher, sub->dialog->target, sub->last_status,
			  sub->last_notify, arg);
}
