/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/loop.h"
#include "directory/ad_place.h"

enum { PLACE_MAX = PERSON_ID_SIZE + 20 };

static void on_service(const struct dsa_entry *entry, void *arg)
{
	const struct dsa_attr *attr = dsa_entry_attr(entry, "invocationId");
	struct ad_place *place = arg;

	if (attr && attr->count && attr->values[0].len == PERSON_ID_BYTES)
		id_text(place->instance,
			(const unsigned char *)attr->values[0].data);
}

/* Where it may not be read the numbers alone must do. */
static void on_service_done(const struct dsa_result *result, void *arg)
{
	struct ad_place *place = arg;

	(void)result;
	place->query = NULL;
	place->known(place->arg);
}

void ad_place_start(struct ad_place *place, const struct way_env *env,
		    ad_place_h *known, void *arg)
{
	static const struct dsa_handlers handlers = { .entry = on_service,
						      .done = on_service_done };
	static const char *const attrs[] = { "invocationId", NULL };
	const struct dsa_search search = {
		.base = env->root->service,
		.scope = DSA_BASE,
		.attrs = attrs,
		.timeout_s = env->settings->timeout,
	};

	*place = (struct ad_place){ .env = env, .known = known, .arg = arg };
	snprintf(place->name, sizeof(place->name), "%s place", env->source);
	place->query = dsa_search(env->dsa, &search, &handlers, place);
}

void ad_place_stop(struct ad_place *place)
{
	dsa_cancel(&place->query);
}

void ad_place_keep(struct ad_place *place, uint64_t usn)
{
	struct buf out = BUF(PLACE_MAX);

	buf_print(&out, "%s %llu", place->instance, (unsigned long long)usn);
	keeper_set_cookie(place->env->keeper, place->name, out.data, out.len);
	buf_free(&out);
}

void ad_place_forget(struct ad_place *place)
{
	keeper_set_cookie(place->env->keeper, place->name, NULL, 0);
}

bool ad_place_is_another(const struct ad_place *place, uint64_t usn,
			 struct why *why)
{
	const struct people_cookie *was =
		keeper_cookie(place->env->keeper, place->name);
	size_t len;

	if (!was)
		return false;

	len = strcspn(was->data, " ");
	if (len && place->instance[0] &&
	    (len != strlen(place->instance) ||
	     memcmp(was->data, place->instance, len) != 0)) {
		why_set(why, ERR_EXPIRED,
			"its database is another than before");
		return true;
	}
	if (strtoull(was->data + len, NULL, 10) <= usn)
		return false;

	why_set(why, ERR_EXPIRED,
		"it was set back: update sequence number %llu, before%.20s",
		(unsigned long long)usn, was->data + len);
	return true;
}
