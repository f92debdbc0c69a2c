/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sip/notify_out.h for tests: nothing is sent or answered until they say so. */
#ifndef TESTS_FAKE_NOTIFY_OUT_H
#define TESTS_FAKE_NOTIFY_OUT_H

#include <stdbool.h>

/* Of the one sent last. */
extern char fake_notify_state[128], fake_notify_body[8192],
	fake_notify_type[64];

/* Sends the first in line; false if there is none. */
bool fake_notify_sent(void);

/* The one sent first is answered. */
void fake_notify_answered(int status);

#endif
