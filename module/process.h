/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a service does about itself as a process. */
#ifndef MODULE_PROCESS_H
#define MODULE_PROCESS_H

#include "base/err.h"

/* "" does nothing. Groups too; there is no way back. */
enum err process_become(const char *user, struct why *why);

/* "" does nothing. */
enum err process_write_pid(const char *path, struct why *why);

/* To the service manager where there is one ("READY=1"), see sd_notify(3). */
void process_notify(const char *state);

/* RELOADING=1 with the time that must go with it. */
void process_notify_reloading(void);

/*
 * rand() of its own for each process, or hosts that start together would also
 * wait, audit and come back together.
 */
void process_shuffle(void);

/* A descriptor that reads HUP, TERM and INT, which no longer interrupt. */
int process_signals(void);

/* The signal that came, 0 if none has. */
int process_next_signal(int fd);

#endif
