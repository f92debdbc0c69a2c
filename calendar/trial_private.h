/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two halves of a trial share. For calendar/trial*.c only. */
#ifndef CALENDAR_TRIAL_PRIVATE_H
#define CALENDAR_TRIAL_PRIVATE_H

#include "calendar/ews_pool.h"
#include "calendar/trial.h"

/* What a request of the trial is for. */
enum errand {
	ERRAND_OFFER,
	ERRAND_LOGIN,
	ERRAND_FOLDER,
	ERRAND_READ,
	ERRAND_SUBSCRIBE,
	ERRAND_CREATE,
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
	enum errand errand;
	enum trial_step step;
	const char *version;
	char id[EWS_ID_SIZE];   /* of the subscription; "" none */
	char item[EWS_ID_SIZE]; /* of the test item; "" none */
	char cookie[EWS_COOKIE_SIZE];
	bool opened, ending;
	struct trial_result result;
};

/* Without the secret for those who ask as strangers. */
struct http_origin *trial_origin(const struct trial *trial, const char *secret);

/* The request of its errand. */
void trial_send(struct trial *trial, const struct http_handlers *handlers);
void trial_open_stream(struct trial *trial,
		       const struct http_handlers *handlers);

#endif
