/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a trial is told of a change: the way that the configuration names, else
 * the one that the service uses, else the best. A way that does not open is
 * followed by the next one; one that opens has to bring the test item.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "calendar/ews_code.h"
#include "calendar/trial_private.h"

enum { AGAIN_MS = 300 };

static const struct ews_way *const ways[EWS_WAYS] = {
	[TRIAL_STREAM] = &ews_streaming,
	[TRIAL_PUSH] = &ews_pushing,
	[TRIAL_PULL] = &ews_pulling,
	[TRIAL_POLL] = &ews_polling,
};

static const struct why fine = { .err = ERR_OK };

/* "" if it may be tried. */
static const char *absent(const struct trial *trial, unsigned way)
{
	if (!ews_version_reaches(trial->settings.version, ways[way]->version))
		return "the version that is configured has none";
	if (way == TRIAL_PUSH && !trial->settings.callback[0])
		return "no callback is configured";
	return "";
}

static unsigned way_named(const char *name)
{
	unsigned way = 0;

	while (way < EWS_WAYS && strcmp(ways[way]->name, name) != 0)
		way++;
	return way;
}

static void note_lack(struct trial *trial, unsigned way, const char *text)
{
	char *out = trial->result.lacks;
	size_t used = strlen(out);

	trial->result.worse = true;
	snprintf(out + used, sizeof(trial->result.lacks) - used, "%s%s: %.110s",
		 used ? "; " : "", ways[way]->name, text);
}

static unsigned first_from(struct trial *trial, unsigned way)
{
	for (; way < EWS_WAYS && *absent(trial, way); way++)
		note_lack(trial, way, absent(trial, way));
	return way;
}

void trial_way_prepare(struct trial *trial, const struct gateway_health *health)
{
	struct trial_result *result = &trial->result;

	trial->way = way_named(trial->settings.notify);
	result->chosen = trial->way < EWS_WAYS && !*absent(trial, trial->way);
	if (result->chosen)
		return;

	trial->way =
		health && health->notify ? way_named(health->notify) : EWS_WAYS;
	if (trial->way == EWS_WAYS) {
		trial->way = first_from(trial, 0);
		return;
	}
	result->worse = trial->way > 0;
	result->blocked = health->notify_blocked;
	snprintf(result->lacks, sizeof(result->lacks), "%s",
		 health->notify_why);
}

const char *trial_floor(const struct trial *trial)
{
	bool streams =
		trial->errand == ERRAND_SUBSCRIBE && trial->way == TRIAL_STREAM;

	return ways[streams ? TRIAL_STREAM : TRIAL_POLL]->version;
}

const char *trial_version(const struct trial *trial)
{
	const char *floor = trial_floor(trial);

	return ews_version_reaches(trial->version, floor) ? trial->version
							  : floor;
}

/* The item's own answer is still to come when the news was faster. */
static void seen(struct trial *trial)
{
	trial->result.item_seen = true;
	trial_found(trial, &fine);
	if (trial->item[0])
		trial_clean_up(trial);
}

/* Something came this way: now it has to bring the test item. */
static void opened(struct trial *trial)
{
	trial->opened = true;
	timer_stop(&trial->patience);
	if (trial->write) {
		trial_go(trial, TRIAL_NOTIFY, ERRAND_CREATE, 0);
		return;
	}
	trial_found(trial, &fine);
	trial_clean_up(trial);
}

void trial_way_silence(const struct trial *trial, struct why *why)
{
	if (trial->opened)
		why_set(why, ERR_TIMEOUT,
			"%s is open, but the test item did not come in time",
			ways[trial->way]->name);
	else if (trial->way == TRIAL_PUSH)
		why_set(why, ERR_TIMEOUT,
			"Exchange did not call %.80s in time; open that port",
			trial->settings.callback);
	else
		why_set(why, ERR_TIMEOUT, "nothing came in time");
}

static void on_patience(void *arg)
{
	struct trial *trial = arg;
	struct why why;

	trial_way_silence(trial, &why);
	trial_way_falls(trial, &why);
}

/* Half of the time that is left, so that there is some for the next one. */
static void wait_to_open(struct trial *trial)
{
	uint64_t now_ms = clock_ms();
	uint64_t left_ms =
		trial->until_ms > now_ms ? trial->until_ms - now_ms : 0;

	timer_start_ms(&trial->patience, left_ms / 2, on_patience, trial);
}

bool trial_way_falls(struct trial *trial, const struct why *why)
{
	unsigned from = trial->way;

	if (trial->result.chosen || trial->ending || trial->opened ||
	    from == TRIAL_POLL)
		return false;

	timer_stop(&trial->patience);
	http_cancel(&trial->stream);
	http_cancel(&trial->request);
	note_lack(trial, from, why->text);
	trial->result.blocked |= why->err != ERR_VERSION;
	trial->way = first_from(trial, from + 1);
	trial->step = TRIAL_SUBSCRIBE;
	if (trial->id[0])
		trial_go(trial, TRIAL_SUBSCRIBE, ERRAND_UNSUBSCRIBE, 0);
	else
		trial_way_follow(trial);
	return true;
}

/* The trial ends, or this way does. */
static void way_fails(struct trial *trial, const struct why *why)
{
	if (trial_is_everybodys(why) || !trial_way_falls(trial, why))
		trial_fail(trial, why);
}

static void read_called(const struct xml_node *root, void *arg)
{
	ews_read_events(root, arg);
}

/* The first call may be here before the answer to Subscribe is. */
static enum called on_call(const char *token, const char *text, size_t len,
			   void *arg)
{
	struct trial *trial = arg;
	struct ews_events events = { .changed = false };

	if (strcmp(token, trial->token) != 0)
		return CALLED_NOBODY;
	if (trial->ending || trial->way != TRIAL_PUSH)
		return CALLED_OFF;
	if (xml_read(text, len, &xml_limits_default, read_called, &events,
		     NULL))
		return CALLED_WELL;
	if (events.trouble.why.err) {
		way_fails(trial, &events.trouble.why);
		return CALLED_OFF;
	}

	trial->called = true;
	if (trial->step != TRIAL_NOTIFY)
		return CALLED_WELL;
	if (events.changed && trial->opened)
		seen(trial);
	else if (!trial->opened)
		opened(trial);
	return CALLED_WELL;
}

static bool listens(struct trial *trial, struct why *why)
{
	if (trial->callback)
		return true;
	callback_token(trial->token);
	trial->callback = callback_new(&trial->settings, on_call, trial, why);
	return trial->callback != NULL;
}

void trial_way_follow(struct trial *trial)
{
	struct why why;

	trial->result.way = ways[trial->way]->name;
	trial->step = TRIAL_SUBSCRIBE;
	if (trial->way == TRIAL_POLL) {
		trial_found(trial, &fine);
		trial->step = TRIAL_NOTIFY;
		opened(trial);
	} else if (trial->way == TRIAL_PUSH && !listens(trial, &why)) {
		way_fails(trial, &why);
	} else {
		trial_go(trial, TRIAL_SUBSCRIBE, ERRAND_SUBSCRIBE, 0);
	}
}

static void on_news(const struct xml_node *root, void *arg)
{
	struct trial *trial = arg;
	struct ews_news news;
	struct why why;
	bool changed;

	ews_read_news(root, &news);
	changed = news.changed_count != 0;
	why = news.trouble.why;
	ews_news_free(&news);
	if (why.err)
		way_fails(trial, &why);
	else if (!trial->opened)
		opened(trial);
	else if (changed)
		seen(trial);
}

static void on_data(const char *data, size_t len, void *arg)
{
	struct trial *trial = arg;
	struct why why;

	if (!xml_in_push(trial->in, data, len, NULL))
		return;
	why_set(&why, ERR_MALFORMED, "the stream is no XML");
	trial_fail(trial, &why);
}

static void on_stream_over(const struct http_reply *reply, void *arg)
{
	struct trial *trial = arg;
	struct ews_trouble trouble;

	trial->stream = NULL;
	ews_reply_trouble(reply, &trouble);
	if (reply->status == 200)
		why_set(&trouble.why, ERR_CLOSED,
			"the server ended the stream");
	way_fails(trial, &trouble.why);
}

static const struct http_handlers on_stream = { .data = on_data,
						.done = on_stream_over };

static void open_stream(struct trial *trial)
{
	xml_in_free(&trial->in);
	trial->in = xml_in_new(NULL, on_news, trial);
	trial_open_stream(trial, &on_stream);
}

static void on_subscribed(struct trial *trial, const struct xml_node *root)
{
	struct ews_events events = { .changed = false };
	struct ews_trouble trouble;
	char id[EWS_ID_SIZE] = "";

	if (ews_read_subscribe(root, id, &trouble)) {
		if (!ews_way_is_unknown(&trouble.why) ||
		    !trial_way_falls(trial, &trouble.why))
			trial_fail(trial, &trouble.why);
		return;
	}
	/* Push subscriptions end when the server calls in vain. */
	if (trial->way != TRIAL_PUSH)
		snprintf(trial->id, sizeof(trial->id), "%s", id);
	trial_found(trial, &fine);
	trial->step = TRIAL_NOTIFY;
	wait_to_open(trial);
	if (trial->way == TRIAL_STREAM) {
		open_stream(trial);
	} else if (trial->way == TRIAL_PULL) {
		ews_read_events(root, &events);
		snprintf(trial->mark, sizeof(trial->mark), "%s", events.mark);
		trial_go(trial, TRIAL_NOTIFY, ERRAND_EVENTS, 0);
	} else if (trial->called) {
		opened(trial);
	}
}

static void on_events(struct trial *trial, const struct xml_node *root)
{
	struct ews_events events = { .changed = false };

	ews_read_events(root, &events);
	if (events.trouble.why.err) {
		way_fails(trial, &events.trouble.why);
		return;
	}
	if (events.mark[0])
		snprintf(trial->mark, sizeof(trial->mark), "%s", events.mark);
	if (!trial->opened)
		opened(trial);
	else if (events.changed)
		seen(trial);
	else
		trial_go(trial, TRIAL_NOTIFY, ERRAND_EVENTS, AGAIN_MS);
}

static void on_created(struct trial *trial, const struct xml_node *root)
{
	struct ews_trouble trouble;

	if (ews_read_created(root, trial->item, &trouble))
		trial_fail(trial, &trouble.why);
	else if (trial->result.item_seen)
		trial_clean_up(trial);
	else if (trial->way == TRIAL_PULL)
		trial_go(trial, TRIAL_NOTIFY, ERRAND_EVENTS, 0);
	else if (trial->way == TRIAL_POLL)
		trial_go(trial, TRIAL_NOTIFY, ERRAND_READ_BACK, 0);
}

static bool holds_item(const struct trial *trial,
		       const struct timeline *timeline)
{
	const struct window when = trial_item_window(trial);

	for (size_t i = 0; i < timeline_count(timeline); i++) {
		const struct entry *entry = timeline_entry(timeline, i);

		if (entry->from == when.from && entry->until == when.until)
			return true;
	}
	return false;
}

static void on_read_back(struct trial *trial, const struct xml_node *root)
{
	const struct window when = trial_item_window(trial);
	struct ews_availability read = { .timeline = NULL };
	struct ews_trouble trouble;
	bool there;

	ews_read_availability(root, &when, &read, 1, &trouble);
	if (!trouble.why.err)
		trouble = read.trouble;
	there = read.timeline && holds_item(trial, read.timeline);
	timeline_free(&read.timeline);
	if (trouble.why.err)
		trial_fail(trial, &trouble.why);
	else if (there)
		seen(trial);
	else
		trial_go(trial, TRIAL_NOTIFY, ERRAND_READ_BACK, AGAIN_MS);
}

void trial_way_answered(struct trial *trial, const struct xml_node *root)
{
	switch (trial->errand) {
	case ERRAND_SUBSCRIBE:
		on_subscribed(trial, root);
		break;
	case ERRAND_EVENTS:
		on_events(trial, root);
		break;
	case ERRAND_CREATE:
		on_created(trial, root);
		break;
	case ERRAND_READ_BACK:
		on_read_back(trial, root);
		break;
	case ERRAND_OFFER:
	case ERRAND_LOGIN:
	case ERRAND_FOLDER:
	case ERRAND_READ:
	case ERRAND_DELETE:
	case ERRAND_UNSUBSCRIBE:
		break;
	}
}
