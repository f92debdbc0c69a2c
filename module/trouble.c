/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "module/trouble_private.h"

enum {
	DAY_S = 24 * 3600,
	SKEW_WARN_MS = 60 * 1000,
	SKEW_FAIL_MS = 300 * 1000,
};

static const struct {
	enum trouble_check check;
	struct trouble_row row;
} outcomes[] = {
#define TROUBLE(name, check, id, status, wording, remedy, did) \
	{ CHECK_##check, { TROUBLE_##status, id, wording, remedy, did, "" } },
#include "module/trouble_verdict.def"
};

const char *const trouble_titles[CHECK_COUNT] = {
#define CHECK(name, title) title,
#include "module/trouble.def"
};

struct trouble_row *trouble_say(struct trouble_report *report,
				enum outcome outcome, const char *format, ...)
{
	struct trouble_row *row = &report->rows[outcomes[outcome].check];
	va_list arguments;

	*row = outcomes[outcome].row;
	va_start(arguments, format);
	vsnprintf(row->evidence, sizeof(row->evidence), format, arguments);
	va_end(arguments);
	return row;
}

/* Of the table that base/ has. */
static void say_tls(struct trouble_report *report, enum tls_verdict verdict,
		    const char *detail, int code)
{
	const struct tls_verdict_row *is = tls_verdict_row(verdict);
	bool good = verdict == TLS_VERDICT_VERIFIED;
	struct trouble_row *row =
		trouble_say(report,
			    good ? OUTCOME_TLS_VERIFIED : OUTCOME_TLS_BAD, "%s",
			    detail);

	row->id = is->id;
	row->wording = is->wording;
	row->remedy = is->remedy;
	if (code)
		snprintf(row->evidence, sizeof(row->evidence),
			 "%.400s (code %d)", detail, code);
}

/* An extra: many networks drop them, and many systems let nobody send any. */
static const char *ping_words(enum trouble_ping ping)
{
	static const char closed[] =
		"; it answers ping, so the port is closed or filtered";

	return ping == PING_ANSWERED ? closed
	       : ping == PING_SILENT ? "; nor does it answer ping"
				     : "";
}

static bool judge_reach(const struct trouble_facts *facts,
			struct trouble_report *report)
{
	const struct tls_probe_result *probe = facts->probe;

	if (!probe)
		return false;
	if (probe->stage == TLS_PROBE_RESOLVE) {
		trouble_say(report, OUTCOME_NOT_RESOLVED, "%s",
			    probe->why.text);
		return false;
	}
	trouble_say(report, OUTCOME_RESOLVED, "%s", probe->addresses);
	if (probe->stage == TLS_PROBE_CONNECT) {
		trouble_say(report, OUTCOME_UNREACHABLE, "port %u: %s%s",
			    facts->settings->port, probe->why.text,
			    ping_words(facts->ping));
		return false;
	}
	trouble_say(report, OUTCOME_REACHABLE, "%s port %u", probe->peer,
		    facts->settings->port);
	return true;
}

static void judge_expiry(const struct trouble_facts *facts,
			 struct trouble_report *report)
{
	char text[CLOCK_TEXT_SIZE];

	if (!facts->until || facts->until < facts->now)
		return;
	trouble_say(report,
		    facts->until - facts->now < TROUBLE_EXPIRY_DAYS * DAY_S
			    ? OUTCOME_EXPIRY_NEAR
			    : OUTCOME_EXPIRY_FAR,
		    "the first ends at %s", clock_text(text, facts->until));
}

/* What the chain lacks, as far as it was to be had. */
static void add_issuers(const struct tls_issuers_result *issuers,
			struct trouble_row *row)
{
	size_t count = tls_chain_count(issuers->fetched);
	char *out = row->evidence;
	struct tls_cert cert;

	for (size_t i = 0; i < count; i++) {
		size_t used = strlen(out);

		tls_chain_cert(issuers->fetched, i, &cert);
		snprintf(out + used, sizeof(row->evidence) - used,
			 "; fetched %.100s", cert.subject);
	}
	if (count || issuers->why.err)
		snprintf(out + strlen(out), sizeof(row->evidence) - strlen(out),
			 issuers->why.err ? "; not fetched: %s"
					  : ", and with that: %s",
			 issuers->why.err
				 ? issuers->why.text
				 : tls_verdict_row(issuers->judged.verdict)
					   ->wording);
}

static bool judge_tls(const struct trouble_facts *facts,
		      struct trouble_report *report)
{
	const struct tls_probe_result *probe = facts->probe;

	if (!facts->settings->tls) {
		trouble_say(report, OUTCOME_TLS_OFF, "tls=no");
		trouble_say(report, OUTCOME_EXPIRY_FAR, "there is none");
		return true;
	}
	if (facts->settings->proxy[0]) {
		trouble_say(report, OUTCOME_TLS_PROXY, "proxy is set");
		trouble_say(report, OUTCOME_EXPIRY_UNSEEN, "proxy is set");
		return true;
	}
	if (probe->stage == TLS_PROBE_HANDSHAKE) {
		say_tls(report, probe->verdict, probe->why.text, 0);
		return false;
	}
	if (facts->trust.err) {
		trouble_say(report, OUTCOME_TLS_TRUST, "%s", facts->trust.text);
		return false;
	}
	say_tls(report, facts->tls->verdict, facts->tls->detail,
		facts->tls->code);
	if (facts->issuers)
		add_issuers(facts->issuers, &report->rows[CHECK_TLS]);
	judge_expiry(facts, report);
	if (facts->tls->verdict == TLS_VERDICT_VERIFIED && probe->old_protocol)
		trouble_say(report, OUTCOME_TLS_OLD, "%s", probe->protocol);
	return report->rows[CHECK_TLS].status == TROUBLE_PASS;
}

static void judge_clock(const struct trial_result *trial,
			struct trouble_report *report)
{
	int64_t off_ms = llabs(trial->skew_ms);

	if (trial->skew_known)
		trouble_say(report,
			    off_ms > SKEW_FAIL_MS   ? OUTCOME_CLOCK_FAR_OFF
			    : off_ms > SKEW_WARN_MS ? OUTCOME_CLOCK_OFF
						    : OUTCOME_CLOCK_GOOD,
			    "the server's is %lld ms off",
			    (long long)trial->skew_ms);
}

static void judge_throttling(const struct trouble_facts *facts,
			     struct trouble_report *report)
{
	const struct trial_result *trial = facts->trial;

	for (int step = 0; step < TRIAL_COUNT; step++)
		if (trouble_is_throttled(trial, &trial->steps[step])) {
			trouble_say(report, OUTCOME_THROTTLED,
				    "%.200s; asks to wait %u ms",
				    trial->steps[step].why.text,
				    trial->backoff_ms);
			return;
		}
	if (trial->steps[TRIAL_LOGIN].ran && !trial->steps[TRIAL_LOGIN].why.err)
		trouble_say(report, OUTCOME_NOT_THROTTLED,
			    "no wait is asked for; %u s in all since the start",
			    facts->health->throttled_ms / 1000);
}

static void judge_feeds(const struct trouble_facts *facts,
			struct trouble_report *report)
{
	const struct gateway_health *health = facts->health;

	if (health->why.err)
		trouble_say(report, OUTCOME_FEEDS_BAD, "%s", health->why.text);
	else if (facts->failing)
		trouble_say(report,
			    facts->live ? OUTCOME_FEEDS_SOME
					: OUTCOME_FEEDS_NONE,
			    "%zu users in trouble, %zu followed",
			    facts->failing, facts->live);
	else if (facts->pending && !facts->live)
		trouble_say(report, OUTCOME_FEEDS_PENDING, "%zu users",
			    facts->pending);
	else if (!health->subscriptions)
		trouble_say(report, OUTCOME_FEEDS_IDLE, "no mailbox");
	else
		trouble_say(report, OUTCOME_FEEDS_GOOD,
			    "%u mailboxes, told by %s, %u streams, %u requests",
			    health->subscriptions,
			    health->notify ? health->notify : "-",
			    health->streams, health->requests);
}

/* That a mailbox is not known is an answer, too. */
static void judge_lookups(const struct locator_health *lookups,
			  struct trouble_report *report)
{
	if (!lookups || !lookups->when)
		trouble_say(report, OUTCOME_LOOKUPS_NONE, "%s",
			    lookups && lookups->used ? "none yet"
						     : "not configured");
	else if (lookups->why.err && lookups->why.err != ERR_GONE)
		trouble_say(report, OUTCOME_LOOKUPS_BAD, "%s",
			    lookups->why.text);
	else if (lookups->elsewhere.err)
		trouble_say(report, OUTCOME_LOOKUPS_ELSEWHERE, "%s",
			    lookups->elsewhere.text);
	else
		trouble_say(report, OUTCOME_LOOKUPS_GOOD, "%u found, %u not",
			    lookups->found, lookups->failed);
}

static void judge_trial(const struct trouble_facts *facts,
			struct trouble_report *report)
{
	const struct trial_result *trial = facts->trial;
	int step = 0;

	if (facts->secret.err) {
		trouble_say(report, OUTCOME_LOGIN_SECRET, "%s",
			    facts->secret.text);
		return;
	}
	if (!trial)
		return;

	while (step < TRIAL_COUNT &&
	       trouble_judge_step(facts, (enum trial_step)step, report))
		step++;
	judge_clock(trial, report);
	judge_throttling(facts, report);
	if (facts->held_back)
		trouble_say(report, OUTCOME_LOGIN_HELD_BACK, "%s",
			    facts->health->why.text);
	else if (step == TRIAL_IMPERSONATE && !facts->mailbox[0])
		trouble_say(report, OUTCOME_NO_PROBE,
			    "probe is not set, and nobody's "
			    "mailbox is there");
	if (step == TRIAL_COUNT)
		judge_feeds(facts, report);
}

void trouble_judge(const struct trouble_facts *facts,
		   struct trouble_report *report)
{
	trouble_rows_begin(report->rows, CHECK_COUNT);
	if (judge_reach(facts, report) && judge_tls(facts, report))
		judge_trial(facts, report);
	judge_lookups(facts->lookups, report);

	report->overall = trouble_rows_worst(report->rows, CHECK_COUNT);
}
