/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * base/http.h with nobody at the other end but the test: requests are kept
 * as they were started, and answered when the test says so.
 */
#ifndef TESTS_FAKE_HTTP_H
#define TESTS_FAKE_HTTP_H

#include "base/http.h"

/* Forgets everything; requests that were open are gone without a word. */
void fake_http_reset(void);

/* Requests ever started, and those that have no answer yet. */
unsigned fake_http_started(void);
unsigned fake_http_open(void);
unsigned fake_http_open_most(void); /* at once, streams not counted */

/* The oldest open one whose SOAPAction ends in the operation, or NULL. */
struct http_request *fake_http_find(const char *operation);
/* Any open request that no fake_http_head() was given for, or NULL. */
struct http_request *fake_http_next(void);
/* The oldest open one to that URL, or NULL. */
struct http_request *fake_http_to(const char *url);
/* Started so far, of an operation. */
unsigned fake_http_count(const char *operation);

const char *fake_http_body(const struct http_request *request);
const char *fake_http_url(const struct http_request *request);
const char *fake_http_sent(const struct http_request *request,
			   const char *header);
bool fake_http_is_stream(const struct http_request *request);

/* Goes into the answers from here on; NULL: none any more. */
void fake_http_answer_header(const char *name, const char *value);

/* The whole answer; for a stream its head, data and end. */
void fake_http_answer(struct http_request *request, int status,
		      const char *body);
void fake_http_fail(struct http_request *request, enum err err);
void fake_http_head(struct http_request *request, int status);
/* A cancelled request hears nothing; false then. */
bool fake_http_data(struct http_request *request, const char *data, size_t len);

/* What http_origin_credentials() was last told. */
const char *fake_http_secret(void);

#endif
