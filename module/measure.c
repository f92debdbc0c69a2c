/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/metric.h"
#include "config.h"
#include "module/admin_licence.h"
#include "module/measure.h"
#include "module/ready.h"
#include "module/usage.h"

enum { USERS_A_MS = 10 };

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

static void take_gateways(const struct gateways *gateways)
{
	for (size_t i = 0; i < gateways_count(gateways); i++) {
		const struct gateway *gateway = gateways_at(gateways, i);
		const struct gateway_health *health = gateway_health(gateway);
		const char *name = gateway_name(gateway);

		metric_set(METRIC_gateway_up, name,
			   health->last_answer && !health->why.err);
		metric_set(METRIC_gateway_clock_skew_seconds, name,
			   health->skew_ms);
		metric_set(METRIC_subscriptions, name, health->subscriptions);
		metric_set(METRIC_streams, name, health->streams);
	}
}

/*
 * Users are counted anew once the last count is as many ms old as there are
 * tens of them, so that who asks often does not keep the loop.
 */
static void take_users(struct engine *engine)
{
	uint64_t now_ms = clock_ms();

	if (now_ms < engine->count_again_ms)
		return;
	engine->count_again_ms =
		now_ms + roster_count(engine->roster) / USERS_A_MS;
	roster_take_metrics(engine->roster);
}

static void take_process(const struct engine *engine)
{
	struct usage usage;

	usage_take(&usage);
	metric_set(METRIC_process_virtual_memory_bytes, NULL,
		   usage.virtual_bytes);
	metric_set(METRIC_process_resident_memory_bytes, NULL,
		   usage.resident_bytes);
	metric_set(METRIC_process_threads, NULL, usage.threads);
	metric_set(METRIC_process_open_fds, NULL, usage.fds);
	metric_set(METRIC_process_max_fds, NULL, usage.fds_max);
	metric_set(METRIC_process_cpu_seconds_total, NULL, usage.cpu_ms);
	metric_set(METRIC_process_start_time_seconds, NULL, engine->started);
}

void measure(struct engine *engine, struct buf *out)
{
	metric_set(METRIC_build_info, PACKAGE_VERSION, 1);
	metric_set(METRIC_ready, NULL, ready(engine, NULL));
	take_users(engine);
	take_host(&engine->host);
	/* Those that are configured now, and no others. */
	metric_forget_gauges("gateway");
	metric_forget_gauges("directory");
	take_gateways(engine->gateways);
	troubles_metrics(engine->troubles);
	admin_licence_metrics(engine);
	directories_metrics(engine->directories);
	take_process(engine);
	metric_print(out);
}
