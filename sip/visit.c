/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sip/server_private.h"

#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/sip_util.h>

#include "base/buf.h"
#include "sip/mime.h"
#include "sip/sane.h"
#include "sip/who.h"

#define ALLOW_EVENTS "presence, presence.winfo, reg"

enum {
	NUMBER_SIZE = 16,
	CALL_ID_MAX = 256,
	EVENT_MAX = 128,
	ADDRESS_MAX = 512,
	ROUTES_MAX = 2048,
	ACCEPT_MAX = 32,
};

static const char *phrase_of(int status)
{
	const char *phrase = sip_status_phrase(status);

	return phrase ? phrase : "Error";
}

/* Without state of its own: the answer is kept by the transaction. */
static void answer(struct visit *visit, int status)
{
	char min_expires[NUMBER_SIZE];
	bool brief = status == 423;

	snprintf(min_expires, sizeof(min_expires), "%u",
		 visit->server->settings.min_expires);
	nta_incoming_treply(visit->incoming, status, phrase_of(status),
			    TAG_IF(brief, SIPTAG_MIN_EXPIRES_STR(min_expires)),
			    TAG_IF(status == 489,
				   SIPTAG_ALLOW_EVENTS_STR(ALLOW_EVENTS)),
			    TAG_IF(status == 415, SIPTAG_ACCEPT_STR(MIME_PIDF)),
			    TAG_IF(status == 415,
				   SIPTAG_ACCEPT_ENCODING_STR("identity")),
			    TAG_END());
	nta_incoming_destroy(visit->incoming);
}

/* 420 for extensions asked for: we have none (RFC 3261, 8.2.2.3). */
static bool refuses_extensions(struct visit *visit)
{
	const sip_require_t *require = visit->sip->sip_require;
	char *names;

	if (!require)
		return false;

	names = sip_header_as_string(msg_home(visit->msg),
				     (const sip_header_t *)require);
	nta_incoming_treply(visit->incoming, SIP_420_BAD_EXTENSION,
			    SIPTAG_UNSUPPORTED_STR(names ? names : ""),
			    TAG_END());
	nta_incoming_destroy(visit->incoming);
	return true;
}

static long expires_of(const sip_t *sip, long absent)
{
	return sip->sip_expires ? (long)sip->sip_expires->ex_delta : absent;
}

static enum package package_of(const sip_t *sip)
{
	return sip->sip_event && sip->sip_event->o_type
		       ? package_from_word(sip->sip_event->o_type)
		       : PACKAGE_COUNT;
}

struct listing {
	struct buf contacts;
	unsigned expires_s; /* longest */
};

static void list_contact(const char *uri, unsigned q, unsigned expires_s,
			 void *arg)
{
	struct listing *listing = arg;

	buf_print(&listing->contacts, "%s<%s>;expires=%u",
		  listing->contacts.len ? ", " : "", uri, expires_s);
	if (q < Q_MAX)
		buf_print(&listing->contacts, ";q=0.%03u", q);
	if (expires_s > listing->expires_s)
		listing->expires_s = expires_s;
}

/*
 * The contacts that are known, and Expires: too, since there are clients that
 * look for nothing else.
 */
static void answer_registered(struct visit *visit)
{
	struct listing listing = { .contacts = BUF(16384) };
	char expires[NUMBER_SIZE];

	registrar_contacts(visit->server->registrar, visit->entity,
			   list_contact, &listing);
	snprintf(expires, sizeof(expires), "%u", listing.expires_s);
	nta_incoming_treply(visit->incoming, SIP_200_OK,
			    TAG_IF(listing.contacts.len,
				   SIPTAG_CONTACT_STR(
					   buf_text(&listing.contacts))),
			    SIPTAG_EXPIRES_STR(expires),
			    SIPTAG_ALLOW_EVENTS_STR(ALLOW_EVENTS), TAG_END());
	nta_incoming_destroy(visit->incoming);
	buf_free(&listing.contacts);
}

static unsigned q_of(const char *text)
{
	double q = text ? strtod(text, NULL) : 1.0;

	return q >= 1.0 ? Q_MAX : q > 0.0 ? (unsigned)(q * Q_MAX) : 0;
}

/* Up to one more than allowed, so that too many are seen as such. */
static size_t read_contacts(const struct visit *visit,
			    struct register_contact contacts[CONTACTS_MAX + 1],
			    bool *allp)
{
	const sip_contact_t *contact = visit->sip->sip_contact;
	size_t count = 0;

	*allp = false;
	for (; contact && count <= CONTACTS_MAX; contact = contact->m_next) {
		if (contact->m_url->url_type == url_any) {
			*allp = true;
			continue;
		}
		contacts[count++] = (struct register_contact){
			.uri = url_as_string(msg_home(visit->msg),
					     contact->m_url),
			.q = q_of(contact->m_q),
			.expires_s =
				contact->m_expires
					? strtol(contact->m_expires, NULL, 10)
					: CONTACT_EXPIRES_ABSENT,
		};
		if (contacts[count - 1].expires_s < 0 && contact->m_expires)
			contacts[count - 1].expires_s = 0;
		if (!contacts[count - 1].uri ||
		    strlen(contacts[count - 1].uri) > ADDRESS_MAX)
			count--;
	}

	return count;
}

void visit_register(struct visit *visit)
{
	struct server *server = visit->server;
	const sip_t *sip = visit->sip;
	struct register_contact contacts[CONTACTS_MAX + 1];
	struct register_request request = {
		.entity = visit->entity,
		.call_id = sip->sip_call_id->i_id,
		.cseq = sip->sip_cseq->cs_seq,
		.contacts = contacts,
		.expires_s = expires_of(sip, CONTACT_EXPIRES_ABSENT),
		.flow = visit->origin.flow,
	};
	int online, status;

	if (refuses_extensions(visit))
		return;

	request.count = read_contacts(visit, contacts, &request.all);
	status = registrar_take(server->registrar, &request, &online);
	if (status == 200)
		answer_registered(visit);
	else
		answer(visit, status);

	if (status == 200 && (request.count || request.all))
		notifier_registered(server->notifier, request.entity);
	if (online && server->handlers.registered)
		server->handlers.registered(request.entity, online > 0,
					    server->arg);
}

/*
 * Where NOTIFYs go: for datagrams to the first route or the contact if that
 * is the machine the request came from, else back to the very address it
 * came from, NAT or not. So nobody can point us at somebody else.
 */
static void find_next_hop(const struct visit *visit, char next_hop[URI_SIZE])
{
	const struct origin *origin = &visit->origin;
	const sip_t *sip = visit->sip;
	const url_t *url = sip->sip_record_route ? sip->sip_record_route->r_url
						 : sip->sip_contact->m_url;
	bool same = sane_same_address(url->url_host, origin->host);
	unsigned port = origin->port;

	next_hop[0] = '\0';
	if (origin->transport == TRANSPORT_TLS)
		return; /* its connection, or nothing */
	if (origin->transport == TRANSPORT_TCP && !same)
		return;
	if (same)
		port = url->url_port
			       ? (unsigned)strtoul(url->url_port, NULL, 10)
			       : 5060;
	if (!port || port > 65535)
		return;

	snprintf(next_hop, URI_SIZE,
		 strchr(origin->host, ':') ? "sip:[%s]:%u;transport=%s"
					   : "sip:%s:%u;transport=%s",
		 origin->host, port, transport_word(origin->transport));
}

static const char *text_of(struct visit *visit, const void *header, size_t max)
{
	char *text = sip_header_as_string(msg_home(visit->msg), header);

	/* A folded one would end the line it is said again in. */
	return text && strlen(text) <= max && !strpbrk(text, "\r\n") ? text
								     : NULL;
}

static const char *routes_of(struct visit *visit)
{
	su_home_t *home = msg_home(visit->msg);
	const sip_record_route_t *route = visit->sip->sip_record_route;
	const char *routes = "";

	for (; route && routes; route = route->r_next) {
		const char *uri = url_as_string(home, route->r_url);

		routes = uri ? su_sprintf(home, "%s%s<%s>", routes,
					  *routes ? ", " : "", uri)
			     : NULL;
		if (routes && strlen(routes) > ROUTES_MAX)
			return NULL;
	}

	return routes;
}

/* False: something is missing, or longer than anybody needs. */
static bool read_seed(struct visit *visit, struct dialog_seed *seed,
		      char next_hop[URI_SIZE])
{
	const sip_t *sip = visit->sip;
	sip_to_t to;

	if (!sip->sip_contact || sip->sip_contact->m_next ||
	    sip->sip_contact->m_url->url_type == url_any)
		return false;

	to = *sip->sip_to;
	to.a_tag = NULL;
	to.a_params = NULL;
	find_next_hop(visit, next_hop);
	*seed = (struct dialog_seed){
		.call_id = sip->sip_call_id->i_id,
		.local = text_of(visit, &to, ADDRESS_MAX),
		.remote = text_of(visit, sip->sip_from, ADDRESS_MAX),
		.remote_tag = sip->sip_from->a_tag,
		.event = text_of(visit, sip->sip_event, EVENT_MAX),
		.routes = routes_of(visit),
		.contact = visit->origin.contact,
		.target = url_as_string(msg_home(visit->msg),
					sip->sip_contact->m_url),
		.next_hop = next_hop,
		.flow = visit->origin.flow,
		.share = visit->origin.share,
		.cseq = sip->sip_cseq->cs_seq,
	};

	return !strpbrk(seed->call_id, "\r\n") && seed->local && seed->remote &&
	       seed->event && seed->routes && seed->target &&
	       strlen(seed->target) <= ADDRESS_MAX &&
	       !strpbrk(seed->target, "\r\n") &&
	       !strpbrk(seed->routes, "\r\n") &&
	       strlen(seed->call_id) <= CALL_ID_MAX;
}

static const char *const *read_accept(const sip_t *sip,
				      const char *types[ACCEPT_MAX + 1])
{
	const sip_accept_t *accept = sip->sip_accept;
	size_t count = 0;

	if (!accept)
		return NULL;

	for (; accept && count < ACCEPT_MAX; accept = accept->ac_next)
		if (accept->ac_type &&
		    !(accept->ac_q && q_of(accept->ac_q) == 0))
			types[count++] = accept->ac_type;
	types[count] = NULL;
	return types;
}

static void answer_subscribed(struct visit *visit,
			      const struct subscribe_answer *result)
{
	char expires[NUMBER_SIZE];

	if (result->status != 200) {
		answer(visit, result->status);
		return;
	}

	snprintf(expires, sizeof(expires), "%u", result->expires_s);
	if (!visit->sip->sip_to->a_tag)
		nta_incoming_tag(visit->incoming, result->local_tag);
	nta_incoming_treply(visit->incoming, SIP_200_OK,
			    SIPTAG_EXPIRES_STR(expires),
			    SIPTAG_CONTACT_STR(visit->origin.contact),
			    SIPTAG_ALLOW_EVENTS_STR(ALLOW_EVENTS), TAG_END());
	nta_incoming_destroy(visit->incoming);
}

/* The user himself, and administrators of his domain. */
static bool may_see_registrations(const struct visit *visit)
{
	if (visit->stranger)
		return false;
	if (!strcmp(visit->user, visit->entity))
		return true;

	return !strcmp(uri_domain(visit->user), uri_domain(visit->entity)) &&
	       who_listed(&visit->server->settings.admin, visit->user);
}

static int may_subscribe(const struct visit *visit, enum package package)
{
	if (package == PACKAGE_COUNT)
		return 489;
	if (package == PACKAGE_WINFO) /* RFC 3857, 4.4 */
		return strcmp(visit->user, visit->entity) ? 403 : 200;
	if (package == PACKAGE_REG)
		return may_see_registrations(visit) ? 200 : 403;
	if (visit->stranger)
		return 200;

	return server_may_watch(visit->server, visit->user, visit->entity)
		       ? 200
		       : 403;
}

void visit_subscribe(struct visit *visit)
{
	struct server *server = visit->server;
	const sip_t *sip = visit->sip;
	const char *types[ACCEPT_MAX + 1];
	struct subscribe what = {
		.package = package_of(sip),
		.entity = visit->entity,
		.watcher = visit->user,
		.accept = read_accept(sip, types),
		.expires_s = expires_of(sip, EXPIRES_ABSENT),
		.local_tag = sip->sip_to->a_tag ? sip->sip_to->a_tag : "",
	};
	struct subscribe_answer result = {
		.status = may_subscribe(visit, what.package),
	};
	char next_hop[URI_SIZE];

	if (refuses_extensions(visit))
		return;

	if (result.status == 200 && !read_seed(visit, &what.seed, next_hop))
		result.status = 400;
	if (result.status == 200)
		notifier_subscribe(server->notifier, &what, &result);
	answer_subscribed(visit, &result);

	if (result.watched && server->handlers.watched)
		server->handlers.watched(visit->entity, result.watched,
					 server->arg);
}

/* What is published is one package more than what is notified. */
static bool publish_kind(const sip_t *sip, enum publish_kind *kindp)
{
	const char *event = sip->sip_event ? sip->sip_event->o_type : NULL;
	bool calls = event && !strcasecmp(event, "dialog");

	*kindp = calls ? PUBLISH_DIALOG : PUBLISH_PRESENCE;
	return calls || package_of(sip) == PACKAGE_PRESENCE;
}

/* The part of the body that is wanted; 415 if there is another kind only. */
static int read_body(const sip_t *sip, struct publish *what)
{
	const sip_payload_t *body = sip->sip_payload;
	const sip_content_type_t *type = sip->sip_content_type;
	const sip_content_encoding_t *coding = sip->sip_content_encoding;
	struct mime_part part;

	if (!body || !body->pl_len)
		return 200;
	if (!type || !type->c_type ||
	    (coding && coding->k_items && coding->k_items[0] &&
	     strcasecmp(coding->k_items[0], "identity") != 0))
		return 415;
	if (!mime_find(&part, type->c_type,
		       msg_params_find(type->c_params, "boundary="),
		       body->pl_data, body->pl_len,
		       what->kind == PUBLISH_DIALOG ? MIME_DIALOG : MIME_PIDF))
		return 415;

	what->body = part.body;
	what->body_bytes = part.body_bytes;
	return 200;
}

void visit_publish(struct visit *visit)
{
	struct server *server = visit->server;
	const sip_t *sip = visit->sip;
	const struct server_handlers *handlers = &server->handlers;
	struct publish what = {
		.entity = visit->entity,
		.etag = sip->sip_if_match ? sip->sip_if_match->g_string : NULL,
		.expires_s = expires_of(sip, PUBLISH_EXPIRES_ABSENT),
	};
	struct publish_answer result = { .status = 489 };
	char expires[NUMBER_SIZE];

	if (refuses_extensions(visit))
		return;

	if (publish_kind(sip, &what.kind))
		result.status = read_body(sip, &what);
	if (result.status == 200)
		compositor_take(server->compositor, &what, &result);
	if (result.status != 200) {
		answer(visit, result.status);
		return;
	}

	snprintf(expires, sizeof(expires), "%u", result.expires_s);
	nta_incoming_treply(visit->incoming, SIP_200_OK,
			    SIPTAG_ETAG_STR(result.etag),
			    SIPTAG_EXPIRES_STR(expires), TAG_END());
	nta_incoming_destroy(visit->incoming);
	if ((result.changed || result.ended) && handlers->published)
		handlers->published(visit->entity, result.publication,
				    result.changed ? &result.claim : NULL,
				    server->arg);
}
