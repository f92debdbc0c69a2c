/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The configuration language, in the manner of SIP servers:
 *
 *   # comment
 *   listen = udp:0.0.0.0:5060
 *   loadmodule "daymark.so"
 *   modparam("daymark", "users", "/etc/daymark/users")
 *   include_file "more.conf"
 *
 * A statement ends with its line, unless a parenthesis is open. Values stand
 * in double quotes, where \" and \\ mean " and \ (and every other backslash
 * itself), or bare, up to the next blank. Pure: bytes in, statements out.
 */
#ifndef MODULE_CONFIG_READ_H
#define MODULE_CONFIG_READ_H

#include <stddef.h>

#include "base/err.h"

enum config_kind {
	CONFIG_SET,        /* name = value; also: mpath "value" */
	CONFIG_LOADMODULE, /* value */
	CONFIG_MODPARAM,   /* module, name, value */
	CONFIG_INCLUDE,    /* value */
};

struct config_statement {
	enum config_kind kind;
	unsigned line;
	const char *module; /* "" unless CONFIG_MODPARAM */
	const char *name;   /* "" unless CONFIG_SET, CONFIG_MODPARAM */
	const char *value;
};

enum { CONFIG_BYTES_MAX = 16 << 20, CONFIG_VALUE_MAX = 4096 };

/* An error ends the reading. The statement is good until it returns. */
typedef enum err config_statement_h(const struct config_statement *statement,
				    void *arg, struct why *why);

/* Errors begin with the line: "12: ...". */
enum err config_read(const char *text, size_t len, config_statement_h *h,
		     void *arg, struct why *why);

#endif
