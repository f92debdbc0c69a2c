/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a host sees of the module: one exported symbol.
 *
 * A host fills the settings through the table, gives the module a struct host
 * to talk back through, and runs the loop. Both share one thread. unload() may
 * be called whatever load() returned.
 */
#ifndef MODULE_API_H
#define MODULE_API_H

#include "base/buf.h"
#include "base/directive.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metric.h"
#include "sip/presence.h"

enum { MODULE_ABI = 2 };

struct engine;

/* Answers of an admin command: text or JSON, then once done. */
typedef void command_done_h(int exit_code, const char *text, void *arg);

/* What the host counts, for status and metrics. */
#define HOST_FACTS(row)                                                  \
	row(contacts) row(subscriptions) row(publications) row(notifies) \
		row(notify_failures) row(refused) row(in_flight) row(waiting)

struct host_facts {
#define HOST_FACT(name) unsigned long name;
	HOST_FACTS(HOST_FACT)
#undef HOST_FACT
};

/* What the host may let an entity's user do. */
enum host_entitlement {
	HOST_STRANGER, /* not one of ours */
	HOST_REVOKED,
	HOST_ENTITLED,
};

struct host {
	const char *name; /* "daymarkd", "kamailio" */
	void *root;       /* the su_root_t of its loop */
	log_sink_h *log;
	/* Replaces what watchers of the entity see; body is PIDF. */
	void (*publish)(const char *entity, const char *body, size_t body_bytes,
			void *arg);
	/* The entity is no longer ours to speak for. */
	void (*withdraw)(const char *entity, void *arg);
	/* Contacts, connections and watches of the entity's user end. */
	void (*sign_out)(const char *entity, void *arg);
	/* What watchers see, for hosts that route by it; may be NULL. */
	void (*shown)(const char *entity, const struct presence *presence,
		      void *arg);
	/* Whenever it changes, for hosts that cannot ask; may be NULL. */
	void (*entitled)(const char *entity, enum host_entitlement entitlement,
			 void *arg);
	/*
	 * Members for explain: who watches, what was sent to whom, when, and
	 * what they answered; may be NULL.
	 */
	void (*describe)(const char *entity, struct json *object, void *arg);
	/* May be NULL. */
	void (*facts)(struct host_facts *facts, void *arg);
	/* Where it counts, see base/metric.h; NULL: nowhere. */
	struct metric_table *metrics;
	/* Reads its configuration again and calls reload(); may be NULL. */
	enum err (*reload)(void *arg, struct why *why);
	void *arg;
};

struct module_api {
	int abi; /* MODULE_ABI */
	const char *name;
	const struct directive_table *directives;

	/* Settings as the table filled them; the module copies them. */
	size_t settings_size;
	/* Says what no single directive can; nothing is started. */
	enum err (*check)(const void *settings, struct why *why);
	enum err (*load)(struct engine **enginep, const void *settings,
			 const struct host *host, struct why *why);
	void (*unload)(struct engine **enginep);

	/* Difference to what runs; on error nothing has changed. */
	enum err (*reload)(struct engine *engine, const void *settings,
			   struct why *why);

	/* Somebody starts or stops watching the entity. */
	void (*watched)(struct engine *engine, const char *entity, int delta);

	/* See struct server_handlers. */
	void (*published)(struct engine *engine, const char *entity,
			  const char *publication, const struct claim *claim);
	void (*registered)(struct engine *engine, const char *entity,
			   bool online);
	bool (*entitled)(struct engine *engine, const char *entity);

	/* One admin command line; done may be called later, from the loop. */
	void (*command)(struct engine *engine, const char *line, bool json,
			command_done_h *done, void *arg);
};

#define MODULE_EXPORT __attribute__((visibility("default")))

extern const struct module_api module_api;

#endif
