/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For people.c and people_groups.c alone. */
#ifndef DIRECTORY_PEOPLE_PRIVATE_H
#define DIRECTORY_PEOPLE_PRIVATE_H

#include "base/index.h"
#include "directory/people.h"

struct texts {
	char **items;
	size_t count;
};

/* Of a group, its members. */
struct roll {
	struct row *row;
	struct roll *next, *before; /* of all groups */
	struct texts members;
	struct texts coming; /* from the next regrouping on */
	bool has_coming;
	uint64_t walked;    /* by the walk of this number */
	struct roll *below; /* on the pile of those to be walked */
};

/* Of no group any more, but of the index. */
struct retired {
	struct retired *next;
	struct texts texts;
};

struct people {
	const struct directive_list *groups;
	struct index *by_id;
	struct index *by_dn;
	struct index *holders; /* entitled, by address */
	struct index *doubles; /* others who have a holder's address */
	struct index *members; /* texts that belong to the rolls */
	struct index *coming;  /* that, anew; NULL: nobody gathers it */
	struct roll *rolls, *pile, *walked;
	size_t at; /* in the roll that is walked */
	struct retired *retired;
	struct row *first, *last;
	size_t renamed; /* rows with a place they had */
	uint64_t mark, edition, walk;
	size_t users;
};

const char *people_text_of(const void *item);
void people_roll_new(struct people *people, struct row *row);
void people_roll_free(struct people *people, struct row *row);
void people_groups_free(struct people *people);
void people_see_members(struct people *people, struct row *row,
			const struct sighting *sighting, struct change *change);
bool people_is_member(const struct people *people, const struct row *row);
bool people_may_name(const struct people *people, const char *place);

#endif
