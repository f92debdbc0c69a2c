/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The simulated organisation: its servers, who may log on, what its
 * mailboxes hold, who is subscribed to what, and the journal of changes.
 */
#ifndef TESTS_EXCHANGE_EXCHANGE_H
#define TESTS_EXCHANGE_EXCHANGE_H

#include "tests/exchange/server.h"
#include "tests/exchange/store.h"

struct account {
	char *user; /* "svc@example.com", "EXAMPLE\\svc" or "svc" */
	char *password;
	char *address;      /* its own mailbox, NULL */
	char *impersonates; /* patterns with commas, "*@example.com"; NULL */
	bool locked;
	unsigned token;   /* those of this serial are good */
	unsigned running; /* calls that wait for their answer */
	struct counters counters;
	struct account *next;
};

struct exchange {
	struct store *store;
	struct server *servers; /* oldest first */
	struct account *accounts;
	struct subscriptions *subscriptions;
	struct journal *journal;
};

struct exchange *exchange_new(void);
void exchange_free(struct exchange **exchangep);

struct server *exchange_server(const struct exchange *exchange,
			       const char *name);

/* Replaces one of the same name. address, impersonates: may be NULL. */
struct account *account_set(struct exchange *exchange, const char *user,
			    const char *password);
/* By any of the ways its name is written: user, domain\user, user@domain. */
struct account *account_find(const struct exchange *exchange, const char *user);
bool account_impersonates(const struct account *account, const char *address);

/*
 * Who calls, by NTLM or Basic; NULL if nobody we know, then reply is the 401
 * to be sent.
 */
/* The token endpoint, and whose a token is; NULL: not good. */
void serve_token(struct server *server, struct web_call *call);
struct account *token_account(struct exchange *exchange, const char *token);

struct account *authenticate(struct server *server, struct web_call *call,
			     struct web_reply *reply);

/* What befell a mailbox beyond what is in it. */
struct fate {
	bool frozen;      /* as a store that was stopped for a move */
	char *moved_code; /* what other servers say since it moved, NULL */
	struct subscription *subscriptions;
};

/* Never NULL; the mailbox's user pointer. */
struct fate *fate_of(struct mailbox *mailbox);
/* Of a mailbox that is removed. */
void fate_free(struct mailbox *mailbox);

/* Handlers of a server's requests. */
void serve(struct web_call *call, void *server);
void serve_ews(struct server *server, struct web_call *call,
	       struct account *account);
void serve_autodiscover_pox(struct server *server, struct web_call *call);
void serve_autodiscover_soap(struct server *server, struct web_call *call);

#endif
