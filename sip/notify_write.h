/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A NOTIFY as it goes out (RFC 6665, 4.2.2): what the dialog says of
 * itself, with what is new filled in.
 */
#ifndef SIP_NOTIFY_WRITE_H
#define SIP_NOTIFY_WRITE_H

#include "sip/notify_out.h"

/* No more than so many bytes. */
size_t notify_write_room(const struct notify_request *notify);

/*
 * Into at least that room; gives the length. Takes the next CSeq of the
 * request's dialog. transport: for the Via, "UDP".
 */
size_t notify_write(char *out, const struct notify_request *notify,
		    const char *transport, const char *branch);

#endif
