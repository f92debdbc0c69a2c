/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The control port: HTTP on the loopback. POST / takes one command a line
 * and answers JSON once they took effect; GET /stats the counters; GET
 * /events?since=N the journal from there on, a JSON object a line, and stays
 * open unless &once=1.
 */
#ifndef TESTS_EXCHANGE_CONTROL_H
#define TESTS_EXCHANGE_CONTROL_H

#include "tests/exchange/exchange.h"

struct control;

struct control *control_new(struct exchange *exchange, unsigned port,
			    struct why *why);
void control_free(struct control **controlp);
unsigned control_port(const struct control *control);

#endif
