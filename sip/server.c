/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/tls_server.h"
#include "sip/listen.h"
#include "sip/reginfo.h"
#include "sip/server_private.h"
#include "sip/who.h"

static const struct directive rows[] = {
#define SERVER(name, type, initial, min, max, doc)                           \
	DIRECTIVE_ROW(struct server_settings, name, type, initial, min, max, \
		      doc)
#include "sip/server.def"
};

/* What a reload read; afterwards what it replaced. */
struct server_change {
	struct server_settings settings;
	struct accounts *accounts;
	struct agent_change *agent;
};

static enum err check_value(const struct directive *row, const char *value,
			    struct why *why)
{
	char *item = x_strdup(value);
	struct directive_list one = { .items = &item, .count = 1 };
	struct listen listens[LISTENERS_MAX];
	size_t count;
	enum err err = ERR_OK;

	if (!strcmp(row->name, "listen"))
		err = listen_read(listens, &count, &one, why);
	else if (!strcmp(row->name, "allow") || !strcmp(row->name, "deny"))
		err = who_check(&one, row->name, why);
	free(item);
	return err;
}

const struct directive_table server_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.check = check_value,
};

static void on_message(msg_t *msg, sip_t *sip, void *arg)
{
	door_knock(arg, msg, sip);
}

static void on_contact(const char *entity, bool online, void *arg)
{
	struct server *server = arg;

	if (server->handlers.registered)
		server->handlers.registered(entity, online, server->arg);
}

static void on_publication_over(const char *entity, const char *publication,
				void *arg)
{
	struct server *server = arg;

	if (server->handlers.published)
		server->handlers.published(entity, publication, NULL,
					   server->arg);
}

static void on_watched(const char *entity, int delta, void *arg)
{
	struct server *server = arg;

	if (server->handlers.watched)
		server->handlers.watched(entity, delta, server->arg);
}

static void on_answer(const char *data, size_t len, void *arg)
{
	struct server *server = arg;

	notifier_answer(server->notifier, data, len);
}

static void on_other_answer(const struct answer *answer, void *arg)
{
	struct server *server = arg;

	notifier_take(server->notifier, answer);
}

static void on_reginfo(struct buf *out, const char *entity, unsigned version,
		       void *arg)
{
	const struct server *server = arg;

	reginfo_write(out, server->registrar, entity, version);
}

static void on_registrations(const char *entity, void *arg)
{
	const struct server *server = arg;

	if (server->notifier)
		notifier_registered(server->notifier, entity);
}

static const struct notifier_handlers notifier_handlers = {
	.watched = on_watched,
	.reginfo = on_reginfo,
};

/* No more under way than there is room for the answers of. */
static unsigned in_flight_of(const struct server *server)
{
	unsigned wanted = server->settings.in_flight;
	unsigned room = agent_room(server->agent);

	return wanted < room ? wanted : room;
}

static struct notifier_settings notifier_settings_of(
	const struct server *server)
{
	const struct server_settings *settings = &server->settings;

	return (struct notifier_settings){
		.min_expires_s = settings->min_expires,
		.max_expires_s = settings->max_expires,
		.distance_s = settings->notify_rate,
		.in_flight = in_flight_of(server),
	};
}

static struct registrar_settings registrar_settings_of(
	const struct server_settings *settings)
{
	return (struct registrar_settings){
		.min_expires_s = settings->min_expires,
		.max_expires_s = settings->max_expires,
	};
}

static struct compositor_settings compositor_settings_of(
	const struct server_settings *settings)
{
	return (struct compositor_settings){
		.min_expires_s = settings->min_expires,
		.max_expires_s = settings->max_expires,
	};
}

static bool listens_for_tls(const struct server_settings *settings)
{
	for (size_t i = 0; i < settings->listen.count; i++)
		if (!strncmp(settings->listen.items[i], "tls:", 4))
			return true;

	return false;
}

static enum err check(const struct server_settings *settings, struct why *why)
{
	if (listens_for_tls(settings) && !settings->tls_certificate[0])
		return why_set(why, ERR_CONFIG,
			       "listen has tls, but there is no "
			       "tls_certificate");
	if (settings->min_expires > settings->max_expires)
		return why_set(why, ERR_CONFIG,
			       "min_expires %u s exceeds max_expires %u s",
			       settings->min_expires, settings->max_expires);
	if (who_check(&settings->allow, "allow", why) != ERR_OK ||
	    who_check(&settings->admin, "admin", why) != ERR_OK)
		return ERR_CONFIG;

	return who_check(&settings->deny, "deny", why);
}

static enum err start(struct server *server, struct why *why)
{
	const struct server_settings *settings = &server->settings;
	struct notifier_settings notifier;
	struct registrar_settings registrar = registrar_settings_of(settings);
	struct compositor_settings compositor =
		compositor_settings_of(settings);
	enum err err = check(settings, why);

	if (err == ERR_OK)
		err = accounts_read(&server->accounts, settings->accounts, why);
	if (err == ERR_OK)
		err = agent_new(&server->agent, settings, on_message, server,
				why);
	if (err != ERR_OK)
		return err;

	gethostname(server->host_name, sizeof(server->host_name) - 1);
	server->auth = auth_new();
	server->rate = rate_new(settings->source_rate);
	server->registrar = registrar_new(&registrar, on_contact, server);
	registrar_on_change(server->registrar, on_registrations);
	server->compositor =
		compositor_new(&compositor, on_publication_over, server);
	notifier = notifier_settings_of(server);
	server->notifier = notifier_new(agent_nta(server->agent), &notifier,
					&notifier_handlers, server);
	agent_on_answers(server->agent, on_answer, on_other_answer, server);
	return ERR_OK;
}

static enum err check_tls(const struct server_settings *settings,
			  struct why *why)
{
	const struct tls_server_files files = {
		.certificate = settings->tls_certificate,
		.key = settings->tls_key,
		.client_trust = settings->tls_client_trust,
	};
	struct tls_server *tls = NULL;
	enum err err = ERR_OK;

	if (listens_for_tls(settings))
		err = tls_server_new(&tls, &files, why);
	tls_server_free(&tls);
	return err;
}

enum err server_check(const struct server_settings *settings, struct why *why)
{
	struct accounts *accounts = NULL;
	enum err err = check(settings, why);

	if (err == ERR_OK)
		err = accounts_read(&accounts, settings->accounts, why);
	if (err == ERR_OK)
		err = check_tls(settings, why);
	accounts_free(&accounts);
	return err;
}

enum err server_new(struct server **serverp,
		    const struct server_settings *settings,
		    const struct server_handlers *handlers, void *arg,
		    struct why *why)
{
	struct server *server = x_new(struct server);
	enum err err;

	directive_copy(&server_table, &server->settings, settings);
	server->handlers = *handlers;
	server->arg = arg;
	err = start(server, why);
	if (err != ERR_OK)
		server_free(&server);
	*serverp = server;
	return err;
}

void server_free(struct server **serverp)
{
	struct server *server = *serverp;

	*serverp = NULL;
	if (!server)
		return;

	server->handlers = (struct server_handlers){ 0 };
	notifier_free(&server->notifier);
	compositor_free(&server->compositor);
	registrar_free(&server->registrar);
	agent_free(&server->agent);
	rate_free(&server->rate);
	auth_free(&server->auth);
	accounts_free(&server->accounts);
	directive_free(&server_table, &server->settings);
	free(server);
}

static bool may_still_watch(const char *watcher, const char *entity, void *arg)
{
	return server_may_watch(arg, watcher, entity);
}

enum err server_prepare(struct server_change **changep,
			const struct server *server,
			const struct server_settings *settings, struct why *why)
{
	struct server_change *change = x_new(struct server_change);
	enum err err = check(settings, why);

	directive_copy(&server_table, &change->settings, settings);
	if (err == ERR_OK)
		err = accounts_read(&change->accounts, settings->accounts, why);
	if (err == ERR_OK)
		err = agent_prepare(&change->agent, server->agent, settings,
				    why);
	if (err != ERR_OK)
		server_change_free(&change);
	*changep = change;
	return err;
}

void server_change_free(struct server_change **changep)
{
	struct server_change *change = *changep;

	*changep = NULL;
	if (!change)
		return;

	agent_change_free(&change->agent);
	accounts_free(&change->accounts);
	directive_free(&server_table, &change->settings);
	free(change);
}

/* What was there before goes with the change. */
static void exchange_settings(struct server *server,
			      struct server_change *change)
{
	const struct server_settings settings = server->settings;
	struct accounts *accounts = server->accounts;

	server->settings = change->settings;
	server->accounts = change->accounts;
	change->settings = settings;
	change->accounts = accounts;
}

void server_apply(struct server *server, struct server_change **changep)
{
	struct registrar_settings registrar;
	struct compositor_settings compositor;
	struct notifier_settings notifier;

	agent_apply(server->agent, &(*changep)->agent);
	exchange_settings(server, *changep);
	server_change_free(changep);
	registrar = registrar_settings_of(&server->settings);
	compositor = compositor_settings_of(&server->settings);
	notifier = notifier_settings_of(server);
	rate_change(server->rate, server->settings.source_rate);
	registrar_change(server->registrar, &registrar);
	compositor_change(server->compositor, &compositor);
	notifier_change(server->notifier, &notifier);
	notifier_recheck(server->notifier, may_still_watch, server);
}

enum err server_reload(struct server *server,
		       const struct server_settings *settings, struct why *why)
{
	struct server_change *change;
	enum err err = server_prepare(&change, server, settings, why);

	if (err == ERR_OK)
		server_apply(server, &change);
	return err;
}

bool server_may_watch(const struct server *server, const char *watcher,
		      const char *entity)
{
	const struct server_settings *settings = &server->settings;

	if (who_may_watch(&settings->allow, &settings->deny, watcher, entity))
		return true;

	return settings->anonymous && !who_listed(&settings->deny, watcher) &&
	       !door_serves(server, uri_domain(watcher));
}

void server_publish(struct server *server, const char *entity, const char *body,
		    size_t body_bytes)
{
	notifier_publish(server->notifier, entity, body, body_bytes);
}

void server_withdraw(struct server *server, const char *entity)
{
	notifier_withdraw(server->notifier, entity);
}

void server_sign_out(struct server *server, const char *entity)
{
	unsigned watches = notifier_end_watcher(server->notifier, entity);
	unsigned contacts;

	log_info("watches of the user ended", KV("user", entity),
		 KN("watches", watches));
	compositor_forget(server->compositor, entity);
	contacts = registrar_forget(server->registrar, entity);
	log_info("registrations of the user removed", KV("user", entity),
		 KN("contacts", contacts));
}

void *server_stack(const struct server *server)
{
	return agent_nta(server->agent);
}

void server_facts(const struct server *server, struct server_facts *facts)
{
	struct notifier_facts notifier;

	notifier_facts(server->notifier, &notifier);
	*facts = (struct server_facts){
		.contacts = registrar_count(server->registrar),
		.subscriptions = notifier.subscriptions[PACKAGE_PRESENCE],
		.winfo_subscriptions = notifier.subscriptions[PACKAGE_WINFO],
		.publications = compositor_count(server->compositor),
		.in_flight = notifier.in_flight,
		.waiting = notifier.waiting,
		.notifies = notifier.notifies,
		.notify_failures = notifier.failures,
		.refused = server->refused,
	};
}

void server_watchers(const struct server *server, const char *entity,
		     server_watcher_h *h, void *arg)
{
	notifier_watchers(server->notifier, entity, h, arg);
}
