/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is counted while running. Each metric is a row of metric.def; some
 * have one label whose values are made as they are met.
 */
#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include <stdint.h>

#include "base/buf.h"

enum metric {
#define METRIC(name, type, label, doc) METRIC_##name,
#include "base/metric.def"
	METRIC_COUNT
};

enum { METRIC_LABELS_MAX = 1000 }; /* further values go to "other" */

/* label: NULL for a row without one. */
void metric_add(enum metric metric, const char *label, int64_t delta);
void metric_set(enum metric metric, const char *label, int64_t value);
int64_t metric_get(enum metric metric, const char *label);

/* For rows of type HISTOGRAM. */
void metric_observe_ms(enum metric metric, const char *label, uint64_t ms);

/* Prometheus text exposition format 0.0.4; names begin with daymark_. */
void metric_print(struct buf *out);
void metric_forget_all(void);

#endif
