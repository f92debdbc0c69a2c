/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/alloc.h"
#include "base/http_url.h"

/* False if the URL has no such part, or it does not fit. */
static bool take(CURLU *parts, CURLUPart which, unsigned flags, char *to,
		 size_t size)
{
	char *text = NULL;
	bool fits = false;

	if (curl_url_get(parts, which, &text, flags) == CURLUE_OK)
		fits = (size_t)snprintf(to, size, "%s", text) < size;
	curl_free(text);
	return fits;
}

static bool has(CURLU *parts, CURLUPart which)
{
	char *text = NULL;
	bool there = curl_url_get(parts, which, &text, 0) == CURLUE_OK;

	curl_free(text);
	return there;
}

static bool split(CURLU *parts, struct http_url *url)
{
	char scheme[8], port[8];

	if (!take(parts, CURLUPART_SCHEME, 0, scheme, sizeof(scheme)) ||
	    !take(parts, CURLUPART_HOST, 0, url->host, sizeof(url->host)) ||
	    !take(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT, port,
		  sizeof(port)) ||
	    !take(parts, CURLUPART_PATH, 0, url->path, sizeof(url->path)) ||
	    has(parts, CURLUPART_USER) || has(parts, CURLUPART_PASSWORD))
		return false;

	url->tls = strcmp(scheme, "https") == 0;
	url->port = (unsigned)strtoul(port, NULL, 10);
	for (char *c = url->host; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return (url->tls || strcmp(scheme, "http") == 0) && url->host[0] &&
	       url->port > 0;
}

enum err http_url_read(struct http_url *url, const char *text, struct why *why)
{
	CURLU *parts;
	bool good = false;

	*url = (struct http_url){ .port = 0 };
	if (strlen(text) >= HTTP_URL_SIZE)
		return why_set(why, ERR_MALFORMED, "URL is too long");

	parts = x_or_die(curl_url());
	if (curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK)
		good = split(parts, url);
	curl_url_cleanup(parts);
	return good ? ERR_OK
		    : why_set(why, ERR_MALFORMED, "%.100s is no HTTP URL",
			      text);
}

/* "*.example.com" does not take in example.com. */
static bool fits(const char *pattern, size_t len, const char *host)
{
	size_t host_len = strlen(host);

	if (len < 3 || strncmp(pattern, "*.", 2) != 0)
		return len == host_len && !strncasecmp(pattern, host, len);
	return host_len >= len &&
	       !strncasecmp(pattern + 1, host + host_len - (len - 1), len - 1);
}

bool http_host_listed(const char *list, const char *host)
{
	while (*list) {
		size_t len;

		list += strspn(list, ", ");
		len = strcspn(list, ", ");
		if (len && fits(list, len, host))
			return true;
		list += len;
	}

	return false;
}
