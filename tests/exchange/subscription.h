/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who wants to hear of which mailbox, and what they have not heard yet
 * ([MS-OXWSNTIF]). Streams and push deliveries take events from here, pull
 * clients ask for them.
 */
#ifndef TESTS_EXCHANGE_SUBSCRIPTION_H
#define TESTS_EXCHANGE_SUBSCRIPTION_H

#include "base/loop.h"
#include "tests/exchange/exchange.h"

enum event {
#define EVENT(name, ...) EVENT_##name,
#include "tests/exchange/event.def"
	EVENT_COUNT
};

enum subscription_kind { SUBSCRIBED_PULL, SUBSCRIBED_PUSH, SUBSCRIBED_STREAM };

enum { EVENTS_A_REPLY = 50, EVENTS_MAX = 5000 };

struct happening {
	enum event event;
	uint32_t item; /* 0: of the folder itself */
	enum folder folder;
	enum folder old_folder; /* FOLDER_COUNT unless moved */
	uint64_t number;
	int64_t wall_ms;
	uint64_t mark; /* its watermark */
};

struct stream;
struct push;

struct subscription {
	char *id;
	enum subscription_kind kind;
	struct exchange *exchange;
	struct server *server;   /* through which it was made */
	struct mailbox *mailbox; /* NULL once removed */
	char *home;              /* where the mailbox lived then */
	const struct account *owner;
	unsigned events;  /* bits of enum event */
	unsigned folders; /* bits of enum folder */
	struct happening *queue;
	size_t count, size;
	uint64_t mark; /* of the last event, counted from 1 */
	uint64_t read; /* last watermark given out */
	bool missed;
	unsigned timeout_s;
	uint64_t touched_ms;
	struct stream *stream; /* connected to, NULL */
	struct push *push;
	struct subscription *bucket;    /* next with the same hash */
	struct subscription *sibling;   /* next of the same mailbox */
	struct subscription *in_stream; /* next on the same stream */
};

struct subscriptions;

struct subscriptions *subscriptions_new(struct exchange *exchange);
void subscriptions_free(struct subscriptions **subscriptionsp);
size_t subscriptions_count(const struct subscriptions *subscriptions);

/* As the store reports it. */
void subscriptions_change(struct subscriptions *subscriptions,
			  const struct store_change *change);
/* Those of mailboxes that lived on that server: it was restarted. */
void subscriptions_forget(struct subscriptions *subscriptions,
			  const char *home);
/* Those of one mailbox, made where it no longer lives; streams say code. */
void subscriptions_break(struct mailbox *mailbox, const char *code);
/* Before the mailbox is removed. */
void subscriptions_orphan(struct mailbox *mailbox);

struct subscription *subscription_new(const struct op_call *call,
				      struct mailbox *mailbox,
				      enum subscription_kind kind);
void subscription_free(struct subscription **subscriptionp);
struct subscription *subscription_find(const struct subscriptions *all,
				       const char *id);
/* NULL, or why this call may not use it. */
const char *subscription_access(const struct subscription *subscription,
				const struct op_call *call);
void subscription_touch(struct subscription *subscription);
/* Events up to that mark are known to the client. */
void subscription_heard(struct subscription *subscription, uint64_t mark);

/*
 * m:Notification or t:Notification with at most that many events, a
 * StatusEvent if there is none; with watermarks unless streaming. Returns
 * the mark of the last one written.
 */
uint64_t notification_write(struct xml_out *out, const char *element,
			    const struct subscription *subscription,
			    size_t limit);
void watermark_write(struct xml_out *out, const char *element,
		     const struct subscription *subscription, uint64_t mark);
/* false if it is none of this subscription's. */
bool watermark_read(const struct subscription *subscription, const char *text,
		    uint64_t *mark);

/* EVENT_COUNT if unknown. */
enum event event_find(const char *word);

#endif
