/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What users' clients say about themselves: the event state compositor of
 * RFC 3903, for presence and for what phones tell of their calls. Each publication is soft state under an entity tag that changes
 * with every success.
 *
 *   SIP-If-Match  body  Expires
 *   no            yes   > 0      initial
 *   yes           no    > 0      refresh
 *   yes           yes   > 0      modify
 *   yes           -     0        remove
 */
#ifndef SIP_COMPOSITOR_H
#define SIP_COMPOSITOR_H

#include "sip/claim.h"

enum {
	PUBLICATIONS_MAX = 16, /* of one entity */
	ETAG_SIZE = 17,
	PUBLICATION_SIZE = 16,
	PUBLISH_EXPIRES_ABSENT = -1,
};

struct compositor_settings {
	unsigned min_expires_s, max_expires_s;
};

enum publish_kind { PUBLISH_PRESENCE, PUBLISH_DIALOG };

struct publish {
	enum publish_kind kind;
	const char *entity;
	const char *etag; /* of SIP-If-Match; NULL none */
	long expires_s;   /* PUBLISH_EXPIRES_ABSENT */
	const char *body; /* of that kind; NULL none */
	size_t body_bytes;
};

struct publish_answer {
	int status; /* 200, 400, 412, 423 or 503 */
	char etag[ETAG_SIZE];
	unsigned expires_s;
	/*
	 * What the owner ought to know; the handler is not called for it. A
	 * phone without a call is still there, but its claim has ended.
	 */
	bool changed, ended;
	char publication[PUBLICATION_SIZE];
	struct claim claim;
};

struct compositor;

/* A publication ran out. */
typedef void compositor_h(const char *entity, const char *publication,
			  void *arg);

struct compositor *compositor_new(const struct compositor_settings *settings,
				  compositor_h *h, void *arg);
void compositor_free(struct compositor **compositorp);
void compositor_change(struct compositor *compositor,
		       const struct compositor_settings *settings);

void compositor_take(struct compositor *compositor, const struct publish *what,
		     struct publish_answer *answer);

/* Ends all of the entity's, each with the handler called. */
void compositor_forget(struct compositor *compositor, const char *entity);
unsigned compositor_count(const struct compositor *compositor);

#endif
