/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading everything again: finds what was never announced, and whom the
 * directory no longer names. That is believed when the list was complete, not
 * empty and had the sentinel in it, when a second list agrees, and when
 * each one missing was asked for by id and not found.
 */
#ifndef DIRECTORY_REVIEW_H
#define DIRECTORY_REVIEW_H

#include "directory/way.h"

struct review;

/* From the loop, as the last thing. ERR_OK: believed, or held by the guard. */
typedef void review_done_h(const struct why *why, void *arg);

/* env stays until the free. */
struct review *review_new(const struct way_env *env, review_done_h *done,
			  void *arg);
void review_free(struct review **reviewp);

#endif
