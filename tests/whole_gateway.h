/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A gateway with which all is as it should be, for a test to break. */
#ifndef TESTS_WHOLE_GATEWAY_H
#define TESTS_WHOLE_GATEWAY_H

#include <string.h>

#include "module/trouble.h"

static struct gateway_settings settings;
static struct tls_probe_result probe;
static struct tls_judgement judged;
static struct trial_result trial;
static struct gateway_health health;
static struct trouble_facts facts;

/* Everything as it should be. */
static void whole_gateway(void)
{
	directive_defaults(&gateway_table, &settings);
	memset(&probe, 0, sizeof(probe));
	memset(&judged, 0, sizeof(judged));
	memset(&trial, 0, sizeof(trial));
	memset(&health, 0, sizeof(health));
	probe.stage = TLS_PROBE_THROUGH;
	judged.verdict = TLS_VERDICT_VERIFIED;
	for (int i = 0; i < TRIAL_COUNT; i++)
		trial.steps[i].ran = true;
	trial.way = "streaming";
	trial.item_seen = true;
	trial.skew_known = true;
	facts = (struct trouble_facts){ .settings = &settings,
					.now = 1000,
					.probe = &probe,
					.tls = &judged,
					.until = 1000 + 400 * 86400,
					.trial = &trial,
					.mailbox = "ann@example.com",
					.health = &health };
}

#endif
