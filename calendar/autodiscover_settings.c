/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/http_url.h"
#include "base/srv.h"
#include "calendar/autodiscover_settings.h"

static const struct directive rows[] = {
#define AUTODISCOVER(name, type, initial, min, max, doc)                      \
	DIRECTIVE_ROW(struct autodiscover_settings, name, type, initial, min, \
		      max, doc)
#include "calendar/autodiscover.def"
};

const struct directive_table autodiscover_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

static enum err check_url(const char *text, struct why *why)
{
	struct http_url url;

	if (http_url_read(&url, text, NULL) || !url.tls ||
	    (!ends_in(url.path, ".svc") && !ends_in(url.path, ".xml")))
		return why_set(why, ERR_CONFIG,
			       "url %.100s: want https://.../autodiscover.svc "
			       "or .xml",
			       text);
	return ERR_OK;
}

static enum err check(const struct autodiscover_settings *settings,
		      struct why *why)
{
	enum err err = ERR_OK;

	if (!settings->domains[0])
		return why_set(why, ERR_CONFIG, "domains is missing");
	if (!settings->gateway[0])
		return why_set(why, ERR_CONFIG,
			       "gateway is missing: whose account asks?");
	if (settings->url[0])
		err = check_url(settings->url, why);
	return err ? err : srv_server_check(settings->resolver, why);
}

enum err autodiscover_parse(struct autodiscover_settings *settings,
			    const char *text, struct why *why)
{
	enum err err;

	directive_defaults(&autodiscover_table, settings);
	err = directive_apply_words(&autodiscover_table, settings, text, why);
	return err ? err : check(settings, why);
}
