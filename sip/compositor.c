/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crypto.h"
#include "base/loop.h"
#include "sip/compositor.h"
#include "sip/dialog_info.h"
#include "sip/hash.h"
#include "sip/pidf_read.h"
#include "sip/uri.h"

enum { EXPIRES_DEFAULT_S = 3600 };

struct publication {
	struct hash_link link; /* by entity */
	struct compositor *compositor;
	struct timer timer;
	char etag[ETAG_SIZE];
	char name[PUBLICATION_SIZE];
	char entity[];
};

struct compositor {
	struct compositor_settings settings;
	compositor_h *handler;
	void *arg;
	struct hash publications;
	unsigned last_name;
};

static struct publication *of(struct hash_link *link)
{
	return HASH_ENTRY(link, struct publication, link);
}

static struct publication *next_of(struct hash_link *link, const char *entity)
{
	while (link && strcmp(of(link)->entity, entity) != 0)
		link = hash_next(link);

	return link ? of(link) : NULL;
}

static struct publication *first_of(const struct compositor *compositor,
				    const char *entity)
{
	return next_of(hash_first(&compositor->publications, hash_text(entity)),
		       entity);
}

static struct publication *find(const struct compositor *compositor,
				const char *entity, const char *etag)
{
	struct publication *publication = first_of(compositor, entity);

	while (publication && strcmp(publication->etag, etag) != 0)
		publication = next_of(hash_next(&publication->link), entity);

	return publication;
}

static void publication_free(struct publication *publication)
{
	timer_stop(&publication->timer);
	hash_remove(&publication->compositor->publications, &publication->link);
	free(publication);
}

static void end_aloud(void *arg)
{
	struct publication *publication = arg;
	struct compositor *compositor = publication->compositor;
	char entity[ENTITY_SIZE], name[PUBLICATION_SIZE];

	snprintf(entity, sizeof(entity), "%s", publication->entity);
	strcpy(name, publication->name);
	publication_free(publication);
	compositor->handler(entity, name, compositor->arg);
}

static struct publication *publication_new(struct compositor *compositor,
					   const char *entity)
{
	size_t bytes = strlen(entity) + 1;
	struct publication *publication =
		x_zalloc(sizeof(*publication) + bytes);

	publication->compositor = compositor;
	memcpy(publication->entity, entity, bytes);
	snprintf(publication->name, sizeof(publication->name), "p%u",
		 ++compositor->last_name);
	hash_add(&compositor->publications, &publication->link,
		 hash_text(entity));
	return publication;
}

static bool has_room(const struct compositor *compositor, const char *entity)
{
	struct publication *publication = first_of(compositor, entity);
	unsigned count = 0;

	for (; publication;
	     publication = next_of(hash_next(&publication->link), entity))
		count++;

	return count < PUBLICATIONS_MAX;
}

static void keep(struct publication *publication, struct publish_answer *answer)
{
	unsigned char bytes[(ETAG_SIZE - 1) / 2];

	crypto_random(bytes, sizeof(bytes));
	crypto_hex(bytes, sizeof(bytes), publication->etag);
	memcpy(answer->etag, publication->etag, ETAG_SIZE);
	memcpy(answer->publication, publication->name, PUBLICATION_SIZE);
	timer_start(&publication->timer, answer->expires_s, end_aloud,
		    publication);
}

/*
 * What claims nothing may be as brief as it likes: Kamailio's pua_dialoginfo
 * leaves a call that is over for ten seconds, and does not ask again.
 */
static int grant(const struct compositor_settings *settings, long asked,
		 bool says, unsigned *expires_s)
{
	if (asked == PUBLISH_EXPIRES_ABSENT)
		asked = EXPIRES_DEFAULT_S;
	if (asked && asked < settings->min_expires_s && says)
		return 423;

	*expires_s = asked > settings->max_expires_s ? settings->max_expires_s
						     : (unsigned)asked;
	return 200;
}

/* says: whether the body makes a claim. */
static void first_time(struct compositor *compositor,
		       const struct publish *what, bool says,
		       struct publish_answer *answer)
{
	/* Nothing to keep: said and over; the tag names nothing. */
	if (!answer->expires_s) {
		strcpy(answer->etag, "0");
		return;
	}

	if (!what->body)
		answer->status = 400;
	else if (!has_room(compositor, what->entity))
		answer->status = 503;
	if (answer->status != 200)
		return;

	answer->changed = says;
	keep(publication_new(compositor, what->entity), answer);
}

static void again(struct publication *publication, const struct publish *what,
		  bool says, struct publish_answer *answer)
{
	if (answer->expires_s) {
		answer->changed = what->body && says;
		answer->ended = what->body && !says;
		keep(publication, answer);
		return;
	}

	answer->ended = true;
	memcpy(answer->etag, publication->etag, ETAG_SIZE);
	memcpy(answer->publication, publication->name, PUBLICATION_SIZE);
	publication_free(publication);
}

static enum err read_body(const struct publish *what, struct claim *claim,
			  bool *saysp)
{
	if (what->kind == PUBLISH_DIALOG)
		return dialog_info_read(claim, saysp, what->body,
					what->body_bytes, NULL);
	return pidf_read(claim, what->body, what->body_bytes, NULL);
}

void compositor_take(struct compositor *compositor, const struct publish *what,
		     struct publish_answer *answer)
{
	struct publication *publication =
		what->etag ? find(compositor, what->entity, what->etag) : NULL;
	bool says = true;

	*answer = (struct publish_answer){ .status = 412 };
	if (what->etag && !publication)
		return;

	answer->status = 400;
	if (what->body && what->expires_s &&
	    read_body(what, &answer->claim, &says) != ERR_OK)
		return;

	answer->status = grant(&compositor->settings, what->expires_s, says,
			       &answer->expires_s);
	if (answer->status != 200)
		return;

	if (publication)
		again(publication, what, says, answer);
	else
		first_time(compositor, what, says, answer);
}

void compositor_forget(struct compositor *compositor, const char *entity)
{
	struct publication *publication;

	while ((publication = first_of(compositor, entity)))
		end_aloud(publication);
}

unsigned compositor_count(const struct compositor *compositor)
{
	return (unsigned)compositor->publications.count;
}

struct compositor *compositor_new(const struct compositor_settings *settings,
				  compositor_h *h, void *arg)
{
	struct compositor *compositor = x_new(struct compositor);

	compositor->settings = *settings;
	compositor->handler = h;
	compositor->arg = arg;
	return compositor;
}

void compositor_change(struct compositor *compositor,
		       const struct compositor_settings *settings)
{
	compositor->settings = *settings;
}

void compositor_free(struct compositor **compositorp)
{
	struct compositor *compositor = *compositorp;
	struct hash_link *link;

	*compositorp = NULL;
	if (!compositor)
		return;

	while ((link = hash_each(&compositor->publications, NULL)))
		publication_free(of(link));
	hash_free(&compositor->publications);
	free(compositor);
}
