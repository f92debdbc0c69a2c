/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bundled server's own: door.c decides who comes in, visit.c does what he
 * asks for, server.c is what the rest of the program sees.
 */
#ifndef SIP_SERVER_PRIVATE_H
#define SIP_SERVER_PRIVATE_H

#include "sip/agent.h"
#include "sip/auth.h"
#include "sip/compositor.h"
#include "sip/notifier.h"
#include "sip/rate.h"
#include "sip/registrar.h"
#include "sip/server.h"
#include "sip/uri.h"

struct server {
	struct server_settings settings;
	struct server_handlers handlers;
	void *arg;
	char host_name[ENTITY_SIZE]; /* this machine's, as a domain */
	struct agent *agent;
	struct accounts *accounts;
	struct auth *auth;
	struct rate *rate;
	struct registrar *registrar;
	struct compositor *compositor;
	struct notifier *notifier;
	unsigned long refused;
};

/* One request, from the door on. */
struct visit {
	struct server *server;
	msg_t *msg;
	sip_t *sip;
	struct origin origin;
	char entity[ENTITY_SIZE]; /* whom it is about */
	char user[ENTITY_SIZE];   /* who asks */
	bool stranger;            /* without credentials, and let in */
	bool trusted;             /* who sends it has asked for them */
	nta_incoming_t *incoming;
};

/* Answers, or hands the visit on; takes the message in any case. */
void door_knock(struct server *server, msg_t *msg, sip_t *sip);

/* Domain of ours. */
bool door_serves(const struct server *server, const char *domain);

bool server_may_watch(const struct server *server, const char *watcher,
		      const char *entity);

/* Let in; each answers visit->incoming and calls out last. */
void visit_register(struct visit *visit);
void visit_subscribe(struct visit *visit);
void visit_publish(struct visit *visit);

#endif
