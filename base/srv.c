/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/srv.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/work.h"

enum { DNS_PORT = 53, MESSAGE_SIZE = 8192, RETRIES = 2 };

struct srv_query {
	char name[SRV_HOST_SIZE];
	char server[SRV_HOST_SIZE];
	unsigned timeout_s;
	srv_h *h;
	void *arg;
	struct work *work;
	struct srv_answer answer;
	struct why why;
};

/* "192.0.2.1:53" or without a port. */
static bool server_read(const char *text, struct sockaddr_in *server)
{
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);
	char host[SRV_HOST_SIZE];
	unsigned long port = DNS_PORT;
	char *rest = NULL;

	if (len >= sizeof(host))
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)len, text);
	if (colon)
		port = strtoul(colon + 1, &rest, 10);

	memset(server, 0, sizeof(*server));
	server->sin_family = AF_INET;
	server->sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, host, &server->sin_addr) == 1 &&
	       (!rest || !*rest) && port > 0 && port <= 65535;
}

enum err srv_server_check(const char *text, struct why *why)
{
	struct sockaddr_in server;

	if (!*text || server_read(text, &server))
		return ERR_OK;
	return why_set(why, ERR_CONFIG,
		       "%.100s is no IPv4 address of a DNS server: "
		       "want 192.0.2.1 or 192.0.2.1:53",
		       text);
}

static void use_server(struct __res_state *state, const char *text)
{
	struct sockaddr_in server;

	if (!*text || !server_read(text, &server))
		return;

	state->nscount = 1;
	state->nsaddr_list[0] = server;
}

static void look_up(struct srv_query *query, struct __res_state *state)
{
	unsigned char message[MESSAGE_SIZE];
	int len;

	use_server(state, query->server);
	state->retrans = (int)(query->timeout_s + RETRIES - 1) / RETRIES;
	state->retry = RETRIES;
	len = res_nquery(state, query->name, ns_c_in, ns_t_srv, message,
			 sizeof(message));
	if (len > (int)sizeof(message))
		len = (int)sizeof(message);
	if (len >= 0)
		srv_read(message, (size_t)len, &query->answer, &query->why);
	else if (state->res_h_errno == HOST_NOT_FOUND ||
		 state->res_h_errno == NO_DATA)
		why_set(&query->why, ERR_GONE, "there is no SRV record %.150s",
			query->name);
	else
		why_set(&query->why, ERR_NETWORK,
			"no DNS server answered for %.150s", query->name);
}

/* In a thread: has a resolver of its own. */
static void run(void *arg)
{
	struct srv_query *query = arg;
	struct __res_state state;

	memset(&state, 0, sizeof(state));
	if (res_ninit(&state)) {
		why_set(&query->why, ERR_NETWORK,
			"the resolver cannot be started");
		return;
	}
	look_up(query, &state);
	res_nclose(&state);
}

static void done(bool cancelled, void *arg)
{
	struct srv_query *query = arg;

	if (!query->h) {
		free(query);
		return;
	}
	if (cancelled)
		why_set(&query->why, ERR_CANCELLED,
			"too many name look-ups are under way");
	query->h(&query->answer, &query->why, query->arg);
	free(query);
}

struct srv_query *srv_ask(const char *name, const char *server,
			  unsigned timeout_s, srv_h *h, void *arg)
{
	struct srv_query *query = x_new(struct srv_query);

	snprintf(query->name, sizeof(query->name), "%s", name);
	snprintf(query->server, sizeof(query->server), "%s", server);
	query->timeout_s = timeout_s;
	query->h = h;
	query->arg = arg;
	query->work = work_start(run, done, query);
	return query;
}

void srv_cancel(struct srv_query **queryp)
{
	struct srv_query *query = *queryp;

	*queryp = NULL;
	if (!query)
		return;

	query->h = NULL;
	work_cancel(query->work);
}
