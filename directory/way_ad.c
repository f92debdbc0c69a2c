/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Active Directory, one domain controller: its update sequence number is
 * looked at several times a second, and when it has moved, DirSync
 * ([MS-ADTS] 3.1.1.3.4.1.3) says which objects changed. Those that are
 * tombstones are gone; the others are read again whole, so that it does not
 * matter what DirSync leaves out. Whom a filter or the base no longer finds is
 * gone if he can still be read; if not, everything is read again.
 *
 * The notification control (3.1.1.3.4.1.9) only makes us look sooner: it
 * merges changes, and Samba may delay it for seconds.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "directory/ad_place.h"
#include "directory/dirsync.h"
#include "directory/listing.h"

static const char notify_oid[] = "1.2.840.113556.1.4.528";
static const char show_deleted_oid[] = "1.2.840.113556.1.4.417";

enum { IDS_A_TIME = 50, FILTER_MAX = 16384, CHANGED_MAX = 2000 };

struct changed {
	char id[PERSON_ID_SIZE];
	bool seen;
};

struct ad {
	const struct way_env *env;
	uint64_t usn;                /* up to which DirSync was asked */
	uint64_t next;               /* as the server says now */
	struct people_cookie cookie; /* the newest; the keeper's once all it
					stands for was read */
	struct ad_place place;
	bool primed; /* the cookie is of now: what changes is news */
	bool ready;  /* told that everything is to be read */
	struct changed *changed;
	size_t count, at, chunk;
	bool too_many;
	bool any_gone;
	struct dsa_query *query; /* one at a time: USN, DirSync */
	struct dsa_query *kicks; /* stays */
	struct listing *listing;
	struct timer tick;
};

static void look(void *arg);
static void sync_changes(struct ad *ad);
static void read_some(struct ad *ad);

static void look_later(struct ad *ad)
{
	timer_start_ms(&ad->tick, ad->env->settings->tick_ms, look, ad);
}

/* They were said to be deleted, whatever became of the rest of the answer. */
static void settle_gone(struct ad *ad)
{
	if (ad->any_gone)
		keeper_settle_gone(ad->env->keeper, ad->env->source);
	ad->any_gone = false;
}

/* Those asked for last are still to be read. */
static void step_back(struct ad *ad)
{
	ad->at -= ad->chunk;
	ad->chunk = 0;
}

static void fail(struct ad *ad, const char *doing, const struct why *cause)
{
	const struct way_env *env = ad->env;
	struct why why;

	if (cause->err == ERR_NETWORK || cause->err == ERR_TIMEOUT) {
		look_later(ad);
		return;
	}
	why_set(&why, cause->err, "%.60s: %s: %.100s", env->source, doing,
		cause->text);
	env->failed(&why, env->arg);
}

static void drop_cookie(struct ad *ad)
{
	free(ad->cookie.data);
	ad->cookie = (struct people_cookie){ .data = NULL };
}

static void take_cookie(struct ad *ad, const struct dsa_bytes *cookie)
{
	drop_cookie(ad);
	ad->cookie.data = x_zalloc(cookie->len + 1);
	ad->cookie.len = cookie->len;
	memcpy(ad->cookie.data, cookie->data, cookie->len);
}

/* All of what one DirSync named is done. */
static void finish_changes(struct ad *ad)
{
	const struct way_env *env = ad->env;
	bool doubt = ad->too_many || keeper_take_doubt(env->keeper);

	keeper_set_cookie(env->keeper, env->source, ad->cookie.data,
			  ad->cookie.len);
	drop_cookie(ad);

	free(ad->changed);
	ad->changed = NULL;
	ad->count = ad->at = 0;
	ad->too_many = false;
	ad->usn = ad->next;
	ad_place_keep(&ad->place, ad->usn);
	look_later(ad);
	if (doubt || !ad->ready) {
		ad->ready = true;
		env->doubt(env->arg);
	}
}

static struct changed *find_changed(struct ad *ad, const char *id)
{
	for (size_t i = ad->at - ad->chunk; i < ad->at; i++)
		if (!strcmp(ad->changed[i].id, id))
			return &ad->changed[i];

	return NULL;
}

static void on_unfiltered(const struct sighting *sighting, void *arg)
{
	struct ad *ad = arg;
	struct changed *changed = find_changed(ad, sighting->id);

	if (!changed || changed->seen)
		return;

	changed->seen = true;
	if (people_find(keeper_people(ad->env->keeper), sighting->id)) {
		keeper_gone(ad->env->keeper, sighting->id);
		ad->any_gone = true;
	} else if (!strncasecmp(sighting->dn, "OU=", 3)) {
		ad->too_many = true; /* those below it changed too */
	}
}

static void on_unfiltered_done(const struct why *why, void *arg)
{
	struct ad *ad = arg;
	const struct way_env *env = ad->env;

	listing_free(&ad->listing);
	settle_gone(ad);
	if (why->err) {
		step_back(ad);
		fail(ad, "reading what changed", why);
		return;
	}

	for (size_t i = ad->at - ad->chunk; i < ad->at; i++)
		if (!ad->changed[i].seen &&
		    people_find(keeper_people(env->keeper), ad->changed[i].id))
			ad->too_many = true;
	read_some(ad);
}

static void list_changed(struct ad *ad, const char *filter,
			 const struct listing_handlers *handlers)
{
	const struct way_env *env = ad->env;
	char(*ids)[PERSON_ID_SIZE] = x_zalloc(ad->chunk * sizeof(*ids));
	struct listing_options options = { .base = env->root->domain };
	struct buf out = BUF(FILTER_MAX);

	for (size_t i = 0; i < ad->chunk; i++)
		memcpy(ids[i], ad->changed[ad->at - ad->chunk + i].id,
		       PERSON_ID_SIZE);
	listing_filter_ids(&out, env, filter, ids, ad->chunk);
	options.filter = buf_text(&out);
	ad->listing = listing_new(env, &options, handlers, ad);
	buf_free(&out);
	free(ids);
}

static void on_changed(const struct sighting *sighting, void *arg)
{
	struct ad *ad = arg;
	const struct way_env *env = ad->env;
	struct changed *changed = find_changed(ad, sighting->id);
	const char *base =
		sighting->group ? way_group_base(env) : env->settings->base;

	if (!changed || !way_is_below(sighting->dn, base))
		return;

	changed->seen = true;
	keeper_see(env->keeper, sighting, env->source, !ad->ready);
}

static void on_changed_done(const struct why *why, void *arg)
{
	static const struct listing_handlers handlers = {
		.seen = on_unfiltered,
		.done = on_unfiltered_done,
	};
	struct ad *ad = arg;

	listing_free(&ad->listing);
	if (why->err) {
		step_back(ad);
		fail(ad, "reading what changed", why);
		return;
	}

	for (size_t i = ad->at - ad->chunk; i < ad->at; i++)
		if (!ad->changed[i].seen) {
			list_changed(ad, "(objectClass=*)", &handlers);
			return;
		}
	read_some(ad);
}

static void read_some(struct ad *ad)
{
	static const struct listing_handlers handlers = {
		.seen = on_changed,
		.done = on_changed_done,
	};
	size_t left = ad->count - ad->at;
	struct buf filter = BUF(FILTER_MAX);

	if (!left || ad->too_many) {
		finish_changes(ad);
		return;
	}

	ad->chunk = left < IDS_A_TIME ? left : IDS_A_TIME;
	ad->at += ad->chunk;
	buf_print(&filter, "(|%s%s)", way_user_filter(ad->env),
		  way_group_filter(ad->env));
	list_changed(ad, buf_text(&filter), &handlers);
	buf_free(&filter);
}

static void add_changed(struct ad *ad, const char *id)
{
	if (ad->count == CHANGED_MAX) {
		ad->too_many = true;
		return;
	}
	if (!ad->changed)
		ad->changed = x_zalloc(CHANGED_MAX * sizeof(*ad->changed));
	memcpy(ad->changed[ad->count++].id, id, PERSON_ID_SIZE);
}

static void on_dirsync_entry(const struct dsa_entry *entry, void *arg)
{
	struct ad *ad = arg;
	char id[PERSON_ID_SIZE];

	if (!ad->primed || !entry_id(entry, id))
		return;

	if (!strcasecmp(dsa_entry_text(entry, "isDeleted"), "true")) {
		keeper_gone(ad->env->keeper, id);
		ad->any_gone = true;
	} else {
		add_changed(ad, id);
	}
}

/* A cookie that is worth nothing there: start anew, and read everything. */
static void forget_cookie(struct ad *ad, const struct why *why)
{
	log_warn("domain controller does not know our cookie",
		 KV("server", ad->env->source), KWHY(why));
	drop_cookie(ad);
	keeper_set_cookie(ad->env->keeper, ad->env->source, NULL, 0);
	ad_place_forget(&ad->place);
	ad->primed = ad->ready = false;
	sync_changes(ad);
}

static void on_dirsync_done(const struct dsa_result *result, void *arg)
{
	struct ad *ad = arg;
	const struct dsa_control *control =
		dsa_control_find(result->controls, result->control_count,
				 DIRSYNC_OID);
	struct dsa_bytes cookie;
	bool more;

	ad->query = NULL;
	settle_gone(ad);
	if (result->why.err) {
		if (result->why.err == ERR_EXPIRED && ad->primed)
			forget_cookie(ad, &result->why);
		else
			fail(ad, "DirSync", &result->why);
		return;
	}
	if (!control || !dirsync_read(&control->value, &more, &cookie)) {
		struct why why;

		why_set(&why, ERR_MALFORMED, "answer without its control");
		fail(ad, "DirSync", &why);
		return;
	}

	take_cookie(ad, &cookie);
	if (more) {
		sync_changes(ad);
		return;
	}
	ad->primed = true;
	read_some(ad);
}

static void sync_changes(struct ad *ad)
{
	static const struct dsa_handlers handlers = {
		.entry = on_dirsync_entry,
		.done = on_dirsync_done,
	};
	const struct way_env *env = ad->env;
	const struct people_cookie *saved =
		ad->cookie.data ? &ad->cookie
				: keeper_cookie(env->keeper, env->source);
	struct dsa_bytes cookie = { .data = NULL };
	struct buf value = BUF(PEOPLE_COOKIE_BYTES + 128);
	struct dsa_control control = { .oid = DIRSYNC_OID, .critical = true };
	struct dsa_search search = {
		.base = env->root->domain,
		.scope = DSA_SUBTREE,
		.filter = "(|(objectClass=user)(objectClass=group)"
			  "(objectClass=organizationalUnit))",
		.attrs = entry_reader_changes(env->reader),
		.controls = &control,
		.control_count = 1,
		.timeout_s = 6 * env->settings->timeout,
		.patient = !ad->primed,
	};

	if (saved)
		cookie = (struct dsa_bytes){ .data = saved->data,
					     .len = saved->len };
	dirsync_write(&value,
		      DIRSYNC_OBJECT_SECURITY | DIRSYNC_INCREMENTAL_VALUES,
		      &cookie);
	control.value =
		(struct dsa_bytes){ .data = value.data, .len = value.len };
	ad->query = dsa_search(env->dsa, &search, &handlers, ad);
	buf_free(&value);
}

static void on_root(const struct dsa_entry *entry, void *arg)
{
	struct ad *ad = arg;
	struct root root;

	root_read(entry, ad->env->settings->base, &root);
	ad->next = root.usn;
}

static void on_root_done(const struct dsa_result *result, void *arg)
{
	struct ad *ad = arg;
	struct why why;

	ad->query = NULL;
	if (!result->why.err && ad_place_is_another(&ad->place, ad->next, &why))
		forget_cookie(ad, &why);
	else if (result->why.err || (ad->ready && ad->next == ad->usn))
		look_later(ad);
	else
		sync_changes(ad);
}

static void look(void *arg)
{
	static const struct dsa_handlers handlers = { .entry = on_root,
						      .done = on_root_done };
	static const char *const attrs[] = { "highestCommittedUSN", NULL };
	struct ad *ad = arg;
	const struct dsa_search search = {
		.base = "",
		.scope = DSA_BASE,
		.attrs = attrs,
		.timeout_s = ad->env->settings->timeout,
	};

	if (!ad->query && !ad->listing)
		ad->query = dsa_search(ad->env->dsa, &search, &handlers, ad);
}

static void on_kick(const struct dsa_entry *entry, void *arg)
{
	struct ad *ad = arg;

	(void)entry;
	if (timer_running(&ad->tick))
		timer_start_ms(&ad->tick, 0, look, ad);
}

static void on_kicks_done(const struct dsa_result *result, void *arg)
{
	struct ad *ad = arg;

	ad->kicks = NULL;
	log_info("no notifications from the domain controller, only looks",
		 KV("server", ad->env->source), KWHY(&result->why));
}

static void ask_kicks(struct ad *ad)
{
	static const struct dsa_handlers handlers = { .entry = on_kick,
						      .done = on_kicks_done };
	static const struct dsa_control controls[] = {
		{ .oid = notify_oid, .critical = true },
		{ .oid = show_deleted_oid, .critical = true },
	};
	static const char *const attrs[] = { "objectGUID", NULL };
	const struct dsa_search search = {
		.base = ad->env->root->domain,
		.scope = DSA_SUBTREE,
		.attrs = attrs,
		.controls = controls,
		.control_count = 2,
	};

	ad->kicks = dsa_search(ad->env->dsa, &search, &handlers, ad);
}

static void *ad_start(const struct way_env *env)
{
	struct ad *ad = x_new(struct ad);

	ad->env = env;
	ad->primed = keeper_cookie(env->keeper, env->source) != NULL;
	ask_kicks(ad);
	ad_place_start(&ad->place, env, look, ad);
	return ad;
}

static void ad_stop(void *way)
{
	struct ad *ad = way;

	if (!ad)
		return;

	settle_gone(ad);
	dsa_cancel(&ad->query);
	dsa_cancel(&ad->kicks);
	ad_place_stop(&ad->place);
	listing_free(&ad->listing);
	timer_stop(&ad->tick);
	drop_cookie(ad);
	free(ad->changed);
	free(ad);
}

const struct way way_ad = {
	.name = "ad",
	.start = ad_start,
	.stop = ad_stop,
};
