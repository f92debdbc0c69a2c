/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a user is registered, as application/reginfo+xml: RFC 3680. */
#ifndef SIP_REGINFO_H
#define SIP_REGINFO_H

#include "base/buf.h"
#include "sip/registrar.h"

enum { REGINFO_BYTES_MAX = 256 << 10 };

/* A full document: all contacts, and those that went a moment ago. */
void reginfo_write(struct buf *out, const struct registrar *registrar,
		   const char *entity, unsigned version);

#endif
