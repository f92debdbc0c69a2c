/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other end of tests/fake_http.h when it is an Exchange server. */
#ifndef TESTS_FAKE_EWS_H
#define TESTS_FAKE_EWS_H

#include <time.h>

#include "base/http.h"

/* Whether mailboxes are busy in the hour from the start of the fake clock. */
extern bool fake_ews_busy;

/* What the folder says of itself when it is probed; not copied. */
extern const char *fake_ews_folder;

void fake_ews_reset(void);

/*
 * Answers what it knows, again and again, until nothing more is asked: ids
 * s1, s2, ... in the order of subscribing, streams that stay open.
 */
void fake_ews_serve(void);

/* Frames for a stream; id NULL: a sign of life. The caller frees them. */
char *fake_ews_event(const char *id);
char *fake_ews_closed(void);
char *fake_ews_lost(const char *id);
char *fake_ews_fault(const char *code, const char *backoff_ms);

/* Says it on the oldest open stream; false if it was cut by that. */
bool fake_ews_say(char *frame);

#endif
