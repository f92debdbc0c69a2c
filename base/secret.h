/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Passwords: where they are kept is configured, never what they are. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/err.h"

enum { SECRET_SIZE = 4096 };

/*
 * place: "file:/path" (the first line counts) or "env:NAME"; "" is "". A
 * variable is emptied when it was read, and remembered out of sight.
 * ERR_CONFIG names the place, never what is there. The caller wipes it.
 */
enum err secret_read(char secret[SECRET_SIZE], const char *place,
		     struct why *why);
void secret_wipe(char secret[SECRET_SIZE]);

#endif
