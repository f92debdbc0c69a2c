/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For module/troubles*.c only. */
#ifndef MODULE_TROUBLES_PRIVATE_H
#define MODULE_TROUBLES_PRIVATE_H

#include <stdio.h>

#include "base/loop.h"
#include "base/ping.h"
#include "base/tls_issuers.h"
#include "calendar/backend.h"
#include "module/troubles.h"

/* A gateway, what is being found out, and what was found out last. */
struct look {
	struct troubles *troubles;
	struct gateway_settings settings;
	bool running;
	bool asked; /* by a person, who may try a refused password again */
	struct tls_probe *probe;
	struct ping *ping;
	enum trouble_ping pinged;
	struct tls_issuers *issuers; /* that the chain lacks; NULL none */
	struct trial *trial;
	struct tls_probe_result probed;
	struct tls_judgement judged;
	struct why trust, secret;
	bool held_back;
	bool proved; /* a change came when last looked at */
	bool skew_known;
	int64_t skew_ms; /* its clock minus ours, when last seen */
	time_t until;    /* first end of validity in the chain; 0 none */
	char mailbox[ADDRESS_SIZE];
	struct tls_chain *chain; /* as sent last; NULL never */
	struct trouble_report report;
	time_t at; /* of the report; 0 none yet */
	struct look *next;
};

struct waiter {
	troubles_h *h;
	void *arg;
	char name[DIRECTIVE_TEXT_SIZE];
	struct waiter *next;
};

struct troubles {
	const struct settings *settings;
	const struct gateways *gateways;
	const struct locator *locator;
	const struct roster *roster;
	struct look *looks; /* in the order of the gateways */
	struct waiter *waiters;
	struct timer timer, tell;
};

struct look *troubles_look(const struct troubles *troubles, const char *name);

#endif
