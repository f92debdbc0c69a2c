/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One search after the other, as autodiscover_plan.h says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "calendar/autodiscover_read.h"
#include "calendar/autodiscover_write.h"
#include "calendar/ews_code.h"
#include "calendar/locator_private.h"

enum {
	NEGATIVE_S = 300,       /* a refusal is believed so long */
	REST_S = 60,            /* a domain whose places do not answer */
	REST_LOGIN_S = 15 * 60, /* lest the account gets locked */
};

struct locating {
	struct locator_row *row; /* NULL: an orphan */
	struct locator_domain *domain;
	struct locatings *list;
	TAILQ_ENTRY(locating) in_list;
	char address[ADDRESS_SIZE];
	located_h *h;
	void *arg;
	struct autodiscover_plan plan;
	struct http_request *request;
	struct srv_query *query;
	struct timer patience;
	uint64_t began_ms;
};

static void step(struct locating *search);

static void enlist(struct locating *search, struct locatings *list)
{
	if (search->list)
		TAILQ_REMOVE(search->list, search, in_list);
	search->list = list;
	if (list)
		TAILQ_INSERT_TAIL(list, search, in_list);
}

static void let_go(struct locating *search)
{
	http_cancel(&search->request);
	srv_cancel(&search->query);
	timer_stop(&search->patience);
}

static void on_kick(void *arg);

static struct locating *next_of(const struct locator_row *row)
{
	return TAILQ_EMPTY(&row->urgent) ? TAILQ_FIRST(&row->waiting)
					 : TAILQ_FIRST(&row->urgent);
}

static void kick(struct locator_row *row)
{
	if (row->running_count < row->settings.parallel && next_of(row))
		timer_start_ms(&row->kick, 0, on_kick, row);
}

static void leave(struct locating *search)
{
	struct locator_row *row = search->row;

	let_go(search);
	if (row && search->list == &row->running)
		row->running_count--;
	enlist(search, NULL);
	if (row)
		kick(row);
}

static const struct {
	enum err err;
	unsigned rest_s;
} rests[] = {
	{ ERR_LOGIN, REST_LOGIN_S }, { ERR_NETWORK, REST_S },
	{ ERR_TIMEOUT, REST_S },     { ERR_TLS, REST_S },
	{ ERR_THROTTLED, REST_S },
};

/* What concerns everybody of the domain is not asked about at once again. */
static void rest(struct locator_domain *domain, const struct why *why)
{
	domain->known[0] = '\0';
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		if (rests[i].err != why->err)
			continue;
		domain->why = *why;
		domain->rests_until_ms =
			clock_ms() + (uint64_t)rests[i].rest_s * 1000;
	}
}

static const char *result_word(const struct located *located)
{
	if (!located->why.err)
		return located->elsewhere ? "elsewhere" : "found";
	return located->why.err == ERR_GONE ? "unknown" : "failed";
}

/* Told of once, not for everybody of the domain. */
static void note_trouble(struct locator_row *row, const char *address,
			 const struct located *located)
{
	struct locator_health *health = &row->health;

	health->when = located->when;
	if (located->why.err) {
		health->failed++;
		if (health->why.err != located->why.err)
			log_warn("autodiscover does not find a mailbox",
				 KV("mailbox", address), KWHY(&located->why));
	} else {
		health->found++;
	}
	health->why = located->why;
	if (!located->elsewhere)
		return;

	row->elsewhere++;
	if (!health->elsewhere.err)
		log_warn("autodiscover names a server that is no gateway",
			 KV("mailbox", address),
			 KV("url", located->external[0] ? located->external
							: located->internal));
	why_set(&health->elsewhere, ERR_CONFIG,
		"%.90s of %.60s is no gateway's",
		located->external[0] ? located->external : located->internal,
		address);
}

static void finish(struct locating *search, struct located *located)
{
	struct locator_row *row = search->row;
	located_h *h = search->h;
	void *arg = search->arg;

	located->when = clock_now();
	located->until = located->when +
			 (located->why.err ? NEGATIVE_S
					   : (time_t)row->settings.lifetime);
	located->elsewhere =
		!located->why.err && !locator_knows(row->locator, located);
	note_trouble(row, search->address, located);
	metric_add(METRIC_lookups_total, result_word(located), 1);
	metric_observe_ms(METRIC_lookup_seconds, NULL,
			  clock_ms() - search->began_ms);
	located_keep(row->memory, search->address, located);
	leave(search);
	free(search);
	h(located, arg);
}

static void fail(struct locating *search, const struct why *why)
{
	struct located located = { .why = *why };

	finish(search, &located);
}

static void give_up(struct locating *search)
{
	struct why why = search->plan.why;

	rest(search->domain, &why);
	fail(search, &why);
}

/* The place is said with what was wrong there. */
static void failed(struct locating *search, const struct why *why)
{
	struct why there;

	why_set(&there, why->err, "%.90s: %.100s", search->plan.url, why->text);
	log_debug("autodiscover", KV("mailbox", search->address), KWHY(&there));
	plan_failed(&search->plan, &there);
	step(search);
}

static void found(struct locating *search, struct located *located)
{
	const struct autodiscover_plan *plan = &search->plan;

	snprintf(located->by, sizeof(located->by), "%.255s", plan->url);
	if (!strcasecmp(plan->domain, search->domain->name))
		snprintf(search->domain->known, HTTP_URL_SIZE, "%s", plan->url);
	search->domain->rests_until_ms = 0;
	finish(search, located);
}

static void on_body(struct locating *search, const struct http_reply *reply)
{
	struct autodiscover_answer answer;

	autodiscover_read(reply->body, reply->body_bytes, &answer);
	if (reply->status != 200 && answer.why.err == ERR_MALFORMED)
		ews_status_err(reply->status, NULL, &answer.why);

	switch (answer.kind) {
	case ANSWER_FOUND:
		found(search, &answer.located);
		return;
	case ANSWER_ADDRESS:
		plan_redirect_address(&search->plan, answer.target);
		break;
	case ANSWER_URL:
		plan_redirect_url(&search->plan, answer.target);
		break;
	case ANSWER_TROUBLE:
		failed(search, &answer.why);
		return;
	}
	step(search);
}

static void on_reply(const struct http_reply *reply, void *arg)
{
	struct locating *search = arg;
	const char *location = http_reply_header(reply, "Location");
	struct why why = reply->why;

	search->request = NULL;
	if (!why.err && location && reply->status / 100 == 3) {
		plan_redirect_url(&search->plan, location);
		step(search);
		return;
	}
	if (!why.err && search->plan.ask != ASK_PLAIN) {
		on_body(search, reply);
		return;
	}
	if (!why.err)
		why_set(&why, ERR_NETWORK, "does not send us on");
	failed(search, &why);
}

/* That there is no record is no word about the mailbox. */
static void on_srv(const struct srv_answer *answer, const struct why *why,
		   void *arg)
{
	struct locating *search = arg;
	struct why dull;

	search->query = NULL;
	if (why->err) {
		why_set(&dull, ERR_NETWORK, "%.190s", why->text);
		failed(search, &dull);
		return;
	}
	plan_redirect_srv(&search->plan, &answer->targets[0]);
	step(search);
}

static void send(struct locating *search)
{
	static const struct http_handlers handlers = { .done = on_reply };
	static const struct http_header headers[] = {
		{ "Content-Type", "text/xml; charset=utf-8" },
		{ "Accept", "text/xml" },
	};
	const struct autodiscover_plan *plan = &search->plan;
	bool plain = plan->ask == ASK_PLAIN;
	struct buf body = BUF(AUTODISCOVER_REQUEST_MAX);
	struct http_request_options options = {
		.url = plan->url,
		.headers = headers,
		.header_count = plain ? 0 : 2,
		.reply_bytes_max = AUTODISCOVER_REPLY_MAX,
	};

	if (plan->ask == ASK_SOAP)
		autodiscover_write_soap(&body, plan->url, plan->address);
	else if (!plain)
		autodiscover_write_pox(&body, plan->address);
	options.body = plain ? NULL : buf_text(&body);
	options.body_bytes = body.len;
	search->request =
		http_start(plain ? search->row->plain : search->row->origin,
			   &options, &handlers, search);
	buf_free(&body);
}

static void step(struct locating *search)
{
	const struct autodiscover_plan *plan = &search->plan;

	switch (plan->ask) {
	case ASK_SOAP:
	case ASK_POX:
	case ASK_PLAIN:
		send(search);
		break;
	case ASK_SRV:
		search->query =
			srv_ask(plan->url, search->row->settings.resolver,
				search->row->settings.timeout, on_srv, search);
		break;
	case ASK_OVER:
		give_up(search);
		break;
	}
}

static void on_impatience(void *arg)
{
	struct locating *search = arg;
	struct why why;

	why_set(&why, ERR_TIMEOUT,
		"no place answered for %u s, the last "
		"was %.100s",
		search->row->settings.patience, search->plan.url);
	if (search->plan.why.err == ERR_OK)
		search->plan.why = why;
	give_up(search);
}

static void begin(struct locating *search)
{
	struct locator_row *row = search->row;

	search->began_ms = clock_ms();
	if (!row->origin) {
		fail(search, &row->why);
		return;
	}
	if (search->domain->rests_until_ms > clock_ms()) {
		struct why why = search->domain->why;

		fail(search, &why);
		return;
	}

	timer_start(&search->patience, row->settings.patience, on_impatience,
		    search);
	plan_begin(&search->plan, &row->settings, row->allow, search->address,
		   search->domain->known);
	step(search);
}

static void on_kick(void *arg)
{
	struct locator_row *row = arg;
	struct locating *search = next_of(row);

	if (!search || row->running_count >= row->settings.parallel)
		return;

	enlist(search, &row->running);
	row->running_count++;
	kick(row);
	begin(search);
}

static void on_orphan(void *arg)
{
	struct locating *search = arg;
	located_h *h = search->h;
	void *whom = search->arg;
	struct located located = { .elsewhere = false };

	why_set(&located.why, ERR_CANCELLED, "the configuration was changed");
	leave(search);
	free(search);
	h(&located, whom);
}

static void orphan(struct locating *search, struct locatings *orphans)
{
	let_go(search);
	search->row = NULL;
	enlist(search, orphans);
	timer_start_ms(&search->patience, 0, on_orphan, search);
}

void locating_orphan_all(struct locator_row *row)
{
	struct locating *search;

	timer_stop(&row->kick);
	while ((search = next_of(row)))
		orphan(search, &row->locator->orphans);
	while ((search = TAILQ_FIRST(&row->running)))
		orphan(search, &row->locator->orphans);
	row->running_count = 0;
}

void locating_free_all(struct locatings *all)
{
	struct locating *search;

	while ((search = TAILQ_FIRST(all))) {
		let_go(search);
		enlist(search, NULL);
		free(search);
	}
}

struct locating *locator_ask(struct locator *locator, const char *address,
			     bool urgent, located_h *h, void *arg)
{
	struct locator_domain *domain = NULL;
	struct locator_row *row =
		locator ? locator_row_of(locator, address, &domain) : NULL;
	struct locating *search;

	if (!row)
		return NULL;

	search = x_new(struct locating);
	search->row = row;
	search->domain = domain;
	snprintf(search->address, sizeof(search->address), "%s", address);
	search->h = h;
	search->arg = arg;
	enlist(search, urgent ? &row->urgent : &row->waiting);
	kick(row);
	return search;
}

void locating_cancel(struct locating **locatingp)
{
	struct locating *search = *locatingp;

	*locatingp = NULL;
	if (!search)
		return;

	leave(search);
	free(search);
}
