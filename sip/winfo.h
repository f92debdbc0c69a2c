/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who watches, as application/watcherinfo+xml: RFC 3858. */
#ifndef SIP_WINFO_H
#define SIP_WINFO_H

#include "base/buf.h"
#include "sip/subscription.h"

enum { WINFO_BYTES_MAX = 4 << 20 };

/* only: the one watcher to tell of (state partial), or NULL for all. */
void winfo_write(struct buf *out, const struct presentity *presentity,
		 unsigned version, const struct subscription *only, time_t now);

const char *ending_reason(enum ending ending);

#endif
