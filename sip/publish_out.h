/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PUBLISH requests on their way to the presence server, and the in-dialog
 * SUBSCRIBE with which a user's own watches are ended there.
 */
#ifndef SIP_PUBLISH_OUT_H
#define SIP_PUBLISH_OUT_H

#include "sip/publication.h"

struct publish_out;

enum { PUBLISH_PATIENCE_S = 4 }; /* then it counts as silence */

/* A subscription of somebody at the server, as its dialog is known there. */
struct publish_dialog {
	const char *watcher, *entity; /* "sip:ann@example.com" */
	const char *watcher_tag, *server_tag;
	const char *contact; /* the watcher's, where NOTIFYs go */
	const char *call_id;
	const char *server; /* whose NOTIFYs come from there; "" the usual */
	unsigned cseq;      /* of the last SUBSCRIBE */
};

/* agent: the nta_agent_t; server: SIP URI all requests go to. */
struct publish_out *publish_out_new(void *agent, const char *server);
void publish_out_free(struct publish_out **outp);

/* For struct publisher_handlers, with the publish_out as arg. */
void *publish_out_send(struct publication *publication,
		       const struct publication_request *request,
		       struct publish_out *out);
void publish_out_cancel(void *flight);

/* SUBSCRIBE with Expires: 0 in the watcher's name (RFC 6665, 4.1.2.3). */
void publish_out_end_watch(struct publish_out *out,
			   const struct publish_dialog *dialog);

#endif
