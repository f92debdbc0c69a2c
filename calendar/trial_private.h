/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the parts of a trial share. For calendar/trial*.c only.
 *
 *   trial.c       the steps, up to the calendar read, and the end
 *   trial_way.c   the ways of being told, best first
 *   trial_send.c  the requests
 */
#ifndef CALENDAR_TRIAL_PRIVATE_H
#define CALENDAR_TRIAL_PRIVATE_H

#include "calendar/callback.h"
#include "calendar/ews_pool.h"
#include "calendar/trial.h"

/* What a request of the trial is for. */
enum errand {
	ERRAND_OFFER,
	ERRAND_LOGIN,
	ERRAND_FOLDER,
	ERRAND_READ,
	ERRAND_SUBSCRIBE,
	ERRAND_EVENTS,
	ERRAND_CREATE,
	ERRAND_READ_BACK,
	ERRAND_DELETE,
	ERRAND_UNSUBSCRIBE,
};

struct trial {
	struct gateway_settings settings;
	char *url, *mailbox;
	bool login, write;
	trial_h *done;
	void *arg;
	struct http_origin *stranger, *origin;
	struct http_request *request, *stream;
	struct xml_in *in;
	struct timer timer, next;
	struct timer patience; /* with a way that does not open */
	uint64_t until_ms;     /* of the steady clock */
	enum errand errand;
	enum trial_step step;
	const char *version;
	unsigned way;         /* of being told; enum trial_way */
	char id[EWS_ID_SIZE]; /* to be unsubscribed; "" none */
	char mark[EWS_MARK_SIZE];
	char item[EWS_ID_SIZE]; /* of the test item; "" none */
	time_t item_from;
	char cookie[EWS_COOKIE_SIZE];
	struct callback *callback;
	char token[CALLBACK_TOKEN_SIZE];
	bool called; /* before Subscribe was answered */
	bool opened; /* something came this way */
	bool ending;
	struct trial_result result;
};

/* Best first. */
enum trial_way { TRIAL_STREAM, TRIAL_PUSH, TRIAL_PULL, TRIAL_POLL };

/* The step is as it should be or not. */
void trial_found(struct trial *trial, const struct why *why);
/* It is not; what follows is not run. */
void trial_fail(struct trial *trial, const struct why *why);
/* In a turn of its own. */
void trial_go(struct trial *trial, enum trial_step step, enum errand errand,
	      unsigned wait_ms);
/* Nothing of ours stays at the server; then the trial is over. */
void trial_clean_up(struct trial *trial);
/* Trouble with all of it ends the trial whatever was asked. */
bool trial_is_everybodys(const struct why *why);

/* Where to begin; health: how the service does, NULL not known. */
void trial_way_prepare(struct trial *trial,
		       const struct gateway_health *health);
void trial_way_follow(struct trial *trial);
/* Of the errands that belong to a way. */
void trial_way_answered(struct trial *trial, const struct xml_node *root);
/* This way does not work; false: nor is there another. */
bool trial_way_falls(struct trial *trial, const struct why *why);
/* What it is that did not come. */
void trial_way_silence(const struct trial *trial, struct why *why);

/* Schema version: the lowest that the errand can be said in; what is asked. */
const char *trial_floor(const struct trial *trial);
const char *trial_version(const struct trial *trial);

/* Without the secret for those who ask as strangers. */
struct http_origin *trial_origin(const struct trial *trial, const char *secret);

/* The request of its errand. */
void trial_send(struct trial *trial, const struct http_handlers *handlers);
void trial_open_stream(struct trial *trial,
		       const struct http_handlers *handlers);
/* When the test item is. */
struct window trial_item_window(const struct trial *trial);

#endif
