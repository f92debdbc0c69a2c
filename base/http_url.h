/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of an HTTP URL that somebody else wrote, taken apart by what will
 * also fetch it, so that a check of the host is a check of where we go.
 */
#ifndef BASE_HTTP_URL_H
#define BASE_HTTP_URL_H

#include <stdbool.h>

#include "base/err.h"

enum { HTTP_URL_SIZE = 512, HTTP_HOST_SIZE = 256 };

struct http_url {
	bool tls;
	char host[HTTP_HOST_SIZE]; /* lower case; an IPv6 address in brackets */
	unsigned port;
	char path[HTTP_URL_SIZE]; /* "/" if none */
};

/*
 * ERR_MALFORMED unless it is http or https, has a host and neither user nor
 * blanks, and is shorter than HTTP_URL_SIZE.
 */
enum err http_url_read(struct http_url *url, const char *text, struct why *why);

/*
 * Whether the host is in a list with commas or blanks: names as they are, or
 * *.example.com for whatever is beneath. Case does not matter.
 */
bool http_host_listed(const char *list, const char *host);

#endif
