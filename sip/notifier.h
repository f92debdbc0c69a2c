/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who watches whom, and what they have been told: the notifier of RFC 6665
 * for presence (RFC 3856), presence.winfo (RFC 3857) and reg (RFC 3680).
 *
 *             SUBSCRIBE            refresh
 *   nothing -----------> active <---------
 *                          |  expired, Expires: 0, withdrawn, rejected
 *                          v
 *                      terminated --- answered or not ---> nothing
 *   481, 408 or 503 to any NOTIFY: nothing, at once (RFC 6665, 4.2.2)
 *
 * A subscription has one NOTIFY under way; what happens meanwhile is told by
 * the next one, which says the newest.
 */
#ifndef SIP_NOTIFIER_H
#define SIP_NOTIFIER_H

#include <time.h>

#include "base/buf.h"
#include "sip/dialog.h"

enum package {
#define PACKAGE(name, word, type) PACKAGE_##name,
#include "sip/package.def"
	PACKAGE_COUNT
};

enum ending {
#define ENDING(name, reason, event) ENDING_##name,
#include "sip/ending.def"
	ENDING_COUNT
};

/* PACKAGE_COUNT if there is no such word. */
enum package package_from_word(const char *word);
const char *package_word(enum package package);
const char *package_type(enum package package);

struct notifier_settings {
	unsigned min_expires_s, max_expires_s;
	unsigned distance_s; /* between two NOTIFYs of a subscription; 0 none */
	unsigned in_flight;
};

struct notifier_handlers {
	/* delta subscriptions to presence of the entity more or less. */
	void (*watched)(const char *entity, int delta, void *arg);
	/* Writes the registrations of the entity, for package reg. */
	void (*reginfo)(struct buf *out, const char *entity, unsigned version,
			void *arg);
};

struct answer;
struct notifier;

/* agent: see notify_out_new(). */
struct notifier *notifier_new(void *agent,
			      const struct notifier_settings *settings,
			      const struct notifier_handlers *handlers,
			      void *arg);
void notifier_free(struct notifier **notifierp);

/* What came over a dialog's share. */
void notifier_answer(struct notifier *notifier, const char *data, size_t len);
/* What came over a connection. */
void notifier_take(struct notifier *notifier, const struct answer *answer);
void notifier_change(struct notifier *notifier,
		     const struct notifier_settings *settings);

enum { EXPIRES_ABSENT = -1 };

struct subscribe {
	enum package package;
	const char *entity;
	const char
		*watcher; /* "sip:ann@example.org", or what he calls himself */
	const char *const *accept; /* types, NULL ends; NULL: no Accept said */
	long expires_s;            /* EXPIRES_ABSENT */
	const char *local_tag;     /* "": no dialog yet */
	struct dialog_seed seed;
};

struct subscribe_answer {
	int status;         /* 200, 400, 406, 423, 481 or 500 */
	unsigned expires_s; /* granted, for 200 */
	char local_tag[DIALOG_TAG_SIZE];
	int watched; /* what to add to the number of watchers: -1, 0, 1 */
};

/* The NOTIFY goes out in a later round of the loop, after the answer. */
void notifier_subscribe(struct notifier *notifier, const struct subscribe *what,
			struct subscribe_answer *answer);

/* Replaces the entity's document and tells whoever watches. */
void notifier_publish(struct notifier *notifier, const char *entity,
		      const char *body, size_t body_bytes);

/* Those who watch the entity's registrations are told of them. */
void notifier_registered(struct notifier *notifier, const char *entity);

/* No document any more; all watches of the entity end (noresource). */
void notifier_withdraw(struct notifier *notifier, const char *entity);

/*
 * Ends what the watcher itself watches, and its connections soon after; how
 * many watches that were.
 */
unsigned notifier_end_watcher(struct notifier *notifier, const char *watcher);

/* Ends every subscription that may() says no to (rejected). */
typedef bool notifier_may_h(const char *watcher, const char *entity, void *arg);
void notifier_recheck(struct notifier *notifier, notifier_may_h *may,
		      void *arg);

struct notifier_facts {
	unsigned subscriptions[PACKAGE_COUNT];
	unsigned in_flight, waiting;
	unsigned long notifies, failures;
};
void notifier_facts(const struct notifier *notifier,
		    struct notifier_facts *facts);

typedef void notifier_watcher_h(const char *watcher, const char *contact,
				int last_status, time_t last_notify, void *arg);
void notifier_watchers(const struct notifier *notifier, const char *entity,
		       notifier_watcher_h *h, void *arg);

#endif
