/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where users can be reached: the bindings of RFC 3261, 10.3. A contact that
 * came over a connection ends with it (RFC 5626).
 */
#ifndef SIP_REGISTRAR_H
#define SIP_REGISTRAR_H

#include <stdbool.h>
#include <stdint.h>

#include "sip/flow.h"

enum { CONTACTS_MAX = 16, Q_MAX = 1000, CONTACT_EXPIRES_ABSENT = -1 };

struct registrar_settings {
	unsigned min_expires_s, max_expires_s;
};

struct register_contact {
	const char *uri;
	unsigned q;     /* thousandths */
	long expires_s; /* CONTACT_EXPIRES_ABSENT: the request's */
};

struct register_request {
	const char *entity;
	const char *call_id;
	uint32_t cseq;
	bool all; /* Contact: * */
	const struct register_contact *contacts;
	size_t count;
	long expires_s; /* CONTACT_EXPIRES_ABSENT */
	struct flow *flow;
};

struct registrar;

/* First contact came (true), last one went (false). */
typedef void registrar_h(const char *entity, bool online, void *arg);

struct registrar *registrar_new(const struct registrar_settings *settings,
				registrar_h *h, void *arg);
void registrar_free(struct registrar **registrarp);
void registrar_change(struct registrar *registrar,
		      const struct registrar_settings *settings);

/*
 * 200, 400, 423, 500 (older than what is known) or 503 (too many contacts);
 * all or nothing. onlinep: 1 first contact came, -1 last one went, 0 neither;
 * the handler is not called for it.
 */
int registrar_take(struct registrar *registrar,
		   const struct register_request *request, int *onlinep);

/* All contacts of the entity go, their connections soon after; how many. */
unsigned registrar_forget(struct registrar *registrar, const char *entity);

/* Best q first. */
typedef void registrar_contact_h(const char *uri, unsigned q,
				 unsigned expires_s, void *arg);
void registrar_contacts(const struct registrar *registrar, const char *entity,
			registrar_contact_h *h, void *arg);

/* A contact as watchers of the registration see it; texts are borrowed. */
struct registrar_binding {
	const char *uri;
	const char *call_id;
	uint32_t cseq;
	unsigned id;
	unsigned q;         /* thousandths */
	unsigned expires_s; /* while active */
	unsigned since_s;   /* so long ago it came */
	bool active;
	const char *event; /* as RFC 3680 calls it */
};
typedef void registrar_binding_h(const struct registrar_binding *binding,
				 void *arg);

enum { ENDED_KEPT_S = 5, ENDED_MAX = 1000 };

/* Those there are, and those that went within ENDED_KEPT_S. */
void registrar_bindings(const struct registrar *registrar, const char *entity,
			registrar_binding_h *h, void *arg);

/*
 * Some contact of the entity is not as it was; not called from inside
 * registrar_take().
 */
typedef void registrar_changed_h(const char *entity, void *arg);
void registrar_on_change(struct registrar *registrar, registrar_changed_h *h);

unsigned registrar_count(const struct registrar *registrar);

#endif
