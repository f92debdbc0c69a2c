/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Subscriptions at another presence server, as its script tells of them:
 * who watches whom, until when, and by which dialog.
 */
#ifndef MODULE_WATCHES_H
#define MODULE_WATCHES_H

#include "base/json.h"
#include "module/pipe.h"
#include "sip/publish_out.h"

struct watches;

enum { WATCHES_MAX = 200000 };

/* The first watch of its kind begins (+1), one ends (-1). */
typedef void watches_h(const char *entity, int delta, void *arg);

struct watches *watches_new(watches_h *h, void *arg);
void watches_free(struct watches **watchesp);

/* A PIPE_WATCH; one that is over is forgotten. */
void watches_take(struct watches *watches, const struct pipe_message *message);

/* Each of which the entity is the watcher; it is forgotten then. */
typedef void watches_end_h(const struct publish_dialog *dialog, void *arg);
void watches_end(struct watches *watches, const char *watcher, watches_end_h *h,
		 void *arg);

/* An object for each watcher of the entity. */
void watches_describe(const struct watches *watches, const char *entity,
		      struct json *array);
size_t watches_count(const struct watches *watches);

#endif
