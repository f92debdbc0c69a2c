/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "tests/exchange/exchange.h"

enum { TOKEN_SIZE = NTLM_TOKEN_MAX + NTLM_NAME_MAX };

/* DOMAIN\user, where the domain is ours by rights. */
static const char *without_domain(const char *user)
{
	const char *slash = strrchr(user, '\\');

	return slash ? slash + 1 : user;
}

static struct account *basic(struct exchange *exchange, const char *token)
{
	char text[1024];
	long len = text_decode(token, text, sizeof(text) - 1);
	struct account *account;
	char *colon;

	if (len < 0)
		return NULL;

	text[len] = '\0';
	colon = strchr(text, ':');
	if (!colon)
		return NULL;

	*colon = '\0';
	account = account_find(exchange, without_domain(text));
	if (!account || account->locked ||
	    strcmp(account->password, colon + 1) != 0)
		return NULL;
	return account;
}

static void challenge(struct server *server, struct web_link *link,
		      struct web_reply *reply)
{
	struct buf message = BUF(NTLM_TOKEN_MAX);
	struct buf header = BUF(2 * NTLM_TOKEN_MAX);

	ntlm_challenge(&link->ntlm, "EXAMPLE", server->name, &message);
	buf_print(&header, "NTLM ");
	text_encode(message.data, message.len, &header);
	web_reply_header(reply, "WWW-Authenticate", buf_text(&header));
	buf_free(&message);
	buf_free(&header);
}

static struct account *ntlm(struct server *server, struct web_link *link,
			    const char *text, struct web_reply *reply)
{
	unsigned char token[TOKEN_SIZE];
	long len = text_decode(text, token, sizeof(token));
	struct ntlm_claim claim;
	struct account *account;

	if (len < 0)
		return NULL;
	if (ntlm_kind(token, (size_t)len) == 1) {
		challenge(server, link, reply);
		return NULL;
	}
	if (!ntlm_read(token, (size_t)len, &claim))
		return NULL;

	account = account_find(server->exchange, claim.user);
	if (!account || account->locked ||
	    !ntlm_proves(&link->ntlm, &claim, account->password))
		return NULL;

	link->account = account;
	return account;
}

static void refuse(struct server *server, struct web_reply *reply)
{
	reply->status = 401;
	server->counters.refused++;
	if (reply->header_count > 0)
		return;

	if (server->knobs.ntlm)
		web_reply_header(reply, "WWW-Authenticate", "NTLM");
	if (server->knobs.bearer)
		web_reply_header(reply, "WWW-Authenticate", "Bearer");
	if (server->knobs.basic)
		web_reply_header(reply, "WWW-Authenticate",
				 "Basic realm=\"127.0.0.1\"");
}

struct account *authenticate(struct server *server, struct web_call *call,
			     struct web_reply *reply)
{
	const char *header = web_header(call, "Authorization");
	struct web_link *link = web_link(call);
	struct account *account = NULL;

	if (!header && link->account && !link->account->locked)
		account = account_find(server->exchange, link->account->user);
	else if (header && server->knobs.basic &&
		 strncasecmp(header, "Basic ", 6) == 0)
		account = basic(server->exchange, header + 6);
	else if (header && server->knobs.ntlm &&
		 strncasecmp(header, "NTLM ", 5) == 0)
		account = ntlm(server, link, header + 5, reply);

	else if (header && server->knobs.bearer &&
		 strncasecmp(header, "Bearer ", 7) == 0)
		account = token_account(server->exchange, header + 7);

	if (!account)
		refuse(server, reply);
	return account;
}
