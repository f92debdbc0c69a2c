/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sip/agent.h"

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/tport_tag.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "sip/answer_read.h"
#include "sip/flow_tport.h"
#include "sip/listen.h"
#include "sip/sane.h"
#include "sip/tls_front.h"

/* The front ends idle TLS connections; 0 would have the stack end them at once. */
enum { IDLE_MS = 3600 * 1000 };
#define IDLE_NEVER UINT_MAX

struct listener {
	struct listen at;
	char ident[8]; /* its name in the stack: its place here */
	struct tls_front *front;
	struct udp_share *share;
	unsigned private_port;
};

struct agent {
	nta_agent_t *nta;
	agent_message_h *handler;
	void *arg;
	agent_answer_h *answered;
	void *answered_arg;
	struct listener listeners[LISTENERS_MAX];
	size_t count;
};

struct agent_change {
	struct tls_server *tls[LISTENERS_MAX]; /* each listener's */
};

static const char *const transport_words[] = { "udp", "tcp", "tls" };

const char *transport_word(enum transport transport)
{
	return transport_words[transport];
}

static void take_answer(struct agent *agent, const sip_t *sip)
{
	const struct answer answer = {
		.status = sip->sip_status->st_status,
		.branch = sip->sip_via->v_branch,
		.branch_len = strlen(sip->sip_via->v_branch),
		.method = sip->sip_cseq->cs_method_name,
		.method_len = strlen(sip->sip_cseq->cs_method_name),
	};

	agent->answered(&answer, agent->answered_arg);
}

static int on_message(struct agent *agent, nta_agent_t *nta, msg_t *msg,
		      sip_t *sip)
{
	(void)nta;
	if (sip && sip->sip_request && agent->handler) {
		agent->handler(msg, sip, agent->arg);
		return 0;
	}

	if (sip && sip->sip_status && agent->handler && agent->answered &&
	    sip->sip_via && sip->sip_via->v_branch && sip->sip_cseq)
		take_answer(agent, sip);
	msg_destroy(msg);
	return 0;
}

/* A port nobody has on the loopback; the stack cannot tell which it chose. */
static unsigned free_port(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unsigned port = 0;

	if (fd >= 0 && !bind(fd, (struct sockaddr *)&address, len) &&
	    !getsockname(fd, (struct sockaddr *)&address, &len))
		port = ntohs(address.sin_port);
	if (fd >= 0)
		close(fd);

	return port;
}

static bool is_wildcard(const char *host)
{
	return !strcmp(host, "0.0.0.0") || !strcmp(host, "::");
}

static void print_uri(char uri[URI_SIZE], const char *host, unsigned port,
		      enum transport transport)
{
	snprintf(uri, URI_SIZE,
		 strchr(host, ':') ? "<sip:[%s]:%u;transport=%s>"
				   : "<sip:%s:%u;transport=%s>",
		 host, port, transport_words[transport]);
}

static enum err add_to_stack(struct agent *agent, struct listener *listener,
			     struct why *why)
{
	bool tls = listener->at.transport == TRANSPORT_TLS;
	const char *host = tls ? "127.0.0.1" : listener->at.host;
	unsigned port = tls ? listener->private_port : listener->at.port;
	char url[URI_SIZE];

	snprintf(url, sizeof(url),
		 strchr(host, ':') ? "sip:[%s]:%u;transport=%s"
				   : "sip:%s:%u;transport=%s",
		 host, port,
		 tls ? "tcp" : transport_words[listener->at.transport]);
	if (nta_agent_add_tport(agent->nta, URL_STRING_MAKE(url),
				TPTAG_IDENT(listener->ident),
				TPTAG_PONG2PING(1), TPTAG_SDWN_ERROR(1),
				TPTAG_IDLE(tls ? IDLE_NEVER : IDLE_MS),
				TPTAG_TIMEOUT(30000), TPTAG_QUEUESIZE(4096),
				TPTAG_UDP_RMEM(4 << 20), TAG_END()) == 0)
		return ERR_OK;

	/* errno says "Bad address" for a port in use: do not repeat that. */
	return why_set(why, ERR_NETWORK,
		       "cannot listen on %s:%s:%u: in use, or not an address "
		       "of this machine",
		       transport_words[listener->at.transport],
		       listener->at.host, listener->at.port);
}

static enum err add_front(struct listener *listener,
			  const struct server_settings *settings,
			  struct why *why)
{
	struct tls_front_settings front = {
		.address = listener->at.host,
		.port = listener->at.port,
		.stack_port = listener->private_port,
		.files = { .certificate = settings->tls_certificate,
			   .key = settings->tls_key,
			   .client_trust = settings->tls_client_trust },
	};

	return tls_front_new(&listener->front, &front, why);
}

static enum err add(struct agent *agent, const struct listen *at,
		    const struct server_settings *settings, struct why *why)
{
	struct listener *listener = &agent->listeners[agent->count];
	enum err err;

	listener->at = *at;
	snprintf(listener->ident, sizeof(listener->ident), "%zu", agent->count);
	if (at->transport == TRANSPORT_TLS)
		listener->private_port = free_port();

	err = add_to_stack(agent, listener, why);
	if (err != ERR_OK)
		return err;
	agent->count++;
	if (at->transport == TRANSPORT_UDP && settings->own_answers)
		listener->share = udp_share_new(at->host, at->port);
	return at->transport == TRANSPORT_TLS
		       ? add_front(listener, settings, why)
		       : ERR_OK;
}

static const struct listener *listener_of(const struct agent *agent,
					  const tport_t *tport)
{
	const tport_t *primary = tport ? tport_parent(tport) : NULL;
	const char *ident = primary ? tport_name(primary)->tpn_ident : NULL;

	for (size_t i = 0; ident && i < agent->count; i++)
		if (!strcmp(agent->listeners[i].ident, ident))
			return &agent->listeners[i];

	return NULL;
}

/*
 * The stack compares each request's Via with the one it would write itself,
 * and drops what says TLS on a TCP listener: so the private one says TLS.
 */
static void say_tls(struct agent *agent)
{
	tport_t *primary = tport_primaries(nta_agent_tports(agent->nta));

	for (; primary; primary = tport_next(primary)) {
		const struct listener *listener = listener_of(agent, primary);
		sip_via_t *via = (sip_via_t *)tport_magic(primary);

		if (!listener || !listener->front || !via)
			continue;
		via->v_protocol = "SIP/2.0/TLS";
		via->v_host = listener->at.host;
		via->v_port = listener->at.port_text;
	}
}

static enum err start(struct agent *agent,
		      const struct server_settings *settings, struct why *why)
{
	struct listen listens[LISTENERS_MAX];
	size_t count;
	enum err err = listen_read(listens, &count, &settings->listen, why);

	if (err != ERR_OK)
		return err;

	agent->nta =
		nta_agent_create(loop_root(), (url_string_t *)-1, on_message,
				 agent, NTATAG_MAXSIZE(MESSAGE_BYTES_MAX),
				 NTATAG_UDP_MTU(65535),
				 NTATAG_BAD_REQ_MASK(~0U), NTATAG_USE_NAPTR(0),
				 NTATAG_USE_SRV(0), NTATAG_UA(1),
				 NTATAG_CLIENT_RPORT(1),
				 NTATAG_MAX_FORWARDS(70), TAG_END());
	if (!agent->nta)
		return why_set(why, ERR_NETWORK, "cannot start the SIP stack");

	for (size_t i = 0; err == ERR_OK && i < count; i++)
		err = add(agent, &listens[i], settings, why);
	if (err == ERR_OK)
		say_tls(agent);

	return err;
}

enum err agent_new(struct agent **agentp,
		   const struct server_settings *settings, agent_message_h *h,
		   void *arg, struct why *why)
{
	struct agent *agent = x_new(struct agent);
	enum err err;

	agent->handler = h;
	agent->arg = arg;
	err = start(agent, settings, why);
	if (err != ERR_OK)
		agent_free(&agent);
	*agentp = agent;
	return err;
}

void agent_free(struct agent **agentp)
{
	struct agent *agent = *agentp;

	*agentp = NULL;
	if (!agent)
		return;

	agent->handler = NULL;
	for (size_t i = 0; i < agent->count; i++)
		tls_front_free(&agent->listeners[i].front);
	for (size_t i = 0; i < agent->count; i++)
		udp_share_free(&agent->listeners[i].share);
	flow_forget_all();
	if (agent->nta)
		nta_agent_destroy(agent->nta);
	free(agent);
}

enum err agent_prepare(struct agent_change **changep, const struct agent *agent,
		       const struct server_settings *settings, struct why *why)
{
	const struct tls_server_files files = {
		.certificate = settings->tls_certificate,
		.key = settings->tls_key,
		.client_trust = settings->tls_client_trust,
	};
	struct agent_change *change = x_new(struct agent_change);
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < agent->count; i++)
		if (agent->listeners[i].front)
			err = tls_server_new(&change->tls[i], &files, why);
	if (err != ERR_OK)
		agent_change_free(&change);
	*changep = change;
	return err;
}

void agent_apply(struct agent *agent, struct agent_change **changep)
{
	for (size_t i = 0; i < agent->count; i++)
		if ((*changep)->tls[i])
			tls_front_certify(agent->listeners[i].front,
					  &(*changep)->tls[i]);
	agent_change_free(changep);
}

void agent_change_free(struct agent_change **changep)
{
	struct agent_change *change = *changep;

	*changep = NULL;
	for (size_t i = 0; change && i < LISTENERS_MAX; i++)
		tls_server_free(&change->tls[i]);
	free(change);
}

nta_agent_t *agent_nta(const struct agent *agent)
{
	return agent->nta;
}

/* Which of our addresses packets to host leave from. */
static void local_host(char local[HOST_SIZE], const char *host)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST,
				  .ai_socktype = SOCK_DGRAM };
	struct addrinfo *to = NULL;
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int fd = -1;

	strcpy(local, "127.0.0.1");
	if (!getaddrinfo(host, "5060", &hints, &to))
		fd = socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, to->ai_addr, to->ai_addrlen) &&
	    !getsockname(fd, (struct sockaddr *)&from, &len))
		getnameinfo((struct sockaddr *)&from, len, local, HOST_SIZE,
			    NULL, 0, NI_NUMERICHOST);
	if (fd >= 0)
		close(fd);
	if (to)
		freeaddrinfo(to);
}

/* Clients take their own address from the Via that we give back. */
static void correct_via(msg_t *msg, sip_t *sip, const struct origin *origin)
{
	su_home_t *home = msg_home(msg);
	msg_common_t *via = sip->sip_via->v_common;

	msg_header_replace_param(home, via,
				 su_sprintf(home, "received=%s", origin->host));
	if (sip->sip_via->v_rport)
		msg_header_replace_param(home, via,
					 su_sprintf(home, "rport=%u",
						    origin->port));
}

bool agent_origin(const struct agent *agent, msg_t *msg, sip_t *sip,
		  struct origin *origin)
{
	tport_t *tport = nta_incoming_transport(agent->nta, NULL, msg);
	const struct listener *listener = listener_of(agent, tport);
	const su_sockaddr_t *from = msg_addr(msg);
	struct tls_front_source source;
	char local[HOST_SIZE];

	*origin = (struct origin){ .flow = flow_of(tport) };
	if (tport)
		tport_unref(tport);
	if (!listener)
		return false;

	origin->transport = (enum transport)listener->at.transport;
	origin->share = listener->share;
	/* SU_ADDR() would cast the const away. */
	su_inet_ntop(from->su_family,
		     from->su_family == AF_INET6
			     ? (const void *)&from->su_sin6.sin6_addr
			     : (const void *)&from->su_sin.sin_addr,
		     origin->host, HOST_SIZE);
	origin->port = ntohs(from->su_port);
	if (origin->transport == TRANSPORT_TLS) {
		if (!tls_front_source(listener->front, origin->port, &source))
			return false;
		snprintf(origin->host, HOST_SIZE, "%s", source.address);
		origin->port = source.port;
		correct_via(msg, sip, origin);
	}

	snprintf(local, sizeof(local), "%s", listener->at.host);
	if (is_wildcard(local))
		local_host(local, origin->host);
	print_uri(origin->contact, local, listener->at.port, origin->transport);
	return true;
}

void agent_on_answers(struct agent *agent, udp_share_h *shared,
		      agent_answer_h *others, void *arg)
{
	agent->answered = others;
	agent->answered_arg = arg;
	for (size_t i = 0; i < agent->count; i++)
		if (agent->listeners[i].share)
			udp_share_listen(agent->listeners[i].share, shared,
					 arg);
}

unsigned agent_room(const struct agent *agent)
{
	unsigned room = UINT_MAX;

	for (size_t i = 0; i < agent->count; i++)
		if (agent->listeners[i].share &&
		    udp_share_room(agent->listeners[i].share) < room)
			room = udp_share_room(agent->listeners[i].share);

	return room;
}

bool agent_is_host(const struct agent *agent, const char *host)
{
	for (size_t i = 0; i < agent->count; i++)
		if (sane_same_address(agent->listeners[i].at.host, host))
			return true;

	return false;
}
