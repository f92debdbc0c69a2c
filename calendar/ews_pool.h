/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the parts of the EWS backend share. For calendar/ews*.c only.
 *
 *   ews.c         subscriptions, and telling their owners
 *   ews_call.c    one request, from the gate to the answer
 *   ews_stream.c  the way of being told: streaming; further ways are rows
 *   ews_batch.c   reading many mailboxes with one request
 *   ews_find.c    reading one mailbox in detail
 *
 * Owners are told from a timer, never from inside a loop over subscriptions,
 * so that they may subscribe and unsubscribe as they like. The gateway must
 * not be freed from inside a handler of one of its subscriptions.
 */
#ifndef CALENDAR_EWS_POOL_H
#define CALENDAR_EWS_POOL_H

#include "base/loop.h"
#include "calendar/backend.h"
#include "calendar/ews_read.h"
#include "calendar/ews_write.h"
#include "calendar/gate.h"

struct ews_batches;
struct ews_batch;
struct ews_call;
struct ews_find;
struct ews_group;
struct ews_streams;

/* A way of being told of changes. */
struct ews_way {
	const char *name;
	const char *version; /* lowest schema version that has it */
	void (*open)(struct backend_pool *pool);
	void (*close)(struct backend_pool *pool);
	/* Ends in ews_tell() of TELL_LIVE or TELL_FAILED. */
	void (*follow)(struct subscription *sub);
	void (*leave)(struct subscription *sub);
};
extern const struct ews_way ews_streaming;

struct backend_pool {
	struct gateway *gateway;
	const struct ews_way *way;
	const char *version; /* of the schema, as far as it was lowered */
	struct ews_streams *streams;
	struct ews_batches *batches;
	struct subscription *told_first, *told_last;
	struct timer telling;
};

enum ews_tell {
	TELL_EVENT = 1,
	TELL_TROUBLED = 2,
	TELL_LIVE = 4,
	TELL_FAILED = 8,
};

/* How a mailbox stands with its way of being told. */
struct ews_member {
	struct ews_group *group;
	struct ews_call *call; /* Subscribe under way */
	char *id;              /* NULL: none, or not valid any more */
	bool streamed;         /* the stream was asked for it */
};

/* How a mailbox stands with being read. */
struct ews_reading {
	struct subscription *next, *prev;
	enum { READING_NOT, READING_WAITS, READING_RUNS } state;
	enum read_cause cause;
	bool again; /* changed while being read */
	enum read_cause again_cause;
	unsigned tries;
	struct ews_batch *batch;
	struct ews_find *find;
	struct timeline *seen;    /* last free/busy; only with details */
	struct timeline *details; /* last FindItem */
};

struct subscription {
	struct backend_pool *pool;
	const struct mailbox *mailbox;
	const struct backend_handlers *handlers;
	void *arg;
	struct ews_member member;
	struct ews_reading reading;
	struct subscription *told_next;
	unsigned told;           /* enum ews_tell, waiting to be said */
	bool listed;             /* among those to be told */
	struct parting *parting; /* who wants to hear of the end */
	struct why why;
};

/* why: for TROUBLED and FAILED. */
void ews_tell(struct subscription *sub, enum ews_tell what,
	      const struct why *why);

/* The mailbox was read; may end in the subscription being freed. */
void ews_deliver(struct subscription *sub, const struct timeline *timeline,
		 enum read_cause cause);

/* Whom to act as for this mailbox, NULL nobody. */
const char *ews_impersonate(const struct backend_pool *pool,
			    const char *address);
/* Which mailbox to name in requests, NULL that of whom we act as. */
const char *ews_mailbox(const struct backend_pool *pool, const char *address);

/* Requests. */
enum { EWS_COOKIE_SIZE = 1024 };

struct ews_letter {
	const char *operation;
	const char *anchor; /* X-AnchorMailbox; NULL none */
	const char *cookie; /* of the group; "" or NULL none */
	struct buf body;
};

struct ews_answer {
	struct ews_trouble trouble; /* of the request as a whole */
	bool everybody; /* the trouble is the gateway's, the gate sees to it */
	const struct xml_node *envelope; /* NULL: no SOAP came */
	const struct http_reply *http;   /* NULL: not sent */
};

struct ews_call_handlers {
	/* Just before sending; version: what to put into the heading. */
	void (*write)(struct ews_letter *letter, const char *version,
		      void *arg);
	/* Once; the call is over and its handle no longer good. */
	void (*answered)(const struct ews_answer *answer, void *arg);
};

struct ews_call *ews_call_new(struct backend_pool *pool,
			      enum gate_urgency urgency,
			      const struct ews_call_handlers *handlers,
			      void *arg);
/* No handler runs after this; NULL is fine. */
void ews_call_free(struct ews_call **callp);

/* For calls and streams. */
struct http_request *ews_send(struct backend_pool *pool,
			      const struct ews_letter *letter, bool stream,
			      const struct http_handlers *h, void *arg);
/* What an answer without an envelope means. */
void ews_reply_trouble(const struct http_reply *reply,
		       struct ews_trouble *trouble);
void ews_note_reply(struct backend_pool *pool, const struct http_reply *reply);
/* false: there is no lower version; true: ask again. */
bool ews_lower_version(struct backend_pool *pool, const char *refused);
/* Keeps the affinity cookie of a reply, if it brings one. */
void ews_keep_cookie(char cookie[EWS_COOKIE_SIZE],
		     const struct http_reply *reply);

/* Reading. */
struct ews_batches *ews_batches_new(struct backend_pool *pool);
void ews_batches_free(struct ews_batches **batchesp);
void ews_read(struct subscription *sub, enum read_cause cause);
/* It is over, well or not; reads again if something changed meanwhile. */
void ews_read_done(struct subscription *sub);
void ews_read_stop(struct subscription *sub);
/* In detail; ends in ews_deliver() or TELL_FAILED. */
void ews_find_start(struct subscription *sub);
void ews_find_stop(struct subscription *sub);

#endif
