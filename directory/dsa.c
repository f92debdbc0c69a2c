/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/work.h"
#include "directory/dsa.h"
#include "directory/dsa_dial.h"
#include "directory/dsa_query.h"

/* So many messages, then others have their turn. */
enum { MESSAGES_A_TURN = 200 };

struct dsa_query {
	struct dsa_query *next;
	struct dsa *link;
	int id; /* of the message; -1 never sent */
	bool patient;
	struct dsa_handlers handlers;
	void *arg;
	struct timer timer; /* its time-out, or the word that it failed */
	struct why why;     /* what that timer says */
};

/* A connection being made outlives the link that wanted it. */
struct attempt {
	struct dsa_dial dial;
	struct dsa *link; /* NULL: nobody waits */
	struct work *work;
};

struct dsa {
	struct dsa_options options;
	struct dsa_watch handlers;
	void *arg;
	char **uris;
	size_t server;     /* the one in use or to be tried next */
	unsigned failures; /* since it was last up */
	struct attempt *attempt;
	LDAP *ld;
	struct fd_watch *watch;
	struct dsa_query *queries;
	struct dsa_query *heartbeat;
	uint64_t heard_ms; /* when anything came last */
	struct timer retry, beat, more;
	bool *gone; /* set when a handler frees the link */
};

static void dial(void *arg);
static void fail(struct dsa *link, const struct why *why);

static struct dsa_query **query_place(struct dsa_query *query)
{
	struct dsa_query **place = &query->link->queries;

	while (*place != query)
		place = &(*place)->next;
	return place;
}

static void query_free(struct dsa_query *query)
{
	*query_place(query) = query->next;
	timer_stop(&query->timer);
	free(query);
}

static void query_done(struct dsa_query *query, const struct why *why)
{
	struct dsa_handlers handlers = query->handlers;
	void *arg = query->arg;
	struct dsa_result result = { .why = *why, .code = -1 };

	query_free(query);
	handlers.done(&result, arg);
}

/* Each may free the link, or ask again; only those there now are ended. */
static void end_queries(struct dsa *link, const struct why *why)
{
	bool gone = false;
	bool *outer = link->gone;

	link->gone = &gone;
	for (struct dsa_query *query = link->queries; query;
	     query = query->next)
		query->id = query->id < 0 ? query->id : 0;
	while (!gone) {
		struct dsa_query *query = link->queries;

		while (query && query->id != 0)
			query = query->next;
		if (!query)
			break;
		query_done(query, why);
	}

	if (!gone)
		link->gone = outer;
	else if (outer)
		*outer = true;
}

static void let_go(struct dsa *link)
{
	fd_watch_free(&link->watch);
	timer_stop(&link->beat);
	timer_stop(&link->more);
	if (link->ld)
		ldap_unbind_ext(link->ld, NULL, NULL);
	link->ld = NULL;
}

static void heartbeat_entry(const struct dsa_entry *entry, void *arg)
{
	(void)entry, (void)arg;
}

/* It does say something, or may take its time. */
static bool is_alive(const struct dsa *link)
{
	const struct dsa_query *query = link->queries;

	if (clock_ms() - link->heard_ms < 1000ULL * link->options.deadline_s)
		return true;
	while (query && !query->patient)
		query = query->next;
	return query != NULL;
}

static void heartbeat_done(const struct dsa_result *result, void *arg)
{
	struct dsa *link = arg;

	link->heartbeat = NULL;
	if (result->why.err == ERR_TIMEOUT && !is_alive(link))
		fail(link, &result->why);
}

static void send_heartbeat(void *arg)
{
	static const struct dsa_handlers handlers = {
		.entry = heartbeat_entry,
		.done = heartbeat_done,
	};
	static const char *const attrs[] = { "supportedLDAPVersion", NULL };
	struct dsa *link = arg;
	struct dsa_search search = {
		.base = "",
		.scope = DSA_BASE,
		.attrs = attrs,
		.timeout_s = link->options.deadline_s,
	};

	timer_start(&link->beat, link->options.heartbeat_s, send_heartbeat,
		    link);
	if (!link->heartbeat)
		link->heartbeat = dsa_search(link, &search, &handlers, link);
}

static struct dsa_query *query_of(const struct dsa *link, int id)
{
	struct dsa_query *query = link->queries;

	while (query && query->id != id)
		query = query->next;
	return query;
}

/* It is over before its handler hears of the result. */
static void dispatch(struct dsa *link, LDAPMessage *message)
{
	struct dsa_query *query = query_of(link, ldap_msgid(message));
	struct dsa_handlers handlers;
	LDAP *ld = link->ld;
	void *arg;

	if (!query)
		return;

	handlers = query->handlers;
	arg = query->arg;
	if (ldap_msgtype(message) == LDAP_RES_SEARCH_RESULT)
		query_free(query);
	dsa_query_take(ld, message, &handlers, arg);
}

static bool more_in_buffer(const struct dsa *link)
{
	Sockbuf *buffer = NULL;

	ldap_get_option(link->ld, LDAP_OPT_SOCKBUF, &buffer);
	return buffer &&
	       ber_sockbuf_ctrl(buffer, LBER_SB_OPT_DATA_READY, NULL) > 0;
}

static void say_broken(struct dsa *link)
{
	struct why why;
	int code = 0;

	ldap_get_option(link->ld, LDAP_OPT_RESULT_CODE, &code);
	why_set(&why, ERR_NETWORK,
		"%s: connection closed, or broken by what is not LDAP or too "
		"large: %s",
		link->uris[link->server],
		ldap_err2string(code ? code : LDAP_SERVER_DOWN));
	fail(link, &why);
}

/*
 * Until there is no more: what libldap or TLS hold in their buffers does not
 * make the descriptor readable.
 */
static void drain(void *arg)
{
	struct dsa *link = arg;
	struct timeval none = { 0 };
	bool gone = false;
	int got = 1;

	link->gone = &gone;
	for (unsigned i = 0; i < MESSAGES_A_TURN && got > 0; i++) {
		LDAPMessage *message = NULL;
		LDAP *ld = link->ld;

		got = ldap_result(ld, LDAP_RES_ANY, LDAP_MSG_ONE, &none,
				  &message);
		if (got > 0) {
			link->heard_ms = clock_ms();
			dispatch(link, message);
		}
		ldap_msgfree(message);
		if (gone)
			return;
		if (link->ld != ld) /* a handler had it let go */
			break;
	}

	link->gone = NULL;
	if (!link->ld)
		return;
	if (got < 0)
		say_broken(link);
	else if (got > 0 || more_in_buffer(link))
		timer_start_ms(&link->more, 0, drain, link);
}

static void on_readable(unsigned events, void *arg)
{
	(void)events;
	drain(arg);
}

static void retry_later(struct dsa *link)
{
	const struct backoff backoff = {
		.min_s = link->options.retry_first_s,
		.max_s = link->options.retry_longest_s,
	};

	timer_start(&link->retry,
		    backoff_s(&backoff, link->failures, (unsigned)rand()), dial,
		    link);
}

/* The next server at once; after a whole round of them we wait and say so. */
static void fail(struct dsa *link, const struct why *why)
{
	bool was_up = link->ld != NULL;
	bool gone = false;

	log_warn("directory server lost",
		 KV("server", link->uris[link->server]), KWHY(why));
	let_go(link);
	link->server = (link->server + 1) % link->options.uri_count;
	if (was_up || link->server != 0) {
		timer_start_ms(&link->retry, 0, dial, link);
	} else {
		link->failures++;
		retry_later(link);
	}

	link->gone = &gone;
	end_queries(link, why);
	if (gone)
		return;

	link->gone = NULL;
	if (was_up || link->server == 0)
		link->handlers.down(why, link->arg);
}

static void go_up(struct dsa *link, LDAP *ld)
{
	int fd = -1;

	link->ld = ld;
	link->failures = 0;
	ldap_get_option(ld, LDAP_OPT_DESC, &fd);
	link->watch = fd_watch_new(fd, FD_READ, on_readable, link);
	if (link->options.heartbeat_s)
		timer_start(&link->beat, link->options.heartbeat_s,
			    send_heartbeat, link);
	log_info("directory server bound",
		 KV("server", link->uris[link->server]));
	link->handlers.up(link->uris[link->server], link->arg);
}

static void run_attempt(void *arg)
{
	struct attempt *attempt = arg;

	dsa_dial_run(&attempt->dial);
}

static void attempt_done(bool cancelled, void *arg)
{
	struct attempt *attempt = arg;
	struct dsa *link = attempt->link;
	LDAP *ld = attempt->dial.ld;
	struct why why = attempt->dial.why;

	dsa_dial_clear(&attempt->dial);
	free(attempt);
	if (!link) {
		if (ld)
			ldap_unbind_ext(ld, NULL, NULL);
		return;
	}

	link->attempt = NULL;
	if (cancelled)
		why_set(&why, ERR_CANCELLED, "too much to do to connect");
	if (ld)
		go_up(link, ld);
	else
		fail(link, &why);
}

static char *copy(const char *text)
{
	return text && *text ? x_strdup(text) : NULL;
}

static void dial(void *arg)
{
	struct dsa *link = arg;
	const struct dsa_options *options = &link->options;
	const char *uri = link->uris[link->server];
	struct attempt *attempt = x_new(struct attempt);

	attempt->link = link;
	attempt->dial = (struct dsa_dial){
		.uri = x_strdup(uri),
		.starttls = options->starttls && strncmp(uri, "ldaps:", 6) != 0,
		.trust = copy(options->trust),
		.bind_dn = copy(options->bind_dn),
		.secret = copy(options->secret),
		.gssapi = options->gssapi,
		.timeout_s = options->timeout_s,
	};
	link->attempt = attempt;
	attempt->work = work_start(run_attempt, attempt_done, attempt);
}

/* Ours: the options' texts are copies from here on. */
static void own_options(struct dsa *link)
{
	struct dsa_options *options = &link->options;

	link->uris = x_zalloc((options->uri_count + 1) * sizeof(char *));
	for (size_t i = 0; i < options->uri_count; i++)
		link->uris[i] = x_strdup(options->uris[i]);
	options->trust = copy(options->trust);
	options->bind_dn = copy(options->bind_dn);
	options->secret = copy(options->secret);
	options->uris = NULL;
}

struct dsa *dsa_new(const struct dsa_options *options,
		    const struct dsa_watch *handlers, void *arg)
{
	struct dsa *link = x_new(struct dsa);

	link->options = *options;
	own_options(link);
	link->handlers = *handlers;
	link->arg = arg;
	timer_start_ms(&link->retry, 0, dial, link);
	return link;
}

static void free_options(struct dsa *link)
{
	/* Ours to free, though strangers see them as const. */
	struct dsa_dial texts = { 0 };

	memcpy(&texts.trust, &link->options.trust, sizeof(texts.trust));
	memcpy(&texts.bind_dn, &link->options.bind_dn, sizeof(texts.bind_dn));
	memcpy(&texts.secret, &link->options.secret, sizeof(texts.secret));
	dsa_dial_clear(&texts);
	for (size_t i = 0; i < link->options.uri_count; i++)
		free(link->uris[i]);
	free(link->uris);
}

void dsa_free(struct dsa **linkp)
{
	struct dsa *link = *linkp;

	if (!link)
		return;

	if (link->gone)
		*link->gone = true;
	if (link->attempt)
		link->attempt->link = NULL;
	timer_stop(&link->retry);
	let_go(link);
	while (link->queries)
		query_free(link->queries);
	free_options(link);
	free(link);
	*linkp = NULL;
}

bool dsa_is_up(const struct dsa *link)
{
	return link->ld != NULL;
}

void dsa_next(struct dsa *link, const struct why *why)
{
	if (link->ld)
		fail(link, why);
}

static void on_query_timer(void *arg)
{
	struct dsa_query *query = arg;

	if (query->id > 0 && query->link->ld)
		ldap_abandon_ext(query->link->ld, query->id, NULL, NULL);
	query_done(query, &query->why);
}

static void query_start(struct dsa_query *query,
			const struct dsa_search *search)
{
	struct dsa *link = query->link;

	if (link->ld)
		query->id = dsa_query_send(link->ld, search, &query->why);
	else
		why_set(&query->why, ERR_NETWORK, "directory is not connected");

	if (query->id < 0) {
		timer_start_ms(&query->timer, 0, on_query_timer, query);
	} else if (search->timeout_s) {
		why_set(&query->why, ERR_TIMEOUT, "%s: no answer for %u s",
			link->uris[link->server], search->timeout_s);
		timer_start(&query->timer, search->timeout_s, on_query_timer,
			    query);
	}
}

struct dsa_query *dsa_search(struct dsa *link, const struct dsa_search *search,
			     const struct dsa_handlers *handlers, void *arg)
{
	struct dsa_query *query = x_new(struct dsa_query);

	query->id = -1;
	query->link = link;
	query->patient = search->patient;
	query->handlers = *handlers;
	query->arg = arg;
	query->next = link->queries;
	link->queries = query;
	query_start(query, search);
	return query;
}

void dsa_cancel(struct dsa_query **queryp)
{
	struct dsa_query *query = *queryp;

	if (!query)
		return;

	if (query->id > 0 && query->link->ld)
		ldap_abandon_ext(query->link->ld, query->id, NULL, NULL);
	query_free(query);
	*queryp = NULL;
}
