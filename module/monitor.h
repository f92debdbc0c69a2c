/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is told over HTTP to those who watch over the service: /metrics in the
 * text format of Prometheus, /healthz that it lives, /readyz that it knows
 * (module/ready.h; 503 until then). Reads only, without a password, so it
 * belongs on the loopback address.
 */
#ifndef MODULE_MONITOR_H
#define MODULE_MONITOR_H

#include "module/engine.h"

struct monitor;

/* "127.0.0.1:9746", "[::1]:9746". ERR_CONFIG says what would do. */
enum err monitor_check(const char *place, struct why *why);

/* place: as above, or "" for none, which makes a NULL monitor. */
enum err monitor_new(struct monitor **monitorp, struct engine *engine,
		     const char *place, struct why *why);
void monitor_free(struct monitor **monitorp);

#endif
