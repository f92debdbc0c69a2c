/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/http_url.h"
#include "base/loop.h"
#include "base/tls_issuers.h"

struct tls_issuers {
	char *host;
	struct tls_trust *trust; /* NULL where there is none */
	struct tls_chain *whole; /* what was sent and what was fetched */
	struct http_origin *origin;
	struct http_request *request;
	struct timer timer;
	unsigned timeout_ms;
	struct tls_cert beneath; /* whose issuer is asked for */
	tls_issuers_h *done;
	void *arg;
	bool is_done;
	struct tls_issuers_result result;
};

static bool has_issued(X509 *issuer, X509 *x509)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return key && X509_check_issued(issuer, x509) == X509_V_OK &&
	       X509_verify(x509, key) == 1;
}

static X509 *issuer_in(STACK_OF(X509) * certs, X509 *x509)
{
	for (int i = 0; i < sk_X509_num(certs); i++)
		if (has_issued(sk_X509_value(certs, i), x509))
			return sk_X509_value(certs, i);
	return NULL;
}

static bool is_root(X509 *x509)
{
	return !X509_NAME_cmp(X509_get_subject_name(x509),
			      X509_get_issuer_name(x509));
}

/* Where the way up from the server's own ends, short of a root; else NULL. */
static X509 *open_end(const struct tls_issuers *issuers)
{
	STACK_OF(X509) *certs = tls_chain_stack(issuers->whole);
	X509 *at = sk_X509_value(certs, 0);

	for (int i = 0; at && i <= sk_X509_num(certs); i++) {
		X509 *issuer = is_root(at) ? NULL : issuer_in(certs, at);

		if (!issuer)
			return is_root(at) ? NULL : at;
		at = issuer;
	}
	return NULL;
}

static void finish(struct tls_issuers *issuers)
{
	timer_stop(&issuers->timer);
	http_cancel(&issuers->request);
	ERR_clear_error();
	issuers->is_done = true;
	issuers->done(issuers->arg);
}

static void fetch_next(struct tls_issuers *issuers);

static void take(struct tls_issuers *issuers, X509 *issuer)
{
	struct tls_issuers_result *result = &issuers->result;
	size_t i = tls_chain_count(result->fetched);

	memcpy(result->from[i], issuers->beneath.issuer_url,
	       sizeof(result->from[i]));
	X509_up_ref(issuer);
	sk_X509_push((STACK_OF(X509) *)tls_chain_stack(result->fetched),
		     issuer);
	X509_up_ref(issuer);
	sk_X509_push((STACK_OF(X509) *)tls_chain_stack(issuers->whole), issuer);
}

static enum err judge_reply(struct tls_issuers *issuers,
			    const struct http_reply *reply, struct why *why)
{
	const char *from = issuers->beneath.issuer_url;
	struct tls_chain *had = tls_chain_new();
	enum err err = reply->why.err;
	X509 *issuer = NULL;

	if (err)
		why_set(why, err, "%.150s: %.200s", from, reply->why.text);
	else if (reply->status >= 300 && reply->status < 400)
		err = why_set(why, ERR_DENIED,
			      "%.150s: HTTP %d, redirections are not followed",
			      from, reply->status);
	else if (reply->status != 200)
		err = why_set(why, ERR_SERVER, "%.150s: HTTP %d", from,
			      reply->status);
	else if (!tls_issuer_read(had, reply->body, reply->body_bytes))
		err = why_set(why, ERR_MALFORMED,
			      "%.150s: there is no certificate", from);
	else
		issuer = issuer_in(tls_chain_stack(had), open_end(issuers));

	if (issuer)
		take(issuers, issuer);
	else if (!err)
		err = why_set(why, ERR_MALFORMED,
			      "%.150s: what is there has not issued %.150s",
			      from, issuers->beneath.subject);
	tls_chain_free(&had);
	return err;
}

static void on_reply(const struct http_reply *reply, void *arg)
{
	struct tls_issuers *issuers = arg;

	issuers->request = NULL;
	if (judge_reply(issuers, reply, &issuers->result.why))
		finish(issuers);
	else
		fetch_next(issuers);
}

static void on_time_up(void *arg)
{
	struct tls_issuers *issuers = arg;

	why_set(&issuers->result.why, ERR_TIMEOUT, "%.200s: no answer in time",
		issuers->beneath.issuer_url);
	finish(issuers);
}

static void judge_whole(struct tls_issuers *issuers)
{
	if (issuers->trust)
		tls_judge(issuers->whole, issuers->host, issuers->trust,
			  clock_now(), &issuers->result.judged);
}

/* Whether there is anything to ask for, and where. */
static enum err next_place(struct tls_issuers *issuers, X509 *end,
			   struct why *why)
{
	struct tls_cert *beneath = &issuers->beneath;
	struct tls_chain *alone = tls_chain_new();
	struct http_url url;

	X509_up_ref(end);
	sk_X509_push((STACK_OF(X509) *)tls_chain_stack(alone), end);
	tls_chain_cert(alone, 0, beneath);
	tls_chain_free(&alone);
	if (!beneath->issuer_url[0])
		return why_set(why, ERR_GONE,
			       "%.200s names no place to fetch %.200s from",
			       beneath->subject, beneath->issuer);
	if (http_url_read(&url, beneath->issuer_url, NULL) || url.tls)
		return why_set(why, ERR_DENIED,
			       "%.200s: not asked, only plain HTTP is",
			       beneath->issuer_url);
	if (tls_chain_count(issuers->result.fetched) == TLS_ISSUERS_MAX)
		return why_set(why, ERR_TOO_LARGE,
			       "%.200s: not asked, there were %d before",
			       beneath->issuer_url, TLS_ISSUERS_MAX);
	return ERR_OK;
}

static void fetch_next(struct tls_issuers *issuers)
{
	static const struct http_handlers handlers = { .done = on_reply };
	struct http_request_options options = {
		.url = issuers->beneath.issuer_url,
		.reply_bytes_max = TLS_ISSUER_BYTES_MAX,
	};
	X509 *end;

	judge_whole(issuers);
	end = issuers->result.judged.anchored ? NULL : open_end(issuers);
	if (!end || next_place(issuers, end, &issuers->result.why))
		finish(issuers);
	else
		issuers->request = http_start(issuers->origin, &options,
					      &handlers, issuers);
}

static void on_start(void *arg)
{
	struct tls_issuers *issuers = arg;

	timer_start_ms(&issuers->timer, issuers->timeout_ms, on_time_up,
		       issuers);
	fetch_next(issuers);
}

struct tls_issuers *tls_issuers_new(const struct tls_issuers_options *options,
				    tls_issuers_h *done, void *arg)
{
	const struct http_origin_options origin = { .name = "issuers",
						    .parallel = 1 };
	struct tls_issuers *issuers = x_new(struct tls_issuers);

	issuers->host = x_strdup(options->host);
	issuers->whole = tls_chain_copy(options->chain);
	issuers->result.fetched = tls_chain_new();
	issuers->result.judged.verdict = TLS_VERDICT_UNCLASSIFIED;
	issuers->timeout_ms = options->timeout_ms;
	issuers->done = done;
	issuers->arg = arg;
	issuers->origin = http_origin_new(&origin);
	tls_trust_new(&issuers->trust, options->trust, NULL);
	timer_start_ms(&issuers->timer, 0, on_start, issuers);
	return issuers;
}

const struct tls_issuers_result *tls_issuers_result(
	const struct tls_issuers *issuers)
{
	return issuers && issuers->is_done ? &issuers->result : NULL;
}

void tls_issuers_free(struct tls_issuers **issuersp)
{
	struct tls_issuers *issuers = *issuersp;

	if (!issuers)
		return;

	timer_stop(&issuers->timer);
	http_cancel(&issuers->request);
	http_origin_free(&issuers->origin);
	tls_trust_free(&issuers->trust);
	tls_chain_free(&issuers->result.fetched);
	tls_chain_free(&issuers->whole);
	free(issuers->host);
	free(issuers);
	*issuersp = NULL;
}
