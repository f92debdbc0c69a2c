/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * OAuth2 client credentials (RFC 6749, 4.4): an origin's requests wait until
 * there is a token. One is asked for at a time, kept until shortly before it
 * is over, and asked for again, once for each request, when it is refused.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/http_private.h"
#include "base/token_read.h"
#include "base/vault.h"

enum { WAIT_FIRST_S = 1, WAIT_LONGEST_S = 60, EARLY_S = 300 };

struct http_token {
	struct http_origin *owner;
	struct http_origin *place;
	struct http_request *request;
	char *url, *scope, *client;
	char *secret; /* these two in the vault */
	char *value;
	unsigned serial; /* of the value */
	unsigned failures;
	uint64_t good_until_ms;
	uint64_t shut_until_ms;
	struct why refused;
};

struct http_token *http_token_new(struct http_origin *owner,
				  const struct http_origin_options *options)
{
	const struct http_token_options *from = options->token;
	const struct http_origin_options place = {
		.name = options->name,
		.trust = from->trust,
		.proxy = options->proxy,
		.parallel = 1,
		.timeout_s = 20,
		.resolve = from->resolve,
	};
	struct http_token *token = x_new(struct http_token);

	token->owner = owner;
	token->place = http_origin_new(&place);
	token->url = x_strdup(from->url);
	token->scope = x_strdup(from->scope ? from->scope : "");
	http_token_client(token, options->user, options->secret);
	return token;
}

void http_token_free(struct http_token **tokenp)
{
	struct http_token *token = *tokenp;

	if (!token)
		return;

	http_cancel(&token->request);
	http_origin_free(&token->place);
	vault_free(token->secret);
	vault_free(token->value);
	free(token->client);
	free(token->scope);
	free(token->url);
	free(token);
	*tokenp = NULL;
}

void http_token_client(struct http_token *token, const char *client,
		       const char *secret)
{
	char *new_secret = x_or_die(vault_strdup(secret ? secret : ""));
	char *new_client = x_strdup(client ? client : "");

	http_cancel(&token->request);
	vault_free(token->secret);
	free(token->client);
	token->secret = new_secret;
	token->client = new_client;
	token->shut_until_ms = 0;
	token->failures = 0;
	http_token_drop(token, token->serial);
}

/* application/x-www-form-urlencoded; out has room for three times the text. */
static char *add_field(char *out, const char *name, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	out = stpcpy(out, name);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (isalnum(c) || strchr("-._~", c)) {
			*out++ = *text;
		} else {
			*out++ = '%';
			*out++ = digits[c >> 4];
			*out++ = digits[c & 15];
		}
	}
	*out = '\0';
	return out;
}

static char *make_form(const struct http_token *token)
{
	char *form = x_or_die(vault_alloc(100 + 3 * (strlen(token->client) +
						     strlen(token->secret) +
						     strlen(token->scope))));
	char *at = add_field(form, "grant_type=", "client_credentials");

	at = add_field(at, "&client_id=", token->client);
	at = add_field(at, "&client_secret=", token->secret);
	if (token->scope[0])
		add_field(at, "&scope=", token->scope);
	return form;
}

static void take(struct http_token *token, const struct token_answer *answer)
{
	unsigned early_s =
		answer->lasts_s / 5 < EARLY_S ? answer->lasts_s / 5 : EARLY_S;

	vault_free(token->value);
	token->value = answer->value;
	token->serial++;
	token->failures = 0;
	token->good_until_ms =
		clock_ms() + (uint64_t)(answer->lasts_s - early_s) * 1000;
}

static void shut(struct http_token *token, const struct why *why)
{
	unsigned wait_s = WAIT_FIRST_S;

	for (unsigned i = 0; i < token->failures && wait_s < WAIT_LONGEST_S;
	     i++)
		wait_s *= 2;
	token->failures++;
	token->refused = *why;
	token->shut_until_ms = clock_ms() + (uint64_t)wait_s * 1000;
}

static void on_answer(const struct http_reply *reply, void *arg)
{
	struct http_token *token = arg;
	struct token_answer answer = { .value = NULL };
	struct why why = { .err = ERR_OK };

	token->request = NULL;
	if (reply->why.err)
		why_set(&why, reply->why.err, "token endpoint: %s",
			reply->why.text);
	else
		token_read(&answer, reply->status, reply->body,
			   reply->body_bytes, &why);
	if (why.err)
		shut(token, &why);
	else
		take(token, &answer);
	http_kick(token->owner);
}

static const struct http_handlers handlers = { .done = on_answer };

static void ask(struct http_token *token)
{
	const struct http_header headers[] = {
		{ "Content-Type", "application/x-www-form-urlencoded" },
		{ "Accept", "application/json" },
	};
	char *form = make_form(token);
	const struct http_request_options options = {
		.url = token->url,
		.headers = headers,
		.header_count = 2,
		.body = form,
		.body_bytes = strlen(form),
		.reply_bytes_max = TOKEN_ANSWER_MAX,
		.secret = true,
	};

	token->request = http_start(token->place, &options, &handlers, token);
	vault_free(form);
}

enum http_token_state http_token_ready(struct http_token *token,
				       struct why *why)
{
	uint64_t now_ms = clock_ms();

	if (token->value && now_ms < token->good_until_ms)
		return HTTP_TOKEN_READY;
	if (!token->request && now_ms < token->shut_until_ms) {
		*why = token->refused;
		return HTTP_TOKEN_REFUSED;
	}
	if (!token->request)
		ask(token);
	return HTTP_TOKEN_COMING;
}

const char *http_token_value(const struct http_token *token, unsigned *serialp)
{
	*serialp = token->serial;
	return token->value;
}

void http_token_drop(struct http_token *token, unsigned serial)
{
	if (serial == token->serial)
		token->good_until_ms = 0;
}
