/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is wrong with a presence gateway, and what to do about it.
 *
 * Judging is pure: what was found out goes in, a row for each check comes out,
 * each with the id of the failure catalogue. The whole is as good as its worst
 * row, and a row that was not run is never good.
 */
#ifndef MODULE_TROUBLE_H
#define MODULE_TROUBLE_H

#include "base/tls_issuers.h"
#include "base/tls_probe.h"
#include "calendar/locator.h"
#include "calendar/trial.h"
#include "module/trouble_row.h"

enum trouble_check {
#define CHECK(name, title) CHECK_##name,
#include "module/trouble.def"
	CHECK_COUNT
};

struct trouble_report {
	struct trouble_row rows[CHECK_COUNT];
	enum trouble_status overall; /* the worst, NOT_RUN counts as WARN */
};

/* What was found out; what is NULL was not run. */
enum trouble_ping { PING_NOT_RUN, PING_ANSWERED, PING_SILENT };

struct trouble_facts {
	const struct gateway_settings *settings;
	time_t now;
	const struct tls_probe_result *probe;
	enum trouble_ping ping; /* of a server that takes no connection */
	const struct tls_judgement *tls;
	const struct tls_issuers_result *issuers; /* fetched for the chain */
	struct why trust; /* of reading the trust store */
	size_t certs;
	time_t until; /* first end of validity of what was sent; 0 none */
	const struct trial_result *trial;
	struct why secret;   /* of reading the password */
	bool held_back;      /* the login was refused before, not tried now */
	const char *mailbox; /* tried with; "" none */
	const struct gateway_health *health;
	size_t live, failing, pending;        /* users, see struct roster_at */
	const struct locator_health *lookups; /* NULL none */
};

void trouble_judge(const struct trouble_facts *facts,
		   struct trouble_report *report);

/* Whether a change came by the way that is used, be it the best one or not. */
bool trouble_proves(const struct trial_result *trial);

extern const char *const trouble_titles[CHECK_COUNT];

enum { TROUBLE_EXPIRY_DAYS = 30 };

#endif
