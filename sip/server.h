/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bundled presence server: registrar, event state compositor (RFC 3903),
 * notifier for presence (RFC 3856) and presence.winfo (RFC 3857) on the loop.
 *
 * It stores and carries; what watchers see of an entity is decided by whoever
 * calls server_publish(). Entities are "sip:user@domain", lower case, without
 * port and parameters (sip/uri.h makes them so).
 */
#ifndef SIP_SERVER_H
#define SIP_SERVER_H

#include "base/directive.h"
#include "sip/claim.h"

struct server_settings {
#define SERVER(name, type, initial, min, max, doc) DIRECTIVE_FIELD_##type(name)
#include "sip/server.def"
};

extern const struct directive_table server_table;

struct server;

struct server_handlers {
	/*
	 * A user's client published, changed or (claim NULL) ended a state.
	 * publication: names it among the user's publications.
	 */
	void (*published)(const char *entity, const char *publication,
			  const struct claim *claim, void *arg);
	/* Somebody starts (+1) or stops (-1) watching the entity. */
	void (*watched)(const char *entity, int delta, void *arg);
	/* First contact registered (true), last one gone (false). */
	void (*registered)(const char *entity, bool online, void *arg);
	/* May this user register, publish, watch? false answers 403. */
	bool (*entitled)(const char *entity, void *arg);
};

/* What can be said without listening: the files are there and can be read. */
enum err server_check(const struct server_settings *settings, struct why *why);

/* Listens when it returns. ERR_CONFIG and ERR_NETWORK name the address. */
enum err server_new(struct server **serverp,
		    const struct server_settings *settings,
		    const struct server_handlers *handlers, void *arg,
		    struct why *why);
void server_free(struct server **serverp);

/*
 * Accounts, certificates, allow and deny lists are read again. Who reloads
 * more than the server takes two steps: only the first can fail, and it
 * changes nothing. server_apply() takes the change.
 */
struct server_change;
enum err server_prepare(struct server_change **changep,
			const struct server *server,
			const struct server_settings *settings,
			struct why *why);
void server_apply(struct server *server, struct server_change **changep);
void server_change_free(struct server_change **changep);

/* Both steps. */
enum err server_reload(struct server *server,
		       const struct server_settings *settings, struct why *why);

/* Replaces what watchers of the entity see; body is PIDF, copied. */
void server_publish(struct server *server, const char *entity, const char *body,
		    size_t body_bytes);

/* Nobody speaks for the entity any more; its watches end (noresource). */
void server_withdraw(struct server *server, const char *entity);

/*
 * Contacts removed, connections closed, his own watches ended; entitled()
 * decides what he may do afterwards.
 */
void server_sign_out(struct server *server, const char *entity);

struct server_facts {
	unsigned contacts, subscriptions, winfo_subscriptions, publications;
	unsigned in_flight, waiting;
	unsigned long notifies, notify_failures, refused;
};
/* The nta_agent_t, for requests of our own. */
void *server_stack(const struct server *server);

void server_facts(const struct server *server, struct server_facts *facts);

/* One line per watcher of the entity, for explain. */
typedef void server_watcher_h(const char *watcher, const char *contact,
			      int last_status, time_t last_notify, void *arg);
void server_watchers(const struct server *server, const char *entity,
		     server_watcher_h *h, void *arg);

#endif
