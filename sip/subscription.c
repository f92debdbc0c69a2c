/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/metric.h"
#include "sip/notifier_private.h"
#include "sip/pidf.h"
#include "sip/sheet.h"
#include "sip/slab.h"
#include "sip/winfo.h"

static struct presentity *presentity_of(struct hash_link *link)
{
	return HASH_ENTRY(link, struct presentity, link);
}

struct presentity *presentity_find(const struct notifier *notifier,
				   const char *entity)
{
	struct hash_link *link =
		hash_first(&notifier->presentities, hash_text(entity));

	while (link && strcmp(presentity_of(link)->entity, entity) != 0)
		link = hash_next(link);

	return link ? presentity_of(link) : NULL;
}

struct presentity *presentity_get(struct notifier *notifier, const char *entity)
{
	struct presentity *presentity = presentity_find(notifier, entity);
	size_t bytes = strlen(entity) + 1;

	if (presentity)
		return presentity;

	presentity = slab_new(sizeof(*presentity) + bytes);
	presentity->notifier = notifier;
	memcpy(presentity->entity, entity, bytes);
	hash_add(&notifier->presentities, &presentity->link, hash_text(entity));
	return presentity;
}

void presentity_say(struct presentity *presentity, const char *body,
		    size_t body_bytes)
{
	struct notifier *notifier = presentity->notifier;
	struct sheet *before = presentity->sheet;

	if (notifier->body_of == presentity)
		notifier->body_of = NULL;
	presentity->sheet =
		body ? sheet_keep(presentity->entity, body, body_bytes) : NULL;
	sheet_drop(&before);
}

void presentity_free_if_idle(struct presentity *presentity)
{
	if (presentity->sheet)
		return;
	for (enum package i = 0; i < PACKAGE_COUNT; i++)
		if (presentity->subscriptions[i])
			return;

	hash_remove(&presentity->notifier->presentities, &presentity->link);
	slab_free(presentity);
}

static void subscription_free(struct subscription *sub)
{
	struct presentity *presentity = sub->presentity;
	struct notifier *notifier = presentity->notifier;

	timer_stop(&sub->expiry);
	timer_stop(&sub->pause);
	notify_out_cancel(notifier->out, &sub->item);
	hash_remove(&notifier->calls, &sub->dialog->link);
	if (sub->prev)
		sub->prev->next = sub->next;
	else
		presentity->subscriptions[sub->package] = sub->next;
	if (sub->next)
		sub->next->prev = sub->prev;

	dialog_free(&sub->dialog);
	slab_free(sub->watcher);
	slab_free(sub);
}

void presentity_free(struct presentity *presentity)
{
	for (enum package i = 0; i < PACKAGE_COUNT; i++)
		while (presentity->subscriptions[i])
			subscription_free(presentity->subscriptions[i]);

	presentity_say(presentity, NULL, 0);
	presentity_free_if_idle(presentity);
}

static void on_pause_over(void *arg)
{
	subscription_tell(arg, true);
}

void subscription_tell(struct subscription *sub, bool urgent)
{
	struct notifier *notifier = sub->presentity->notifier;
	uint64_t distance_ms = 1000ULL * notifier->settings.distance_s;
	uint64_t passed_ms = clock_ms() - sub->sent_ms;

	if (!sub->news_ms)
		sub->news_ms = clock_ms();
	if (sub->item.stage == NOTIFY_FLYING)
		sub->dirty = true;
	if (sub->item.stage != NOTIFY_IDLE)
		return;

	if (!urgent && sub->sent_ms && passed_ms < distance_ms) {
		if (!timer_running(&sub->pause))
			timer_start_ms(&sub->pause, distance_ms - passed_ms,
				       on_pause_over, sub);
		return;
	}

	timer_stop(&sub->pause);
	notify_out_queue(notifier->out, &sub->item, urgent);
}

void subscription_announce(struct subscription *sub)
{
	struct subscription *winfo =
		sub->presentity->subscriptions[PACKAGE_WINFO];

	if (sub->package != PACKAGE_PRESENCE || sub->fetch)
		return;

	for (; winfo; winfo = winfo->next) {
		if (winfo->terminated)
			continue;
		/* Two changes in one document: say everything. */
		if (winfo->item.stage != NOTIFY_IDLE || winfo->changed)
			winfo->full = true;
		winfo->changed = sub->id;
		subscription_tell(winfo, false);
	}
}

static int uncount(struct subscription *sub)
{
	if (sub->terminated)
		return 0;

	sub->presentity->notifier->counts[sub->package]--;
	sub->terminated = true;
	timer_stop(&sub->expiry);
	return sub->package == PACKAGE_PRESENCE ? -1 : 0;
}

int subscription_end(struct subscription *sub, enum ending ending)
{
	int delta;

	if (sub->terminated)
		return 0;

	delta = uncount(sub);
	sub->ending = ending;
	sub->full = true;
	subscription_tell(sub, true);
	subscription_announce(sub);
	return delta;
}

int subscription_drop(struct subscription *sub)
{
	struct presentity *presentity = sub->presentity;
	bool was_live = !sub->terminated;
	int delta = uncount(sub);

	sub->ending = ENDING_TIMEOUT;
	if (was_live)
		subscription_announce(sub);
	subscription_free(sub);
	presentity_free_if_idle(presentity);
	return delta;
}

static struct subscription *of_item(struct notify_item *item)
{
	return (struct subscription *)(void *)((char *)item -
					       offsetof(struct subscription,
							item));
}

static const struct dialog *dialog_of(const struct notify_item *item, void *arg)
{
	(void)arg;
	return ((const struct subscription
			 *)(const void *)((const char *)item -
					  offsetof(struct subscription, item)))
		->dialog;
}

static const struct subscription *find_id(const struct presentity *presentity,
					  unsigned id)
{
	const struct subscription *sub =
		presentity->subscriptions[PACKAGE_PRESENCE];

	while (sub && sub->id != id)
		sub = sub->next;

	return sub;
}

static void compose_winfo(struct notifier *notifier, struct subscription *sub)
{
	const struct subscription *only =
		sub->full ? NULL : find_id(sub->presentity, sub->changed);

	winfo_write(&notifier->document, sub->presentity, sub->version++, only,
		    clock_now());
	sub->full = false;
	sub->changed = 0;
}

/* Once for all who watch the presentity. */
static void fill_body(struct notifier *notifier,
		      const struct presentity *presentity)
{
	const struct sheet *sheet = presentity->sheet;

	if (notifier->body_of == presentity)
		return;

	notifier->body_of = presentity;
	notifier->body_bytes = sheet_bytes(sheet, presentity->entity);
	if (notifier->body_size < notifier->body_bytes) {
		notifier->body_size = 2 * notifier->body_bytes;
		notifier->body = x_realloc(notifier->body, notifier->body_size);
	}
	sheet_fill(sheet, presentity->entity, notifier->body);
}

/* An entity nobody has spoken for: some clients choke on an empty NOTIFY. */
static void compose_nothing(struct notifier *notifier,
			    const struct presentity *presentity)
{
	struct presence presence = { .state = STATE_OFFLINE,
				     .source = CLAIM_CLIENT };
	struct pidf_options options = { .entity = presentity->entity,
					.lang = "en" };

	pidf_write(&notifier->document, &presence, &options, clock_now());
}

/* Mostly it is the same again. */
static void compose_state(struct notifier *notifier,
			  const struct subscription *sub)
{
	time_t left = sub->until - clock_now();

	if (left < 0)
		left = 0;
	if (!sub->terminated && notifier->state.len &&
	    notifier->state_left == left)
		return;

	buf_free(&notifier->state);
	notifier->state_left = sub->terminated ? -1 : left;
	if (sub->terminated)
		buf_print(&notifier->state, "terminated;reason=%s",
			  ending_reason(sub->ending));
	else
		buf_print(&notifier->state, "active;expires=%lld",
			  (long long)left);
}

static void compose(struct notify_item *item, struct notify_request *request,
		    void *arg)
{
	struct notifier *notifier = arg;
	struct subscription *sub = of_item(item);
	const struct presentity *presentity = sub->presentity;

	buf_free(&notifier->document);
	compose_state(notifier, sub);
	request->dialog = sub->dialog;
	request->state = buf_text(&notifier->state);
	request->content_type = package_type(sub->package);
	sub->dirty = false;
	sub->sent_ms = clock_ms();
	sub->told_ms = sub->news_ms;
	sub->news_ms = 0;
	notifier->notifies++;

	if (sub->package == PACKAGE_PRESENCE && presentity->sheet) {
		fill_body(notifier, presentity);
		request->body = notifier->body;
		request->body_bytes = notifier->body_bytes;
		return;
	}
	if (sub->package == PACKAGE_WINFO)
		compose_winfo(notifier, sub);
	else if (sub->package == PACKAGE_REG)
		notifier->handlers.reginfo(&notifier->document,
					   presentity->entity, sub->version++,
					   notifier->arg);
	else
		compose_nothing(notifier, presentity);
	request->body = buf_text(&notifier->document);
	request->body_bytes = notifier->document.len;
}

/* RFC 6665, 4.2.2, RFC 5057, 5.1: answers after which nobody is there. */
static bool is_gone(int status)
{
	static const int gone[] = { 404, 405, 408, 410, 416, 481, 482,
				    483, 484, 485, 489, 501, 503, 604 };

	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		if (status == gone[i])
			return true;

	return false;
}

static void on_answered(struct notify_item *item, int status, void *arg)
{
	struct notifier *notifier = arg;
	struct subscription *sub = of_item(item);
	char entity[ENTITY_SIZE];
	int delta;

	sub->last_status = status;
	sub->last_notify = clock_now();
	if (status >= 300) {
		notifier->failures++;
		metric_add(METRIC_notify_failed_total, NULL, 1);
		sub->full = true;
	} else {
		metric_observe_ms(METRIC_notify_seconds, NULL,
				  clock_ms() - sub->told_ms);
	}

	if (!is_gone(status) && (!sub->terminated || sub->dirty)) {
		if (sub->dirty)
			subscription_tell(sub, sub->terminated);
		return;
	}

	strcpy(entity, sub->presentity->entity);
	delta = subscription_drop(sub);
	if (delta)
		notifier->handlers.watched(entity, delta, notifier->arg);
}

const struct notify_out_handlers subscription_out_handlers = {
	.dialog = dialog_of,
	.compose = compose,
	.done = on_answered,
};
