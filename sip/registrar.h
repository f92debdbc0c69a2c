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

/* All contacts of the entity go, their connections soon after. */
void registrar_forget(struct registrar *registrar, const char *entity);

/* Best q first. */
typedef void registrar_contact_h(const char *uri, unsigned q,
				 unsigned expires_s, void *arg);
void registrar_contacts(const struct registrar *registrar, const char *entity,
			registrar_contact_h *h, void *arg);
unsigned registrar_count(const struct registrar *registrar);

#endif
