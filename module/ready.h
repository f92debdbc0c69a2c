/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether what watchers are told can be believed: the configuration is in
 * force, the ledger open, each directory was read or is known to be in
 * trouble, and so is each calendar. Ten seconds without an answer are trouble
 * too. Once ready it stays so: what goes wrong later is no reason to send
 * watchers elsewhere, and has metrics of its own.
 */
#ifndef MODULE_READY_H
#define MODULE_READY_H

#include "module/engine.h"

/* said: a line for each of these; may be NULL. */
bool ready(struct engine *engine, struct buf *said);

#endif
