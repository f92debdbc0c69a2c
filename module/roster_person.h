/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the roster share; nobody else includes this. */
#ifndef MODULE_ROSTER_PERSON_H
#define MODULE_ROSTER_PERSON_H

#include "base/index.h"
#include "base/loop.h"
#include "calendar/feed.h"
#include "module/agenda.h"
#include "module/departure.h"
#include "module/map.h"
#include "module/pace.h"
#include "module/policy.h"
#include "module/roster.h"
#include "sip/pidf.h"
#include "sip/presence.h"

enum {
	PUBLICATIONS_MAX = 16, /* of one user; the oldest goes for a newer */
	CLAIMS_MAX = MAP_CLAIMS_MAX + PUBLICATIONS_MAX + 3,
	FIRST_READ_S = 10,   /* then not knowing is said */
	LINGER_S = 300,      /* followed on after the last watcher left */
	GONE_RETRY_S = 3600, /* before a mailbox that is gone is sought again */
	FEED_STATES = FEED_CLOSED + 1,
};

struct publication {
	char *name;
	struct claim claim;
	struct publication *next; /* older */
};

/* struct presence, kept small: there are very many, and few have a note. */
struct shown {
	enum state state;
	enum claim_source source;
	time_t since, until;
	char *note; /* NULL none */
};

struct replies_question;

struct person {
	struct agenda_slot slot; /* first: the agenda hands this one over */
	struct pace_slot turn;   /* to be published */
	struct roster *roster;
	const char *entity;
	const char *mailbox; /* NULL: a guest */
	const char *gateway; /* "" any */
	struct wishes wishes;
	struct feed *feed;
	struct timer replies_due;
	struct replies_question *asking; /* under way; NULL none */
	struct replies *replies;         /* as last told; NULL: none are on */
	char *gone;                      /* what ended the last feed for good */
	uint64_t lost_ms;                /* steady clock; see lost */
	time_t lost_since;               /* wall clock; 0 it never was */
	time_t follow_until;             /* without watchers; 0 not */
	time_t seek_again; /* after the mailbox was gone; 0 at once */
	struct publication *publications; /* newest first */
	struct shown shown;
	time_t shown_at;
	time_t changes_at; /* as known now; 0 never */
	unsigned watchers;
	bool calendar; /* to be read; never that of a guest */
	bool read;     /* the feed has read at least once */
	bool lost;     /* the feed is not live */
	bool online;
	bool shown_once;
};

struct roster {
	const struct settings *settings;
	struct gateways *gateways;
	struct locator *locator;
	const struct host *host;
	struct agenda *agenda;
	struct manual *manual;
	struct pace *pace;
	struct departures *departures;
	struct index *index;
	struct policy policy;
	unsigned wants; /* enum gateway_wants */
};

/* A calendar that is not known, and why not. */
struct unknown {
	bool now;
	time_t since; /* 0 ever */
	time_t due;   /* when it will be unknown, if not now; 0 never */
	const char *text;
};

/* In the index from the beginning; must be out of it at the end. */
struct person *roster_person_new(struct roster *roster, const char *entity);
void roster_person_free(struct person *person);

void roster_put_publication(struct person *person, const char *name,
			    const struct claim *claim);
void roster_end_publication(struct person *person, const char *name);

/* What watchers are shown, into and out of how it is kept. */
void roster_keep_shown(struct person *person, const struct presence *presence);
void roster_shown(const struct person *person, struct presence *presence);

/* The one place where what watchers see is decided; publishing comes last. */
void roster_refresh(struct person *person);

/* The user's own place among so many, always the same one. */
unsigned roster_place(const struct person *person, unsigned places);

/* Automatic replies: from the first read on; the gateways change; no more. */
void roster_replies_follow(struct person *person);
void roster_replies_again(struct person *person);
void roster_replies_leave(struct person *person);

/* He is no user any more: whoever has his address next begins anew. */
void roster_forget_manual(struct roster *roster, const char *entity);

struct unknown roster_unknown(const struct person *person, time_t now);

/*
 * All claims about the person now; againp: when there will be other ones
 * though none of these begins or ends, 0 never.
 */
size_t roster_claims(const struct person *person,
		     struct claim claims[CLAIMS_MAX], time_t now,
		     time_t *againp);

/* mailbox: room for the hours that the mailbox's owner set. */
struct map_options roster_map_options(const struct person *person,
				      struct hours *mailbox);
bool roster_shows_until(const struct person *person);
struct pidf_options roster_pidf_options(const struct person *person);

/* The earlier of two moments of which 0 is never. */
time_t roster_earlier(time_t a, time_t b);

#endif
