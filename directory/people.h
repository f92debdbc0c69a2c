/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is known of a directory: its users and groups by entryUUID or
 * objectGUID, and who of them is entitled. A table without clock, server or
 * opinion; directory/keeper.h decides what follows from it.
 *
 * Groups within groups are followed here, since servers are slow at it.
 * Members are named by folded DN, or by id where the server tells it, as then
 * a renamed branch does not matter.
 */
#ifndef DIRECTORY_PEOPLE_H
#define DIRECTORY_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "directory/watch.h"

enum standing {
#define STANDING(name, word) STANDING_##name,
#include "directory/standing.def"
	STANDING_COUNT
};
const char *standing_word(enum standing standing);

/* What one entry says; everything is its own. */
struct sighting {
	char id[PERSON_ID_SIZE];
	bool group;
	bool deleted; /* a tombstone */
	bool disabled;
	time_t expires; /* 0 never */
	char *dn;
	char *address; /* "" has none */
	char *mailbox;
	char *home;
	char **members; /* of a group: folded DNs or ids */
	size_t member_count;
};
void sighting_clear(struct sighting *sighting);

/* Room for len + 1: lower case, no blanks around commas and equal signs. */
void dn_fold(char *out, const char *dn);

/* "0102..." of 16 bytes. */
void id_text(char out[PERSON_ID_SIZE], const unsigned char *bytes);

/* One user or group. */
struct row {
	char id[PERSON_ID_SIZE];
	bool group;
	bool disabled;
	bool addressless;
	bool entitled; /* was told to be */
	bool held;     /* not to be, but that waits for a person */
	bool kept;     /* a person discarded that; until all is well again */
	bool doubled;  /* known by people_double() */
	bool leaving;  /* noted by the keeper, until it is decided */
	enum evidence evidence; /* of what is held */
	enum standing gone;     /* OK, DELETED or ABSENT */
	time_t expires;
	char *dn;
	char *place;     /* folded dn, the name in by_dn */
	char *was_place; /* before it was renamed: groups follow late */
	char *address;
	char *mailbox;
	char *home;
	struct roll *roll;         /* of a group: its members */
	uint64_t mark;             /* of the last look that met it; 0: none */
	uint64_t moved_ms;         /* 0: home as it was told */
	struct row *next, *before; /* in the order of people_first() */
};

struct people;

/* groups: DNs; none and everybody is a member. Borrowed. */
struct people *people_new(const struct directive_list *groups);
void people_free(struct people **peoplep);

/* What seeing an entry changed. */
struct change {
	struct row *row;
	bool fresh;     /* was not known */
	bool members;   /* of a group; people_regroup() will show who */
	bool strangers; /* some left and some came whom nobody knows: perhaps
			   only renamed */
	bool person;    /* address or mailbox */
	bool home;
	char *address; /* as they were, to be freed by change_clear() */
	char *mailbox;
};
void people_see(struct people *people, const struct sighting *sighting,
		struct change *change);
void change_clear(struct change *change);

/* NULL if there is none. */
struct row *people_find(const struct people *people, const char *id);
struct row *people_at(const struct people *people, const char *dn);

/* Forgets a row that is neither entitled nor held. */
void people_forget(struct people *people, struct row *row);

/*
 * Groups' new members count once they have been gone through, some at a time;
 * begun anew meanwhile, all of them are. Until then those from before count.
 */
void people_regroup_begin(struct people *people);
bool people_regroup_some(struct people *people, unsigned most); /* true: done */
void people_regroup(struct people *people);

/* Members of a group one by one, NULL after the last. */
const char *people_member(const struct row *row, size_t number);

/* Whom groups name by an earlier DN is no member any more. */
void people_forget_renames(struct people *people);

/* A configured group that is not there, or NULL. */
const char *people_missing_group(const struct people *people);

enum standing people_standing(const struct people *people,
			      const struct row *row, time_t now);

/* Tells that he is entitled from now on, or no longer. */
void people_entitle(struct people *people, struct row *row, bool entitled);

/* Who is entitled under an address, or NULL. */
struct row *people_holder(const struct people *people, const char *address);

/* Who is known to have the address of another, its holder; or NULL. */
void people_note_double(struct people *people, struct row *row);
struct row *people_double(const struct people *people, const char *address);

/* All rows; see index_walk(). */
struct row *people_walk(const struct people *people, size_t *placep);

/* All rows by the next of each, the latest last. */
struct row *people_first(const struct people *people);

/* Another whenever a row came or went. */
uint64_t people_edition(const struct people *people);

size_t people_users(const struct people *people);
size_t people_entitled(const struct people *people);

/* Next moment after now at which an account expires; 0 none. */
time_t people_next_expiry(const struct people *people, time_t now);

/* A new mark, higher than any row's. */
uint64_t people_mark(struct people *people);

void person_of(const struct row *row, struct person *person);

#endif
