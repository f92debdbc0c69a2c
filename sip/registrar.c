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

enum binding {
#define BINDING(name, word) BINDING_##name,
#include "sip/binding.def"
};

static const char *const binding_words[] = {
#define BINDING(name, word) word,
#include "sip/binding.def"
};

struct contact {
	struct contact *next; /* best q first */
	struct user *user;
	char *uri, *call_id;
	uint32_t cseq;
	unsigned id, q;
	enum binding last;
	uint64_t since_ms, until_ms;
	struct flow_watch flow;
	struct timer timer;
};

struct user {
	struct hash_link link;
	struct registrar *registrar;
	struct contact *contacts;
	char entity[ENTITY_SIZE];
};

/* A contact that went, told of a little longer. */
struct ended {
	struct ended *next; /* older */
	char entity[ENTITY_SIZE];
	char *uri, *call_id;
	uint32_t cseq;
	unsigned id, q;
	enum binding last;
	uint64_t since_ms, ended_ms;
};

struct registrar {
	struct registrar_settings settings;
	registrar_h *handler;
	registrar_changed_h *changed;
	void *arg;
	struct hash users;
	unsigned count, last_id;
	struct ended *ended; /* newest first */
	struct timer sweep;
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

static void ended_free(struct ended **place)
{
	struct ended *ended = *place;

	*place = ended->next;
	free(ended->uri);
	free(ended->call_id);
	free(ended);
}

/* Those whose time is over, and those too many; the rest is looked at later. */
static void sweep(void *arg)
{
	struct registrar *registrar = arg;
	struct ended **place = &registrar->ended;
	unsigned count = 0;

	while (*place && count < ENDED_MAX &&
	       clock_ms() - (*place)->ended_ms < 1000 * ENDED_KEPT_S) {
		place = &(*place)->next;
		count++;
	}
	while (*place)
		ended_free(place);
	if (registrar->ended)
		timer_start(&registrar->sweep, ENDED_KEPT_S, sweep, registrar);
}

static void remember(const struct contact *contact, enum binding last)
{
	struct registrar *registrar = contact->user->registrar;
	struct ended *ended = x_new(struct ended);

	strcpy(ended->entity, contact->user->entity);
	ended->uri = x_strdup(contact->uri);
	ended->call_id = x_strdup(contact->call_id);
	ended->cseq = contact->cseq;
	ended->id = contact->id;
	ended->q = contact->q;
	ended->last = last;
	ended->since_ms = contact->since_ms;
	ended->ended_ms = clock_ms();
	ended->next = registrar->ended;
	registrar->ended = ended;
	if (!timer_running(&registrar->sweep))
		timer_start(&registrar->sweep, ENDED_KEPT_S, sweep, registrar);
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

static void contact_end(struct contact *contact, enum binding last)
{
	remember(contact, last);
	contact_free(contact);
}

static void tell_changed(const struct registrar *registrar, const char *entity)
{
	if (registrar->changed)
		registrar->changed(entity, registrar->arg);
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

	bool online;

	contact_end(contact, BINDING_EXPIRED);
	strcpy(entity, user->entity);
	online = user->contacts;
	if (!online)
		user_free(user);
	tell_changed(registrar, entity);
	if (!online)
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
	contact->id = ++user->registrar->last_id;
	contact->since_ms = clock_ms();
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
			contact_end(contact, BINDING_UNREGISTERED);
		return;
	}
	if (expires_s > registrar->settings.max_expires_s)
		expires_s = registrar->settings.max_expires_s;

	if (contact)
		contact->last = BINDING_REFRESHED;
	else
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
			contact_end(user->contacts, BINDING_UNREGISTERED);
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

unsigned registrar_forget(struct registrar *registrar, const char *entity)
{
	struct user *user = find(registrar, entity);
	unsigned count = 0;

	if (!user)
		return 0;

	while (user->contacts) {
		flow_close_soon(user->contacts->flow.flow);
		contact_end(user->contacts, BINDING_REJECTED);
		count++;
	}
	user_free(user);
	tell_changed(registrar, entity);
	registrar->handler(entity, false, registrar->arg);
	return count;
}

static unsigned seconds(uint64_t from_ms, uint64_t to_ms)
{
	return to_ms > from_ms ? (unsigned)((to_ms - from_ms) / 1000) : 0;
}

/* Of what is left a second begun counts: a client that was granted 600 is told
 * 600, not what remains after the time that its answer took to be written. */
static unsigned seconds_left(uint64_t now_ms, uint64_t until_ms)
{
	return seconds(now_ms, until_ms + 999);
}

static void tell_active(const struct contact *contact, uint64_t now_ms,
			registrar_binding_h *h, void *arg)
{
	const struct registrar_binding binding = {
		.uri = contact->uri,
		.call_id = contact->call_id,
		.cseq = contact->cseq,
		.id = contact->id,
		.q = contact->q,
		.expires_s = seconds_left(now_ms, contact->until_ms),
		.since_s = seconds(contact->since_ms, now_ms),
		.active = true,
		.event = binding_words[contact->last],
	};

	h(&binding, arg);
}

static void tell_ended(const struct ended *ended, uint64_t now_ms,
		       registrar_binding_h *h, void *arg)
{
	const struct registrar_binding binding = {
		.uri = ended->uri,
		.call_id = ended->call_id,
		.cseq = ended->cseq,
		.id = ended->id,
		.q = ended->q,
		.since_s = seconds(ended->since_ms, now_ms),
		.event = binding_words[ended->last],
	};

	h(&binding, arg);
}

void registrar_bindings(const struct registrar *registrar, const char *entity,
			registrar_binding_h *h, void *arg)
{
	const struct user *user = find(registrar, entity);
	uint64_t now_ms = clock_ms();

	for (const struct contact *contact = user ? user->contacts : NULL;
	     contact; contact = contact->next)
		tell_active(contact, now_ms, h, arg);
	for (const struct ended *ended = registrar->ended; ended;
	     ended = ended->next)
		if (!strcmp(ended->entity, entity))
			tell_ended(ended, now_ms, h, arg);
}

void registrar_on_change(struct registrar *registrar, registrar_changed_h *h)
{
	registrar->changed = h;
}

void registrar_contacts(const struct registrar *registrar, const char *entity,
			registrar_contact_h *h, void *arg)
{
	const struct user *user = find(registrar, entity);
	uint64_t now_ms = clock_ms();

	for (const struct contact *contact = user ? user->contacts : NULL;
	     contact; contact = contact->next)
		h(contact->uri, contact->q,
		  seconds_left(now_ms, contact->until_ms), arg);
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
	timer_stop(&registrar->sweep);
	while (registrar->ended)
		ended_free(&registrar->ended);
	free(registrar);
}
