/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The engine: settings, gateways, roster and admin interface put together for
 * one host. Knows nothing of how it was loaded.
 */
#ifndef MODULE_ENGINE_H
#define MODULE_ENGINE_H

#include "module/decisions.h"
#include "module/directories.h"
#include "module/gateways.h"
#include "module/ledger.h"
#include "module/members.h"
#include "module/overlay.h"
#include "module/roster.h"
#include "module/troubles.h"
#include "sip/uri.h"

struct admin;
struct monitor;

struct engine {
	struct settings settings;
	struct host host;
	struct overlay *overlay; /* over the gateways of the settings */
	struct gateways *gateways;
	struct locator *locator;
	struct manual *manual;
	struct roster *roster;
	struct members *members;
	struct decisions *decisions;
	struct directories *directories;
	struct troubles *troubles;
	const struct ledger *ledger;
	struct admin *admin;
	struct monitor *monitor; /* NULL: not wanted */
	const char *asker;       /* whose command is being run */
	const char *looking;     /* at this gateway, "" all; NULL: not */
	char looking_at[DIRECTIVE_TEXT_SIZE]; /* where that may be kept */
	char looking_user[ENTITY_SIZE];       /* for his sake; "" not */
	bool unsettled; /* it decided what must be on disk to be answered */
	bool applied;   /* the configuration is in force */
	bool was_ready; /* see module/ready.h */
	uint64_t count_again_ms; /* of the steady clock, see module/measure.c */
	time_t started;          /* UTC seconds */
};

/* Everything that can be wrong with the settings; nothing is started. */
enum err engine_check(const struct settings *settings, struct why *why);

/* The loop is open; the ledger outlives it. On error *enginep is NULL. */
enum err engine_new(struct engine **enginep, const struct settings *settings,
		    const struct host *host, const struct ledger *ledger,
		    struct why *why);
void engine_free(struct engine **enginep);

/* Who and what stays the same is not disturbed; on error nothing changed. */
enum err engine_reload(struct engine *engine, const struct settings *settings,
		       struct why *why);

/*
 * Does it to a gateway, in force and on disk, or neither. Users of others are
 * not disturbed.
 */
enum err engine_gateway(struct engine *engine, const struct overlay_deed *deed,
			struct why *why);

#endif
