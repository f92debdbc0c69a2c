/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A trial of one EWS gateway, from the offer of login schemes to a
 * notification received, apart from the service: connections, credentials and
 * limits of its own, so that it neither waits behind the feeds nor holds them
 * up. It logs in only as often as needed, lest the account gets locked.
 *
 * It is told of changes the way that the service uses, and where that turns
 * out not to work goes down to the next one as the service does.
 */
#ifndef CALENDAR_TRIAL_H
#define CALENDAR_TRIAL_H

#include <stdint.h>

#include "calendar/gateway.h"

enum trial_step {
#define TRIAL(name) TRIAL_##name,
#include "calendar/trial.def"
	TRIAL_COUNT
};

struct trial_finding {
	bool ran;
	struct why why; /* ERR_OK: as it should be */
	int status;     /* HTTP; 0 none */
};

struct trial_result {
	struct trial_finding steps[TRIAL_COUNT];
	char schemes[128]; /* "Basic, NTLM" */
	unsigned offered;  /* enum http_auth */
	const char *way;   /* of being told, as tried last; NULL none */
	bool chosen;       /* the configuration names it */
	bool worse;        /* there is a better one in principle */
	bool blocked;      /* which was tried in vain, not for its version */
	char lacks[256];   /* why no better one: "streaming: ..." */
	bool item_seen;    /* the test item came that way */
	bool skew_known;
	int64_t skew_ms;     /* the server's clock minus ours */
	unsigned backoff_ms; /* a wait it asked for; 0 none */
	unsigned entries;    /* in the probe mailbox's day */
	struct why cleanup;  /* of taking the test item away again */
};

struct trial_options {
	const struct gateway_settings *settings;
	const char *url;
	const char *mailbox; /* to try with; "" stops after the login */
	bool login;          /* no: stops after the offer */
	bool write;          /* make a test item there */
	const struct gateway_health *health; /* of the service; NULL none */
	unsigned timeout_ms;                 /* for all of it */
};

typedef void trial_h(const struct trial_result *result, void *arg);

struct trial;

/* ERR_CONFIG: the secret cannot be read. The options are copied. */
enum err trial_new(struct trial **trialp, const struct trial_options *options,
		   trial_h *done, void *arg, struct why *why);
/* Owed also after done(); before it, done() will not be called. */
void trial_free(struct trial **trialp);

#endif
