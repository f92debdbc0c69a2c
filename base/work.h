/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A few threads for what must block (name look-up, Kerberos, a database):
 * run() happens in one of them, done() comes back from the loop.
 */
#ifndef BASE_WORK_H
#define BASE_WORK_H

#include <stdbool.h>

#include "base/err.h"

/* In another thread: touches nothing but what arg gives it, logs nothing. */
typedef void work_run_h(void *arg);

/*
 * Exactly once, from the loop or from work_close(). cancelled: nobody waits,
 * and unless the work was already under way it was never run.
 */
typedef void work_done_h(bool cancelled, void *arg);

struct work;

enum { WORK_THREADS = 4, WORK_QUEUE_MAX = 10000 };

/* The loop is open. After an error work_close() is still owed. */
enum err work_open(struct why *why);

/* Waits for what is running; what is queued is done as cancelled. */
void work_close(void);

/*
 * Never NULL; with a full queue it comes back from the loop as cancelled. The
 * handle is good until done() was called.
 */
struct work *work_start(work_run_h *run, work_done_h *done, void *arg);

/* What already runs goes on, but done() will hear that nobody waits. */
void work_cancel(struct work *work);

#endif
