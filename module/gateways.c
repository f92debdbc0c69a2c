/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "module/gateways.h"

struct set {
	struct gateway **items;
	size_t count;
};

struct gateways {
	struct set now;
	struct set before; /* until settled; those in both are kept */
	struct gateway_settings *off; /* those that are not to be used */
	size_t off_count;
};

static enum err parse_all(struct gateway_settings *all,
			  const struct directive_list *texts, struct why *why)
{
	for (size_t i = 0; i < texts->count; i++) {
		enum err err = gateway_parse(&all[i], texts->items[i], why);

		if (err)
			return err;
		for (size_t j = 0; j < i; j++)
			if (!strcmp(all[i].name, all[j].name))
				return why_set(why, ERR_CONFIG,
					       "gateway %s is given twice",
					       all[i].name);
	}
	return ERR_OK;
}

static void free_settings(struct gateway_settings *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		directive_free(&gateway_table, &all[i]);
	free(all);
}

static struct gateway_settings *settings_new(size_t count)
{
	struct gateway_settings *all =
		x_zalloc((count + 1) * sizeof(struct gateway_settings));

	for (size_t i = 0; i < count; i++)
		directive_defaults(&gateway_table, &all[i]);
	return all;
}

static enum err check_secret(const struct gateway_settings *settings,
			     struct why *why)
{
	struct why inner = { .err = ERR_OK };
	char secret[SECRET_SIZE];
	enum err err = secret_read(secret, settings->secret, &inner);

	secret_wipe(secret);
	return err ? why_set(why, err, "gateway %s: %s", settings->name,
			     inner.text)
		   : ERR_OK;
}

enum err gateways_check(const struct directive_list *texts, struct why *why)
{
	struct gateway_settings *all = settings_new(texts->count);
	enum err err = parse_all(all, texts, why);

	for (size_t i = 0; !err && i < texts->count; i++)
		if (all[i].enabled)
			err = check_secret(&all[i], why);
	free_settings(all, texts->count);
	return err;
}

/* But for where the secret is, which can change on the way. */
static bool same(const struct gateway_settings *a,
		 const struct gateway_settings *b)
{
	const struct directive *secret =
		directive_find(&gateway_table, "secret");

	for (size_t i = 0; i < gateway_table.count; i++)
		if (&gateway_table.rows[i] != secret &&
		    !directive_equal(&gateway_table.rows[i], a, b))
			return false;
	return true;
}

static struct gateway *find_same(const struct set *set,
				 const struct gateway_settings *settings)
{
	for (size_t i = 0; i < set->count; i++)
		if (same(gateway_settings(set->items[i]), settings))
			return set->items[i];
	return NULL;
}

static bool has(const struct set *set, const struct gateway *gateway)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->items[i] == gateway)
			return true;
	return false;
}

/* Frees what of old is not in kept. */
static void free_set(struct set *old, const struct set *kept)
{
	for (size_t i = 0; i < old->count; i++)
		if (!has(kept, old->items[i]))
			gateway_free(&old->items[i]);
	free(old->items);
	*old = (struct set){ .count = 0 };
}

/* Those that stay the same and those that are made. */
static enum err make_set(struct set *set, const struct set *old,
			 const struct gateway_settings *all, size_t count,
			 struct why *why)
{
	set->items = x_zalloc((count + 1) * sizeof(*set->items));
	for (size_t i = 0; i < count; i++) {
		struct gateway *gateway = find_same(old, &all[i]);
		enum err err = ERR_OK;

		if (!all[i].enabled)
			continue;
		if (!gateway)
			err = gateway_new(&gateway, &all[i], why);
		if (err)
			return err;
		set->items[set->count++] = gateway;
	}
	return ERR_OK;
}

/* What cannot be read now could be a moment ago: the old one stays. */
static void renew_secrets(const struct set *set, const struct set *old,
			  const struct gateway_settings *all, size_t count,
			  const char *renew)
{
	for (size_t i = 0; i < count; i++) {
		struct gateway *gateway = find_same(set, &all[i]);
		const char *name = all[i].name;
		struct why why;

		if (!gateway || !has(old, gateway))
			continue;
		if (renew && strcmp(renew, name) != 0)
			continue;
		if (gateway_renew_secret(gateway, all[i].secret, &why))
			log_error("the secret stays the old one",
				  KV("gateway", name), KWHY(&why));
	}
}

static void note_off(struct gateways *gateways,
		     const struct gateway_settings *all, size_t count)
{
	free(gateways->off);
	gateways->off = x_zalloc((count + 1) * sizeof(*gateways->off));
	gateways->off_count = 0;
	for (size_t i = 0; i < count; i++)
		if (!all[i].enabled)
			gateways->off[gateways->off_count++] = all[i];
}

struct gateways *gateways_new(void)
{
	return x_new(struct gateways);
}

void gateways_free(struct gateways **gatewaysp)
{
	const struct set none = { .count = 0 };

	if (!*gatewaysp)
		return;

	gateways_settle(*gatewaysp);
	free_set(&(*gatewaysp)->now, &none);
	free((*gatewaysp)->off);
	free(*gatewaysp);
	*gatewaysp = NULL;
}

enum err gateways_change(struct gateways *gateways,
			 const struct directive_list *texts, const char *renew,
			 struct why *why)
{
	struct gateway_settings *all = settings_new(texts->count);
	struct set set = { .count = 0 };
	enum err err = parse_all(all, texts, why);

	if (!err)
		err = make_set(&set, &gateways->now, all, texts->count, why);
	if (err) {
		free_set(&set, &gateways->now);
	} else {
		renew_secrets(&set, &gateways->now, all, texts->count, renew);
		note_off(gateways, all, texts->count);
		gateways_settle(gateways);
		gateways->before = gateways->now;
		gateways->now = set;
	}
	free_settings(all, texts->count);
	return err;
}

void gateways_settle(struct gateways *gateways)
{
	free_set(&gateways->before, &gateways->now);
}

struct gateway *const *gateways_choose(const struct gateways *gateways,
				       const char *name, size_t *countp)
{
	size_t i = 0;

	*countp = gateways->now.count;
	if (!*name)
		return gateways->now.items;

	while (i < gateways->now.count &&
	       strcmp(gateway_name(gateways->now.items[i]), name) != 0)
		i++;
	*countp = i < gateways->now.count;
	return &gateways->now.items[i];
}

size_t gateways_count(const struct gateways *gateways)
{
	return gateways->now.count;
}

struct gateway *gateways_at(const struct gateways *gateways, size_t i)
{
	return gateways->now.items[i];
}

static void show(const struct gateway *gateway, struct json *json)
{
	const struct gateway_settings *settings = gateway_settings(gateway);
	const struct gateway_health *health = gateway_health(gateway);
	bool answered = health->last_answer != 0;

	json_put_text(json, "name", settings->name);
	json_put_text(json, "type", settings->type);
	json_put_text(json, "host", settings->host);
	json_put_text(json, "health",
		      health->why.err ? err_text(health->why.err)
		      : answered      ? "good"
				      : "not asked yet");
	json_put_text(json, "notify", health->notify ? health->notify : "");
	json_put_text(json, "no better way", health->notify_why);
	json_put_number(json, "mailboxes", health->subscriptions);
	json_put_number(json, "streams", health->streams);
	json_put_number(json, "requests", health->requests);
	json_put_number(json, "failures", health->failures);
	json_put_text(json, "version", health->version);
	json_put_number(json, "skew_ms", health->skew_ms);
	json_put_moment(json, "last_answer", health->last_answer);
	json_put_moment(json, "trouble_since",
			health->why.err ? health->since : 0);
	json_put_text(json, "trouble", health->why.err ? health->why.text : "");
}

static void show_off(const struct gateway_settings *settings, struct json *json)
{
	json_put_text(json, "name", settings->name);
	json_put_text(json, "type", settings->type);
	json_put_text(json, "host", settings->host);
	json_put_text(json, "health", "disabled");
}

void gateways_show(const struct gateways *gateways, gateways_origin_h *origin,
		   const void *arg, struct json *array)
{
	size_t on = gateways->now.count;

	for (size_t i = 0; i < on + gateways->off_count; i++) {
		struct json *row = json_put_object(array, NULL);
		const char *name;

		if (i < on) {
			name = gateway_name(gateways->now.items[i]);
			show(gateways->now.items[i], row);
		} else {
			name = gateways->off[i - on].name;
			show_off(&gateways->off[i - on], row);
		}
		origin(name, row, arg);
	}
}
