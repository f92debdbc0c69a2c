/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Our end of a subscription's dialog (RFC 3261, 12; RFC 6665, 4.4.1): what a
 * request inside it has to say. Plain texts in two blocks of memory, since
 * there may be a hundred thousand of them.
 */
#ifndef SIP_DIALOG_H
#define SIP_DIALOG_H

#include <stdint.h>

#include "sip/flow.h"
#include "sip/hash.h"
#include "sip/udp_share.h"

enum { DIALOG_TAG_SIZE = 17, DIALOG_BYTES_MAX = 4096 };

/* What the request that makes a dialog tells; borrowed. */
struct dialog_seed {
	const char *call_id;
	const char *local;  /* its To, without tag: "<sip:bob@example.org>" */
	const char *remote; /* its From, with tag */
	const char *remote_tag;
	const char *event;    /* "presence;id=7", said again in each NOTIFY */
	const char *routes;   /* its Record-Route; "" none */
	const char *contact;  /* what we call ourselves: "<sip:...>" */
	const char *target;   /* URI of its Contact */
	const char *next_hop; /* URI to send to when there is no connection */
	struct flow *flow;    /* NULL: datagrams */
	struct udp_share *share; /* for datagrams; NULL: the stack's way */
	uint32_t cseq;
};

struct subscription;

struct dialog {
	struct hash_link link; /* by Call-ID; for the owner */
	struct subscription *owner;
	const char *call_id, *local, *remote, *remote_tag, *event, *routes,
		*contact;
	char local_tag[DIALOG_TAG_SIZE];
	uint32_t local_cseq, remote_cseq; /* last one sent, last one seen */
	char *target; /* with next_hop behind it in the same block */
	const char *next_hop;
	struct flow_watch flow;
	struct udp_share *share;
};

struct dialog *dialog_new(const struct dialog_seed *seed);
void dialog_free(struct dialog **dialogp);

/* A later request in it came from elsewhere, perhaps. */
void dialog_retarget(struct dialog *dialog, const char *target,
		     const char *next_hop, struct flow *flow,
		     struct udp_share *share);

#endif
