/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What members.c and members_missed.c share; nobody else includes this. */
#ifndef MODULE_MEMBERS_PRIVATE_H
#define MODULE_MEMBERS_PRIVATE_H

#include "base/index.h"
#include "base/loop.h"
#include "module/members.h"

struct source {
	char *name;
	bool settled;
	struct source *next;
};

/* That a source names a user. */
struct naming {
	const struct source *source;
	struct user user; /* user.entity is the member's */
	const char *id, *dn;
	bool seen; /* since members_begin() */
	struct naming *next;
};

struct member {
	const char *entity;
	struct naming *namings; /* the first one counts */
};

struct members {
	struct members_options options;
	struct licence *licence;
	struct index *index;
	struct source *sources;
	char **held; /* entities */
	size_t held_count;
	struct dropped *dropped;
	struct timer dropping;
};

/* NULL if there is none. */
struct member *member_find(const struct members *members, const char *entity);
struct source *member_source(const struct members *members, const char *name);
struct naming *member_naming(const struct member *member,
			     const struct source *source);

void member_serve(struct members *members, const char *entity);

/* The source names him no more; the member may be gone then. */
void member_unname(struct members *members, struct member *member,
		   const struct source *source,
		   const struct licence_cause *cause);

void members_release_held(struct members *members);

/* At the end: whom those named is as he is. */
void members_forget_dropped(struct members *members);

#endif
