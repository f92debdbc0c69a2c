/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A story told by the clock: "at 5s COMMAND" once, "every 10s COMMAND" again
 * and again, anything else when the script is begun.
 */
#ifndef TESTS_EXCHANGE_SCRIPT_H
#define TESTS_EXCHANGE_SCRIPT_H

#include "tests/exchange/exchange.h"

struct script;

/* Runs what has no time at once; the file's first error is in why. */
struct script *script_new(struct exchange *exchange, const char *path,
			  struct why *why);
void script_free(struct script **scriptp);

#endif
