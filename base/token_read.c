/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/token_read.h"
#include "base/vault.h"

enum { WORDS_SIZE = 160, LASTS_USUAL_S = 3600 };

static const char *text_of(const struct json *json, const char *name)
{
	const struct json *member = json_get(json, name);

	return member ? json_text(member) : "";
}

/* Some write the number as a text. */
static unsigned lasts(const struct json *json)
{
	const struct json *member = json_get(json, "expires_in");
	int64_t seconds = LASTS_USUAL_S;

	if (member && json_kind(member) == JSON_KIND_NUMBER)
		seconds = json_number(member);
	else if (member && json_kind(member) == JSON_KIND_TEXT)
		seconds = strtol(json_text(member), NULL, 10);
	if (seconds < TOKEN_LASTS_MIN_S)
		return TOKEN_LASTS_MIN_S;
	return seconds > TOKEN_LASTS_MAX_S ? TOKEN_LASTS_MAX_S
					   : (unsigned)seconds;
}

/* Of somebody else, for our log. */
static void copy_words(char words[WORDS_SIZE], const char *text)
{
	size_t len = 0;

	for (; *text && len < WORDS_SIZE - 1; text++)
		words[len++] = *text < ' ' || *text > '~' ? ' ' : *text;
	words[len] = '\0';
}

static enum err refused(const struct json *json, int status, struct why *why)
{
	char error[WORDS_SIZE], words[WORDS_SIZE];

	copy_words(error, json ? text_of(json, "error") : "");
	copy_words(words, json ? text_of(json, "error_description") : "");
	if (status == 429)
		return why_set(why, ERR_THROTTLED,
			       "token endpoint asks us to slow down");
	if (status >= 500 || status < 400)
		return why_set(why, ERR_SERVER,
			       "token endpoint answers HTTP %d %s", status,
			       error);
	return why_set(why, ERR_LOGIN,
		       "token endpoint refuses the client: HTTP %d %s %s",
		       status, error, words);
}

/* A header is made of it. */
static bool is_token(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

static enum err accept(struct token_answer *answer, const struct json *json,
		       struct why *why)
{
	const char *type = text_of(json, "token_type");
	const char *value = text_of(json, "access_token");

	if (*type && strcasecmp(type, "Bearer") != 0)
		return why_set(why, ERR_MALFORMED,
			       "token endpoint gives a token of another type");
	if (!is_token(value))
		return why_set(why, ERR_MALFORMED,
			       "token endpoint gives no access_token");
	answer->value = x_or_die(vault_strdup(value));
	answer->lasts_s = lasts(json);
	return ERR_OK;
}

enum err token_read(struct token_answer *answer, int status, const char *body,
		    size_t body_bytes, struct why *why)
{
	struct json *json = body_bytes <= TOKEN_ANSWER_MAX
				    ? json_read_secret(body, body_bytes)
				    : NULL;
	enum err err;

	*answer = (struct token_answer){ .value = NULL };
	if (status != 200)
		err = refused(json, status, why);
	else if (!json)
		err = why_set(why, ERR_MALFORMED,
			      "token endpoint answers no JSON object");
	else
		err = accept(answer, json, why);
	if (json)
		json_free(&json);
	return err;
}
