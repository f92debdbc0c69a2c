/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the steps of a trial say of a gateway. */
#include <stdio.h>
#include <string.h>

#include "calendar/ews_code.h"
#include "module/trouble_private.h"

/* What an answer without SOAP in it means, whichever was asked. */
static const struct {
	int status;
	enum err err; /* ERR_OK: any */
	enum outcome outcome;
} statuses[] = {
	{ 301, ERR_MOVED, OUTCOME_SERVICE_ELSEWHERE },
	{ 302, ERR_MOVED, OUTCOME_SERVICE_ELSEWHERE },
	{ 307, ERR_MOVED, OUTCOME_SERVICE_ELSEWHERE },
	{ 308, ERR_MOVED, OUTCOME_SERVICE_ELSEWHERE },
	{ 302, ERR_SERVER, OUTCOME_SERVICE_FAULTY },
	{ 301, ERR_OK, OUTCOME_SERVICE_REDIRECTED },
	{ 302, ERR_OK, OUTCOME_SERVICE_REDIRECTED },
	{ 307, ERR_OK, OUTCOME_SERVICE_REDIRECTED },
	{ 308, ERR_OK, OUTCOME_SERVICE_REDIRECTED },
	{ 401, ERR_OK, OUTCOME_SERVICE_SCHEMES },
	{ 403, ERR_OK, OUTCOME_SERVICE_FORBIDDEN },
	{ 404, ERR_OK, OUTCOME_SERVICE_NO_PATH },
	{ 440, ERR_OK, OUTCOME_SERVICE_FORMS },
	{ 503, ERR_OK, OUTCOME_SERVICE_UNAVAILABLE },
};

/* And what its codes mean; the first that fits counts. */
static const struct {
	enum trial_step from, until;
	const char *code; /* NULL: any */
	enum err err;
	enum outcome outcome;
} codes[] = {
#define AT(step)   TRIAL_##step, TRIAL_##step
#define ANY(err)   NULL, ERR_##err
#define CODE(code) #code, ERR_OK
	{ TRIAL_LOGIN, TRIAL_NOTIFY, CODE(ErrorPasswordExpired),
	  OUTCOME_LOGIN_EXPIRED },
	{ TRIAL_LOGIN, TRIAL_NOTIFY, CODE(ErrorPasswordChangeRequired),
	  OUTCOME_LOGIN_EXPIRED },
	{ AT(LOGIN), CODE(ErrorAccountDisabled), OUTCOME_LOGIN_DISABLED },
	{ TRIAL_LOGIN, TRIAL_NOTIFY, ANY(LOGIN), OUTCOME_LOGIN_REFUSED },
	{ TRIAL_LOGIN, TRIAL_SUBSCRIBE, ANY(TIMEOUT), OUTCOME_SERVICE_SILENT },
	{ TRIAL_LOGIN, TRIAL_SUBSCRIBE, ANY(NETWORK), OUTCOME_SERVICE_SILENT },
	{ TRIAL_LOGIN, TRIAL_SUBSCRIBE, ANY(TLS), OUTCOME_SERVICE_TLS },
	{ AT(LOGIN), ANY(MALFORMED), OUTCOME_SERVICE_OTHER },
	{ AT(IMPERSONATE), CODE(ErrorAccountDisabled),
	  OUTCOME_IMPERSONATION_DISABLED },
	{ AT(IMPERSONATE), ANY(GONE), OUTCOME_IMPERSONATION_GONE },
	{ AT(IMPERSONATE), ANY(DENIED), OUTCOME_IMPERSONATION_DENIED },
	{ TRIAL_LOGIN, TRIAL_READ, ANY(VERSION), OUTCOME_READ_VERSION },
	{ AT(READ), ANY(GONE), OUTCOME_IMPERSONATION_GONE },
	{ AT(READ), ANY(DENIED), OUTCOME_READ_DENIED },
	{ AT(READ), ANY(MOVED), OUTCOME_READ_MOVED },
	{ AT(SUBSCRIBE), ANY(MOVED), OUTCOME_SUBSCRIBE_MOVED },
	{ AT(SUBSCRIBE), ANY(VERSION), OUTCOME_SUBSCRIBE_OLD },
	{ AT(SUBSCRIBE), ANY(CONFIG), OUTCOME_SUBSCRIBE_REFUSED },
	{ AT(NOTIFY), ANY(DENIED), OUTCOME_NOTIFY_NO_ITEM },
	{ AT(NOTIFY), ANY(MOVED), OUTCOME_NOTIFY_MOVED },
	{ AT(NOTIFY), ANY(EXPIRED), OUTCOME_NOTIFY_MOVED },
#undef CODE
#undef ANY
#undef AT
};

static const struct {
	enum outcome good, bad, passing;
} steps[TRIAL_COUNT] = {
	[TRIAL_OFFER] = { OUTCOME_SERVICE_GOOD, OUTCOME_SERVICE_OTHER,
			  OUTCOME_SERVICE_FAULTY },
	[TRIAL_LOGIN] = { OUTCOME_LOGGED_IN, OUTCOME_LOGIN_FAILED,
			  OUTCOME_SERVICE_FAULTY },
	[TRIAL_IMPERSONATE] = { OUTCOME_IMPERSONATED, OUTCOME_READ_FAILED,
				OUTCOME_READ_PASSING },
	[TRIAL_READ] = { OUTCOME_READABLE, OUTCOME_READ_FAILED,
			 OUTCOME_READ_PASSING },
	[TRIAL_SUBSCRIBE] = { OUTCOME_SUBSCRIBED, OUTCOME_SUBSCRIBE_FAILED,
			      OUTCOME_SUBSCRIBE_PASSING },
	[TRIAL_NOTIFY] = { OUTCOME_NOTIFIED, OUTCOME_NOTIFY_FAILED,
			   OUTCOME_NOTIFY_PASSING },
};

static enum outcome service_outcome(const struct trial_finding *finding)
{
	if (finding->why.err == ERR_TLS)
		return OUTCOME_SERVICE_TLS;
	if (!finding->status || finding->why.err == ERR_TIMEOUT)
		return OUTCOME_SERVICE_SILENT;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == finding->status &&
		    (!statuses[i].err || statuses[i].err == finding->why.err))
			return statuses[i].outcome;
	return finding->status >= 500 ? OUTCOME_SERVICE_FAULTY
				      : OUTCOME_SERVICE_OTHER;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static enum outcome code_outcome(const struct trial_finding *finding,
				 enum trial_step step)
{
	const struct why *why = &finding->why;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (step >= codes[i].from && step <= codes[i].until &&
		    (codes[i].code ? begins(why->text, codes[i].code)
				   : why->err == codes[i].err))
			return codes[i].outcome;
	return ews_code_passes(why->text) ? steps[step].passing
					  : steps[step].bad;
}

/* IIS and Exchange want to know where the account is from. */
static bool lacks_domain(const struct gateway_settings *settings)
{
	return !strpbrk(settings->account, "@\\") &&
	       strcmp(settings->auth, "oauth") != 0;
}

static bool is_by(const struct trial_result *trial, const char *way)
{
	return trial->way && !strcmp(trial->way, way);
}

bool trouble_proves(const struct trial_result *trial)
{
	const struct trial_finding *told = &trial->steps[TRIAL_NOTIFY];

	return told->ran && !told->why.err &&
	       (trial->item_seen || is_by(trial, "poll"));
}

/* What a way that does not bring the test item is to be told. */
static enum outcome silent_outcome(const struct trial_result *trial)
{
	return is_by(trial, "push")        ? OUTCOME_NOTIFY_BLOCKED
	       : is_by(trial, "streaming") ? OUTCOME_NOTIFY_SILENT
					   : OUTCOME_NOTIFY_UNSEEN;
}

/* Green is only what was proved, and only the best that there can be. */
static enum outcome told_outcome(const struct trial_result *trial)
{
	if (trial->blocked)
		return OUTCOME_NOTIFY_WORSE;
	if (trial->worse)
		return OUTCOME_NOTIFY_OLD;
	if (is_by(trial, "poll"))
		return OUTCOME_NOTIFY_POLLED;
	return trial->item_seen ? OUTCOME_NOTIFIED : OUTCOME_NOTIFY_OPENED;
}

static enum outcome bad_outcome(const struct trouble_facts *facts,
				enum trial_step step)
{
	const struct trial_finding *finding = &facts->trial->steps[step];
	enum outcome bad;

	if (step == TRIAL_OFFER ||
	    (begins(finding->why.text, "HTTP ") && finding->status != 401 &&
	     finding->why.err != ERR_LOGIN))
		return service_outcome(finding);
	if (step == TRIAL_NOTIFY && finding->why.err == ERR_TIMEOUT)
		return silent_outcome(facts->trial);
	bad = code_outcome(finding, step);
	return bad == OUTCOME_LOGIN_REFUSED && finding->status == 401 &&
			       lacks_domain(facts->settings)
		       ? OUTCOME_LOGIN_NO_DOMAIN
		       : bad;
}

static void told_evidence(const struct trouble_facts *facts, char *out,
			  size_t size)
{
	const struct trial_result *trial = facts->trial;
	bool polled = is_by(trial, "poll");

	snprintf(out, size, "%s: %s%s%s", trial->way ? trial->way : "-",
		 trial->item_seen ? polled ? "the test item was read back"
					   : "the test item was announced"
		 : polled ? "the probe mailbox was read, no test item was made"
			  : "it opens, no test item was made",
		 trial->lacks[0] ? "; no better way: " : "", trial->lacks);
}

static void step_evidence(const struct trouble_facts *facts,
			  enum trial_step step, char *out, size_t size)
{
	const struct trial_result *trial = facts->trial;

	switch (step) {
	case TRIAL_OFFER:
		snprintf(out, size, "HTTP %d, offers %s",
			 trial->steps[step].status,
			 trial->schemes[0] ? trial->schemes : "no login");
		break;
	case TRIAL_LOGIN:
		snprintf(out, size, "account %.200s", facts->settings->account);
		break;
	case TRIAL_NOTIFY:
		told_evidence(facts, out, size);
		break;
	case TRIAL_SUBSCRIBE:
		snprintf(out, size, "mailbox %.200s, by %s", facts->mailbox,
			 trial->way ? trial->way : "-");
		break;
	case TRIAL_IMPERSONATE:
	case TRIAL_READ:
	case TRIAL_COUNT:
		snprintf(out, size, "mailbox %.200s", facts->mailbox);
		break;
	}
}

/* The status, where the answer had one and the text does not begin with it. */
static void say_bad(struct trouble_report *report, enum outcome bad,
		    const struct trial_finding *finding)
{
	bool answered = finding->status && finding->why.err != ERR_TIMEOUT &&
			finding->why.err != ERR_NETWORK;

	if (answered && !begins(finding->why.text, "HTTP "))
		trouble_say(report, bad, "HTTP %d: %s", finding->status,
			    finding->why.text);
	else
		trouble_say(report, bad, "%s", finding->why.text);
}

bool trouble_is_throttled(const struct trial_result *trial,
			  const struct trial_finding *finding)
{
	return finding->why.err == ERR_THROTTLED &&
	       (finding->status != 503 || trial->backoff_ms);
}

bool trouble_judge_step(const struct trouble_facts *facts, enum trial_step step,
			struct trouble_report *report)
{
	const struct trial_finding *finding = &facts->trial->steps[step];
	enum outcome good = steps[step].good;
	char evidence[400];

	if (!finding->ran)
		return false;
	if (trouble_is_throttled(facts->trial, finding))
		return false;
	if (finding->why.err) {
		say_bad(report, bad_outcome(facts, step), finding);
		return false;
	}
	step_evidence(facts, step, evidence, sizeof(evidence));
	if (step == TRIAL_SUBSCRIBE && is_by(facts->trial, "poll"))
		good = OUTCOME_SUBSCRIBE_NONE;
	if (step == TRIAL_NOTIFY)
		good = told_outcome(facts->trial);
	trouble_say(report, good, "%s", evidence);
	return true;
}
