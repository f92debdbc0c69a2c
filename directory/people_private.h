/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For people.c and people_groups.c alone. */
#ifndef DIRECTORY_PEOPLE_PRIVATE_H
#define DIRECTORY_PEOPLE_PRIVATE_H

#include "base/index.h"
#include "directory/people.h"

struct people {
	const struct directive_list *groups;
	struct index *by_id;
	struct index *by_dn;
	struct index *holders; /* entitled, by address */
	struct index *members; /* texts that belong to the groups' rows */
	struct row *first, *last;
	uint64_t mark, edition;
	size_t users;
};

void people_free_texts(char **texts, size_t count);
const char *people_text_of(const void *item);
void people_see_members(struct people *people, struct row *row,
			const struct sighting *sighting, struct change *change);
bool people_is_member(const struct people *people, const struct row *row);

#endif
