/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SIP addresses of record, reduced to what names a presentity. */
#ifndef SIP_URI_H
#define SIP_URI_H

#include "base/err.h"

enum { ENTITY_SIZE = 256 };

/*
 * "sip:user@domain", user part unescaped where harmless and lower case,
 * domain lower case; port, parameters and headers dropped. Takes sip:, sips:,
 * pres:, mailto: or no scheme at all. ERR_MALFORMED names the text.
 */
enum err uri_entity(char entity[ENTITY_SIZE], const char *text,
		    struct why *why);

/* The part after "@"; "" if there is none. */
const char *uri_domain(const char *entity);

#endif
