/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A way to read calendars: EWS, Microsoft Graph, WebDAV.
 *
 * Each backend is one constant struct backend in its own file and one line
 * in backend.c's table; nothing else knows its name.
 */
#ifndef CALENDAR_BACKEND_H
#define CALENDAR_BACKEND_H

#include <stdbool.h>

#include "base/err.h"
#include "calendar/gateway.h"
#include "calendar/located.h"
#include "calendar/timeline.h"

enum { ADDRESS_SIZE = 256 };

struct mailbox {
	const char *address; /* SMTP address */
	/* Those of one word may share a server's connection; NULL unknown. */
	const char *grouping;
	bool watched; /* its requests go before others' */
};

static inline const char *mailbox_grouping(const struct mailbox *mailbox)
{
	return mailbox->grouping ? mailbox->grouping : "";
}

/* What made us look, the weightiest last. */
enum read_cause {
	READ_AUDIT,    /* nobody announced anything */
	READ_FIRST,    /* after (re-)subscribing, and for a new window */
	READ_NOTIFIED, /* the server announced a change */
};

/* Called from the loop, never from inside subscribe() or read(). */
struct backend_handlers {
	/* The server will tell us of changes from now on; again after troubled(). */
	void (*live)(void *arg);
	/* We are not told of changes now; the backend works on it. */
	void (*troubled)(const struct why *why, void *arg);
	/* The server announced a change; changed() follows. */
	void (*event)(void *arg);
	/* The window was read; cause: the weightiest of what was merged. */
	void (*changed)(const struct timeline *timeline, enum read_cause cause,
			void *arg);
	/* The subscription is over and done with; unsubscribe() it. */
	void (*failed)(const struct why *why, void *arg);
};

struct subscription;

/*
 * The end of a subscription at the server, told once, from the loop; why:
 * ERR_OK or what went wrong. Embedded, and its owner's; zeroed is nothing.
 */
struct parting {
	void (*done)(const struct why *why, void *arg);
	void *arg;
	struct parting **held; /* where the backend keeps it; NULL nowhere */
};

/* done() will not be called. */
void parting_cancel(struct parting *parting);

/* For backends: into and out of where they keep it; from may be empty. */
void parting_move(struct parting **to, struct parting **from);
void parting_done(struct parting **held, const struct why *why);

/* Automatic replies ("out of office") of a mailbox, UTC seconds. */
struct replies {
	bool on;
	time_t from, until; /* 0: no such end is set */
};

struct asking;

/* Once, from the loop; the handle is no longer good then. */
typedef void replies_h(const struct why *why, const struct replies *replies,
		       void *arg);

/* Per gateway, what all its subscriptions share (streams, batches). */
struct backend_pool;

struct backend {
	const char *name;

	struct backend_pool *(*open)(struct gateway *gateway);
	void (*close)(struct backend_pool **poolp);

	/*
	 * Asks to be told, calls live(), reads the window, calls changed().
	 * Repairs by itself what concerns many mailboxes at once (a stream, the
	 * gateway), and reads again after that, as what happened in between is
	 * lost. The mailbox and the handlers outlive the subscription.
	 */
	struct subscription *(*subscribe)(struct gateway *gateway,
					  const struct mailbox *mailbox,
					  const struct backend_handlers *h,
					  void *arg);

	/*
	 * Reads the window again, then changed(); what fails is tried again or
	 * failed() when it concerns this mailbox. READ_AUDIT may take minutes
	 * to begin, so that many are read at once.
	 */
	void (*read)(struct subscription *sub, enum read_cause cause);

	/*
	 * Asks cheaply whether something changed and nobody told of it:
	 * failed() of ERR_MISSED then, or of ERR_MOVED. NULL: not known there.
	 */
	void (*probe)(struct subscription *sub);

	/* No handler runs after this; fine inside a handler, and on NULL. */
	void (*unsubscribe)(struct subscription **subp);

	/* The way it is told of changes: "streaming"; NULL: there is one only. */
	const char *(*told)(const struct subscription *sub);

	/*
	 * As unsubscribe(), and tells how that went at the server. False:
	 * there was nothing to end there, and nobody will be told.
	 */
	bool (*part)(struct subscription **subp, struct parting *parting);

	/*
	 * Whether automatic replies are on, when the gateway has time; NULL:
	 * not known there. No handler runs after ask_stop(), and none may be
	 * under way when the gateway is freed.
	 */
	struct asking *(*ask_replies)(struct gateway *gateway,
				      const struct mailbox *mailbox,
				      replies_h *h, void *arg);
	void (*ask_stop)(struct asking **askingp);
};

/* NULL if there is none of that name. */
const struct backend *backend_find(const char *name);

/* The pool that gateway_new() opened. */
struct backend_pool *gateway_pool(struct gateway *gateway);

#endif
