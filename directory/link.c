/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "directory/link.h"

static const char show_deleted_oid[] = "1.2.840.113556.1.4.417";

enum { RETRY_FIRST_S = 1, RETRY_LONGEST_S = 30, AGAIN_S = 15 };

struct link {
	struct link_options options;
	struct link_handlers handlers;
	void *arg;
	struct dsa *dsa;
	struct dsa_query *query;
	char source[DIRECTIVE_TEXT_SIZE];
	struct root root;
	bool probed; /* the rootDSE came */
	char identity[PERSON_ID_SIZE];
	bool sees_deleted;
	struct way_env env;
	const struct way *way; /* NULL unless ready */
	void *running;
	struct timer again;
};

static void probe(void *arg);

static void stop_way(struct link *link)
{
	if (link->way)
		link->way->stop(link->running);
	link->way = NULL;
	link->running = NULL;
}

static enum watch_alarm alarm_of(enum err err)
{
	return err == ERR_LOGIN ? WATCH_ALARM_LOGIN : WATCH_ALARM_SETTING;
}

/* What a server refuses somebody has to change; the rest may pass. */
static void complain(struct link *link, const struct why *why)
{
	if (err_remedy(why->err) == REMEDY_OPERATOR)
		keeper_alarm(link->options.keeper, alarm_of(why->err), why);
}

static void start_again(struct link *link, const char *doing,
			const struct why *cause)
{
	struct why why;

	why_set(&why, cause->err, "%.60s: %s: %.100s", link->source, doing,
		cause->text);
	log_warn("directory cannot be watched", KWHY(&why));
	stop_way(link);
	if (dsa_is_up(link->dsa))
		timer_start(&link->again, AGAIN_S, probe, link);
	complain(link, &why);
	link->handlers.lost(link, &why, link->arg);
}

static void on_doubt(void *arg)
{
	struct link *link = arg;

	link->handlers.doubt(link, link->arg);
}

static void on_failed(const struct why *why, void *arg)
{
	start_again(arg, "announcements", why);
}

static void start_way(struct link *link)
{
	keeper_alarm(link->options.keeper, WATCH_ALARM_LOGIN, NULL);
	link->env = (struct way_env){
		.settings = link->options.settings,
		.reader = link->options.reader,
		.keeper = link->options.keeper,
		.dsa = link->dsa,
		.root = &link->root,
		.source = link->source,
		.doubt = on_doubt,
		.failed = on_failed,
		.arg = link,
	};
	link->way = way_choose(link->options.settings, &link->root);
	log_info("directory is watched", KV("server", link->source),
		 KV("way", link->way->name));
	link->running = link->way->start(&link->env);
	link->handlers.ready(link, link->arg);
}

static void on_deleted_entry(const struct dsa_entry *entry, void *arg)
{
	struct link *link = arg;
	char id[PERSON_ID_SIZE];

	link->sees_deleted = entry_id(entry, id);
}

/*
 * Without this right deletions are silent, not errors; the container is then
 * not found, or (Samba) found without a single attribute.
 */
static void on_deleted_done(const struct dsa_result *result, void *arg)
{
	struct link *link = arg;
	struct why why;

	(void)result;
	link->query = NULL;
	why_set(&why, ERR_DENIED,
		"%.60s: %.60s may not read CN=Deleted Objects,%.60s",
		link->source, link->options.settings->bind, link->root.domain);
	keeper_alarm(link->options.keeper, WATCH_ALARM_BLIND,
		     link->sees_deleted ? NULL : &why);
	start_way(link);
}

static void test_rights(struct link *link)
{
	static const struct dsa_handlers handlers = {
		.entry = on_deleted_entry,
		.done = on_deleted_done,
	};
	static const struct dsa_control show = { .oid = show_deleted_oid,
						 .critical = true };
	static const char *const attrs[] = { "objectGUID", NULL };
	char base[DIRECTIVE_TEXT_SIZE + 32] = "CN=Deleted Objects,";
	const struct dsa_search search = {
		.base = base,
		.scope = DSA_BASE,
		.attrs = attrs,
		.controls = &show,
		.control_count = 1,
		.timeout_s = link->options.settings->timeout,
	};

	link->sees_deleted = false;
	strncat(base, link->root.domain, DIRECTIVE_TEXT_SIZE);
	link->query = dsa_search(link->dsa, &search, &handlers, link);
}

static void on_base_entry(const struct dsa_entry *entry, void *arg)
{
	struct link *link = arg;

	if (!entry_id(entry, link->identity))
		link->identity[0] = '\0';
}

static void on_base_done(const struct dsa_result *result, void *arg)
{
	struct link *link = arg;
	struct why why = result->why;

	link->query = NULL;
	if (!why.err && !link->identity[0])
		why_set(&why, ERR_DENIED,
			"%.100s has no entryUUID or objectGUID that we may "
			"read",
			link->options.settings->base);
	if (why.err) {
		start_again(link, link->options.settings->base, &why);
		return;
	}

	keeper_identity(link->options.keeper, link->identity);
	if (link->root.ad)
		test_rights(link);
	else
		start_way(link);
}

static void read_base(struct link *link)
{
	static const struct dsa_handlers handlers = { .entry = on_base_entry,
						      .done = on_base_done };
	static const char *const attrs[] = { "entryUUID", "objectGUID", NULL };
	const struct dsa_search search = {
		.base = link->options.settings->base,
		.scope = DSA_BASE,
		.attrs = attrs,
		.timeout_s = link->options.settings->timeout,
	};

	link->identity[0] = '\0';
	link->query = dsa_search(link->dsa, &search, &handlers, link);
}

static void on_root_entry(const struct dsa_entry *entry, void *arg)
{
	struct link *link = arg;

	root_read(entry, link->options.settings->base, &link->root);
	link->probed = true;
}

static void on_root_done(const struct dsa_result *result, void *arg)
{
	struct link *link = arg;
	struct why why = result->why;

	link->query = NULL;
	if (!why.err && !link->probed)
		why_set(&why, ERR_DENIED, "may not be read");
	if (why.err)
		start_again(link, "rootDSE", &why);
	else
		read_base(link);
}

static void probe(void *arg)
{
	static const struct dsa_handlers handlers = { .entry = on_root_entry,
						      .done = on_root_done };
	struct link *link = arg;
	const struct dsa_search search = {
		.base = "",
		.scope = DSA_BASE,
		.attrs = root_attrs,
		.timeout_s = link->options.settings->timeout,
	};

	link->probed = false;
	link->query = dsa_search(link->dsa, &search, &handlers, link);
}

static void on_up(const char *server, void *arg)
{
	struct link *link = arg;

	strncpy(link->source, server, sizeof(link->source) - 1);
	probe(link);
}

static void on_down(const struct why *why, void *arg)
{
	struct link *link = arg;

	timer_stop(&link->again);
	dsa_cancel(&link->query);
	stop_way(link);
	complain(link, why);
	link->handlers.lost(link, why, link->arg);
}

struct link *link_new(const struct link_options *options,
		      const struct link_handlers *handlers, void *arg)
{
	static const struct dsa_watch watch = { .up = on_up, .down = on_down };
	const struct watch_settings *s = options->settings;
	const struct dsa_options dsa = {
		.uris = options->uris,
		.uri_count = options->uri_count,
		.starttls = s->starttls,
		.trust = s->trust,
		.bind_dn = s->bind,
		.secret = options->secret,
		.gssapi = s->gssapi,
		.timeout_s = s->timeout,
		.heartbeat_s = s->heartbeat,
		.deadline_s = s->deadline,
		.retry_first_s = RETRY_FIRST_S,
		.retry_longest_s = RETRY_LONGEST_S,
	};
	struct link *link = x_new(struct link);

	link->options = *options;
	link->options.secret = NULL;
	link->handlers = *handlers;
	link->arg = arg;
	link->dsa = dsa_new(&dsa, &watch, link);
	return link;
}

void link_free(struct link **linkp)
{
	struct link *link = *linkp;

	if (!link)
		return;

	timer_stop(&link->again);
	stop_way(link);
	dsa_cancel(&link->query);
	dsa_free(&link->dsa);
	free(link);
	*linkp = NULL;
}

const struct way_env *link_env(const struct link *link)
{
	return link->way ? &link->env : NULL;
}

const struct way *link_way(const struct link *link)
{
	return link->way;
}

size_t link_servers(const struct link *link)
{
	return link->options.uri_count;
}
