/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The value of the DirSync control ([MS-ADTS] 3.1.1.3.4.1.3). Pure. */
#ifndef DIRECTORY_DIRSYNC_H
#define DIRECTORY_DIRSYNC_H

#include "base/buf.h"
#include "directory/dsa.h"

#define DIRSYNC_OID "1.2.840.113556.1.4.841"

enum dirsync_flags {
	DIRSYNC_OBJECT_SECURITY = 1, /* no right to replicate needed */
	DIRSYNC_INCREMENTAL_VALUES = -0x7fffffff - 1, /* bit 31, signed */
};

void dirsync_write(struct buf *out, int flags, const struct dsa_bytes *cookie);

/* more: there is more to ask for at once. The cookie is borrowed. */
bool dirsync_read(const struct dsa_bytes *value, bool *morep,
		  struct dsa_bytes *cookie);

#endif
