/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Presence licences: who holds one, who waits, and the ledger of why.
 *
 * A user is entitled while the directory wants him to be, or an administrator
 * said so (which counts until cleared), and a licence of the pool is free for
 * him. Who comes when none is free waits; who leaves makes room for the one
 * who has waited longest. Revoking is reversible: the entry stays, and a user
 * wanted again is granted again. Who is switched off keeps his licence.
 *
 * Decisions are made in memory at once and written behind by the store, in
 * order. What was lost in a crash is found again by the directory's next
 * reconciliation, except an administrator's word: that one is answered only
 * when it is on disk (licence_settled()).
 */
#ifndef DIRECTORY_LICENCE_H
#define DIRECTORY_LICENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/err.h"

enum licence_state {
#define LICENCE_STATE(name, word, text) LICENCE_##name,
#include "directory/licence.def"
	LICENCE_STATE_COUNT
};

enum licence_action {
#define LICENCE_ACTION(name, word, text) LICENCE_ACT_##name,
#include "directory/licence.def"
	LICENCE_ACTION_COUNT
};

enum licence_override {
#define LICENCE_OVERRIDE(name, word) LICENCE_OVERRIDE_##name,
#include "directory/licence.def"
	LICENCE_OVERRIDE_COUNT
};

enum { LICENCE_TEXT_MAX = 255 };

/* Who decided, why, and what proves it; borrowed, at most LICENCE_TEXT_MAX. */
struct licence_cause {
	const char *who;      /* "directory", "root", "configuration" */
	const char *why;      /* a sentence */
	const char *evidence; /* "explicit", "implied", "by hand" */
};

/* One line of the ledger, and where it leaves the user. */
struct licence_record {
	time_t at;
	const char *entity;
	enum licence_action action;
	enum licence_state state;
	enum licence_override override;
	bool wanted;
	uint64_t turn; /* place in the order of those who came */
	struct licence_cause cause;
};

typedef void licence_record_h(const struct licence_record *record, void *arg);
typedef void licence_settled_h(const struct why *why, void *arg);

/* Where the ledger lives; see module/store_sqlite.h. */
struct licence_store {
	/* The last record of each user, in any order; at start only. */
	enum err (*load)(void *store, licence_record_h *h, void *arg,
			 struct why *why);
	/* Copies; written in order, soon. */
	void (*append)(void *store, const struct licence_record *record);
	/*
	 * Exactly once: from the loop, when all that was appended before is
	 * on disk or could not be put there, or from the end of the store.
	 */
	void (*settle)(void *store, licence_settled_h *h, void *arg);
	/* Newest first, at most so many. */
	enum err (*history)(void *store, const char *entity, size_t most,
			    licence_record_h *h, void *arg);
};

/* Only when whether he is entitled has changed. */
typedef void licence_changed_h(const char *entity, bool entitled,
			       const struct licence_cause *cause, void *arg);

struct licence_options {
	unsigned pool; /* licences; 0: no limit */
	const struct licence_store *store;
	void *store_arg;
	licence_changed_h *changed;
	void *arg;
};

struct licence;

/* Reads the ledger; tells nobody of what it finds. */
enum err licence_new(struct licence **licencep,
		     const struct licence_options *options, struct why *why);
void licence_free(struct licence **licencep);

/* The directory's (or the configuration's) word; the same twice is nothing. */
void licence_want(struct licence *licence, const char *entity, bool wanted,
		  const struct licence_cause *cause);

/*
 * The administrator's word: GRANT and REVOKE against the directory, DISABLE
 * switches off whom the directory wants, who keeps his licence; NONE hands
 * the user back to the directory.
 */
void licence_decide(struct licence *licence, const char *entity,
		    enum licence_override override,
		    const struct licence_cause *cause);

/* h runs once everything decided so far is on disk, or could not be put there. */
void licence_settled(struct licence *licence, licence_settled_h *h, void *arg);

/*
 * Those who wait move up when it grows. When it shrinks nobody loses his: the
 * pool is overdrawn until enough have left.
 */
void licence_pool(struct licence *licence, unsigned pool);

bool licence_entitled(const struct licence *licence, const char *entity);
enum licence_state licence_state(const struct licence *licence,
				 const char *entity);

enum licence_override licence_override(const struct licence *licence,
				       const char *entity);

struct licence_facts {
	unsigned pool;
	size_t granted;
	size_t waiting;
	size_t revoked;
	size_t disabled; /* hold a licence that nobody else gets */
};
void licence_facts(const struct licence *licence, struct licence_facts *facts);

/*
 * Everybody who was ever wanted, granted first and in the order they came;
 * action and cause are those of nothing in particular.
 */
void licence_each(const struct licence *licence, licence_record_h *h,
		  void *arg);

/* The same in no order, which is quicker; h decides nothing. */
void licence_walk(const struct licence *licence, licence_record_h *h,
		  void *arg);
enum err licence_history(const struct licence *licence, const char *entity,
			 size_t most, licence_record_h *h, void *arg);

const char *licence_state_word(enum licence_state state);
const char *licence_state_text(enum licence_state state);
const char *licence_action_word(enum licence_action action);
const char *licence_override_word(enum licence_override override);

/* The _COUNT where there is no such word. */
enum licence_state licence_state_from_word(const char *word);
enum licence_action licence_action_from_word(const char *word);
enum licence_override licence_override_from_word(const char *word);

#endif
