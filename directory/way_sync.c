/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * LDAP Content Synchronization, RFC 4533, refreshAndPersist: one search for
 * users, one for groups, watched as entries since memberOf is never announced
 * (OpenLDAP's memberof overlay). Whom a refresh does not name is found by the
 * review that follows each; that a refresh without a cookie ends like one of
 * deletions only (3.3.2) cannot mislead us so.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "directory/sync_info.h"
#include "directory/way.h"

struct stream {
	struct sync *sync;
	const char *name; /* of its cookie */
	const char *base;
	const char *filter;
	bool had_cookie;
	bool refreshed;
	struct dsa_query *query;
};

struct sync {
	const struct way_env *env;
	struct stream users, groups;
};

static void ask(struct stream *stream);

static void take_cookie(struct stream *stream, const struct dsa_bytes *cookie)
{
	if (cookie->data && cookie->len)
		keeper_set_cookie(stream->sync->env->keeper, stream->name,
				  cookie->data, cookie->len);
}

static void on_entry(const struct dsa_entry *entry, void *arg)
{
	struct stream *stream = arg;
	const struct way_env *env = stream->sync->env;
	const struct dsa_control *control =
		dsa_control_find(entry->controls, entry->control_count,
				 SYNC_OID_STATE);
	struct sighting sighting;
	struct sync_state state;

	if (!control || !sync_state_read(&control->value, &state)) {
		log_warn("entry without a readable sync state",
			 KV("server", env->source), KV("dn", entry->dn));
		return;
	}

	if (state.what == SYNC_DELETE) {
		keeper_gone(env->keeper, state.id);
		keeper_settle_gone(env->keeper, env->source);
	} else if (state.what != SYNC_PRESENT) {
		if (entry_read(env->reader, entry, &sighting))
			keeper_see(env->keeper, &sighting, env->source,
				   !stream->refreshed);
		sighting_clear(&sighting);
	}
	take_cookie(stream, &state.cookie);
	if (keeper_take_doubt(env->keeper))
		env->doubt(env->arg);
}

static void end_refresh(struct stream *stream)
{
	const struct way_env *env = stream->sync->env;

	if (stream->refreshed)
		return;

	stream->refreshed = true;
	log_info("directory refreshed", KV("server", env->source),
		 KV("what", stream->name), KN("by_cookie", stream->had_cookie));
	keeper_listed(env->keeper, env->source);
	if (stream->sync->users.refreshed &&
	    (stream->sync->groups.refreshed || !env->settings->group.count))
		env->doubt(env->arg);
}

static void take_ids(struct stream *stream, struct sync_info *info)
{
	const struct way_env *env = stream->sync->env;
	char id[PERSON_ID_SIZE];

	if (!info->deletes)
		return;

	while (sync_info_next(info, id))
		keeper_gone(env->keeper, id);
	keeper_settle_gone(env->keeper, env->source);
}

static void on_info(const char *oid, const struct dsa_bytes *value, void *arg)
{
	struct stream *stream = arg;
	struct sync_info info;

	if (strcmp(oid, SYNC_OID_INFO) != 0)
		return;
	if (!sync_info_read(value, &info)) {
		log_warn("sync info that cannot be read",
			 KV("server", stream->sync->env->source));
		return;
	}

	if (info.kind == SYNC_ID_SET)
		take_ids(stream, &info);
	else if (info.kind != SYNC_NEW_COOKIE && info.done)
		end_refresh(stream);
	take_cookie(stream, &info.cookie);
}

/* "Consumer is newer than provider", "cookie is stale": ask for all of it. */
static void on_done(const struct dsa_result *result, void *arg)
{
	struct stream *stream = arg;
	const struct way_env *env = stream->sync->env;

	stream->query = NULL;
	if (result->why.err == ERR_EXPIRED && stream->had_cookie) {
		log_warn("directory does not know our cookie",
			 KV("server", env->source), KV("what", stream->name),
			 KWHY(&result->why));
		keeper_set_cookie(env->keeper, stream->name, NULL, 0);
		ask(stream);
	} else if (result->why.err != ERR_NETWORK) {
		struct why why;

		why_set(&why, result->why.err ? result->why.err : ERR_SERVER,
			"%.60s ended the announcements: %.100s", env->source,
			result->why.text);
		env->failed(&why, env->arg);
	}
}

static void ask(struct stream *stream)
{
	static const struct dsa_handlers handlers = {
		.entry = on_entry,
		.intermediate = on_info,
		.done = on_done,
	};
	const struct way_env *env = stream->sync->env;
	const struct people_cookie *cookie =
		keeper_cookie(env->keeper, stream->name);
	struct dsa_bytes bytes = { .data = NULL };
	struct buf value = BUF(PEOPLE_COOKIE_BYTES);
	struct dsa_control control = { .oid = SYNC_OID_REQUEST,
				       .critical = true };
	struct dsa_search search = {
		.base = stream->base,
		.scope = DSA_SUBTREE,
		.filter = stream->filter,
		.attrs = entry_reader_attrs(env->reader),
		.controls = &control,
		.control_count = 1,
	};

	if (cookie)
		bytes = (struct dsa_bytes){ .data = cookie->data,
					    .len = cookie->len };
	stream->had_cookie = cookie != NULL;
	stream->refreshed = false;
	sync_request_write(&value, &bytes);
	control.value =
		(struct dsa_bytes){ .data = value.data, .len = value.len };
	stream->query = dsa_search(env->dsa, &search, &handlers, stream);
	buf_free(&value);
}

static void *sync_start(const struct way_env *env)
{
	struct sync *sync = x_new(struct sync);

	sync->env = env;
	sync->users = (struct stream){
		.sync = sync,
		.name = "users",
		.base = env->settings->base,
		.filter = way_user_filter(env),
	};
	sync->groups = (struct stream){
		.sync = sync,
		.name = "groups",
		.base = way_group_base(env),
		.filter = way_group_filter(env),
	};
	if (env->settings->group.count)
		ask(&sync->groups);
	ask(&sync->users);
	return sync;
}

static void sync_stop(void *way)
{
	struct sync *sync = way;

	if (!sync)
		return;

	dsa_cancel(&sync->users.query);
	dsa_cancel(&sync->groups.query);
	free(sync);
}

const struct way way_sync = {
	.name = "sync",
	.start = sync_start,
	.stop = sync_stop,
};
