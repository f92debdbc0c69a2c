/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "tests/exchange/exchange.h"

enum page { PAGE_EWS, PAGE_POX, PAGE_SOAP, PAGE_NONE };

static const char *const paths[] = {
	[PAGE_EWS] = "/ews/exchange.asmx",
	[PAGE_POX] = "/autodiscover/autodiscover.xml",
	[PAGE_SOAP] = "/autodiscover/autodiscover.svc",
};

static enum page page_of(const struct web_call *call)
{
	unsigned i = 0;

	while (i < PAGE_NONE && strcasecmp(paths[i], web_path(call)) != 0)
		i++;
	return (enum page)i;
}

static void answer_bare(struct web_call *call, unsigned status)
{
	struct web_reply reply = { .status = status, .body = BUF(1) };

	web_answer(call, &reply);
}

static void answer_page(struct server *server, struct web_call *call,
			struct account *account)
{
	switch (page_of(call)) {
	case PAGE_EWS:
		serve_ews(server, call, account);
		break;
	case PAGE_POX:
		server->counters.discovers++;
		serve_autodiscover_pox(server, call);
		break;
	case PAGE_SOAP:
		server->counters.discovers++;
		serve_autodiscover_soap(server, call);
		break;
	case PAGE_NONE:
		answer_bare(call, 404);
		break;
	}
}

/* The calls that wait are those that are running at the same time. */
static bool delayed(struct server *server, struct web_call *call,
		    struct account *account)
{
	unsigned delay_ms = server->knobs.delay_ms;

	if (web_waited(call) > 0 || delay_ms == 0 ||
	    account->running >= server->knobs.concurrency_max)
		return false;

	web_wait(call, delay_ms, &account->running);
	return true;
}

/* Before anybody logs on: not there, another status, or sent on by HTTP. */
static bool discovers_otherwise(struct server *server, struct web_call *call)
{
	const struct knobs *knobs = &server->knobs;
	enum page page = page_of(call);
	struct web_reply reply = { .status = knobs->discover_status,
				   .body = BUF(1) };

	if (page != PAGE_SOAP && page != PAGE_POX)
		return false;

	if (!(page == PAGE_SOAP ? knobs->svc : knobs->xml))
		reply.status = 404;
	if (!reply.status)
		return false;

	server->counters.discovers++;
	if (reply.status / 100 == 3 && server->redirect)
		web_reply_header(&reply, "Location", server->redirect);
	web_answer(call, &reply);
	return true;
}

static void deny(struct server *server, struct web_call *call)
{
	struct web_reply reply = { .status = server->knobs.deny,
				   .body = BUF(1) };

	server->counters.denied++;
	if (server->deny_header)
		web_reply_header(&reply, server->deny_header,
				 server->deny_value);
	web_answer(call, &reply);
}

void serve(struct web_call *call, void *arg)
{
	struct server *server = arg;
	struct web_reply reply = { .body = BUF(1) };
	struct account *account;

	if (web_waited(call) == 0)
		server->counters.requests++;
	if (server->knobs.deny) {
		deny(server, call);
		return;
	}
	if (!strcasecmp(web_path(call), "/oauth2/token")) {
		serve_token(server, call);
		return;
	}
	if (discovers_otherwise(server, call))
		return;
	account = authenticate(server, call, &reply);
	if (!account) {
		web_answer(call, &reply);
		return;
	}
	if (delayed(server, call, account))
		return;
	if (page_of(call) != PAGE_NONE && strcmp(web_method(call), "POST") != 0)
		answer_bare(call, 405);
	else
		answer_page(server, call, account);
}
