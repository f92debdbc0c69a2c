/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the adapter tells each new engine again: messages of two kinds, the
 * last one under each first text, until their number (UTC seconds) is past.
 * So an engine that died leaves nothing unknown to the next one.
 */
#ifndef MODULE_KEEP_H
#define MODULE_KEEP_H

#include <time.h>

#include "module/pipe.h"

struct keep;

enum { KEEP_MAX = 500000 }; /* messages; further ones are not kept */

struct keep *keep_new(void);
void keep_free(struct keep **keepp);

/* Whether messages of the kind are kept. */
bool keep_wants(enum pipe_kind kind);

/* Replaces the one of the same kind and first text; number 0 removes it. */
void keep_put(struct keep *keep, const struct pipe_message *message);

/* Each that holds at the moment; those that do not are dropped. */
typedef void keep_h(const char *packet, size_t bytes, void *arg);
void keep_each(struct keep *keep, time_t now, keep_h *h, void *arg);

size_t keep_count(const struct keep *keep);

#endif
