/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct letter;
#define NTA_OUTGOING_MAGIC_T struct letter

#include <sofia-sip/nta.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_tag.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/loop.h"
#include "sip/mime.h"
#include "sip/publish_out.h"

enum { TAG_SIZE = 17, CSEQ_SIZE = 32, LINE_SIZE = 512 };

struct publish_out {
	nta_agent_t *agent;
	char *server;
	unsigned cseq;
	struct crypto_numbers tags;
	struct letter *first, *last; /* under way, in the order of sending */
	struct timer patience;       /* the first one's, or too early */
};

/* A request under way. publication NULL: nobody waits for its answer. */
struct letter {
	struct publish_out *out;
	struct publication *publication;
	nta_outgoing_t *transaction;
	uint64_t until_ms; /* patience */
	int status;
	struct timer timer; /* for what was told too early */
	struct letter *next, *prev;
};

static struct letter *letter_new(struct publish_out *out,
				 struct publication *publication)
{
	struct letter *letter = x_new(struct letter);

	letter->out = out;
	letter->publication = publication;
	letter->until_ms = clock_ms() + 1000 * PUBLISH_PATIENCE_S;
	letter->prev = out->last;
	if (out->last)
		out->last->next = letter;
	else
		out->first = letter;
	out->last = letter;
	return letter;
}

static void letter_free(struct letter *letter)
{
	if (letter->transaction)
		nta_outgoing_destroy(letter->transaction);
	timer_stop(&letter->timer);
	if (letter->prev)
		letter->prev->next = letter->next;
	else
		letter->out->first = letter->next;
	if (letter->next)
		letter->next->prev = letter->prev;
	else
		letter->out->last = letter->prev;
	free(letter);
}

static void deliver(struct letter *letter,
		    const struct publication_answer *answer)
{
	struct publication *publication = letter->publication;

	letter_free(letter);
	if (publication)
		publisher_answer(publication, answer);
}

static void on_silence(void *arg)
{
	struct letter *letter = arg;
	const struct publication_answer answer = {
		.status = letter->status ? letter->status : 408,
		.expires_s = -1,
	};

	deliver(letter, &answer);
}

static void on_patience(void *arg);

static void be_patient(struct publish_out *out)
{
	uint64_t now_ms = clock_ms();

	if (out->first && !timer_running(&out->patience))
		timer_start_ms(&out->patience,
			       out->first->until_ms > now_ms
				       ? out->first->until_ms - now_ms
				       : 0,
			       on_patience, out);
}

static void on_patience(void *arg)
{
	struct publish_out *out = arg;
	uint64_t now_ms = clock_ms();

	while (out->first && out->first->until_ms <= now_ms)
		on_silence(out->first);
	be_patient(out);
}

static int on_answer(struct letter *letter, nta_outgoing_t *transaction,
		     sip_t const *sip)
{
	int status = sip && sip->sip_status ? sip->sip_status->st_status
					    : nta_outgoing_status(transaction);
	struct publication_answer answer = { .status = status,
					     .expires_s = -1 };
	char etag[PUBLICATION_ETAG_SIZE];

	if (status < 200)
		return 0;
	if (!letter->transaction) { /* it is just being sent */
		letter->status = status;
		timer_start_ms(&letter->timer, 0, on_silence, letter);
		return 0;
	}

	if (sip && sip->sip_expires)
		answer.expires_s = (long)sip->sip_expires->ex_delta;
	if (sip && sip->sip_min_expires)
		answer.min_expires_s = (unsigned)sip->sip_min_expires->me_delta;
	if (sip && sip->sip_retry_after)
		answer.retry_after_s = (unsigned)sip->sip_retry_after->af_delta;
	if (sip && sip->sip_etag && sip->sip_etag->g_string &&
	    strlen(sip->sip_etag->g_string) < sizeof(etag))
		answer.etag = strcpy(etag, sip->sip_etag->g_string);
	deliver(letter, &answer);
	return 0;
}

static void print_tag(struct publish_out *out, char tag[TAG_SIZE])
{
	uint64_t number = crypto_number(&out->tags);

	crypto_hex(&number, sizeof(number), tag);
}

static bool begin(msg_t *msg, sip_method_t method, const char *name,
		  const char *uri)
{
	sip_request_t *line = sip_request_create(msg_home(msg), method, name,
						 (void const *)uri, NULL);

	return line && msg_header_insert(msg, (msg_pub_t *)sip_object(msg),
					 (msg_header_t *)line) >= 0;
}

static bool add_body(msg_t *msg, const char *body, size_t body_bytes)
{
	sip_payload_t *payload;

	if (!body)
		return true;

	payload = sip_payload_create(msg_home(msg), body, (issize_t)body_bytes);
	return payload && msg_header_insert(msg, (msg_pub_t *)sip_object(msg),
					    (msg_header_t *)payload) >= 0;
}

static msg_t *publish_message(struct publish_out *out,
			      const struct publication_request *request)
{
	msg_t *msg = nta_msg_create(out->agent, 0);
	sip_t *sip = sip_object(msg);
	char tag[TAG_SIZE], from[LINE_SIZE], to[LINE_SIZE], cseq[CSEQ_SIZE];
	char expires[CSEQ_SIZE], call_id[2 * TAG_SIZE];

	print_tag(out, tag);
	print_tag(out, call_id);
	snprintf(from, sizeof(from), "<%s>;tag=%s", request->entity, tag);
	snprintf(to, sizeof(to), "<%s>", request->entity);
	snprintf(cseq, sizeof(cseq), "%u PUBLISH", ++out->cseq);
	snprintf(expires, sizeof(expires), "%u", request->expires_s);
	if (begin(msg, SIP_METHOD_PUBLISH, request->entity) &&
	    sip_add_tl(
		    msg, sip, SIPTAG_FROM_STR(from), SIPTAG_TO_STR(to),
		    SIPTAG_CALL_ID_STR(call_id), SIPTAG_CSEQ_STR(cseq),
		    SIPTAG_EVENT_STR("presence"), SIPTAG_EXPIRES_STR(expires),
		    TAG_IF(*request->etag, SIPTAG_IF_MATCH_STR(request->etag)),
		    TAG_IF(request->body, SIPTAG_CONTENT_TYPE_STR(MIME_PIDF)),
		    TAG_END()) >= 0 &&
	    add_body(msg, request->body, request->body_bytes))
		return msg;

	msg_destroy(msg);
	return NULL;
}

static void post(struct letter *letter, msg_t *msg, const char *server)
{
	struct publish_out *out = letter->out;

	if (msg)
		letter->transaction =
			nta_outgoing_mcreate(out->agent, on_answer, letter,
					     (void const *)server, msg,
					     TAG_END());
	if (msg && !letter->transaction)
		msg_destroy(msg);
	if (!letter->transaction)
		letter->status = 503;
	if (!letter->transaction && !timer_running(&letter->timer))
		timer_start(&letter->timer, 0, on_silence, letter);
	be_patient(out);
}

void *publish_out_send(struct publication *publication,
		       const struct publication_request *request,
		       struct publish_out *out)
{
	struct letter *letter = letter_new(out, publication);

	post(letter, publish_message(out, request), out->server);
	return letter;
}

void publish_out_cancel(void *flight)
{
	letter_free(flight);
}

void publish_out_end_watch(struct publish_out *out,
			   const struct publish_dialog *dialog)
{
	msg_t *msg = nta_msg_create(out->agent, 0);
	char from[LINE_SIZE], to[LINE_SIZE], contact[LINE_SIZE];
	char cseq[CSEQ_SIZE];

	snprintf(from, sizeof(from), "<%s>;tag=%s", dialog->watcher,
		 dialog->watcher_tag);
	snprintf(to, sizeof(to), "<%s>;tag=%s", dialog->entity,
		 dialog->server_tag);
	snprintf(contact, sizeof(contact), "<%s>", dialog->contact);
	snprintf(cseq, sizeof(cseq), "%u SUBSCRIBE", dialog->cseq + 1000);
	if (!begin(msg, SIP_METHOD_SUBSCRIBE, dialog->entity) ||
	    sip_add_tl(msg, sip_object(msg), SIPTAG_FROM_STR(from),
		       SIPTAG_TO_STR(to), SIPTAG_CALL_ID_STR(dialog->call_id),
		       SIPTAG_CSEQ_STR(cseq), SIPTAG_CONTACT_STR(contact),
		       SIPTAG_EVENT_STR("presence"), SIPTAG_EXPIRES_STR("0"),
		       TAG_END()) < 0) {
		msg_destroy(msg);
		return;
	}
	post(letter_new(out, NULL), msg,
	     *dialog->server ? dialog->server : out->server);
}

struct publish_out *publish_out_new(void *agent, const char *server)
{
	struct publish_out *out = x_new(struct publish_out);

	out->agent = agent;
	out->server = x_strdup(server);
	return out;
}

void publish_out_free(struct publish_out **outp)
{
	struct publish_out *out = *outp;

	*outp = NULL;
	if (!out)
		return;

	while (out->first)
		letter_free(out->first);
	timer_stop(&out->patience);
	free(out->server);
	free(out);
}
