/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What somebody else's table held when it was last read, so that only what is
 * new, changed or gone is passed on. A reading is seen_again() for each row,
 * seen_put() where that was false and the row was passed on, and seen_end();
 * one that was broken off goes without seen_end(), so that nobody is taken to
 * be gone because of it.
 */
#ifndef MODULE_SEEN_H
#define MODULE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen **seenp);

/* A new reading. */
void seen_begin(struct seen *seen);

/* True if the row is known with this very content. */
bool seen_again(struct seen *seen, const char *key, uint64_t content);
void seen_put(struct seen *seen, const char *key, uint64_t content);

/*
 * Rows that did not come in this reading; forgotten if the handler says that
 * it was passed on, else told again by the next reading.
 */
typedef bool seen_gone_h(const char *key, void *arg);
void seen_end(struct seen *seen, seen_gone_h *h, void *arg);

size_t seen_count(const struct seen *seen);

#endif
