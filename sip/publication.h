/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Our documents at another presence server, by PUBLISH (RFC 3903): soft state
 * there, one publication each presentity, under the entity tag it gave.
 *
 * No more than one request of a presentity is under way; what is published
 * meanwhile goes next, and only the newest. All of them share a budget of
 * requests a second. Changes go before renewals. If the server loses a
 * document that it ought to have, all are asked after, since then it was
 * restarted. What sends the requests is sip/publish_out.h, or a test.
 */
#ifndef SIP_PUBLICATION_H
#define SIP_PUBLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/backoff.h"

struct publisher;
struct publication;

/*
 * A server that answers with this tag keeps one document of ours under it,
 * whatever happens to us; it wants all of it each time (docs/kamailio/).
 */
#define PUBLICATION_OWN_TAG "daymark"

enum { PUBLICATION_ETAG_SIZE = 128, PUBLICATION_DOUBT_S = 60 };

struct publisher_settings {
	unsigned rate;      /* requests a second */
	unsigned in_flight; /* at once at most; see sip/throttle.h */
	unsigned expires_s; /* asked for */
	struct backoff backoff;
};

/* Borrowed until the call returns. */
struct publication_request {
	const char *entity;
	const char *etag; /* of SIP-If-Match; "" initial */
	const char *body; /* PIDF; NULL only renews or removes */
	size_t body_bytes;
	unsigned expires_s; /* 0 removes */
};

struct publication_answer {
	int status;       /* 408 if none came */
	const char *etag; /* SIP-ETag; NULL none */
	long expires_s;   /* Expires; -1 absent */
	unsigned min_expires_s;
	unsigned retry_after_s;
};

struct publisher_handlers {
	/* publisher_answer() follows once, but not from inside. */
	void *(*send)(struct publication *publication,
		      const struct publication_request *request, void *arg);
	/* No answer is wanted any more. */
	void (*cancel)(void *flight, void *arg);
	/* The tag to be known after a restart; until 0: no document now. */
	void (*kept)(const char *entity, const char *etag, time_t until,
		     void *arg);
};

struct publisher *publisher_new(const struct publisher_settings *settings,
				const struct publisher_handlers *handlers,
				void *arg);
void publisher_free(struct publisher **publisherp);

/* Replaces what the server has; body is copied. */
void publisher_publish(struct publisher *publisher, const char *entity,
		       const char *body, size_t body_bytes);

/* The document goes from the server, which shows the entity as closed. */
void publisher_withdraw(struct publisher *publisher, const char *entity);

/* A tag that kept() told of to an engine that is gone. */
void publisher_known(struct publisher *publisher, const char *entity,
		     const char *etag, time_t until);

/* Withdraws what was known and nobody has published since. */
void publisher_settle(struct publisher *publisher);

void publisher_answer(struct publication *publication,
		      const struct publication_answer *answer);

/* How a presentity's document is, for explain. */
struct publication_about {
	const char *stage;  /* in words */
	const char *etag;   /* "" the server has none; borrowed */
	int last_status;    /* 0 no answer yet */
	time_t last_answer; /* 0 never */
};
/* False: nothing was published. */
bool publisher_about(const struct publisher *publisher, const char *entity,
		     struct publication_about *about);

struct publisher_facts {
	unsigned publications, in_flight, waiting;
	unsigned long sent, failures;
	bool troubled;
};
void publisher_facts(const struct publisher *publisher,
		     struct publisher_facts *facts);

#endif
