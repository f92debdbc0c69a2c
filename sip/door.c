/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sip/server_private.h"

#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_extra.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>

#include "base/clock.h"
#include "base/log.h"
#include "sip/sane.h"

#define ALLOW "REGISTER, SUBSCRIBE, PUBLISH, OPTIONS"

typedef void visit_h(struct visit *visit);

static const struct method {
	sip_method_t method;
	visit_h *handler;
	bool of_to; /* it is about its To, not its Request-URI */
	bool own;   /* only about oneself */
} methods[] = {
	{ sip_method_register, visit_register, true, true },
	{ sip_method_subscribe, visit_subscribe, false, false },
	{ sip_method_publish, visit_publish, false, true },
};

static const struct method *method_of(const sip_t *sip)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (methods[i].method == sip->sip_request->rq_method)
			return &methods[i];

	return NULL;
}

/* An answer that keeps no state; strangers get so many a second. */
static bool may_answer(struct visit *visit)
{
	struct server *server = visit->server;

	server->refused++;
	if (rate_take(server->rate, visit->origin.host, clock_ms()))
		return true;

	msg_destroy(visit->msg);
	return false;
}

static void refuse(struct visit *visit, int status, const char *phrase)
{
	if (may_answer(visit))
		nta_msg_treply(agent_nta(visit->server->agent), visit->msg,
			       status, phrase, SIPTAG_ALLOW_STR(ALLOW),
			       TAG_END());
}

static bool contacts_are_sane(const sip_t *sip)
{
	const sip_contact_t *contact = sip->sip_contact;

	for (; contact; contact = contact->m_next) {
		const url_t *url = contact->m_url;
		bool any = url->url_type == url_any;

		if (!sane_params(url->url_params) ||
		    (!any &&
		     (!url->url_host || !*url->url_host ||
		      (url->url_type != url_sip && url->url_type != url_sips))))
			return false;
	}

	return true;
}

/* The stack's routines read past the end of some of these: see sane.h. */
static bool is_sane(const sip_t *sip)
{
	const sip_record_route_t *record = sip->sip_record_route;
	const sip_route_t *route = sip->sip_route;

	for (; record; record = record->r_next)
		if (!record->r_url->url_host ||
		    !sane_params(record->r_url->url_params) ||
		    !sane_params_has(record->r_url->url_params, "lr"))
			return false;
	for (; route; route = route->r_next)
		if (!sane_params(route->r_url->url_params))
			return false;

	return sane_params(sip->sip_request->rq_url->url_params) &&
	       sane_params(sip->sip_from->a_url->url_params) &&
	       sane_params(sip->sip_to->a_url->url_params) &&
	       sip->sip_from->a_tag && contacts_are_sane(sip);
}

static bool read_entity(char entity[ENTITY_SIZE], const url_t *url)
{
	char text[2 * ENTITY_SIZE];

	if ((url->url_type != url_sip && url->url_type != url_sips &&
	     url->url_type != url_pres) ||
	    !url->url_user || !url->url_host)
		return false;
	if (snprintf(text, sizeof(text), "%s@%s", url->url_user,
		     url->url_host) >= (int)sizeof(text))
		return false;

	return uri_entity(entity, text, NULL) == ERR_OK;
}

bool door_serves(const struct server *server, const char *domain)
{
	const struct directive_list *list = &server->settings.domain;

	for (size_t i = 0; i < list->count; i++)
		if (!strcasecmp(list->items[i], domain))
			return true;

	return !list->count && (!strcasecmp(domain, server->host_name) ||
				agent_is_host(server->agent, domain));
}

/* Whose password we ask for: the account's, else the domain's. */
static const char *realm_of(const struct visit *visit)
{
	const struct server *server = visit->server;
	const struct account *account =
		accounts_of(server->accounts, visit->user);
	const char *domain = uri_domain(visit->user);

	if (account)
		return account->realm;
	if (door_serves(server, domain))
		return domain;
	return uri_domain(visit->entity);
}

static bool knows_md5_only(const sip_t *sip)
{
	static const char *const agents[] = {
#define MD5_ONLY(agent) agent,
#include "sip/md5_only.def"
	};
	const char *agent =
		sip->sip_user_agent ? sip->sip_user_agent->g_string : NULL;

	for (size_t i = 0; agent && i < sizeof(agents) / sizeof(agents[0]); i++)
		if (!strncmp(agent, agents[i], strlen(agents[i])))
			return digest_offers(DIGEST_MD5);

	return false;
}

static void challenge(struct visit *visit, bool stale)
{
	struct server *server = visit->server;
	const char *realm = realm_of(visit);
	char nonce[AUTH_NONCE_SIZE];
	char lines[DIGEST_COUNT][3 * ENTITY_SIZE];

	if (!may_answer(visit))
		return;

	auth_nonce(server->auth, nonce, realm, clock_now());
	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++)
		snprintf(lines[i], sizeof(lines[i]),
			 "Digest realm=\"%s\", nonce=\"%s\", qop=\"auth\", "
			 "algorithm=%s%s",
			 realm, nonce, digest_algorithm_word(i),
			 stale ? ", stale=true" : "");

	nta_msg_treply(agent_nta(server->agent), visit->msg,
		       SIP_401_UNAUTHORIZED,
		       TAG_IF(!knows_md5_only(visit->sip),
			      SIPTAG_WWW_AUTHENTICATE_STR(
				      lines[DIGEST_SHA256])),
		       TAG_IF(digest_offers(DIGEST_MD5),
			      SIPTAG_WWW_AUTHENTICATE_STR(lines[DIGEST_MD5])),
		       TAG_END());
}

static bool is_request_uri(const struct visit *visit, const char *text)
{
	url_t *url = url_make(msg_home(visit->msg), text);

	return url && sane_params(url->url_params) &&
	       url_cmp(url, visit->sip->sip_request->rq_url) == 0;
}

/* The first of the credentials that is good. */
static enum auth_result identify(struct visit *visit)
{
	struct server *server = visit->server;
	const sip_authorization_t *line = visit->sip->sip_authorization;
	enum auth_result result = AUTH_WRONG;
	const struct account *account;
	struct digest digest;

	for (int i = 0; line && i < 4; line = line->au_next, i++) {
		if (strcasecmp(line->au_scheme, "Digest") != 0 ||
		    digest_read(&digest, line->au_params, NULL) != ERR_OK ||
		    !is_request_uri(visit, digest.uri))
			continue;

		result = auth_check(server->auth, server->accounts, &digest,
				    visit->sip->sip_request->rq_method_name,
				    clock_now(), &account);
		if (result == AUTH_OK)
			return strcmp(account->entity, visit->user) != 0
				       ? AUTH_WRONG
				       : AUTH_OK;
	}

	return result;
}

/* A stranger may watch where strangers may; never more. */
static bool is_welcome_stranger(struct visit *visit,
				const struct method *method)
{
	visit->stranger = visit->server->settings.anonymous && !method->own &&
			  !visit->sip->sip_authorization &&
			  !door_serves(visit->server, uri_domain(visit->user));
	return visit->stranger;
}

static void let_in(struct visit *visit, const struct method *method)
{
	struct server *server = visit->server;
	nta_agent_t *nta = agent_nta(server->agent);

	visit->incoming = nta_incoming_create(nta, NULL, visit->msg, visit->sip,
					      TAG_END());
	if (!visit->incoming)
		return;

	if ((method->own && strcmp(visit->user, visit->entity) != 0) ||
	    (!visit->stranger && server->handlers.entitled &&
	     !server->handlers.entitled(visit->user, server->arg))) {
		nta_incoming_treply(visit->incoming, SIP_403_FORBIDDEN,
				    TAG_END());
		nta_incoming_destroy(visit->incoming);
		return;
	}

	method->handler(visit);
}

static bool is_from_trusted(const struct visit *visit)
{
	const struct directive_list *list = &visit->server->settings.trusted;

	for (size_t i = 0; i < list->count; i++)
		if (sane_same_address(list->items[i], visit->origin.host))
			return true;

	return false;
}

/* RFC 3325: the stack hands on what it does not read by itself. */
static const url_t *asserted_identity(const struct visit *visit)
{
	const sip_unknown_t *header = visit->sip->sip_unknown;
	const sip_p_asserted_identity_t *identity = NULL;

	for (; header && !identity; header = header->un_next)
		if (!strcasecmp(header->un_name, "P-Asserted-Identity"))
			identity = sip_p_asserted_identity_make(
				msg_home(visit->msg), header->un_value);
	return identity ? identity->paid_url : NULL;
}

/* What the proxy has found out, else what it let pass as From. */
static bool read_user(struct visit *visit)
{
	const url_t *url = NULL;

	visit->trusted = is_from_trusted(visit);
	if (visit->trusted)
		url = asserted_identity(visit);
	return read_entity(visit->user,
			   url ? url : visit->sip->sip_from->a_url);
}

static void ask_who(struct visit *visit, const struct method *method)
{
	enum auth_result result = visit->trusted ? AUTH_OK : identify(visit);

	if (result == AUTH_OK || is_welcome_stranger(visit, method))
		let_in(visit, method);
	else
		challenge(visit, result == AUTH_STALE);
}

/* Inside a dialog the Request-URI is our own Contact and names nobody. */
static const url_t *about_whom(const sip_t *sip, const struct method *method)
{
	bool in_dialog = sip->sip_to->a_tag;

	return (method && method->of_to) || in_dialog
		       ? sip->sip_to->a_url
		       : sip->sip_request->rq_url;
}

static void greet(struct visit *visit)
{
	const sip_t *sip = visit->sip;
	const struct method *method = method_of(sip);
	const url_t *about = about_whom(sip, method);

	if (sip->sip_request->rq_method == sip_method_options)
		refuse(visit, SIP_200_OK);
	else if (sip->sip_request->rq_method == sip_method_cancel)
		refuse(visit, SIP_481_NO_TRANSACTION);
	else if (!method)
		refuse(visit, SIP_405_METHOD_NOT_ALLOWED);
	else if (!is_sane(sip))
		refuse(visit, 400, "Bad Contact, Route or URI");
	else if (!read_user(visit))
		refuse(visit, 400, "Bad From");
	else if (!read_entity(visit->entity, about) ||
		 (!visit->trusted &&
		  !door_serves(visit->server, uri_domain(visit->entity))))
		refuse(visit, SIP_404_NOT_FOUND);
	else
		ask_who(visit, method);
}

void door_knock(struct server *server, msg_t *msg, sip_t *sip)
{
	struct visit visit = { .server = server, .msg = msg, .sip = sip };

	/* maddr would have us answer to whom the sender likes. */
	if (sip->sip_request->rq_method == sip_method_ack || !sip->sip_via ||
	    sip->sip_via->v_maddr || !sip->sip_from || !sip->sip_to ||
	    !sip->sip_call_id || !sip->sip_cseq ||
	    !agent_origin(server->agent, msg, sip, &visit.origin)) {
		server->refused++;
		msg_destroy(msg);
		return;
	}

	greet(&visit);
}
