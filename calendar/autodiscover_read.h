/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Answers of Autodiscover as values, either form: SOAP GetUserSettings
 * [MS-OXWSADISC] 3.1.4.2 and POX [MS-OXDSCLI] 2.2.4. Pure; what is too large,
 * too deep or too long is refused or left out.
 */
#ifndef CALENDAR_AUTODISCOVER_READ_H
#define CALENDAR_AUTODISCOVER_READ_H

#include <stddef.h>

#include "base/http_url.h"
#include "calendar/located.h"

enum { AUTODISCOVER_REPLY_MAX = 256 << 10 };

struct autodiscover_answer {
	enum {
		ANSWER_TROUBLE, /* why says what */
		ANSWER_FOUND,
		ANSWER_ADDRESS, /* ask about that address instead */
		ANSWER_URL,     /* ask there instead */
	} kind;
	struct why why;
	char target[HTTP_URL_SIZE];
	struct located located; /* only what the answer itself says */
};

void autodiscover_read(const char *body, size_t len,
		       struct autodiscover_answer *answer);

#endif
