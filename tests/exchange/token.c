/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A token endpoint for OAuth2 client credentials (RFC 6749, 4.4), and the
 * tokens it gave out: they name the account, and are good until a command
 * says they are not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "tests/exchange/exchange.h"

enum { VALUE_SIZE = 512 };

static int digit(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Of application/x-www-form-urlencoded; "" if it is not there. */
static void form_value(const char *form, const char *name,
		       char value[VALUE_SIZE])
{
	size_t len = strlen(name), used = 0;

	value[0] = '\0';
	while (*form && (strncmp(form, name, len) != 0 || form[len] != '=')) {
		form += strcspn(form, "&");
		form += *form == '&';
	}
	if (!*form)
		return;
	for (form += len + 1; *form && *form != '&' && used < VALUE_SIZE - 1;
	     form++) {
		if (*form == '%' && digit(form[1]) >= 0 &&
		    digit(form[2]) >= 0) {
			value[used++] =
				(char)(digit(form[1]) * 16 + digit(form[2]));
			form += 2;
		} else {
			value[used++] = *form;
		}
	}
	value[used] = '\0';
}

static void refuse(struct json *json, struct web_reply *reply)
{
	reply->status = 401;
	json_put_text(json, "error", "invalid_client");
	json_put_text(json, "error_description",
		      "AADSTS7000215: Invalid client secret provided.");
}

static void give(const struct server *server, const struct account *account,
		 struct json *json, struct web_reply *reply)
{
	char token[VALUE_SIZE];

	snprintf(token, sizeof(token), "sim-%u-%s", account->token,
		 account->user);
	reply->status = 200;
	json_put_text(json, "token_type", "Bearer");
	json_put_number(json, "expires_in", server->knobs.token_s);
	json_put_text(json, "access_token", token);
}

void serve_token(struct server *server, struct web_call *call)
{
	struct web_reply reply = { .type = "application/json",
				   .body = BUF(4096) };
	char client[VALUE_SIZE], secret[VALUE_SIZE], grant[VALUE_SIZE];
	const char *form = buf_text(web_body(call));
	struct json *json = json_new_object();
	const struct account *account;

	form_value(form, "client_id", client);
	form_value(form, "client_secret", secret);
	form_value(form, "grant_type", grant);
	account = account_find(server->exchange, client);
	if (!account || account->locked ||
	    strcmp(account->password, secret) != 0 ||
	    strcmp(grant, "client_credentials") != 0)
		refuse(json, &reply);
	else
		give(server, account, json, &reply);
	json_write(json, &reply.body);
	json_free(&json);
	web_answer(call, &reply);
}

struct account *token_account(struct exchange *exchange, const char *token)
{
	unsigned serial;
	int at = 0;
	struct account *account;

	if (sscanf(token, "sim-%u-%n", &serial, &at) != 1 || !at)
		return NULL;
	account = account_find(exchange, token + at);
	return account && !account->locked && account->token == serial ? account
								       : NULL;
}
