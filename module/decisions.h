/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an administrator decides of very many users: some of them a turn of
 * the loop, in the order in which it was said.
 */
#ifndef MODULE_DECISIONS_H
#define MODULE_DECISIONS_H

#include "directory/licence.h"

struct decisions;

struct decisions *decisions_new(struct licence *licence);

/* Decides what is left; whoever waits for that is told. */
void decisions_free(struct decisions **decisionsp);

/* What the following are decided by; the cause is copied. */
void decisions_say(struct decisions *decisions, enum licence_override override,
		   const struct licence_cause *cause);
void decisions_add(struct decisions *decisions, const char *entity);

/* At once, all that is left. */
void decisions_finish(struct decisions *decisions);

/* As licence_settled(), of all that was added before. */
void decisions_settled(struct decisions *decisions, licence_settled_h *h,
		       void *arg);

#endif
