/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What notifier.c and winfo.c know of one subscription and one presentity. */
#ifndef SIP_SUBSCRIPTION_H
#define SIP_SUBSCRIPTION_H

#include "base/loop.h"
#include "sip/notifier.h"
#include "sip/notify_out.h"
#include "sip/uri.h"

struct presentity;
struct notifier;

struct subscription {
	struct notify_item item;
	struct subscription *next, *prev; /* of the presentity's list */
	struct presentity *presentity;
	struct dialog *dialog;
	char *watcher;
	unsigned id; /* in watcher information */
	enum package package;
	bool fetch;      /* Expires was 0 from the start: told once */
	bool terminated; /* ending says why */
	enum ending ending;
	bool dirty;         /* newer news than the NOTIFY under way */
	bool full;          /* winfo: the next document is a full one */
	unsigned version;   /* winfo: of the next document */
	unsigned changed;   /* winfo: id to tell of when not full; 0 none */
	int last_status;    /* of the last NOTIFY; 0 none yet */
	time_t last_notify; /* when it was answered */
	time_t since, until;
	uint64_t sent_ms;
	uint64_t news_ms,
		told_ms; /* since when news wait; of those under way */
	struct timer expiry, pause;
};

struct presentity {
	struct notifier *notifier;
	struct hash_link link;
	struct sheet *sheet; /* NULL: nobody has spoken yet */
	struct subscription *subscriptions[PACKAGE_COUNT];
	char entity[];
};

#endif
