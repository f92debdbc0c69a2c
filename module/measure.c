/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/metric.h"
#include "config.h"
#include "module/admin_licence.h"
#include "module/measure.h"
#include "module/ready.h"

static void take_host(const struct host *host)
{
	struct host_facts facts = { .contacts = 0 };

	if (!host->facts)
		return;
	host->facts(&facts, host->arg);
	metric_set(METRIC_sip_contacts, NULL, (int64_t)facts.contacts);
	metric_set(METRIC_sip_subscriptions, NULL,
		   (int64_t)facts.subscriptions);
	metric_set(METRIC_sip_publications, NULL, (int64_t)facts.publications);
	metric_set(METRIC_sip_in_flight, NULL, (int64_t)facts.in_flight);
	metric_set(METRIC_sip_waiting, NULL, (int64_t)facts.waiting);
	metric_set(METRIC_sip_refused_total, NULL, (int64_t)facts.refused);
}

/* Those that are configured now, and no others. */
static void take_gateways(const struct gateways *gateways)
{
	metric_forget(METRIC_gateway_up);
	metric_forget(METRIC_gateway_clock_skew_seconds);
	for (size_t i = 0; i < gateways_count(gateways); i++) {
		const struct gateway *gateway = gateways_at(gateways, i);
		const struct gateway_health *health = gateway_health(gateway);
		const char *name = gateway_name(gateway);

		metric_set(METRIC_gateway_up, name,
			   health->last_answer && !health->why.err);
		metric_set(METRIC_gateway_clock_skew_seconds, name,
			   health->skew_ms);
	}
}

static int64_t in_ms(const struct timeval *time)
{
	return (int64_t)time->tv_sec * 1000 + time->tv_usec / 1000;
}

static int64_t count_fds(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int64_t count = -3; /* ".", ".." and the one just opened */

	if (!directory)
		return 0;
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* proc(5): pages of it all, pages in memory. */
static void take_memory(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long page_bytes = sysconf(_SC_PAGESIZE);
	long all = 0, resident = 0;

	if (!file)
		return;
	if (fscanf(file, "%ld %ld", &all, &resident) == 2) {
		metric_set(METRIC_process_virtual_memory_bytes, NULL,
			   (int64_t)all * page_bytes);
		metric_set(METRIC_process_resident_memory_bytes, NULL,
			   (int64_t)resident * page_bytes);
	}
	fclose(file);
}

/* proc(5): of /proc/self/status. */
static void take_threads(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	int threads;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Threads: %d", &threads) == 1)
			metric_set(METRIC_process_threads, NULL, threads);
	if (file)
		fclose(file);
}

static void take_process(const struct engine *engine)
{
	struct rusage usage;
	struct rlimit limit;

	take_memory();
	take_threads();
	metric_set(METRIC_process_open_fds, NULL, count_fds());
	metric_set(METRIC_process_start_time_seconds, NULL, engine->started);
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		metric_set(METRIC_process_max_fds, NULL,
			   (int64_t)limit.rlim_cur);
	if (!getrusage(RUSAGE_SELF, &usage))
		metric_set(METRIC_process_cpu_seconds_total, NULL,
			   in_ms(&usage.ru_utime) + in_ms(&usage.ru_stime));
}

void measure(struct engine *engine, struct buf *out)
{
	metric_set(METRIC_build_info, PACKAGE_VERSION, 1);
	metric_set(METRIC_ready, NULL, ready(engine, NULL));
	roster_take_metrics(engine->roster);
	take_host(&engine->host);
	take_gateways(engine->gateways);
	admin_licence_metrics(engine);
	directories_metrics(engine->directories);
	take_process(engine);
	metric_print(out);
}
