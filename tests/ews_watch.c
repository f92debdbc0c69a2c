/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Watches mailboxes through calendar/ alone and prints what it is told:
 *   ews_watch "name=hq host=..." ann@example.com bob@example.com ...
 *   ews_watch "name=hq host=..." 10000          user00001@example.com ...
 * Ends by itself when standard input does.
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

enum { PRINTED_MAX = 20, REPORT_S = 5 };

struct watched {
	struct feed *feed;
	enum busy busy;
	bool known;
};

static struct gateway *gateway;
static struct watched *all;
static size_t count;
static size_t known;
static struct timer report;

static const char *const words[] = { "free", "elsewhere", "tentative", "busy",
				     "oof" };

static void say(const struct watched *watched, const char *what,
		const char *more)
{
	if (count <= PRINTED_MAX)
		printf("%lld.%03d %s %s%s%s\n", (long long)clock_now(),
		       (int)(clock_wall_ms() % 1000),
		       feed_address(watched->feed), what, *more ? " " : "",
		       more);
	fflush(stdout);
}

static void on_changed(const struct timeline *timeline, void *arg)
{
	struct watched *watched = arg;
	enum busy busy = timeline_at(timeline, clock_now());

	if (!watched->known)
		known++;
	if (!watched->known || busy != watched->busy)
		say(watched, "is", words[busy]);

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

static void on_report(void *arg)
{
	const struct gateway_health *health = gateway_health(gateway);
	size_t now_live = 0;

	(void)arg;
	for (size_t i = 0; i < count; i++)
		now_live += feed_state(all[i].feed) == FEED_LIVE;

	printf("live=%zu known=%zu requests=%u failures=%u streams=%u "
	       "skew_ms=%lld version=%s why=%s\n",
	       now_live, known, health->requests, health->failures,
	       health->streams, (long long)health->skew_ms, health->version,
	       health->why.text);
	fflush(stdout);
	timer_start(&report, REPORT_S, on_report, NULL);
}

static void on_input(unsigned events, void *arg)
{
	char unused[100];

	(void)events;
	(void)arg;
	if (read(STDIN_FILENO, unused, sizeof(unused)) <= 0)
		loop_break();
}

static void watch(size_t i, const char *address)
{
	const struct feed_options options = {
		.gateways = &gateway,
		.gateway_count = 1,
		.backoff = { 5, 300 },
		.audit_s = 60,
		.changed = on_changed,
		.closed = on_closed,
		.state = on_state,
		.arg = &all[i],
	};

	all[i].feed = feed_new(address, &options);
	feed_start(all[i].feed);
}

static void watch_all(int argc, char **argv)
{
	size_t many = strtoul(argv[2], NULL, 10);
	char address[64];

	count = many ? many : (size_t)argc - 2;
	all = x_zalloc(count * sizeof(*all));

	for (size_t i = 0; i < count; i++) {
		snprintf(address, sizeof(address), "user%05zu@example.com",
			 i + 1);
		watch(i, many ? address : argv[2 + i]);
	}
}

int main(int argc, char **argv)
{
	struct gateway_settings settings;
	struct fd_watch *input;
	struct why why = { .err = ERR_OK };

	if (argc < 3 || loop_open(NULL, &why) || http_open(&why) ||
	    gateway_parse(&settings, argv[1], &why) ||
	    gateway_new(&gateway, &settings, &why)) {
		fprintf(stderr, "ews_watch: %s\n", why.text);
		return EXIT_FAILURE;
	}

	log_set_level(getenv("DEBUG") ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	input = fd_watch_new(STDIN_FILENO, FD_READ, on_input, NULL);
	watch_all(argc, argv);
	timer_start(&report, REPORT_S, on_report, NULL);
	loop_run();
	timer_stop(&report);
	fd_watch_free(&input);

	for (size_t i = 0; i < count; i++)
		feed_free(&all[i].feed);

	free(all);
	gateway_free(&gateway);
	http_close();
	loop_close();
	return EXIT_SUCCESS;
}
