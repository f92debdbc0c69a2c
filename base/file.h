/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small files of state that are written whole: the new one or the old one. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Whoever reads the path sees the old text or the new one, also after a loss
 * of power. Made beside it first, as PATH.new, with that mode. ERR_CONFIG
 * names the path.
 */
enum err file_replace(const char *path, const struct buf *text, mode_t mode,
		      struct why *why);

/* The text is the caller's to free. A missing file is an empty one. */
enum err file_read(const char *path, struct buf *text, struct why *why);

/* Whether there is a directory for it in which we may make files. */
bool file_has_room(const char *path);

#endif
