/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "directory/ber.h"
#include "directory/listing.h"

static const char paged_oid[] = "1.2.840.113556.1.4.319";
static const char extended_dn_oid[] = "1.2.840.113556.1.4.529";

enum { RANGE_NAME_SIZE = 64, PAGE_COOKIE_MAX = 65536, ATTRS_MAX = 80 };

/* A group whose members come in parts. */
struct part {
	struct part *next;
	struct sighting sighting;
	unsigned long from;
};

struct listing {
	const struct way_env *env;
	struct listing_handlers handlers;
	void *arg;
	char *base;
	char *filter;
	char *page; /* the server's cookie */
	size_t page_len;
	struct dsa_query *query;
	struct part *parts;
};

static void ask_page(struct listing *listing);
static void ask_part(struct listing *listing);

static void finish(struct listing *listing, const struct why *why)
{
	struct listing_handlers handlers = listing->handlers;
	void *arg = listing->arg;

	handlers.done(why, arg);
}

static struct part *part_of(struct listing *listing,
			    const struct dsa_entry *entry,
			    struct sighting *sighting)
{
	for (size_t i = 0; i < entry->attr_count; i++) {
		unsigned long next = entry_range_next(entry->attrs[i].name);
		struct part *part;

		if (!next)
			continue;
		part = x_new(struct part);
		part->sighting = *sighting;
		part->from = next;
		part->next = listing->parts;
		listing->parts = part;
		return part;
	}

	return NULL;
}

static void on_entry(const struct dsa_entry *entry, void *arg)
{
	struct listing *listing = arg;
	struct sighting sighting;

	if (entry_read(listing->env->reader, entry, &sighting) &&
	    part_of(listing, entry, &sighting))
		return;

	if (sighting.id[0])
		listing->handlers.seen(&sighting, listing->arg);
	sighting_clear(&sighting);
}

/* The cookie of the next page; false at the last. */
static bool take_page(struct listing *listing, const struct dsa_result *result)
{
	const struct dsa_control *control =
		dsa_control_find(result->controls, result->control_count,
				 paged_oid);
	struct ber ber, inside, cookie;
	int64_t size;

	free(listing->page);
	listing->page = NULL;
	if (!control)
		return false;

	ber = ber_of(control->value.data, control->value.len);
	if (!ber_take(&ber, BER_SEQUENCE, &inside) ||
	    !ber_take_number(&inside, BER_INTEGER, &size) ||
	    !ber_take(&inside, BER_OCTETS, &cookie) || !cookie.len ||
	    cookie.len > PAGE_COOKIE_MAX)
		return false;

	listing->page = x_zalloc(cookie.len + 1);
	memcpy(listing->page, cookie.data, cookie.len);
	listing->page_len = cookie.len;
	return true;
}

static void on_page(const struct dsa_result *result, void *arg)
{
	struct listing *listing = arg;

	listing->query = NULL;
	if (result->code || result->why.err)
		finish(listing, &result->why);
	else if (take_page(listing, result))
		ask_page(listing);
	else if (listing->parts)
		ask_part(listing);
	else
		finish(listing, &result->why);
}

static void write_page(const struct listing *listing, struct buf *out)
{
	struct buf inside = BUF(PAGE_COOKIE_MAX + 64);

	ber_add_number(&inside, BER_INTEGER, listing->env->settings->page);
	ber_add(&inside, BER_OCTETS, listing->page ? listing->page : "",
		listing->page ? listing->page_len : 0);
	ber_add(out, BER_SEQUENCE, inside.data, inside.len);
	buf_free(&inside);
}

static void ask_page(struct listing *listing)
{
	static const struct dsa_handlers handlers = { .entry = on_entry,
						      .done = on_page };
	const struct way_env *env = listing->env;
	struct buf page = BUF(PAGE_COOKIE_MAX + 128);
	struct dsa_control controls[2];
	struct dsa_search search = {
		.base = listing->base,
		.scope = DSA_SUBTREE,
		.filter = listing->filter,
		.attrs = entry_reader_attrs(env->reader),
		.controls = controls,
		.control_count = env->root->ad ? 2 : 1,
		.timeout_s = env->settings->timeout,
		.patient = true,
	};

	write_page(listing, &page);
	controls[0] = (struct dsa_control){
		.oid = paged_oid,
		.value = { .data = page.data, .len = page.len },
	};
	controls[1] = (struct dsa_control){ .oid = extended_dn_oid };
	listing->query = dsa_search(env->dsa, &search, &handlers, listing);
	buf_free(&page);
}

/* What came now is put behind what was there; next 0: it was the last. */
static void on_part(const struct dsa_entry *entry, void *arg)
{
	struct listing *listing = arg;
	struct sighting *whole = &listing->parts->sighting;
	struct sighting more;

	listing->parts->from = 0;
	for (size_t i = 0; i < entry->attr_count; i++)
		if (entry_range_next(entry->attrs[i].name))
			listing->parts->from =
				entry_range_next(entry->attrs[i].name);
	if (entry_read(listing->env->reader, entry, &more)) {
		size_t all = whole->member_count + more.member_count;

		whole->members =
			x_realloc(whole->members, (all + 1) * sizeof(char *));
		if (more.member_count)
			memcpy(whole->members + whole->member_count,
			       more.members,
			       more.member_count * sizeof(char *));
		whole->member_count = all;
		more.member_count = 0;
	}
	sighting_clear(&more);
}

static void on_part_done(const struct dsa_result *result, void *arg)
{
	struct listing *listing = arg;
	struct part *part = listing->parts;

	listing->query = NULL;
	if (result->why.err) {
		finish(listing, &result->why);
		return;
	}
	if (part->from) {
		ask_part(listing);
		return;
	}

	listing->parts = part->next;
	listing->handlers.seen(&part->sighting, listing->arg);
	sighting_clear(&part->sighting);
	free(part);
	if (listing->parts)
		ask_part(listing);
	else
		finish(listing, &result->why);
}

static void ask_part(struct listing *listing)
{
	static const struct dsa_handlers handlers = { .entry = on_part,
						      .done = on_part_done };
	const struct way_env *env = listing->env;
	const struct dsa_control control = { .oid = extended_dn_oid };
	char name[RANGE_NAME_SIZE];
	const char *const attrs[] = { "objectClass", "objectGUID", name, NULL };
	struct buf out = BUF(sizeof(name) - 1);
	struct dsa_search search = {
		.base = listing->parts->sighting.dn,
		.scope = DSA_BASE,
		.attrs = attrs,
		.controls = &control,
		.control_count = env->root->ad ? 1 : 0,
		.timeout_s = env->settings->timeout,
	};

	buf_print(&out, "member;range=%lu-*", listing->parts->from);
	memcpy(name, out.data, out.len + 1);
	buf_free(&out);
	listing->parts->from = 0;
	listing->query = dsa_search(env->dsa, &search, &handlers, listing);
}

struct listing *listing_new(const struct way_env *env,
			    const struct listing_options *options,
			    const struct listing_handlers *handlers, void *arg)
{
	struct listing *listing = x_new(struct listing);

	listing->env = env;
	listing->handlers = *handlers;
	listing->arg = arg;
	listing->base = x_strdup(options->base);
	listing->filter = x_strdup(options->filter);
	ask_page(listing);
	return listing;
}

void listing_free(struct listing **listingp)
{
	struct listing *listing = *listingp;

	if (!listing)
		return;

	dsa_cancel(&listing->query);
	while (listing->parts) {
		struct part *part = listing->parts;

		listing->parts = part->next;
		sighting_clear(&part->sighting);
		free(part);
	}
	free(listing->base);
	free(listing->filter);
	free(listing->page);
	free(listing);
	*listingp = NULL;
}

static void add_guid(struct buf *out, const char *id)
{
	buf_print(out, "(objectGUID=");
	for (int i = 0; i < 2 * PERSON_ID_BYTES; i += 2)
		buf_print(out, "\\%.2s", id + i);
	buf_print(out, ")");
}

static void add_uuid(struct buf *out, const char *id)
{
	buf_print(out, "(entryUUID=%.8s-%.4s-%.4s-%.4s-%.12s)", id, id + 8,
		  id + 12, id + 16, id + 20);
}

void listing_filter_ids(struct buf *out, const struct way_env *env,
			const char *filter, char (*ids)[PERSON_ID_SIZE],
			size_t count)
{
	buf_print(out, "(&%s(|", filter);
	for (size_t i = 0; i < count; i++)
		if (env->root->ad)
			add_guid(out, ids[i]);
		else
			add_uuid(out, ids[i]);
	buf_print(out, "))");
}
