/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Watches mailboxes through calendar/ alone and prints what it is told:
 *   ews_watch "name=hq host=..." ... ann@example.com bob@example.com ...
 *   ews_watch "name=hq host=..." ... 10000      user00001@example.com ...
 * A line on standard input is answered with a report; ends when it ends.
 *   AUDIT_S=60 AGE_S=0 PROBE_S=0 RETRY_S=5  as the directives
 *   PRINT=20  so many mailboxes are spoken of
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/log.h"
#include "base/loop.h"
#include "calendar/feed.h"

enum { PRINTED_MAX = 20, GATEWAYS_MAX = 8, RETRY_MAX_S = 300 };

struct watched {
	struct feed *feed;
	enum busy busy;
	bool known;
};

static struct gateway *gateways[GATEWAYS_MAX];
static size_t gateway_count;
static struct watched *all;
static size_t count;
static size_t known;
static size_t changes;

static const char *const words[] = { "free", "elsewhere", "tentative", "busy",
				     "oof" };

static unsigned number(const char *name, unsigned initial)
{
	const char *text = getenv(name);

	return text ? (unsigned)strtoul(text, NULL, 10) : initial;
}

static void say(const struct watched *watched, const char *what,
		const char *more)
{
	int64_t now_ms = clock_wall_ms();

	if (count > number("PRINT", PRINTED_MAX))
		return;
	printf("%lld.%03d %s %s%s%s\n", (long long)(now_ms / 1000),
	       (int)(now_ms % 1000), feed_address(watched->feed), what,
	       *more ? " " : "", more);
	fflush(stdout);
}

static void on_changed(const struct timeline *timeline, void *arg)
{
	struct watched *watched = arg;
	enum busy busy = timeline_at(timeline, clock_now());

	if (!watched->known)
		known++;
	if (!watched->known || busy != watched->busy) {
		changes++;
		say(watched, "is", words[busy]);
	}

	watched->known = true;
	watched->busy = busy;
}

static void on_closed(const struct why *why, void *arg)
{
	say(arg, "is gone:", why->text);
}

static void on_state(enum feed_state state, void *arg)
{
	const struct watched *watched = arg;

	say(watched, feed_state_name(state), feed_why(watched->feed)->text);
}

static void report_gateway(struct gateway *gateway)
{
	const struct gateway_health *health = gateway_health(gateway);
	size_t now_live = 0;
	size_t differences = 0;
	size_t moves = 0;

	for (size_t i = 0; i < count; i++) {
		struct feed_facts facts;

		feed_facts(all[i].feed, &facts);
		differences += facts.differences;
		moves += facts.moves;
		now_live += feed_state(all[i].feed) == FEED_LIVE &&
			    facts.gateway == gateway;
	}

	printf("report %s live=%zu known=%zu changes=%zu requests=%u "
	       "failures=%u streams=%u differences=%zu moves=%zu "
	       "skew_ms=%lld version=%s why=%s notify=%s (%s)\n",
	       gateway_name(gateway), now_live, known, changes,
	       health->requests, health->failures, health->streams, differences,
	       moves, (long long)health->skew_ms, health->version,
	       health->why.text, health->notify, health->notify_why);
}

static void report(void)
{
	size_t busy = 0;

	for (size_t i = 0; i < count; i++)
		busy += all[i].known && all[i].busy == BUSY_BUSY;

	for (size_t i = 0; i < gateway_count; i++)
		report_gateway(gateways[i]);
	printf("report all busy=%zu\n", busy);
	fflush(stdout);
}

static void on_input(unsigned events, void *arg)
{
	char unused[100];

	(void)events;
	(void)arg;
	if (read(STDIN_FILENO, unused, sizeof(unused)) <= 0)
		loop_break();
	else
		report();
}

static void watch(size_t i, const char *address)
{
	const struct feed_options options = {
		.gateways = gateways,
		.gateway_count = gateway_count,
		.backoff = { number("RETRY_S", 5), RETRY_MAX_S },
		.audit_s = number("AUDIT_S", 60),
		.max_age_s = number("AGE_S", 0),
		.probe_s = number("PROBE_S", 0),
		.changed = on_changed,
		.closed = on_closed,
		.state = on_state,
		.arg = &all[i],
	};

	all[i].feed = feed_new(address, &options);
	feed_start(all[i].feed);
}

static void watch_all(char **names, size_t how_many)
{
	size_t many = strtoul(names[0], NULL, 10);
	char address[64];

	count = many ? many : how_many;
	all = x_zalloc(count * sizeof(*all));

	for (size_t i = 0; i < count; i++) {
		snprintf(address, sizeof(address), "user%05zu@example.com",
			 i + 1);
		watch(i, many ? address : names[i]);
	}
}

static enum err open_gateways(char **texts, struct why *why)
{
	struct gateway_settings settings;
	enum err err = ERR_OK;

	while (!err && *texts && strchr(*texts, '=') &&
	       gateway_count < GATEWAYS_MAX) {
		err = gateway_parse(&settings, *texts++, why);
		if (!err)
			err = gateway_new(&gateways[gateway_count], &settings,
					  why);
		gateway_count += !err;
	}
	return err;
}

int main(int argc, char **argv)
{
	struct fd_watch *input;
	struct why why = { .err = ERR_OK };

	log_set_level(getenv("DEBUG") ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARN);
	if (loop_open(NULL, &why) || http_open(&why) ||
	    open_gateways(argv + 1, &why) ||
	    gateway_count + 1 >= (size_t)argc) {
		fprintf(stderr, "ews_watch: %s\n", why.text);
		return EXIT_FAILURE;
	}

	input = fd_watch_new(STDIN_FILENO, FD_READ, on_input, NULL);
	watch_all(argv + 1 + gateway_count, (size_t)argc - 1 - gateway_count);
	loop_run();
	fd_watch_free(&input);

	for (size_t i = 0; i < count; i++)
		feed_free(&all[i].feed);

	free(all);
	for (size_t i = 0; i < gateway_count; i++)
		gateway_free(&gateways[i]);
	http_close();
	loop_close();
	return EXIT_SUCCESS;
}
