/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request as curl wants it, and what curl made of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/http_private.h"

enum {
	KEEPALIVE_S = 60,
	/* With what curl and base/vault add they are powers of two. */
	BUFFER_BYTES = (64 << 10) - 64,
	STREAM_BUFFER_BYTES = (4 << 10) - 64,
};

static size_t on_header(char *line, size_t one, size_t len, void *arg)
{
	struct http_request *request = arg;
	long status = 0;

	(void)one;
	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		request->fields.len = 0;
		request->field_count = 0;
		request->head_in = false;
		request->got.len = 0;
	} else if (len <= 2 && (line[0] == '\r' || line[0] == '\n')) {
		curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE,
				  &status);
		request->status = (int)status;
		request->head_in = status >= 200;
		if (request->stream && status >= 200 && status < 300)
			http_mark_ready(request);
	} else {
		http_fields_add(request, line, len);
	}

	return request->too_large ? 0 : len;
}

static size_t on_body(char *data, size_t one, size_t len, void *arg)
{
	struct http_request *request = arg;

	(void)one;
	buf_add(&request->got, data, len);
	if (buf_full(&request->got)) {
		request->too_large = true;
		return 0;
	}

	if (request->stream)
		http_mark_ready(request);
	return len;
}

static void set_trust(CURL *easy, const struct http_origin *origin)
{
	struct curl_blob blob = {
		.data = origin->trusted.data,
		.len = origin->trusted.len,
		.flags = CURL_BLOB_COPY,
	};

	curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	if (!origin->trust)
		return;

	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_CAINFO,
			 origin->trust_is_dir ? NULL : origin->trust);
	if (origin->trust_is_dir && blob.len > 0)
		curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
}

/* Only what we were given counts, nothing of the environment. */
static void set_network(CURL *easy, const struct http_origin *origin)
{
	curl_easy_setopt(easy, CURLOPT_PROXY,
			 origin->proxy ? origin->proxy : "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Else giving up a name look-up waits for the resolver. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_S / 2);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT,
			 (long)origin->connect_timeout_s);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "daymark");
	if (origin->resolve)
		curl_easy_setopt(easy, CURLOPT_RESOLVE, origin->resolve);
}

static const struct {
	unsigned ours;
	unsigned long curls;
} methods[] = {
	/* the strongest first, the order in which curl chooses */
	{ HTTP_AUTH_NEGOTIATE, CURLAUTH_NEGOTIATE },
	{ HTTP_AUTH_BEARER, CURLAUTH_BEARER },
	{ HTTP_AUTH_NTLM, CURLAUTH_NTLM },
	{ HTTP_AUTH_BASIC, CURLAUTH_BASIC },
};

enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

static void set_credentials(struct http_request *request)
{
	const struct http_origin *origin = request->origin;
	const char *bearer = origin->secret;
	CURL *easy = request->easy;
	unsigned long mask = 0;

	for (size_t i = 0; i < METHODS; i++)
		if (request->auth & methods[i].ours)
			mask |= methods[i].curls;
	if (!mask || !origin->secret)
		return;

	if (origin->token)
		bearer = http_token_value(origin->token, &request->token);
	curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)mask);
	if (request->auth & HTTP_AUTH_BEARER)
		curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, bearer);
	if (request->auth & ~(unsigned)HTTP_AUTH_BEARER && origin->user) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, origin->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, origin->secret);
	}
}

static void set_method(const struct http_request *request)
{
	const char *method = request->method;
	CURL *easy = request->easy;

	if (request->body) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body_bytes);
	}
	if (!method)
		return;

	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static void forget_answer(struct http_request *request)
{
	request->got.len = 0;
	request->fields.len = 0;
	request->field_count = 0;
	request->status = 0;
	request->head_in = false;
	request->curl_text[0] = '\0';
}

void http_easy_make(struct http_request *request)
{
	const struct http_origin *origin = request->origin;
	CURL *easy = x_or_die(curl_easy_init());

	forget_answer(request);
	request->easy = easy;
	if (!request->again)
		request->auth =
			origin->settled ? origin->settled : origin->auth;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->curl_text);
	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)request->timeout_s);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE,
			 request->stream ? (long)STREAM_BUFFER_BYTES
					 : (long)BUFFER_BYTES);
	set_network(easy, origin);
	set_trust(easy, origin);
	set_credentials(request);
	set_method(request);
}

void http_easy_free(struct http_request *request)
{
	if (request->easy)
		curl_easy_cleanup(request->easy);
	request->easy = NULL;
}

void http_easy_outcome(struct http_request *request, CURLcode code)
{
	char *address = NULL;
	curl_off_t total_us = 0;
	long status = 0;
	long port = 0;
	CURL *easy = request->easy;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &total_us);
	curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
	curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);

	request->status = (int)status;
	request->elapsed_ms = (unsigned)(total_us / 1000);
	if (address && *address)
		snprintf(request->peer, sizeof(request->peer),
			 strchr(address, ':') ? "[%s]:%ld" : "%s:%ld", address,
			 port);
	if (code != CURLE_OK || request->too_large)
		http_reason(request, code, &request->why);
}

/* What the server offered in its 401, in our words. */
static unsigned offered(const struct http_request *request)
{
	unsigned ours = 0;
	long mask = 0;

	curl_easy_getinfo(request->easy, CURLINFO_HTTPAUTH_AVAIL, &mask);
	for (size_t i = 0; i < METHODS; i++)
		if ((unsigned long)mask & methods[i].curls)
			ours |= methods[i].ours;
	return ours;
}

static unsigned strongest(unsigned mask)
{
	for (size_t i = 0; i < METHODS; i++)
		if (mask & methods[i].ours)
			return methods[i].ours;
	return 0;
}

/*
 * What worked is used at once the next time, which saves the round with the
 * 401. Negotiate is offered by every Exchange, but without a Kerberos ticket
 * it fails, and curl does not try the next by itself.
 */
bool http_easy_wants_again(struct http_request *request)
{
	struct http_origin *origin = request->origin;
	unsigned offers = offered(request);
	unsigned used = strongest(request->auth & offers);
	unsigned rest = offers & origin->auth & ~used;

	if (request->status != 401) {
		if (used && request->status != 0)
			origin->settled = used;
		return false;
	}

	if (request->again || !origin->secret)
		return false;
	if (origin->token) {
		http_token_drop(origin->token, request->token);
		request->again = true;
		return true;
	}

	if (used == HTTP_AUTH_NEGOTIATE && rest)
		request->auth = rest;
	else if (!used && rest)
		request->auth = rest;
	else
		return false;

	origin->settled = 0;
	request->again = true;
	return true;
}

size_t http_easy_sent(const struct http_request *request)
{
	curl_off_t bytes = 0;

	if (request->easy)
		curl_easy_getinfo(request->easy, CURLINFO_SIZE_UPLOAD_T,
				  &bytes);
	return (size_t)bytes;
}

void http_easy_forget_body(const struct http_request *request)
{
	if (request->easy)
		curl_easy_setopt(request->easy, CURLOPT_POSTFIELDS, "");
}
