/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the simulated Exchange servers hold: mailboxes with their folders,
 * calendar items, automatic replies and working hours. One store serves all
 * servers of a simulated organisation; each mailbox says on which it lives.
 *
 * Everything that changes a mailbox goes through store_*() below, which gives
 * the change the mailbox's next number (SyncFolderItems, change keys) and
 * tells the one listener (notifications). Times are UTC seconds.
 */
#ifndef TESTS_EXCHANGE_STORE_H
#define TESTS_EXCHANGE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "tests/exchange/appointment.h"

enum folder {
#define FOLDER(name, id, parent, display, kind) FOLDER_##name,
#include "tests/exchange/folder.def"
	FOLDER_COUNT
};

/* What everybody else may see; private items stay the owner's. */
enum rights { RIGHTS_NONE, RIGHTS_TIME, RIGHTS_DETAILS, RIGHTS_OWNER };

enum oof_state { OOF_DISABLED, OOF_ENABLED, OOF_SCHEDULED };

struct oof {
	enum oof_state state;
	time_t start, end; /* when scheduled */
	char *internal;    /* reply texts, NULL if none; owned */
	char *external;
};

/* A kept memory of what left a folder. */
struct grave {
	uint32_t item;
	enum folder folder;
	uint64_t number;
	struct grave *next;
};

/* One of a series that differs from its rule. */
struct exception {
	time_t original;             /* start by the rule */
	uint64_t number;             /* of its last change */
	struct appointment *changed; /* NULL: deleted */
	struct exception *next;
};

struct item {
	uint32_t number; /* within the mailbox, from 1, never used again */
	enum folder folder;
	uint64_t created; /* change numbers */
	uint64_t changed;
	time_t created_at;
	time_t changed_at;
	struct appointment what;
	struct exception *exceptions; /* by original start */
	struct item *next;            /* in the mailbox, oldest first */
};

/* A folder of the client's own; name NULL: not there. */
struct made_folder {
	char *name;
	char *class;
};

enum { FOLDERS_MADE_MAX = FOLDER_COUNT - FOLDER_MADE1 };

struct mailbox {
	char *address; /* as given; looked up without regard to case */
	char *name;
	char *server;   /* where it lives */
	char *zone;     /* IANA name; Windows names are understood by zone.h */
	uint32_t index; /* within the store, from 1, part of all ids */
	uint32_t last_item;
	uint64_t number; /* of its last change, grows by 1 */
	time_t changed_at;
	enum rights others;
	unsigned work_days;             /* bit 0 is Sunday */
	unsigned work_from, work_until; /* minutes of the day */
	struct oof oof;
	struct item *items;
	struct item *last;
	struct grave *graves;
	struct made_folder made[FOLDERS_MADE_MAX];
	void *user; /* the listener's own */
};

enum change { CHANGE_CREATED, CHANGE_MODIFIED, CHANGE_DELETED, CHANGE_MOVED };

struct store_change {
	enum change change;
	struct mailbox *mailbox;
	enum folder folder; /* the item's folder, for MOVED the new one */
	enum folder old_folder;
	const struct item *item; /* good until the handler returns */
	uint64_t number;
};

/* Runs after the change is done; must not change the store. */
typedef void store_change_h(const struct store_change *change, void *arg);

struct store;

struct store *store_new(void);
void store_free(struct store **storep);
/* One listener; NULL for none. */
void store_on_change(struct store *store, store_change_h *h, void *arg);

/* The mailbox is the store's. NULL if the address is taken. */
struct mailbox *store_add(struct store *store, const char *address,
			  const char *name, const char *server);
/* Its ids are never used again. The user pointer is the caller's affair. */
void store_remove(struct store *store, struct mailbox **mailboxp);
struct mailbox *store_find(const struct store *store, const char *address);
/* index from 1 to store_last(); NULL if removed. */
struct mailbox *store_at(const struct store *store, uint32_t index);
uint32_t store_last(const struct store *store);
/* Nobody is told: as with Exchange, the old server falls silent. */
void store_move(struct mailbox *mailbox, const char *server);
void store_set_zone(struct mailbox *mailbox, const char *zone);

/* Copies what. */
struct item *store_create(struct store *store, struct mailbox *mailbox,
			  enum folder folder, const struct appointment *what);
struct item *store_item(const struct mailbox *mailbox, uint32_t number);
/* By subject, the youngest; NULL if none. For scripts. */
struct item *store_by_subject(const struct mailbox *mailbox,
			      const char *subject);
/*
 * Copies what over what was there. When a series starts or repeats otherwise
 * than before, its exceptions are gone, as with Exchange.
 */
void store_change(struct store *store, struct mailbox *mailbox,
		  struct item *item, const struct appointment *what);
/* The organiser called it off: it stays, marked cancelled. */
void store_cancel(struct store *store, struct mailbox *mailbox,
		  struct item *item);
void store_delete(struct store *store, struct mailbox *mailbox,
		  struct item **itemp);
void store_move_item(struct store *store, struct mailbox *mailbox,
		     struct item *item, enum folder folder);

/*
 * One occurrence, named by its start by the rule: what replaces it, NULL
 * takes it out. The master counts as modified.
 */
void store_change_occurrence(struct store *store, struct mailbox *mailbox,
			     struct item *item, time_t original,
			     const struct appointment *what);
const struct exception *item_exception(const struct item *item,
				       time_t original);

/* Distinguished id ("calendar"), display name, parent, FolderClass. */
const char *folder_id(enum folder folder);
const char *folder_name(const struct mailbox *mailbox, enum folder folder);
enum folder folder_parent(enum folder folder);
const char *folder_class(const struct mailbox *mailbox, enum folder folder);
bool folder_there(const struct mailbox *mailbox, enum folder folder);
/* FOLDER_COUNT if there is none of that distinguished id. */
enum folder folder_find(const char *id);

/* FOLDER_COUNT if there are too many of them. class: NULL for messages. */
enum folder folder_make(struct mailbox *mailbox, const char *name,
			const char *class);
/* With all that is in it; only those that a client made. */
void folder_unmake(struct store *store, struct mailbox *mailbox,
		   enum folder folder);

#endif
