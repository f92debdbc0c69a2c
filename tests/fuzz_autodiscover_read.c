/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What Autodiscover and DNS servers answer: the first byte says which, and
 * where an answer sends us is considered too.
 */
#include <stdint.h>

#include "base/srv.h"
#include "calendar/autodiscover_plan.h"
#include "calendar/autodiscover_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void follow(const struct autodiscover_answer *answer)
{
	struct autodiscover_settings settings;
	struct autodiscover_plan plan;

	if (autodiscover_parse(&settings, "domains=x.org gateway=hq", NULL))
		return;
	plan_begin(&plan, &settings, "*.cloud.net", "ann@x.org", "");
	if (answer->kind == ANSWER_URL)
		plan_redirect_url(&plan, answer->target);
	if (answer->kind == ANSWER_ADDRESS)
		plan_redirect_address(&plan, answer->target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct autodiscover_answer answer;
	struct srv_answer targets;

	if (size && data[0] == 'D') {
		srv_read(data + 1, size - 1, &targets, NULL);
		return 0;
	}

	autodiscover_read((const char *)data, size, &answer);
	follow(&answer);
	return 0;
}
