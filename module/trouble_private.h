/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of judging a gateway share. For module/trouble*.c only. */
#ifndef MODULE_TROUBLE_PRIVATE_H
#define MODULE_TROUBLE_PRIVATE_H

#include "module/trouble.h"

enum outcome {
#define TROUBLE(name, check, id, status, wording, remedy, did) OUTCOME_##name,
#include "module/trouble_verdict.def"
};

/* The outcome becomes the row of its check. */
struct trouble_row *trouble_say(struct trouble_report *report,
				enum outcome outcome, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* 503 alone means that the service is down, with a wait that it is busy. */
bool trouble_is_throttled(const struct trial_result *trial,
			  const struct trial_finding *finding);

/* false: what follows was not run. */
bool trouble_judge_step(const struct trouble_facts *facts, enum trial_step step,
			struct trouble_report *report);

#endif
