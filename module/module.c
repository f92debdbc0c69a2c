/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one symbol that a host sees; everything else is behind it. */
#include "base/http.h"
#include "base/loop.h"
#include "base/metric.h"
#include "base/work.h"
#include "module/admin.h"
#include "module/engine.h"

/* Closed when all work is done, so it is not the engine's. */
static struct ledger *ledger;

static enum err check(const void *settings, struct why *why)
{
	return engine_check(settings, why);
}

static void close_base(void)
{
	http_close();
	work_close();
	loop_close();
	metric_share(NULL);
	metric_forget_all();
	log_to(NULL, NULL);
}

static void close_all(void)
{
	close_base();
	ledger_close(&ledger);
}

static enum err open_base(const struct host *host, struct why *why)
{
	enum err err;

	log_to(host->log, host->arg);
	if (!metric_share(host->metrics))
		log_warn("what the server counts is not among the metrics");
	err = loop_open(host->root, why);
	if (err)
		return err;
	err = work_open(why);
	return err ? err : http_open(why);
}

static enum err load(struct engine **enginep, const void *settings,
		     const struct host *host, struct why *why)
{
	const struct settings *from = settings;
	enum err err = open_base(host, why);

	*enginep = NULL;
	if (!err)
		err = ledger_open(&ledger, from->ledger, why);
	if (!err)
		err = engine_new(enginep, settings, host, ledger, why);
	if (err)
		close_all();
	return err;
}

static void unload(struct engine **enginep)
{
	if (!*enginep)
		return;

	engine_free(enginep);
	close_all();
}

static enum err reload(struct engine *engine, const void *settings,
		       struct why *why)
{
	return engine_reload(engine, settings, why);
}

static void watched(struct engine *engine, const char *entity, int delta)
{
	roster_watched(engine->roster, entity, delta);
}

static void published(struct engine *engine, const char *entity,
		      const char *publication, const struct claim *claim)
{
	roster_published(engine->roster, entity, publication, claim);
}

static void registered(struct engine *engine, const char *entity, bool online)
{
	roster_registered(engine->roster, entity, online);
}

static bool entitled(struct engine *engine, const char *entity)
{
	return members_entitled(engine->members, entity);
}

static void command(struct engine *engine, const char *line, bool json,
		    command_done_h *done, void *arg)
{
	const struct admin_question question = { .line = line,
						 .who = engine->host.name,
						 .json = json };

	admin_command(engine->admin, &question, done, arg);
}

MODULE_EXPORT const struct module_api module_api = {
	.abi = MODULE_ABI,
	.name = "daymark",
	.directives = &settings_table,
	.settings_size = sizeof(struct settings),
	.check = check,
	.load = load,
	.unload = unload,
	.reload = reload,
	.watched = watched,
	.published = published,
	.registered = registered,
	.entitled = entitled,
	.command = command,
};
