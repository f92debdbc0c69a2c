/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to Autodiscover as text, see autodiscover_read.h for answers. */
#ifndef CALENDAR_AUTODISCOVER_WRITE_H
#define CALENDAR_AUTODISCOVER_WRITE_H

#include "base/buf.h"

enum { AUTODISCOVER_REQUEST_MAX = 8192 };

/* url: where it is sent to, which stands in it. */
void autodiscover_write_soap(struct buf *out, const char *url,
			     const char *address);
void autodiscover_write_pox(struct buf *out, const char *address);

#endif
