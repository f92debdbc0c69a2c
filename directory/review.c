/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "directory/listing.h"
#include "directory/review.h"

enum { SECOND_LOOK_MS = 1000, IDS_A_TIME = 50, FILTER_MAX = 16384 };

struct review {
	const struct way_env *env;
	review_done_h *done;
	void *arg;
	uint64_t mark;
	unsigned look; /* 1, 2 */
	size_t users;  /* of this look */
	bool sentinel;
	struct listing *listing;
	struct timer timer;
	char (*ids)[PERSON_ID_SIZE]; /* missing after two looks */
	size_t id_count, id_at;
};

static void read_ids(struct review *review);

static void end(struct review *review, const struct why *why)
{
	review->done(why, review->arg);
}

static void on_seen(const struct sighting *sighting, void *arg)
{
	struct review *review = arg;
	const struct way_env *env = review->env;

	if (!sighting->group)
		review->users++;
	if (!sighting->group && env->settings->sentinel[0] && !review->sentinel)
		review->sentinel =
			way_is_below(sighting->dn, env->settings->sentinel);
	keeper_see(env->keeper, sighting, env->source, true);
}

/* Those whom nothing named, now that everything was read. */
static void collect_ids(struct review *review)
{
	struct people *people = keeper_people(review->env->keeper);
	size_t count = keeper_missing(review->env->keeper, review->mark);
	const struct row *row;
	size_t place = 0;

	review->ids = x_zalloc((count + 1) * sizeof(*review->ids));
	while ((row = people_walk(people, &place)) != NULL)
		if (keeper_is_missing(row, review->mark))
			memcpy(review->ids[review->id_count++], row->id,
			       PERSON_ID_SIZE);
}

static void believe(struct review *review)
{
	static const struct why ok = { .err = ERR_OK };
	const struct way_env *env = review->env;

	keeper_alarm(env->keeper, WATCH_ALARM_EMPTY, NULL);
	keeper_believe(env->keeper, review->mark, env->source);
	end(review, &ok);
}

static void on_ids_done(const struct why *why, void *arg)
{
	struct review *review = arg;

	listing_free(&review->listing);
	if (why->err)
		end(review, why);
	else
		read_ids(review);
}

/* Who is found this way is marked by being seen. */
static void read_ids(struct review *review)
{
	static const struct listing_handlers handlers = {
		.seen = on_seen,
		.done = on_ids_done,
	};
	const struct way_env *env = review->env;
	size_t left = review->id_count - review->id_at;
	size_t count = left < IDS_A_TIME ? left : IDS_A_TIME;
	struct listing_options options = { .base = env->settings->base };
	struct buf filter = BUF(FILTER_MAX);

	if (!count) {
		believe(review);
		return;
	}

	listing_filter_ids(&filter, env, way_user_filter(env),
			   review->ids + review->id_at, count);
	review->id_at += count;
	options.filter = buf_text(&filter);
	review->listing = listing_new(env, &options, &handlers, review);
	buf_free(&filter);
}

static bool is_believable(const struct review *review, struct why *why)
{
	const struct watch_settings *s = review->env->settings;

	if (!review->users) {
		why_set(why, ERR_DENIED,
			"%.60s answered without error, and without a single "
			"user, below %.100s",
			review->env->source, s->base);
		return false;
	}
	if (s->sentinel[0] && !review->sentinel) {
		why_set(why, ERR_DENIED,
			"%.60s named %zu users, but not the sentinel %.80s",
			review->env->source, review->users, s->sentinel);
		return false;
	}

	return true;
}

static void look(void *arg);

static void looked(struct review *review)
{
	const struct way_env *env = review->env;
	size_t missing;
	struct why why;

	if (!is_believable(review, &why)) {
		keeper_alarm(env->keeper, WATCH_ALARM_EMPTY, &why);
		end(review, &why);
		return;
	}

	keeper_listed(env->keeper, env->source);
	missing = keeper_missing(env->keeper, review->mark);
	if (missing)
		log_info("entries missing from the directory",
			 KV("server", env->source), KN("missing", missing),
			 KN("look", review->look));
	if (review->look == 1 &&
	    (missing || keeper_members_differ(env->keeper))) {
		timer_start_ms(&review->timer, SECOND_LOOK_MS, look, review);
		return;
	}
	collect_ids(review);
	read_ids(review);
}

static void on_groups_done(const struct why *why, void *arg)
{
	struct review *review = arg;

	listing_free(&review->listing);
	if (why->err)
		end(review, why);
	else
		looked(review);
}

static void list_groups(struct review *review)
{
	static const struct listing_handlers handlers = {
		.seen = on_seen,
		.done = on_groups_done,
	};
	const struct listing_options options = {
		.base = way_group_base(review->env),
		.filter = way_group_filter(review->env),
	};

	review->listing = listing_new(review->env, &options, &handlers, review);
}

static void on_users_done(const struct why *why, void *arg)
{
	struct review *review = arg;

	listing_free(&review->listing);
	if (why->err)
		end(review, why);
	else if (review->env->settings->group.count)
		list_groups(review);
	else
		looked(review);
}

static void look(void *arg)
{
	static const struct listing_handlers handlers = {
		.seen = on_seen,
		.done = on_users_done,
	};
	struct review *review = arg;
	const struct listing_options options = {
		.base = review->env->settings->base,
		.filter = way_user_filter(review->env),
	};

	review->look++;
	review->users = 0;
	review->sentinel = false;
	review->listing = listing_new(review->env, &options, &handlers, review);
}

struct review *review_new(const struct way_env *env, review_done_h *done,
			  void *arg)
{
	struct review *review = x_new(struct review);

	review->env = env;
	review->done = done;
	review->arg = arg;
	review->mark = people_mark(keeper_people(env->keeper));
	look(review);
	return review;
}

void review_free(struct review **reviewp)
{
	struct review *review = *reviewp;

	if (!review)
		return;

	timer_stop(&review->timer);
	listing_free(&review->listing);
	free(review->ids);
	free(review);
	*reviewp = NULL;
}
