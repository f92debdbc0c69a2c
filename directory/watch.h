/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is in the directory: one configured directory, watched.
 *
 * Whoever the filter finds (and the groups name), with an account that is
 * neither disabled nor expired, is a person here. Coming, changing, moving to
 * another mailbox server and leaving are told within a second where the
 * server announces changes (RFC 4533 on OpenLDAP and kin; USN and DirSync,
 * [MS-ADTS] 3.1.1.3.4.1.3, on Active Directory), else after a poll.
 *
 * Errors never mean that somebody left. What was only missed is looked for
 * again before it is believed, and too many at once wait for a person
 * (docs/decisions/0017-revocation-guard.md).
 */
#ifndef DIRECTORY_WATCH_H
#define DIRECTORY_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/directive.h"

struct watch_settings {
#define DIRECTORY(name, type, initial, min, max, doc) \
	DIRECTIVE_FIELD_##type(name)
#include "directory/directory.def"
};

extern const struct directive_table watch_table;

/* settings: directive_free(&watch_table, ...) is owed, also after errors. */
enum err watch_parse(struct watch_settings *settings, const char *text,
		     struct why *why);

enum { PERSON_ID_BYTES = 16, PERSON_ID_SIZE = 2 * PERSON_ID_BYTES + 1 };

/* Borrowed until the handler returns; texts are never NULL. */
struct person {
	char id[PERSON_ID_SIZE]; /* entryUUID or objectGUID, hexadecimal, in
				    the order of its bytes: never changes */
	const char *address;     /* ann@example.com, lower case, no sip: */
	const char *mailbox;     /* "" where the entry has none */
	const char *dn;
	const char *home; /* where the mailbox lives, as the entry has it */
};

enum evidence {
	EVIDENCE_EXPLICIT, /* the directory said so */
	EVIDENCE_IMPLIED,  /* it follows from what it no longer says */
};
const char *evidence_word(enum evidence evidence);

struct watch_cause {
	enum evidence evidence;
	const char *source; /* "ldaps://dc1.example.com", "state file" */
	const char *why;    /* "entry deleted", "account disabled" ... */
};

enum watch_alarm {
#define WATCH_ALARM(name, word, advice) WATCH_ALARM_##name,
#include "directory/watch_alarm.def"
	WATCH_ALARM_COUNT
};
const char *watch_alarm_word(enum watch_alarm alarm);
const char *watch_alarm_advice(enum watch_alarm alarm);

/*
 * All from the loop, one at a time, in the order in which it happened; each
 * may free the watch. An address belongs to one person at a time: whoever had
 * it before has left when the next joins.
 */
struct watch_handlers {
	/* Also for everybody already known, soon after watch_new(). */
	void (*joined)(const struct person *person,
		       const struct watch_cause *cause, void *arg);
	/* Address, mailbox or id is another than before. */
	void (*changed)(const struct person *person,
			const struct person *before,
			const struct watch_cause *cause, void *arg);
	/* His mailbox has another home: find it again. */
	void (*moved)(const struct person *person,
		      const struct watch_cause *cause, void *arg);
	void (*left)(const struct person *person,
		     const struct watch_cause *cause, void *arg);
	/* Everything was read and believed: who was not named by joined()
	   since watch_new() is not in the directory. May come again. */
	void (*settled)(void *arg);
	/* Raised (again with new words), or over: why->err is ERR_OK. */
	void (*alarm)(enum watch_alarm alarm, const struct why *why, void *arg);
};

struct watch;

/*
 * Copies the settings, reads the secret and the state file. ERR_CONFIG for
 * what is wrong in the configuration; a server that cannot be reached is an
 * alarm, not an error.
 */
enum err watch_new(struct watch **watchp, const struct watch_settings *settings,
		   const struct watch_handlers *handlers, void *arg,
		   struct why *why);

/* The same with the secret as it was read before; cannot fail. */
struct watch *watch_begin(const struct watch_settings *settings,
			  const char *secret,
			  const struct watch_handlers *handlers, void *arg);

/* Whether that is what it binds with. */
bool watch_has_secret(const struct watch *watch, const char *secret);

/* Writes the state file. */
void watch_free(struct watch **watchp);

struct watch_facts {
	const char *name;   /* of the directory */
	const char *server; /* "" while there is none */
	const char *way;    /* "sync", "ad", "poll"; "" not known yet */
	bool up;
	bool dry_run;
	bool reading;             /* everything is being read */
	size_t entries;           /* users the filter finds */
	size_t people;            /* of them those entitled */
	size_t held;              /* revocations that wait for a person */
	time_t last_event;        /* 0 never */
	time_t last_read;         /* when everything was read last; 0 never */
	const struct why *alarms; /* WATCH_ALARM_COUNT of them, ERR_OK: none */
};
void watch_facts(const struct watch *watch, struct watch_facts *facts);

/* Everybody entitled; or only those whose revocation is held, and why. */
typedef void watch_person_h(const struct person *person,
			    const struct watch_cause *cause, void *arg);
void watch_each(const struct watch *watch, bool held, watch_person_h *h,
		void *arg);

/* Revokes those that are held; how many. Not in a dry run. */
size_t watch_confirm(struct watch *watch);

/* Keeps those that are held and reads everything again; how many. */
size_t watch_discard(struct watch *watch);

/* Reads everything now. */
void watch_reconcile(struct watch *watch);

#endif
