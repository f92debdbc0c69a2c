/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "calendar/gateway.h"

static const struct directive rows[] = {
#define GATEWAY(name, type, initial, min, max, doc)                           \
	DIRECTIVE_ROW(struct gateway_settings, name, type, initial, min, max, \
		      doc)
#include "calendar/gateway.def"
};

const struct directive_table gateway_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

static const struct {
	const char *word;
	unsigned schemes;
} auths[] = {
#define AUTH(word, schemes) { word, schemes },
#include "calendar/auth.def"
};

enum { AUTHS = sizeof(auths) / sizeof(auths[0]) };

/* 0: no such word. */
static unsigned auth_schemes(const char *word)
{
	for (int i = 0; i < AUTHS; i++)
		if (!strcmp(word, auths[i].word))
			return auths[i].schemes;

	return 0;
}

static bool is_name(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789-_")] == '\0';
}

static const char all_types[] =
#define BACKEND(name) " " #name
#include "calendar/backend.def"
	;

static bool is_type(const char *word)
{
	static const char *const types[] = {
#define BACKEND(name) #name,
#include "calendar/backend.def"
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(word, types[i]))
			return true;

	return false;
}

/* A password written by mistake must not be shown in the sentence. */
static bool is_place(const char *text)
{
	return !text[0] || !strncmp(text, "file:", 5) ||
	       !strncmp(text, "env:", 4);
}

/* Plain HTTP where the gateway itself is, for tests on one machine. */
static bool is_safe(const struct gateway_settings *s)
{
	return !s->token[0] || !strncmp(s->token, "https://", 8) ||
	       (!s->tls && !strncmp(s->token, "http://", 7));
}

enum err gateway_check(const struct gateway_settings *s, struct why *why)
{
	if (!s->name[0])
		return why_set(why, ERR_CONFIG, "gateway without a name");
	if (!is_name(s->name))
		return why_set(why, ERR_CONFIG,
			       "gateway name %.64s: want letters, digits, "
			       "- and _",
			       s->name);
	if (!s->host[0])
		return why_set(why, ERR_CONFIG, "gateway %s: host is missing",
			       s->name);
	if (s->host[strcspn(s->host, "/@?# \t")])
		return why_set(why, ERR_CONFIG,
			       "gateway %s: host %.100s is no name or address",
			       s->name, s->host);
	if (s->path[0] != '/')
		return why_set(why, ERR_CONFIG,
			       "gateway %s: path %.100s: want a leading /",
			       s->name, s->path);
	if (!is_type(s->type))
		return why_set(why, ERR_CONFIG,
			       "gateway %s: there is no type %.32s, only%s",
			       s->name, s->type, all_types);
	if (!is_place(s->secret))
		return why_set(why, ERR_CONFIG,
			       "gateway %s: secret: want file:/path or "
			       "env:NAME, never the password itself",
			       s->name);
	if (!auth_schemes(s->auth))
		return why_set(why, ERR_CONFIG,
			       "gateway %s: auth %.32s: want any, basic, ntlm, "
			       "negotiate or oauth",
			       s->name, s->auth);
	if (!is_safe(s))
		return why_set(why, ERR_CONFIG,
			       "gateway %s: token: want an https URL", s->name);
	if (s->stream % 60)
		return why_set(why, ERR_CONFIG,
			       "gateway %s: stream %u s: want whole minutes",
			       s->name, s->stream);

	return ERR_OK;
}

enum err gateway_parse(struct gateway_settings *settings, const char *text,
		       struct why *why)
{
	enum err err;

	directive_defaults(&gateway_table, settings);
	err = directive_apply_words(&gateway_table, settings, text, why);
	return err ? err : gateway_check(settings, why);
}

const struct http_token_options *gateway_token(
	const struct gateway_settings *settings,
	struct http_token_options *options)
{
	if (gateway_auth_schemes(settings) != HTTP_AUTH_BEARER ||
	    !settings->token[0])
		return NULL;
	*options = (struct http_token_options){
		.url = settings->token,
		.scope = settings->scope,
		.trust =
			settings->token_trust[0] ? settings->token_trust : NULL,
	};
	return options;
}

unsigned gateway_auth_schemes(const struct gateway_settings *settings)
{
	return auth_schemes(settings->auth);
}
