/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the parts of the EWS backend share. For calendar/ews*.c only.
 *
 *   ews.c         subscriptions, and telling their owners
 *   ews_call.c    one request, from the gate to the answer
 *   ews_ways.c    which way of being told is in use, and why
 *   ews_stream.c  a way of being told: streaming; ews_group.c, who shares one;
 *                 ews_mend.c, when one is over
 *   ews_push.c    another: Exchange calls us back
 *   ews_pull.c    another: we ask each subscription what it knows
 *   ews_poll.c    the last: nobody tells, all are read again and again
 *   ews_batch.c   reading many mailboxes with one request
 *   ews_find.c    reading one mailbox in detail
 *   ews_probe.c   whether a folder changed without our being told
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
struct ews_probe;
struct ews_streams;
struct ews_pull;
struct ews_push;
struct ews_pushes;
struct ews_trial;

/*
 * A way of being told of changes. Whoever follows is told LIVE or FAILED; a
 * way that turns out not to work here says so by ews_way_fails(), one that
 * was seen to work by ews_way_works().
 */
struct ews_way {
	const char *name;
	const char *version; /* lowest schema version that has it */
	/* NULL: may be tried; else why not, as things are configured */
	const char *(*lacks)(const struct backend_pool *pool);
	void (*open)(struct backend_pool *pool);
	void (*close)(struct backend_pool *pool);
	/* Ends in ews_tell() of TELL_LIVE or TELL_FAILED. */
	void (*follow)(struct subscription *sub);
	void (*leave)(struct subscription *sub);
	/* Its calendar was just read; may be NULL. */
	void (*was_read)(struct subscription *sub);
};
extern const struct ews_way ews_streaming, ews_pushing, ews_pulling,
	ews_polling;
enum { EWS_WAYS = 4 };

struct backend_pool {
	struct gateway *gateway;
	unsigned way;              /* for newcomers */
	bool settled;              /* the configuration leaves no choice */
	struct why ways[EWS_WAYS]; /* why not; ERR_OK: nothing is known */
	struct ews_trial *trial;   /* of a better way, now and then */
	struct timer climb, switching;
	const char *version; /* of the schema, as far as it was lowered */
	struct ews_streams *streams;
	struct ews_pushes *pushes;
	struct timer poll;
	struct ews_batches *batches;
	uint64_t read_ms; /* when a calendar was last read well */
	struct subscription *subs;
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
	bool apart; /* those two were not read together: they cannot vouch for
		       each other */
	unsigned wants; /* for which that was read */
};

struct subscription {
	struct backend_pool *pool;
	struct subscription *pool_next, **pool_place;
	unsigned way, next_way;  /* different: it is about to change */
	bool live;               /* told so, and not of trouble since */
	struct ews_trial *trial; /* NULL: it is somebody's */
	struct ews_pull *pull;
	struct ews_push *push;
	struct ews_probe *probe;
	const struct mailbox *mailbox;
	const struct backend_handlers *handlers;
	void *arg;
	struct ews_member member;
	struct ews_reading reading;
	struct subscription *told_next;
	unsigned told;           /* enum ews_tell, waiting to be said */
	bool listed;             /* among those to be told */
	struct parting *parting; /* who wants to hear of the end */
	struct why *why;         /* of what is to be told; NULL: all is well */
};

/* why: for TROUBLED and FAILED. */
void ews_tell(struct subscription *sub, enum ews_tell what,
	      const struct why *why);

/* The mailbox was read; may end in the subscription being freed. */
void ews_deliver(struct subscription *sub, const struct timeline *timeline,
		 enum read_cause cause);

/* The pool's list of those who follow, whichever way. */
void ews_ways_open(struct backend_pool *pool);
void ews_ways_close(struct backend_pool *pool);
void ews_way_follow(struct subscription *sub);
void ews_way_leave(struct subscription *sub);

/*
 * The way does not work, for this mailbox or, where nobody is live on it, for
 * all. true: another takes over from the loop and the owner is told nothing
 * of it; false: there is none, and this is the mailbox's own failure.
 */
bool ews_way_fails(struct subscription *sub, const struct why *why);
/* Before its owner hears what was read. */
void ews_way_was_read(struct subscription *sub);
/* Something came this way. */
void ews_way_works(struct subscription *sub);
/* Whether anybody is live on it. */
bool ews_way_alive(const struct backend_pool *pool, unsigned way);
/* The answer concerns the way: this server does not have it. */
bool ews_way_is_unknown(const struct why *why);
const char *ews_way_name(unsigned way);
bool ews_follows_by(const struct subscription *sub, const struct ews_way *way);

/* With all it holds; the owner's count is the caller's. */
void ews_free(struct subscription *sub);

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
	const char *floor; /* lowest schema version it can be said in; NULL */
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
/* For a mailbox's own requests. */
enum gate_urgency ews_urgency(const struct subscription *sub);
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
/* The pool's version, or the floor where that is higher. */
const char *ews_version(const struct backend_pool *pool, const char *floor);
/* false: there is none lower above the floor; true: ask again. */
bool ews_lower_version(struct backend_pool *pool, const char *refused,
		       const char *floor);
/* Keeps the affinity cookie of a reply, if it brings one. */
void ews_keep_cookie(char cookie[EWS_COOKIE_SIZE],
		     const struct http_reply *reply);

/*
 * Unsubscribe, when there is time for it; whoever waits to hear of the end
 * hears the answer. cookie: "" none.
 */
void ews_farewell(struct subscription *sub, const char *id, const char *anchor,
		  const char *cookie);

/* Missed changes. */
void ews_probe(struct subscription *sub);
/* A change was announced; all: or anything may have been missed. */
void ews_probe_told(struct subscription *sub, bool all);
void ews_probe_free(struct subscription *sub);

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
