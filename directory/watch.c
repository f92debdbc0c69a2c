/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/secret.h"
#include "directory/link.h"
#include "directory/review.h"
#include "directory/watch.h"

enum { AGAIN_S = 10 };

struct watch {
	struct watch_settings settings;
	struct watch_handlers handlers;
	void *arg;
	char secret[SECRET_SIZE];
	struct entry_reader *reader;
	struct keeper *keeper;
	struct link **links;
	size_t link_count;
	struct review *review;
	struct link *reviewer; /* whom that asks */
	bool doubt;            /* another review is due after that */
	time_t last_read;
	struct timer read, offline, split;
	struct why lost; /* of the link that was lost last */
};

static void start_review(void *arg);

static struct link *ready_link(const struct watch *watch)
{
	for (size_t i = 0; i < watch->link_count; i++)
		if (link_env(watch->links[i]))
			return watch->links[i];

	return NULL;
}

static bool announces(const struct watch *watch)
{
	const struct link *link = ready_link(watch);

	return link && link_way(link) != &way_poll;
}

static void read_later(struct watch *watch)
{
	unsigned wait_s = announces(watch) ? watch->settings.reconcile
					   : watch->settings.poll;

	timer_start(&watch->read, wait_s, start_review, watch);
}

static void end_review(struct watch *watch)
{
	review_free(&watch->review);
	watch->reviewer = NULL;
}

static void on_reviewed(const struct why *why, void *arg)
{
	struct watch *watch = arg;
	bool again = watch->doubt;

	end_review(watch);
	watch->doubt = false;
	if (again)
		timer_start_ms(&watch->read, 0, start_review, watch);
	else
		read_later(watch);
	if (!why->err) {
		watch->last_read = clock_now();
		return;
	}

	log_warn("directory could not be read to its end",
		 KV("directory", watch->settings.name), KWHY(why));
	if (err_remedy(why->err) == REMEDY_OPERATOR && why->err != ERR_DENIED)
		keeper_alarm(watch->keeper, WATCH_ALARM_SETTING, why);
}

static void start_review(void *arg)
{
	struct watch *watch = arg;
	struct link *link = ready_link(watch);

	if (watch->review) {
		watch->doubt = true;
		return;
	}
	if (!link) {
		timer_start(&watch->read, AGAIN_S, start_review, watch);
		return;
	}

	timer_stop(&watch->read);
	watch->reviewer = link;
	watch->review = review_new(link_env(link), on_reviewed, watch);
}

static void on_offline(void *arg)
{
	struct watch *watch = arg;

	keeper_alarm(watch->keeper, WATCH_ALARM_OFFLINE, &watch->lost);
}

static void note_offline(struct watch *watch)
{
	if (!timer_running(&watch->offline) &&
	    !keeper_alarms(watch->keeper)[WATCH_ALARM_OFFLINE].err)
		timer_start(&watch->offline, watch->settings.offline,
			    on_offline, watch);
}

static void open_links(struct watch *watch, bool apart);

/* Domain controllers are each watched, since they tell each other late. */
static void split_links(void *arg)
{
	struct watch *watch = arg;

	end_review(watch);
	for (size_t i = 0; i < watch->link_count; i++)
		link_free(&watch->links[i]);
	open_links(watch, true);
}

static void on_ready(struct link *link, void *arg)
{
	struct watch *watch = arg;

	timer_stop(&watch->offline);
	keeper_alarm(watch->keeper, WATCH_ALARM_OFFLINE, NULL);
	if (link_way(link) == &way_ad && link_servers(link) > 1)
		timer_start_ms(&watch->split, 0, split_links, watch);
	else if (link_way(link) == &way_poll)
		start_review(watch);
}

static void on_lost(struct link *link, const struct why *why, void *arg)
{
	struct watch *watch = arg;

	watch->lost = *why;
	if (watch->reviewer == link) {
		end_review(watch);
		timer_start(&watch->read, 1, start_review, watch);
	}
	if (ready_link(watch))
		return;
	if (keeper_alarms(watch->keeper)[WATCH_ALARM_OFFLINE].err)
		keeper_alarm(watch->keeper, WATCH_ALARM_OFFLINE, why);
	else
		note_offline(watch);
}

static void on_doubt(struct link *link, void *arg)
{
	(void)link;
	start_review(arg);
}

static void open_links(struct watch *watch, bool apart)
{
	static const struct link_handlers handlers = {
		.ready = on_ready,
		.lost = on_lost,
		.doubt = on_doubt,
	};
	const struct directive_list *uris = &watch->settings.uri;
	struct link_options options = {
		.settings = &watch->settings,
		.reader = watch->reader,
		.keeper = watch->keeper,
		.secret = watch->secret,
		.uri_count = apart ? 1 : uris->count,
	};

	watch->link_count = apart ? uris->count : 1;
	for (size_t i = 0; i < watch->link_count; i++) {
		options.uris = (const char *const *)uris->items + i;
		watch->links[i] = link_new(&options, &handlers, watch);
	}
}

struct watch *watch_begin(const struct watch_settings *settings,
			  const char *secret,
			  const struct watch_handlers *handlers, void *arg)
{
	struct watch *watch = x_new(struct watch);

	snprintf(watch->secret, sizeof(watch->secret), "%s", secret);
	directive_copy(&watch_table, &watch->settings, settings);
	watch->handlers = *handlers;
	watch->arg = arg;
	why_set(&watch->lost, ERR_NETWORK, "no server has answered yet");
	watch->reader = entry_reader_new(&watch->settings);
	watch->keeper =
		keeper_new(&watch->settings, &watch->handlers, watch->arg);
	watch->links = x_zalloc(settings->uri.count * sizeof(struct link *));
	note_offline(watch);
	open_links(watch, !strcmp(settings->way, way_ad.name));
	return watch;
}

enum err watch_new(struct watch **watchp, const struct watch_settings *settings,
		   const struct watch_handlers *handlers, void *arg,
		   struct why *why)
{
	char secret[SECRET_SIZE];
	enum err err = secret_read(secret, settings->secret, why);

	if (!err)
		*watchp = watch_begin(settings, secret, handlers, arg);
	secret_wipe(secret);
	return err;
}

bool watch_has_secret(const struct watch *watch, const char *secret)
{
	return !strcmp(watch->secret, secret);
}

void watch_free(struct watch **watchp)
{
	struct watch *watch = *watchp;

	if (!watch)
		return;

	timer_stop(&watch->read);
	timer_stop(&watch->offline);
	timer_stop(&watch->split);
	end_review(watch);
	for (size_t i = 0; i < watch->link_count; i++)
		link_free(&watch->links[i]);
	free(watch->links);
	keeper_free(&watch->keeper);
	entry_reader_free(&watch->reader);
	directive_free(&watch_table, &watch->settings);
	secret_wipe(watch->secret);
	free(watch);
	*watchp = NULL;
}

void watch_facts(const struct watch *watch, struct watch_facts *facts)
{
	const struct link *link = ready_link(watch);
	const struct people *people = keeper_people(watch->keeper);

	*facts = (struct watch_facts){
		.name = watch->settings.name,
		.server = link ? link_env(link)->source : "",
		.way = link ? link_way(link)->name : "",
		.up = link != NULL,
		.dry_run = watch->settings.dry_run,
		.reading = watch->review != NULL,
		.entries = people_users(people),
		.people = people_entitled(people),
		.held = keeper_held(watch->keeper),
		.last_event = keeper_last_event(watch->keeper),
		.last_read = watch->last_read,
		.alarms = keeper_alarms(watch->keeper),
	};
}

void watch_each(const struct watch *watch, bool held, watch_person_h *h,
		void *arg)
{
	keeper_each(watch->keeper, held, h, arg);
}

size_t watch_confirm(struct watch *watch)
{
	return keeper_confirm(watch->keeper);
}

size_t watch_discard(struct watch *watch)
{
	size_t count = keeper_discard(watch->keeper);

	start_review(watch);
	return count;
}

void watch_reconcile(struct watch *watch)
{
	start_review(watch);
}
