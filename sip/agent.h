/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the bundled server listens, and where a message really came from.
 *
 * UDP and TCP are the stack's; TLS is taken by sip/tls_front.h and joined to
 * a private TCP listener, whose connections count as TLS here: they have the
 * client's own address, and Via, Contact and Record-Route say so.
 */
#ifndef SIP_AGENT_H
#define SIP_AGENT_H

#define NTA_AGENT_MAGIC_T struct agent

#include <sofia-sip/nta.h>

#include "sip/flow.h"
#include "sip/server.h"
#include "sip/udp_share.h"

struct agent;
struct answer;

enum transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_TLS, TRANSPORT_COUNT };

enum { HOST_SIZE = 64, URI_SIZE = 256, MESSAGE_BYTES_MAX = 64 << 10 };

struct origin {
	enum transport transport;
	char host[HOST_SIZE]; /* numeric, IPv6 without brackets */
	unsigned port;
	struct flow *flow;       /* NULL: UDP */
	struct udp_share *share; /* UDP: where answers come fast; or NULL */
	char contact[URI_SIZE];  /* how he may call us: "<sip:...>" */
};

/* The message is the handler's to destroy or to answer. */
typedef void agent_message_h(msg_t *msg, sip_t *sip, void *arg);

enum err agent_new(struct agent **agentp,
		   const struct server_settings *settings, agent_message_h *h,
		   void *arg, struct why *why);
void agent_free(struct agent **agentp);

/* Certificates read again; agent_apply() takes them and cannot fail. */
struct agent_change;
enum err agent_prepare(struct agent_change **changep, const struct agent *agent,
		       const struct server_settings *settings, struct why *why);
void agent_apply(struct agent *agent, struct agent_change **changep);
void agent_change_free(struct agent_change **changep);

nta_agent_t *agent_nta(const struct agent *agent);

/* False: nobody who ought to speak to us. Corrects the message's Via. */
bool agent_origin(const struct agent *agent, msg_t *msg, sip_t *sip,
		  struct origin *origin);

/*
 * Who hears the answers to what is sent over the listeners' shares, and who
 * those that come to the stack and belong to none of its transactions.
 */
typedef void agent_answer_h(const struct answer *answer, void *arg);
void agent_on_answers(struct agent *agent, udp_share_h *shared,
		      agent_answer_h *others, void *arg);

/* How many answers can wait to be read, in the smallest share. */
unsigned agent_room(const struct agent *agent);

/* A host that we listen on. */
bool agent_is_host(const struct agent *agent, const char *host);

const char *transport_word(enum transport transport);

#endif
