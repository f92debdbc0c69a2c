/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All metrics as they are now: those counted as things happen, and those that
 * are looked up when somebody asks.
 */
#ifndef MODULE_MEASURE_H
#define MODULE_MEASURE_H

#include "module/engine.h"

enum { MEASURE_BYTES_MAX = 64 << 20 };

/* Prometheus text, see base/metric.h. */
void measure(struct engine *engine, struct buf *out);

#endif
