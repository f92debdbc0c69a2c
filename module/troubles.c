/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "module/troubles_private.h"

enum {
	AFTER_CHANGE_S = 60,
	PROBE_MS = 4000,
	PING_MS = 1000,
	ISSUERS_MS = 3000,
	TRIAL_MS = 8000,
	DAY_S = 24 * 3600,
};

static void look_stop(struct look *look)
{
	tls_probe_free(&look->probe);
	ping_free(&look->ping);
	trial_free(&look->trial);
	look->running = false;
}

static void look_free(struct look *look)
{
	look_stop(look);
	tls_issuers_free(&look->issuers);
	tls_chain_free(&look->chain);
	free(look);
}

static const struct gateway *find_gateway(const struct troubles *troubles,
					  const char *name)
{
	size_t count;
	struct gateway *const *found =
		gateways_choose(troubles->gateways, name, &count);

	return *name && count ? found[0] : NULL;
}

struct look *troubles_look(const struct troubles *troubles, const char *name)
{
	struct look *look = troubles->looks;

	while (look && strcmp(look->settings.name, name) != 0)
		look = look->next;
	return look;
}

static bool is_meant(const struct look *look, const char *name)
{
	return !*name || !strcmp(name, look->settings.name);
}

static bool is_busy(const struct troubles *troubles, const char *name)
{
	for (const struct look *look = troubles->looks; look; look = look->next)
		if (look->running && is_meant(look, name))
			return true;
	return false;
}

/* One of those who waited, from a turn of its own. */
static void on_tell(void *arg)
{
	struct troubles *troubles = arg;
	struct waiter **place = &troubles->waiters;

	for (; *place; place = &(*place)->next) {
		struct waiter *waiter = *place;
		struct waiter copy = *waiter;

		if (is_busy(troubles, waiter->name))
			continue;
		*place = waiter->next;
		free(waiter);
		timer_start(&troubles->tell, 0, on_tell, troubles);
		copy.h(copy.arg);
		return;
	}
}

static void note_change(const struct look *look, enum trouble_status before)
{
	const struct trouble_row *worst = look->report.rows;

	if (look->report.overall == before)
		return;

	for (int i = 0; i < CHECK_COUNT; i++)
		if (look->report.rows[i].status > worst->status)
			worst = &look->report.rows[i];
	if (look->report.overall == TROUBLE_PASS)
		log_info("gateway checked", KV("gateway", look->settings.name),
			 KV("status", "pass"));
	else
		log_warn("gateway checked", KV("gateway", look->settings.name),
			 KV("status",
			    trouble_status_word(look->report.overall)),
			 KV("id", worst->id), KV("verdict", worst->wording),
			 KV("evidence", worst->evidence));
}

static void look_done(struct look *look, const struct trial_result *trial)
{
	const struct gateway *gateway =
		find_gateway(look->troubles, look->settings.name);
	enum trouble_status before =
		look->at ? look->report.overall : TROUBLE_NOT_RUN;
	struct locator_health lookups =
		locator_health(look->troubles->locator, look->settings.name);
	struct roster_at users;
	struct trouble_facts facts = {
		.lookups = &lookups,
		.settings = &look->settings,
		.now = clock_now(),
		.probe = &look->probed,
		.ping = look->pinged,
		.tls = &look->judged,
		.issuers = tls_issuers_result(look->issuers),
		.trust = look->trust,
		.until = look->until,
		.trial = trial,
		.secret = look->secret,
		.held_back = look->held_back,
		.mailbox = look->mailbox,
		.health = gateway ? gateway_health(gateway) : NULL,
	};

	roster_count_at(look->troubles->roster, look->settings.name, &users);
	facts.live = users.live;
	facts.failing = users.failing;
	facts.pending = users.pending;
	look->proved = trial && trouble_proves(trial);
	look->skew_known = trial && trial->skew_known;
	look->skew_ms = look->skew_known ? trial->skew_ms : 0;
	if (gateway)
		trouble_judge(&facts, &look->report);
	look->at = facts.now;
	look_stop(look);
	note_change(look, before);
	timer_start(&look->troubles->tell, 0, on_tell, look->troubles);
}

static void on_trial(const struct trial_result *result, void *arg)
{
	look_done(arg, result);
}

static void start_trial(struct look *look)
{
	const struct gateway *gateway =
		find_gateway(look->troubles, look->settings.name);
	struct trial_options options = {
		.settings = &look->settings,
		.mailbox = look->mailbox,
		.write = look->settings.probe[0] != '\0',
		.timeout_ms = TRIAL_MS,
	};

	if (!gateway || strcmp(look->settings.type, "ews") != 0) {
		look_done(look, NULL);
		return;
	}
	look->held_back =
		!look->asked && gateway_health(gateway)->why.err == ERR_LOGIN;
	options.login = !look->held_back;
	options.url = gateway_url(gateway);
	options.health = gateway_health(gateway);
	if (trial_new(&look->trial, &options, on_trial, look, &look->secret))
		look_done(look, NULL);
}

static void take_chain(struct look *look, const struct tls_chain *chain)
{
	struct tls_cert before = { .fingerprint = "" }, now;

	look->until = tls_chain_until(chain);
	if (!tls_chain_count(chain))
		return;
	if (look->chain)
		tls_chain_cert(look->chain, 0, &before);
	tls_chain_cert(chain, 0, &now);
	if (look->chain && strcmp(before.fingerprint, now.fingerprint) != 0)
		log_info("server has another certificate",
			 KV("gateway", look->settings.name),
			 KV("subject", now.subject), KV("issuer", now.issuer),
			 KV("sha256", now.fingerprint),
			 KV("was", before.fingerprint));
	if (look->chain && strcmp(before.issuer, now.issuer) != 0)
		log_warn("server's certificate is of another authority",
			 KV("gateway", look->settings.name),
			 KV("issuer", now.issuer), KV("was", before.issuer));
	tls_chain_free(&look->chain);
	look->chain = tls_chain_copy(chain);
}

static void on_issuers(void *arg)
{
	look_done(arg, NULL);
}

/* What to do where the chain is not good: see what it lacks. */
static void look_further(struct look *look)
{
	const struct tls_issuers_options options = {
		.chain = look->chain,
		.host = look->settings.host,
		.trust = look->settings.trust,
		.timeout_ms = ISSUERS_MS,
	};

	if (!look->trust.err && (look->judged.verdict == TLS_VERDICT_MISSING ||
				 look->judged.verdict == TLS_VERDICT_UNTRUSTED))
		look->issuers = tls_issuers_new(&options, on_issuers, look);
	else
		look_done(look, NULL);
}

static void on_pinged(bool answered, void *arg)
{
	struct look *look = arg;

	look->pinged = answered ? PING_ANSWERED : PING_SILENT;
	look_done(look, NULL);
}

static void on_probed(const struct tls_probe_result *result, void *arg)
{
	struct look *look = arg;
	const struct gateway_settings *s = &look->settings;
	struct tls_trust *trust = NULL;
	bool tls = s->tls && !s->proxy[0];

	look->probed = *result;
	look->probed.chain = NULL;
	if (result->stage == TLS_PROBE_CONNECT)
		look->ping = ping_new(result->peer, PING_MS, on_pinged, look);
	if (result->stage != TLS_PROBE_THROUGH) {
		if (!look->ping)
			look_done(look, NULL);
		return;
	}
	if (tls) {
		tls_issuers_free(&look->issuers);
		take_chain(look, result->chain);
		if (!tls_trust_new(&trust, s->trust, &look->trust))
			tls_judge(result->chain, s->host, trust, clock_now(),
				  &look->judged);
		tls_trust_free(&trust);
	}
	if (tls && (look->trust.err || result->old_protocol ||
		    look->judged.verdict != TLS_VERDICT_VERIFIED))
		look_further(look);
	else
		start_trial(look);
}

static void split_proxy(const char *proxy, char host[256], unsigned *portp)
{
	const char *at = strstr(proxy, "://");
	const char *text = at ? at + 3 : proxy;
	size_t len = strcspn(text, ":/");

	if (strchr(text, '@'))
		text = strchr(text, '@') + 1;
	len = strcspn(text, ":/");
	snprintf(host, 256, "%.*s", (int)len, text);
	*portp = text[len] == ':' ? (unsigned)strtoul(text + len + 1, NULL, 10)
				  : 1080;
}

/* A proxy is what is connected to, and what has to be there. */
static void start_probe(struct look *look)
{
	const struct gateway_settings *s = &look->settings;
	char proxy[256];
	struct tls_probe_options options = {
		.host = s->host,
		.address = s->address,
		.port = s->port,
		.tls = s->tls && !s->proxy[0],
		.timeout_ms = PROBE_MS,
	};

	if (s->proxy[0]) {
		split_proxy(s->proxy, proxy, &options.port);
		options.host = proxy;
		options.address = "";
	}
	look->probe = tls_probe_new(&options, on_probed, look);
}

static void look_start(struct look *look, bool asked)
{
	const struct troubles *troubles = look->troubles;
	const struct gateway_settings *s = &look->settings;

	look->asked = asked;
	if (look->running)
		return;
	look->running = true;
	look->trust = look->secret = (struct why){ .err = ERR_OK };
	look->held_back = false;
	look->pinged = PING_NOT_RUN;
	look->until = 0;
	snprintf(look->mailbox, sizeof(look->mailbox), "%s", s->probe);
	if (!s->probe[0])
		roster_mailbox_at(troubles->roster, s->name, look->mailbox);
	start_probe(look);
}

/* Of gateways that are new or have other fields. */
static void match_looks(struct troubles *troubles)
{
	struct look **place = &troubles->looks;

	while (*place) {
		struct look *look = *place;
		const struct gateway *gateway =
			find_gateway(troubles, look->settings.name);

		if (gateway &&
		    !memcmp(gateway_settings(gateway), &look->settings,
			    sizeof(look->settings))) {
			place = &look->next;
			continue;
		}
		*place = look->next;
		look_free(look);
	}
	for (size_t i = 0; i < gateways_count(troubles->gateways); i++) {
		const struct gateway *gateway =
			gateways_at(troubles->gateways, i);
		struct look *look;

		if (troubles_look(troubles, gateway_name(gateway)))
			continue;
		look = x_new(struct look);
		look->troubles = troubles;
		look->settings = *gateway_settings(gateway);
		*place = look;
		place = &look->next;
	}
}

static void on_time(void *arg)
{
	struct troubles *troubles = arg;

	for (struct look *look = troubles->looks; look; look = look->next)
		look_start(look, false);
	if (troubles->settings->troubleshoot)
		timer_start(&troubles->timer, troubles->settings->troubleshoot,
			    on_time, troubles);
}

struct troubles *troubles_new(const struct settings *settings,
			      const struct gateways *gateways,
			      const struct locator *locator,
			      const struct roster *roster)
{
	struct troubles *troubles = x_new(struct troubles);

	troubles->settings = settings;
	troubles->gateways = gateways;
	troubles->locator = locator;
	troubles->roster = roster;
	return troubles;
}

void troubles_free(struct troubles **troublesp)
{
	struct troubles *troubles = *troublesp;

	if (!troubles)
		return;

	timer_stop(&troubles->timer);
	timer_stop(&troubles->tell);
	while (troubles->looks) {
		struct look *look = troubles->looks;

		troubles->looks = look->next;
		look_free(look);
	}
	while (troubles->waiters)
		troubles_forget(troubles, troubles->waiters->arg);
	free(troubles);
	*troublesp = NULL;
}

void troubles_changed(struct troubles *troubles)
{
	match_looks(troubles);
	timer_start(&troubles->tell, 0, on_tell, troubles);
	if (troubles->settings->troubleshoot)
		timer_start(&troubles->timer, AFTER_CHANGE_S, on_time,
			    troubles);
	else
		timer_stop(&troubles->timer);
}

enum err troubles_ask(struct troubles *troubles, const char *name,
		      troubles_h *h, void *arg, struct why *why)
{
	struct waiter *waiter;

	if (*name && !troubles_look(troubles, name))
		return why_set(why, ERR_GONE, "no gateway is called %s", name);

	waiter = x_new(struct waiter);
	waiter->h = h;
	waiter->arg = arg;
	snprintf(waiter->name, sizeof(waiter->name), "%s", name);
	waiter->next = troubles->waiters;
	troubles->waiters = waiter;
	for (struct look *look = troubles->looks; look; look = look->next)
		if (is_meant(look, name))
			look_start(look, true);
	timer_start(&troubles->tell, 0, on_tell, troubles);
	return ERR_OK;
}

void troubles_forget(struct troubles *troubles, const void *arg)
{
	struct waiter **place = &troubles->waiters;

	while (*place) {
		struct waiter *waiter = *place;

		if (waiter->arg != arg) {
			place = &waiter->next;
			continue;
		}
		*place = waiter->next;
		free(waiter);
	}
}

const struct tls_issuers_result *troubles_issuers(
	const struct troubles *troubles, const char *name)
{
	const struct look *look = troubles_look(troubles, name);

	return look ? tls_issuers_result(look->issuers) : NULL;
}

const struct tls_chain *troubles_chain(const struct troubles *troubles,
				       const char *name)
{
	const struct look *look = troubles_look(troubles, name);

	return look ? look->chain : NULL;
}

bool troubles_proved(const struct troubles *troubles, const char *name)
{
	const struct look *look = troubles_look(troubles, name);

	return look && look->proved;
}

size_t troubles_clocks(const struct troubles *troubles, int64_t *skew_msp)
{
	size_t count = 0;

	*skew_msp = 0;
	for (const struct look *look = troubles->looks; look;
	     look = look->next) {
		if (!look->skew_known)
			continue;
		if (!count++ || llabs(look->skew_ms) < llabs(*skew_msp))
			*skew_msp = look->skew_ms;
	}
	return count;
}
