/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <curl/curl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/http_private.h"

enum { RETRY_AFTER_MAX_S = 24 * 60 * 60 };

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A header line as it came -> name NUL value NUL. */
void http_fields_add(struct http_request *request, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	const char *value = colon ? colon + 1 : NULL;
	const char *end = line + len;

	if (!colon || memchr(line, '\0', len))
		return;

	while (value < end && is_space(*value))
		value++;
	while (end > value && is_space(end[-1]))
		end--;

	if (request->field_count == HTTP_HEADERS_MAX) {
		request->too_large = true;
		return;
	}

	buf_add(&request->fields, line, (size_t)(colon - line));
	buf_add(&request->fields, "", 1);
	buf_add(&request->fields, value, (size_t)(end - value));
	buf_add(&request->fields, "", 1);
	request->field_count++;
	request->too_large = request->too_large || buf_full(&request->fields);
}

static const struct {
	CURLcode code;
	enum err err;
	const char *text; /* NULL: curl's own words */
} reasons[] = {
	{ CURLE_UNSUPPORTED_PROTOCOL, ERR_CONFIG, NULL },
	{ CURLE_URL_MALFORMAT, ERR_CONFIG, NULL },
	{ CURLE_COULDNT_RESOLVE_PROXY, ERR_NETWORK, NULL },
	{ CURLE_COULDNT_RESOLVE_HOST, ERR_NETWORK, NULL },
	{ CURLE_COULDNT_CONNECT, ERR_NETWORK, "connection refused" },
	{ CURLE_WEIRD_SERVER_REPLY, ERR_MALFORMED, NULL },
	{ CURLE_PARTIAL_FILE, ERR_NETWORK, "answer was cut off" },
	{ CURLE_OPERATION_TIMEDOUT, ERR_TIMEOUT, NULL },
	{ CURLE_SSL_CONNECT_ERROR, ERR_TLS, NULL },
	{ CURLE_GOT_NOTHING, ERR_NETWORK, "closed without an answer" },
	{ CURLE_SEND_ERROR, ERR_NETWORK, NULL },
	{ CURLE_RECV_ERROR, ERR_NETWORK, NULL },
	{ CURLE_SSL_CERTPROBLEM, ERR_TLS, NULL },
	{ CURLE_SSL_CIPHER, ERR_TLS, NULL },
	{ CURLE_PEER_FAILED_VERIFICATION, ERR_TLS, NULL },
	{ CURLE_BAD_CONTENT_ENCODING, ERR_MALFORMED, NULL },
	{ CURLE_SSL_CACERT_BADFILE, ERR_CONFIG, NULL },
	{ CURLE_SSL_ISSUER_ERROR, ERR_TLS, NULL },
	{ CURLE_SSL_INVALIDCERTSTATUS, ERR_TLS, NULL },
	{ CURLE_LOGIN_DENIED, ERR_CONFIG, NULL }, /* user in the URL */
	{ CURLE_AUTH_ERROR, ERR_LOGIN, NULL },
	{ CURLE_PROXY, ERR_NETWORK, NULL },
};

/* "ex1.example.com:443"; the URL without its user, path and query. */
static void where(const char *url, struct buf *out)
{
	CURLU *parts = x_or_die(curl_url());
	char *host = NULL;
	char *port = NULL;

	curl_url_set(parts, CURLUPART_URL, url, 0);
	curl_url_get(parts, CURLUPART_HOST, &host, 0);
	curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
	buf_print(out, "%s:%s", host ? host : "?", port ? port : "?");

	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
}

static enum err too_large(const struct http_request *request, const char *place,
			  struct why *why)
{
	if (request->got.full)
		return why_set(why, ERR_TOO_LARGE,
			       "%s: answer is larger than %zu bytes", place,
			       request->got.max);

	return why_set(why, ERR_TOO_LARGE,
		       "%s: answer has more than %d headers or %d bytes of "
		       "them",
		       place, HTTP_HEADERS_MAX, HTTP_HEADER_BYTES_MAX);
}

/* A handshake that the network broke says nothing about certificates. */
static enum err err_of(const struct http_request *request, CURLcode code,
		       const char **textp)
{
	long os_error = 0;
	size_t i = 0;

	curl_easy_getinfo(request->easy, CURLINFO_OS_ERRNO, &os_error);
	*textp = *request->curl_text ? request->curl_text
				     : curl_easy_strerror(code);
	while (i < sizeof(reasons) / sizeof(reasons[0]) &&
	       reasons[i].code != code)
		i++;
	if (i == sizeof(reasons) / sizeof(reasons[0]))
		return ERR_NETWORK;

	if (reasons[i].text)
		*textp = reasons[i].text;
	if (code == CURLE_COULDNT_CONNECT && os_error)
		*textp = strerror((int)os_error);
	if (code == CURLE_SSL_CONNECT_ERROR &&
	    strstr(request->curl_text, "SSL_ERROR_SYSCALL"))
		return ERR_NETWORK;
	return reasons[i].err;
}

enum err http_reason(const struct http_request *request, CURLcode code,
		     struct why *why)
{
	struct buf place = BUF(120);
	const char *text = "";
	enum err err;

	where(request->url, &place);
	if (request->too_large) {
		err = too_large(request, buf_text(&place), why);
	} else {
		err = err_of(request, code, &text);
		why_set(why, err, "%s: %s", buf_text(&place), text);
	}

	buf_free(&place);
	return err;
}

const char *http_reply_header(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return NULL;
}

time_t http_reply_date(const struct http_reply *reply)
{
	const char *text = http_reply_header(reply, "Date");
	time_t date = text ? curl_getdate(text, NULL) : -1;

	return date < 0 ? 0 : date;
}

unsigned http_reply_retry_after_s(const struct http_reply *reply, time_t now)
{
	const char *text = http_reply_header(reply, "Retry-After");
	time_t wait_s;

	if (!text || !*text)
		return 0;

	if (text[strspn(text, "0123456789")] == '\0') {
		unsigned long number = strtoul(text, NULL, 10);

		return number > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S
						  : (unsigned)number;
	}

	wait_s = curl_getdate(text, NULL);
	if (wait_s < 0 || wait_s <= now)
		return 0;
	wait_s -= now;
	return wait_s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S
					  : (unsigned)wait_s;
}
