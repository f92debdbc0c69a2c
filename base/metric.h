/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is counted while running. Each metric is a row of metric.def; some
 * have one label or two whose values are made as they are met.
 */
#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum metric {
#define METRIC(name, type, label, doc) METRIC_##name,
#include "base/metric.def"
	METRIC_COUNT
};

enum { METRIC_LABELS_MAX = 10000 }; /* further values go to "other" */

/* label: NULL for a row without one. */
void metric_add(enum metric metric, const char *label, int64_t delta);
void metric_set(enum metric metric, const char *label, int64_t value);
int64_t metric_get(enum metric metric, const char *label);

/* For rows with two labels. */
void metric_add_two(enum metric metric, const char *first, const char *second,
		    int64_t delta);

/* For rows of type HISTOGRAM. */
void metric_observe_ms(enum metric metric, const char *label, uint64_t ms);

/* Prometheus text exposition format 0.0.4; names begin with daymark_. */
void metric_print(struct buf *out);

/* What is made anew each time it is looked at, or goes for good. */
void metric_forget(enum metric metric);
/* All gauges of that label: what is not there any more has no value. */
void metric_forget_gauges(const char *label);
void metric_forget_all(void);

/*
 * A program and the module in it are linked apart and would count apart: the
 * module shares the program's table, until share(NULL). False, and nothing is
 * shared, if the table is of another build.
 */
struct metric_table;
struct metric_table *metric_table(void);
bool metric_share(struct metric_table *theirs);

#endif
