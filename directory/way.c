/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "directory/sync_info.h"
#include "directory/way.h"

/* LDAP_CAP_ACTIVE_DIRECTORY_OID, [MS-ADTS] 3.1.1.3.4.3.1. */
static const char ad_oid[] = "1.2.840.113556.1.4.800";

const char *const root_attrs[] = {
	"supportedControl",
	"supportedCapabilities",
	"namingContexts",
	"defaultNamingContext",
	"highestCommittedUSN",
	"dsServiceName",
	NULL,
};

static bool has_value(const struct dsa_entry *entry, const char *name,
		      const char *value)
{
	const struct dsa_attr *attr = dsa_entry_attr(entry, name);

	for (size_t i = 0; attr && i < attr->count; i++)
		if (!strcmp(attr->values[i].data, value))
			return true;

	return false;
}

bool way_is_below(const char *dn, const char *base)
{
	char *a = x_zalloc(strlen(dn) + 1);
	char *b = x_zalloc(strlen(base) + 1);
	size_t len, top;
	bool below;

	dn_fold(a, dn);
	dn_fold(b, base);
	len = strlen(a);
	top = strlen(b);
	below = len >= top && !strcmp(a + len - top, b) &&
		(len == top || !top || a[len - top - 1] == ',');
	free(a);
	free(b);
	return below;
}

/* The longest of the contexts that base is below of. */
static void choose_domain(const struct dsa_entry *entry, const char *base,
			  struct root *root)
{
	const struct dsa_attr *attr = dsa_entry_attr(entry, "namingContexts");

	strncpy(root->domain, base, sizeof(root->domain) - 1);
	for (size_t i = 0; attr && i < attr->count; i++) {
		const char *context = attr->values[i].data;

		if (strlen(context) < sizeof(root->domain) && *context &&
		    way_is_below(base, context))
			strcpy(root->domain, context);
	}
}

void root_read(const struct dsa_entry *entry, const char *base,
	       struct root *root)
{
	*root = (struct root){
		.sync = has_value(entry, "supportedControl", SYNC_OID_REQUEST),
		.ad = has_value(entry, "supportedCapabilities", ad_oid),
		.usn = strtoull(dsa_entry_text(entry, "highestCommittedUSN"),
				NULL, 10),
	};
	strncpy(root->service, dsa_entry_text(entry, "dsServiceName"),
		sizeof(root->service) - 1);
	choose_domain(entry, base, root);
}

/* Everything is read every so often by the watch itself: nothing to add. */
static void *poll_start(const struct way_env *env)
{
	(void)env;
	return NULL;
}

static void poll_stop(void *way)
{
	(void)way;
}

const struct way way_poll = {
	.name = "poll",
	.start = poll_start,
	.stop = poll_stop,
};

const struct way *way_choose(const struct watch_settings *settings,
			     const struct root *root)
{
	const struct way *all[] = { &way_sync, &way_ad, &way_poll };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(settings->way, all[i]->name))
			return all[i];

	if (root->ad)
		return &way_ad;
	return root->sync ? &way_sync : &way_poll;
}

const char *way_user_filter(const struct way_env *env)
{
	if (env->settings->filter[0])
		return env->settings->filter;
	return env->root->ad ? "(&(objectCategory=person)(objectClass=user))"
			     : "(objectClass=person)";
}

const char *way_group_filter(const struct way_env *env)
{
	if (env->settings->group_filter[0])
		return env->settings->group_filter;
	return env->root->ad ? "(objectClass=group)"
			     : "(|(objectClass=groupOfNames)"
			       "(objectClass=groupOfUniqueNames)"
			       "(objectClass=groupOfMembers))";
}

const char *way_group_base(const struct way_env *env)
{
	if (env->settings->group_base[0])
		return env->settings->group_base;
	return env->root->ad ? env->root->domain : env->settings->base;
}
