/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/index.h"
#include "base/intern.h"
#include "module/members_private.h"

static const char *member_name(const void *item)
{
	return ((const struct member *)item)->entity;
}

struct member *member_find(const struct members *members, const char *entity)
{
	return index_find(members->index, entity);
}

struct source *member_source(const struct members *members, const char *name)
{
	struct source *source = members->sources;

	while (source && strcmp(source->name, name) != 0)
		source = source->next;
	return source;
}

struct naming *member_naming(const struct member *member,
			     const struct source *source)
{
	struct naming *naming = member ? member->namings : NULL;

	while (naming && naming->source != source)
		naming = naming->next;
	return naming;
}

static void naming_free(struct naming *naming)
{
	intern_drop(&naming->user.mailbox);
	intern_drop(&naming->user.gateway);
	intern_drop(&naming->id);
	intern_drop(&naming->dn);
	free(naming);
}

static void member_free(struct member *member)
{
	while (member->namings) {
		struct naming *naming = member->namings;

		member->namings = naming->next;
		naming_free(naming);
	}
	intern_drop(&member->entity);
	free(member);
}

/* Somebody whom only an administrator's word keeps has the usual mailbox. */
void member_serve(struct members *members, const char *entity)
{
	const struct member *member = member_find(members, entity);
	const char *at = strchr(entity, ':');
	const struct user user = { .entity = entity,
				   .mailbox = at ? at + 1 : entity,
				   .gateway = "" };

	if (member) {
		members->options.handlers.serve(&member->namings->user,
						members->options.arg);
		return;
	}

	members->options.handlers.serve(&user, members->options.arg);
}

static void on_licence(const char *entity, bool entitled,
		       const struct licence_cause *cause, void *arg)
{
	struct members *members = arg;

	if (entitled)
		member_serve(members, entity);
	else
		members->options.handlers.dismiss(entity, cause,
						  members->options.arg);
}

enum err members_new(struct members **membersp,
		     const struct members_options *options, struct why *why)
{
	struct members *members = x_new(struct members);
	const struct licence_options licence = {
		.pool = options->pool,
		.store = options->store,
		.store_arg = options->store_arg,
		.changed = on_licence,
		.arg = members,
	};
	enum err err = licence_new(&members->licence, &licence, why);

	members->options = *options;
	members->index = index_new(member_name);
	if (err)
		members_free(&members);
	*membersp = members;
	return err;
}

void members_free(struct members **membersp)
{
	struct members *members = *membersp;
	struct member *member;
	size_t place = 0;

	if (!members)
		return;

	members_forget_dropped(members);
	while ((member = index_walk(members->index, &place)))
		member_free(member);
	index_free(&members->index);
	while (members->sources) {
		struct source *source = members->sources;

		members->sources = source->next;
		free(source->name);
		free(source);
	}
	members_release_held(members);
	licence_free(&members->licence);
	free(members);
	*membersp = NULL;
}

void members_change(struct members *members, unsigned pool, bool guests)
{
	members->options.guests = guests;
	licence_pool(members->licence, pool);
}

struct licence *members_licence(struct members *members)
{
	return members->licence;
}

void members_add_source(struct members *members, const char *name)
{
	struct source *source = x_new(struct source);

	source->name = x_strdup(name);
	source->next = members->sources;
	members->sources = source;
}

/* True: his calendar is another one now. */
static bool fill(struct naming *naming, const struct member_place *place,
		 const struct user *user)
{
	bool differs = !naming->user.mailbox ||
		       strcmp(naming->user.mailbox, user->mailbox) != 0 ||
		       strcmp(naming->user.gateway, user->gateway) != 0 ||
		       !wishes_equal(&naming->user.wishes, &user->wishes);

	intern_replace(&naming->user.mailbox, user->mailbox);
	intern_replace(&naming->user.gateway, user->gateway);
	naming->user.wishes = user->wishes;
	intern_replace(&naming->id, place->id ? place->id : "");
	intern_replace(&naming->dn, place->dn ? place->dn : "");
	naming->seen = true;
	return differs;
}

static struct member *get(struct members *members, const char *entity)
{
	struct member *member = member_find(members, entity);

	if (member)
		return member;

	member = x_new(struct member);
	member->entity = intern(entity);
	index_put(members->index, member);
	return member;
}

static struct naming *get_naming(struct member *member,
				 const struct source *source)
{
	struct naming *naming = member_naming(member, source);
	struct naming **place = &member->namings;

	if (naming)
		return naming;

	naming = x_new(struct naming);
	naming->source = source;
	naming->user.entity = member->entity;
	while (*place)
		place = &(*place)->next;
	*place = naming;
	return naming;
}

/* The same address is another person's now, who is served anew. */
static bool is_other_person(const struct naming *naming,
			    const struct member_place *place)
{
	return naming && naming->id[0] && place->id[0] &&
	       strcmp(naming->id, place->id) != 0;
}

void members_put(struct members *members, const struct member_place *place,
		 const struct user *user, const struct licence_cause *cause)
{
	const struct source *source = member_source(members, place->source);
	struct member *member = get(members, user->entity);
	struct naming *naming = member_naming(member, source);
	bool was_entitled, differs;

	if (is_other_person(naming, place))
		licence_want(members->licence, user->entity, false, cause);
	was_entitled = licence_entitled(members->licence, user->entity);
	naming = get_naming(member, source);
	differs = fill(naming, place, user) && naming == member->namings;
	licence_want(members->licence, user->entity, true, cause);
	if (was_entitled && differs)
		member_serve(members, user->entity);
}

/* Whoever is left names him still, perhaps with another calendar. */
void member_unname(struct members *members, struct member *member,
		   const struct source *source,
		   const struct licence_cause *cause)
{
	struct naming *naming = member_naming(member, source);
	struct naming **place = &member->namings;
	bool was_first = naming == member->namings;
	const char *entity;

	if (!naming)
		return;

	while (*place != naming)
		place = &(*place)->next;
	*place = naming->next;
	naming_free(naming);
	if (member->namings) {
		if (was_first &&
		    licence_entitled(members->licence, member->entity))
			member_serve(members, member->entity);
		return;
	}

	entity = member->entity;
	index_take(members->index, entity);
	free(member);
	licence_want(members->licence, entity, false, cause);
	intern_drop(&entity);
}

void members_drop(struct members *members, const char *source,
		  const char *entity, const struct licence_cause *cause)
{
	struct member *member = member_find(members, entity);

	if (member)
		member_unname(members, member, member_source(members, source),
			      cause);
}

bool members_entitled(const struct members *members, const char *entity)
{
	enum licence_state state = licence_state(members->licence, entity);

	return state == LICENCE_NONE ? members->options.guests
				     : state == LICENCE_GRANTED;
}

bool members_known(const struct members *members, const char *entity)
{
	return member_find(members, entity) ||
	       licence_state(members->licence, entity) != LICENCE_NONE;
}

static void tell(const struct naming *naming, member_h *h, void *arg)
{
	const struct member_place place = { .source = naming->source->name,
					    .id = naming->id,
					    .dn = naming->dn };

	h(&naming->user, &place, arg);
}

void members_of(const struct members *members, const char *entity, member_h *h,
		void *arg)
{
	const struct member *member = member_find(members, entity);

	for (const struct naming *naming = member ? member->namings : NULL;
	     naming; naming = naming->next)
		tell(naming, h, arg);
}

void members_each(const struct members *members, member_h *h, void *arg)
{
	const struct member *member;
	size_t place = 0;

	while ((member = index_walk(members->index, &place)))
		tell(member->namings, h, arg);
}

size_t members_count(const struct members *members)
{
	return index_count(members->index);
}
