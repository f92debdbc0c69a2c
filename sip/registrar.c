/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/loop.h"
#include "sip/hash.h"
#include "sip/registrar.h"
#include "sip/uri.h"

enum { EXPIRES_DEFAULT_S = 3600 };

struct user;

struct contact {
	struct contact *next; /* best q first */
	struct user *user;
	char *uri, *call_id;
	uint32_t cseq;
	unsigned q;
	uint64_t until_ms;
	struct flow_watch flow;
	struct timer timer;
};

struct user {
	struct hash_link link;
	struct registrar *registrar;
	struct contact *contacts;
	char entity[ENTITY_SIZE];
};

struct registrar {
	struct registrar_settings settings;
	registrar_h *handler;
	void *arg;
	struct hash users;
	unsigned count;
};

static struct user *find(const struct registrar *registrar, const char *entity)
{
	struct hash_link *link =
		hash_first(&registrar->users, hash_text(entity));

	for (; link; link = hash_next(link)) {
		struct user *user = HASH_ENTRY(link, struct user, link);

		if (!strcmp(user->entity, entity))
			return user;
	}

	return NULL;
}

static void contact_free(struct contact *contact)
{
	struct contact **place = &contact->user->contacts;

	while (*place != contact)
		place = &(*place)->next;
	*place = contact->next;
	contact->user->registrar->count--;
	timer_stop(&contact->timer);
	flow_unwatch(&contact->flow);
	free(contact->uri);
	free(contact->call_id);
	free(contact);
}

static void user_free(struct user *user)
{
	while (user->contacts)
		contact_free(user->contacts);
	hash_remove(&user->registrar->users, &user->link);
	free(user);
}

/* Its time is over, or its connection. */
static void on_gone(void *arg)
{
	struct contact *contact = arg;
	struct user *user = contact->user;
	struct registrar *registrar = user->registrar;
	char entity[ENTITY_SIZE];

	contact_free(contact);
	if (user->contacts)
		return;

	strcpy(entity, user->entity);
	user_free(user);
	registrar->handler(entity, false, registrar->arg);
}

static struct contact *find_contact(const struct user *user, const char *uri)
{
	struct contact *contact = user ? user->contacts : NULL;

	while (contact && strcmp(contact->uri, uri) != 0)
		contact = contact->next;

	return contact;
}

static bool is_older(const struct contact *contact,
		     const struct register_request *request)
{
	return !strcmp(contact->call_id, request->call_id) &&
	       request->cseq <= contact->cseq;
}

static long wanted_s(const struct register_request *request, size_t i)
{
	long expires_s = request->contacts[i].expires_s;

	if (expires_s == CONTACT_EXPIRES_ABSENT)
		expires_s = request->expires_s;
	return expires_s == CONTACT_EXPIRES_ABSENT ? EXPIRES_DEFAULT_S
						   : expires_s;
}

/* What is wrong with the request as a whole; 200 nothing. */
static int judge(const struct registrar *registrar, const struct user *user,
		 const struct register_request *request)
{
	if (request->all && (request->count || request->expires_s != 0))
		return 400;
	if (request->count > CONTACTS_MAX)
		return 503;

	for (const struct contact *contact = user ? user->contacts : NULL;
	     request->all && contact; contact = contact->next)
		if (is_older(contact, request))
			return 500;

	for (size_t i = 0; i < request->count; i++) {
		const struct contact *known =
			find_contact(user, request->contacts[i].uri);
		long expires_s = wanted_s(request, i);

		if (expires_s && expires_s < registrar->settings.min_expires_s)
			return 423;
		if (known && is_older(known, request))
			return 500;
	}

	return 200;
}

static bool has_room(const struct user *user,
		     const struct register_request *request)
{
	size_t count = 0;

	for (const struct contact *contact = user->contacts; contact;
	     contact = contact->next)
		count++;
	for (size_t i = 0; i < request->count; i++)
		count += wanted_s(request, i) &&
			 !find_contact(user, request->contacts[i].uri);

	return count <= CONTACTS_MAX;
}

static struct contact *contact_new(struct user *user, const char *uri)
{
	struct contact *contact = x_new(struct contact);

	contact->user = user;
	contact->uri = x_strdup(uri);
	contact->next = user->contacts;
	user->contacts = contact;
	user->registrar->count++;
	return contact;
}

static void sort(struct user *user)
{
	struct contact *rest = user->contacts;

	user->contacts = NULL;
	while (rest) {
		struct contact *contact = rest;
		struct contact **place = &user->contacts;

		rest = contact->next;
		while (*place && (*place)->q > contact->q)
			place = &(*place)->next;
		contact->next = *place;
		*place = contact;
	}
}

static void bind_contact(struct user *user,
			 const struct register_request *request, size_t i)
{
	const struct registrar *registrar = user->registrar;
	const struct register_contact *what = &request->contacts[i];
	struct contact *contact = find_contact(user, what->uri);
	long expires_s = wanted_s(request, i);

	if (!expires_s) {
		if (contact)
			contact_free(contact);
		return;
	}
	if (expires_s > registrar->settings.max_expires_s)
		expires_s = registrar->settings.max_expires_s;

	if (!contact)
		contact = contact_new(user, what->uri);
	free(contact->call_id);
	contact->call_id = x_strdup(request->call_id);
	contact->cseq = request->cseq;
	contact->q = what->q;
	contact->until_ms = clock_ms() + 1000ULL * (unsigned long)expires_s;
	timer_start(&contact->timer, (unsigned)expires_s, on_gone, contact);
	flow_watch(&contact->flow, request->flow, on_gone, contact);
}

static struct user *user_new(struct registrar *registrar, const char *entity)
{
	struct user *user = x_new(struct user);

	user->registrar = registrar;
	strncpy(user->entity, entity, sizeof(user->entity) - 1);
	hash_add(&registrar->users, &user->link, hash_text(user->entity));
	return user;
}

int registrar_take(struct registrar *registrar,
		   const struct register_request *request, int *onlinep)
{
	struct user *user = find(registrar, request->entity);
	int status = judge(registrar, user, request);
	bool was_online = user;

	*onlinep = 0;
	if (status != 200)
		return status;
	if (!request->count && !request->all)
		return 200;

	if (!user)
		user = user_new(registrar, request->entity);
	if (has_room(user, request)) {
		while (request->all && user->contacts)
			contact_free(user->contacts);
		for (size_t i = 0; i < request->count; i++)
			bind_contact(user, request, i);
		sort(user);
	} else {
		status = 503;
	}

	*onlinep = (user->contacts ? 1 : 0) - (was_online ? 1 : 0);
	if (!user->contacts)
		user_free(user);
	return status;
}

void registrar_forget(struct registrar *registrar, const char *entity)
{
	struct user *user = find(registrar, entity);

	if (!user)
		return;

	for (const struct contact *contact = user->contacts; contact;
	     contact = contact->next)
		flow_close_soon(contact->flow.flow);
	user_free(user);
	registrar->handler(entity, false, registrar->arg);
}

void registrar_contacts(const struct registrar *registrar, const char *entity,
			registrar_contact_h *h, void *arg)
{
	const struct user *user = find(registrar, entity);
	uint64_t now_ms = clock_ms();

	for (const struct contact *contact = user ? user->contacts : NULL;
	     contact; contact = contact->next)
		h(contact->uri, contact->q,
		  contact->until_ms > now_ms
			  ? (unsigned)((contact->until_ms - now_ms) / 1000)
			  : 0,
		  arg);
}

unsigned registrar_count(const struct registrar *registrar)
{
	return registrar->count;
}

struct registrar *registrar_new(const struct registrar_settings *settings,
				registrar_h *h, void *arg)
{
	struct registrar *registrar = x_new(struct registrar);

	registrar->settings = *settings;
	registrar->handler = h;
	registrar->arg = arg;
	return registrar;
}

void registrar_change(struct registrar *registrar,
		      const struct registrar_settings *settings)
{
	registrar->settings = *settings;
}

void registrar_free(struct registrar **registrarp)
{
	struct registrar *registrar = *registrarp;
	struct hash_link *link;

	*registrarp = NULL;
	if (!registrar)
		return;

	while ((link = hash_each(&registrar->users, NULL)))
		user_free(HASH_ENTRY(link, struct user, link));
	hash_free(&registrar->users);
	free(registrar);
}
