/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/secret.h"
#include "calendar/ews_code.h"
#include "calendar/trial_private.h"

enum {
	CLEANUP_S = 3, /* granted beyond the time of the trial */
};

static void start(struct trial *trial, enum errand errand);

static void on_finished(void *arg)
{
	const struct trial *trial = arg;

	trial->done(&trial->result, trial->arg);
}

/* From a timer, as the owner may free us and with us the connection. */
static void finish(struct trial *trial)
{
	timer_stop(&trial->timer);
	http_cancel(&trial->request);
	http_cancel(&trial->stream);
	timer_start(&trial->next, 0, on_finished, trial);
}

static struct trial_finding *finding(struct trial *trial)
{
	return &trial->result.steps[trial->step];
}

static void on_next(void *arg)
{
	struct trial *trial = arg;

	start(trial, trial->errand);
}

static void on_time_up(void *arg);

void trial_clean_up(struct trial *trial)
{
	timer_stop(&trial->patience);
	if (!trial->ending) {
		trial->ending = true;
		timer_start(&trial->timer, CLEANUP_S, on_time_up, trial);
	}
	http_cancel(&trial->stream);
	http_cancel(&trial->request);
	if (trial->item[0])
		start(trial, ERRAND_DELETE);
	else if (trial->id[0])
		start(trial, ERRAND_UNSUBSCRIBE);
	else
		finish(trial);
}

void trial_found(struct trial *trial, const struct why *why)
{
	finding(trial)->ran = true;
	finding(trial)->why = *why;
}

void trial_fail(struct trial *trial, const struct why *why)
{
	trial_found(trial, why);
	trial_clean_up(trial);
}

static void on_time_up(void *arg)
{
	struct trial *trial = arg;
	struct why why;

	if (trial->ending) {
		if (trial->item[0])
			why_set(&trial->result.cleanup, ERR_TIMEOUT,
				"the test item could not be deleted in time");
		finish(trial);
		return;
	}
	if (trial->step == TRIAL_NOTIFY)
		trial_way_silence(trial, &why);
	else
		why_set(&why, ERR_TIMEOUT, "no answer in time");
	trial_fail(trial, &why);
}

void trial_go(struct trial *trial, enum trial_step step, enum errand errand,
	      unsigned wait_ms)
{
	trial->step = step;
	trial->errand = errand;
	timer_start_ms(&trial->next, wait_ms, on_next, trial);
}

static void go(struct trial *trial, enum trial_step step, enum errand errand)
{
	trial_go(trial, step, errand, 0);
}

static const struct {
	const char *name;
	unsigned scheme;
} schemes[] = {
	{ "Basic", HTTP_AUTH_BASIC },
	{ "NTLM", HTTP_AUTH_NTLM },
	{ "Negotiate", HTTP_AUTH_NEGOTIATE },
	{ "Bearer", HTTP_AUTH_BEARER },
};

static void note_schemes(struct trial *trial, const struct http_reply *reply)
{
	char *out = trial->result.schemes;

	for (size_t i = 0; i < reply->header_count; i++) {
		const struct http_header *header = &reply->headers[i];
		size_t len = strcspn(header->value, " ,");
		size_t used = strlen(out);

		if (strcasecmp(header->name, "WWW-Authenticate") != 0)
			continue;
		if (used + len + 3 < sizeof(trial->result.schemes))
			snprintf(out + used,
				 sizeof(trial->result.schemes) - used, "%s%.*s",
				 used ? ", " : "", (int)len, header->value);
		for (size_t s = 0; s < sizeof(schemes) / sizeof(schemes[0]);
		     s++)
			if (len == strlen(schemes[s].name) &&
			    !strncasecmp(schemes[s].name, header->value, len))
				trial->result.offered |= schemes[s].scheme;
	}
}

static void note_reply(struct trial *trial, const struct http_reply *reply)
{
	time_t date = http_reply_date(reply);

	finding(trial)->status = reply->status;
	ews_keep_cookie(trial->cookie, reply);
	if (!date)
		return;
	trial->result.skew_known = true;
	trial->result.skew_ms = (int64_t)date * 1000 + 500 - clock_wall_ms();
}

static void judge_offer(struct trial *trial, const struct http_reply *reply,
			struct why *why)
{
	unsigned allowed = gateway_auth_schemes(&trial->settings);
	struct ews_trouble trouble;

	*why = (struct why){ .err = ERR_OK };
	if (reply->why.err || (reply->status != 200 && reply->status != 401 &&
			       reply->status != 500)) {
		ews_reply_trouble(reply, &trouble);
		trial->result.backoff_ms = trouble.backoff_ms;
		*why = trouble.why;
		return;
	}
	note_schemes(trial, reply);
	if (reply->status == 401 && !(trial->result.offered & allowed))
		why_set(why, ERR_LOGIN, "offers %s, auth=%s allows none of it",
			trial->result.schemes[0] ? trial->result.schemes
						 : "no scheme",
			trial->settings.auth);
}

static void on_offer(const struct http_reply *reply, void *arg)
{
	struct trial *trial = arg;
	struct why why;

	trial->request = NULL;
	note_reply(trial, reply);
	judge_offer(trial, reply, &why);
	if (why.err) {
		trial_fail(trial, &why);
		return;
	}
	trial_found(trial, &why);
	if (trial->login)
		go(trial, TRIAL_LOGIN, ERRAND_LOGIN);
	else
		trial_clean_up(trial);
}

/* Refused to act for the mailbox, in contrast to refused by the mailbox. */
static bool is_impersonation(const struct why *why)
{
	static const char *const words[] = {
		"ErrorImpersonat",         "ErrorInvalidExchangeImpersonation",
		"ErrorNonExistentMailbox", "ErrorMailRecipientNotFound",
		"ErrorAccountDisabled",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strncmp(why->text, words[i], strlen(words[i])))
			return true;
	return false;
}

/*
 * Any SOAP proves the login, but of an account that is disabled; what it says
 * of the mailbox comes later.
 */
static void on_logged_in(struct trial *trial, const struct ews_trouble *trouble)
{
	static const char disabled[] = "ErrorAccountDisabled";
	const struct why fine = { .err = ERR_OK };

	if (!strncmp(trouble->why.text, disabled, sizeof(disabled) - 1)) {
		trial_fail(trial, &trouble->why);
		return;
	}
	trial_found(trial, &fine);
	if (trial->mailbox[0])
		go(trial, TRIAL_IMPERSONATE, ERRAND_FOLDER);
	else
		trial_clean_up(trial);
}

static void on_folder(struct trial *trial, const struct ews_trouble *trouble)
{
	const struct why fine = { .err = ERR_OK };

	if (trouble->why.err && is_impersonation(&trouble->why)) {
		trial_fail(trial, &trouble->why);
		return;
	}
	trial_found(trial, &fine);
	trial->step = TRIAL_READ;
	if (trouble->why.err)
		trial_fail(trial, &trouble->why);
	else
		go(trial, TRIAL_READ, ERRAND_READ);
}

static void on_read(struct trial *trial, const struct xml_node *root)
{
	const struct window window = window_at(clock_now());
	struct ews_availability day = { .timeline = NULL };
	struct ews_trouble trouble;

	ews_read_availability(root, &window, &day, 1, &trouble);
	if (!trouble.why.err)
		trouble = day.trouble;
	timeline_free(&day.timeline);
	if (trouble.why.err) {
		trial_fail(trial, &trouble.why);
		return;
	}
	trial_found(trial, &trouble.why);
	trial_way_follow(trial);
}

static void on_cleaned(struct trial *trial, const struct ews_trouble *trouble)
{
	if (trial->errand == ERRAND_DELETE) {
		trial->result.cleanup = trouble->why;
		trial->item[0] = '\0';
	} else {
		trial->id[0] = '\0';
	}
	if (trial->ending)
		trial_clean_up(trial);
	else
		trial_way_follow(trial);
}

struct arrival {
	struct trial *trial;
	bool taken;
};

bool trial_is_everybodys(const struct why *why)
{
	return why->err == ERR_THROTTLED || why->err == ERR_LOGIN;
}

static void on_envelope(const struct xml_node *root, void *arg)
{
	struct arrival *arrival = arg;
	struct trial *trial = arrival->trial;
	struct ews_trouble trouble;
	const char *below = ews_version_below(trial_version(trial));

	if (ews_read_fault(root, &trouble) == ERR_MALFORMED)
		return;
	arrival->taken = true;
	if (!trouble.why.err && trial->errand != ERRAND_READ &&
	    trial->errand != ERRAND_READ_BACK)
		ews_read_result(root, &trouble);
	if (trouble.why.err == ERR_VERSION && below &&
	    ews_version_reaches(below, trial_floor(trial))) {
		trial->version = below;
		go(trial, trial->step, trial->errand);
		return;
	}
	if (trial_is_everybodys(&trouble.why) && !trial->ending) {
		trial->result.backoff_ms = trouble.backoff_ms;
		trial_fail(trial, &trouble.why);
		return;
	}

	switch (trial->errand) {
	case ERRAND_LOGIN:
		on_logged_in(trial, &trouble);
		break;
	case ERRAND_FOLDER:
		on_folder(trial, &trouble);
		break;
	case ERRAND_READ:
		on_read(trial, root);
		break;
	case ERRAND_SUBSCRIBE:
	case ERRAND_CREATE:
	case ERRAND_EVENTS:
	case ERRAND_READ_BACK:
		trial_way_answered(trial, root);
		break;
	case ERRAND_DELETE:
	case ERRAND_UNSUBSCRIBE:
		on_cleaned(trial, &trouble);
		break;
	case ERRAND_OFFER:
		break;
	}
}

static void on_reply(const struct http_reply *reply, void *arg)
{
	struct trial *trial = arg;
	struct arrival arrival = { .trial = trial };
	struct ews_trouble trouble;

	trial->request = NULL;
	note_reply(trial, reply);
	if (!reply->why.err && reply->body_bytes)
		xml_read(reply->body, reply->body_bytes, &xml_limits_default,
			 on_envelope, &arrival, NULL);
	if (arrival.taken)
		return;

	ews_reply_trouble(reply, &trouble);
	if (trial->ending || trial->errand == ERRAND_UNSUBSCRIBE) {
		on_cleaned(trial, &trouble);
		return;
	}
	trial->result.backoff_ms = trouble.backoff_ms;
	if (trial->errand == ERRAND_SUBSCRIBE &&
	    ews_way_is_unknown(&trouble.why) &&
	    trial_way_falls(trial, &trouble.why))
		return;
	trial_fail(trial, &trouble.why);
}

static const struct http_handlers on_http = { .done = on_reply };
static const struct http_handlers on_offer_http = { .done = on_offer };

static void start(struct trial *trial, enum errand errand)
{
	trial->errand = errand;
	trial_send(trial, errand == ERRAND_OFFER ? &on_offer_http : &on_http);
}

enum err trial_new(struct trial **trialp, const struct trial_options *options,
		   trial_h *done, void *arg, struct why *why)
{
	struct trial *trial;
	char secret[SECRET_SIZE];
	enum err err = secret_read(secret, options->settings->secret, why);

	*trialp = NULL;
	if (err)
		return err;

	trial = x_new(struct trial);
	trial->settings = *options->settings;
	trial->url = x_strdup(options->url);
	trial->mailbox = x_strdup(options->mailbox);
	trial->login = options->login;
	trial->write = options->write;
	trial->done = done;
	trial->arg = arg;
	trial->stranger = trial_origin(trial, NULL);
	trial->origin = trial_origin(trial, secret);
	trial->version = trial->settings.version;
	secret_wipe(secret);
	trial->until_ms = clock_ms() + options->timeout_ms;
	trial_way_prepare(trial, options->health);
	timer_start_ms(&trial->timer, options->timeout_ms, on_time_up, trial);
	go(trial, TRIAL_OFFER, ERRAND_OFFER);
	*trialp = trial;
	return ERR_OK;
}

void trial_free(struct trial **trialp)
{
	struct trial *trial = *trialp;

	if (!trial)
		return;

	timer_stop(&trial->timer);
	timer_stop(&trial->next);
	timer_stop(&trial->patience);
	callback_free(&trial->callback);
	http_cancel(&trial->request);
	http_cancel(&trial->stream);
	http_origin_free(&trial->stranger);
	http_origin_free(&trial->origin);
	xml_in_free(&trial->in);
	free(trial->url);
	free(trial->mailbox);
	free(trial);
	*trialp = NULL;
}
