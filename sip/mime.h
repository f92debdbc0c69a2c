/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The part of a body that we can read (RFC 2046, 5.1; RFC 2387): the body
 * itself, or one part of a multipart. Pure; the stack's own splitter is not
 * safe.
 */
#ifndef SIP_MIME_H
#define SIP_MIME_H

#include <stdbool.h>
#include <stddef.h>

#define MIME_PIDF   "application/pidf+xml"
#define MIME_DIALOG "application/dialog-info+xml"

enum { MIME_PARTS_MAX = 16, MIME_BOUNDARY_MAX = 70 };

struct mime_part {
	const char *body; /* within what was given */
	size_t body_bytes;
};

/*
 * The first part of the wanted type. type: without parameters; boundary:
 * quoted or not, NULL if there is none. Parts with a Content-Transfer-Encoding
 * other than 7bit, 8bit or binary, or any Content-Encoding, do not count, nor
 * do multiparts within multiparts.
 */
bool mime_find(struct mime_part *part, const char *type, const char *boundary,
	       const char *body, size_t body_bytes, const char *wanted);

#endif
