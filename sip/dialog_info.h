/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading what a phone publishes of its calls (application/dialog-info+xml,
 * RFC 4235) as a claim: on the phone while a dialog is confirmed. A phone
 * that rings or dials does not keep its owner busy yet. Each document is
 * taken for all of the phone's calls.
 */
#ifndef SIP_DIALOG_INFO_H
#define SIP_DIALOG_INFO_H

#include <stdbool.h>

#include "base/err.h"
#include "sip/claim.h"

/* *talkingp: whether there is a claim. ERR_MALFORMED, ERR_TOO_LARGE. */
enum err dialog_info_read(struct claim *claim, bool *talkingp, const char *body,
			  size_t len, struct why *why);

#endif
