/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Unix socket daymarkctl speaks to. Mode 0600, and whoever connects must
 * be root or the user we run as (SO_PEERCRED, unix(7)).
 *
 * Lines are asked: "text COMMAND" or "json COMMAND". Each is answered in turn
 * with "EXIT-CODE BYTES\n" and then so many bytes.
 */
#ifndef MODULE_CONTROL_H
#define MODULE_CONTROL_H

#include "base/err.h"

struct admin;
struct control;

enum {
	CONTROL_LINE_MAX = 8192,
	CONTROL_CLIENTS_MAX = 16,
	CONTROL_IDLE_S = 60, /* then a client is hung up on */
};

/* A socket nobody listens at any more is replaced. */
enum err control_new(struct control **controlp, const char *path,
		     struct admin *admin, struct why *why);
void control_free(struct control **controlp);

#endif
