/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A URL that is read has a host and a port, and one put together from its
 * parts is the same again: where we looked is where we go.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/http_url.h"

enum { TEXT_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[TEXT_MAX + 1], again[TEXT_MAX];
	struct http_url url, same;

	if (len > TEXT_MAX)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	if (http_url_read(&url, text, NULL))
		return 0;
	if (!*url.host || !url.port || url.port > 65535 || url.path[0] != '/')
		abort();
	http_host_listed(text, url.host);
	snprintf(again, sizeof(again), "http%s://%s:%u%s", url.tls ? "s" : "",
		 url.host, url.port, url.path);
	if (strlen(again) >= HTTP_URL_SIZE)
		return 0;
	if (http_url_read(&same, again, NULL) || strcmp(url.host, same.host) ||
	    url.port != same.port || url.tls != same.tls ||
	    strcmp(url.path, same.path))
		abort();
	return 0;
}
