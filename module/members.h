/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who our users are, where each was learned of (the configuration and any
 * number of directories, which we call sources), and which of them hold a
 * licence. A user is wanted as long as one source names him; whoever named
 * him first says where his calendar is.
 *
 * After a restart the ledger knows users whom no source names any more. Once
 * every source has told all it knows (members_settled()) they are revoked,
 * unless they are suspiciously many: then they are held for a person.
 */
#ifndef MODULE_MEMBERS_H
#define MODULE_MEMBERS_H

#include "directory/licence.h"
#include "module/users.h"

struct members;

/* The last thing members do; each may ask, none may change them. */
struct members_handlers {
	/* Holds a licence: newly, or with another calendar than before. */
	void (*serve)(const struct user *user, void *arg);
	/* His licence is revoked, or he waits for one now. */
	void (*dismiss)(const char *entity, const struct licence_cause *cause,
			void *arg);
};

struct members_options {
	unsigned pool; /* 0: no limit */
	bool guests;   /* who is not a user may do what users may */
	const struct licence_store *store;
	void *store_arg;
	struct members_handlers handlers;
	void *arg;
};

enum err members_new(struct members **membersp,
		     const struct members_options *options, struct why *why);
void members_free(struct members **membersp);

/* At run time; the options they began with. */
void members_change(struct members *members, unsigned pool, bool guests);

/* As the licence rows call it: grants, revocations, counts, history. */
struct licence *members_licence(struct members *members);

/* A source comes; it is waited for before anybody is missed. */
void members_add_source(struct members *members, const char *source);

/* It is no more; whom it alone named goes, of very many some a turn. What the
   cause says stays as long as the members. */
void members_drop_source(struct members *members, const char *source,
			 const struct licence_cause *cause);

/* It will tell everything again: who is not named until then is missed. */
void members_begin(struct members *members, const char *source);

/* id: what the source knows him by, "" none. */
struct member_place {
	const char *source;
	const char *id;
	const char *dn;
};
void members_put(struct members *members, const struct member_place *place,
		 const struct user *user, const struct licence_cause *cause);
void members_drop(struct members *members, const char *source,
		  const char *entity, const struct licence_cause *cause);

/* Everything was told; trusted: it cannot be mistaken, so nobody is held. */
void members_settled(struct members *members, const char *source, bool trusted,
		     const struct licence_cause *cause);

/* Users missed and held; revoke or keep them. How many. */
size_t members_held(const struct members *members);
size_t members_confirm(struct members *members,
		       const struct licence_cause *cause);
size_t members_discard(struct members *members);

/* May register, publish, watch. */
bool members_entitled(const struct members *members, const char *entity);

/* Named by a source, or by the ledger. */
bool members_known(const struct members *members, const char *entity);

typedef void member_h(const struct user *user, const struct member_place *place,
		      void *arg);

/* One call for each source that names him. */
void members_of(const struct members *members, const char *entity, member_h *h,
		void *arg);

/* Each user whom a source names, once. */
void members_each(const struct members *members, member_h *h, void *arg);
size_t members_count(const struct members *members);

#endif
