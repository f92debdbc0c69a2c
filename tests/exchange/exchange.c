/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "tests/exchange/exchange.h"
#include "tests/exchange/journal.h"
#include "tests/exchange/subscription.h"

/* Everybody who follows the store hears of a change in turn. */
static void changed(const struct store_change *change, void *arg)
{
	struct exchange *exchange = arg;

	journal_change(exchange->journal, change);
	subscriptions_change(exchange->subscriptions, change);
}

struct exchange *exchange_new(void)
{
	struct exchange *exchange = x_new(struct exchange);

	exchange->store = store_new();
	exchange->journal = journal_new();
	exchange->subscriptions = subscriptions_new(exchange);
	store_on_change(exchange->store, changed, exchange);
	return exchange;
}

static void account_free(struct account **accountp)
{
	struct account *account = *accountp;

	*accountp = NULL;
	free(account->user);
	free(account->password);
	free(account->address);
	free(account->impersonates);
	free(account);
}

void exchange_free(struct exchange **exchangep)
{
	struct exchange *exchange = *exchangep;

	*exchangep = NULL;
	store_on_change(exchange->store, NULL, NULL);
	while (exchange->servers) {
		struct server *server = exchange->servers;

		exchange->servers = server->next;
		server_free(&server);
	}
	subscriptions_free(&exchange->subscriptions);
	for (uint32_t i = 1; i <= store_last(exchange->store); i++)
		if (store_at(exchange->store, i))
			fate_free(store_at(exchange->store, i));
	while (exchange->accounts) {
		struct account *account = exchange->accounts;

		exchange->accounts = account->next;
		account_free(&account);
	}
	journal_free(&exchange->journal);
	store_free(&exchange->store);
	free(exchange);
}

struct server *exchange_server(const struct exchange *exchange,
			       const char *name)
{
	struct server *server = exchange->servers;

	while (server && strcasecmp(server->name, name) != 0)
		server = server->next;
	return server;
}

/* "EXAMPLE\svc" and "svc@example.com" are both "svc", as far as we care. */
static size_t bare_name(const char **name)
{
	const char *slash = strchr(*name, '\\');

	if (slash)
		*name = slash + 1;
	return strcspn(*name, "@");
}

static bool same_user(const char *a, const char *b)
{
	size_t len;

	if (strchr(a, '@') && strchr(b, '@'))
		return strcasecmp(a, b) == 0;

	len = bare_name(&a);
	return bare_name(&b) == len && strncasecmp(a, b, len) == 0;
}

struct account *account_find(const struct exchange *exchange, const char *user)
{
	struct account *account = exchange->accounts;

	while (account && !same_user(account->user, user))
		account = account->next;
	return account;
}

struct account *account_set(struct exchange *exchange, const char *user,
			    const char *password)
{
	struct account *account = account_find(exchange, user);

	if (!account) {
		account = x_new(struct account);
		account->user = x_strdup(user);
		account->next = exchange->accounts;
		exchange->accounts = account;
	}
	free(account->password);
	account->password = x_strdup(password);
	return account;
}

bool account_impersonates(const struct account *account, const char *address)
{
	char *patterns, *save = NULL, *pattern;
	bool may = false;

	if (!account->impersonates)
		return false;

	patterns = x_strdup(account->impersonates);
	for (pattern = strtok_r(patterns, ",", &save); pattern && !may;
	     pattern = strtok_r(NULL, ",", &save))
		may = fnmatch(pattern, address, FNM_CASEFOLD) == 0;
	free(patterns);
	return may;
}

struct fate *fate_of(struct mailbox *mailbox)
{
	if (!mailbox->user)
		mailbox->user = x_new(struct fate);
	return mailbox->user;
}

void fate_free(struct mailbox *mailbox)
{
	struct fate *fate = mailbox->user;

	if (!fate)
		return;

	mailbox->user = NULL;
	free(fate->moved_code);
	free(fate);
}
