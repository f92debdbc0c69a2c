/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A real HTTP server on 127.0.0.1 for check_http, in threads of its own.
 *
 *   /ok /echo /status/503 /headers /long-header /big   answers of that kind
 *   /gate/NAME   answers when the gate is open, and notes NAME on arrival
 *   /basic /bearer /negotiate-or-basic   want ann:secret, or that token
 *   /stream      chunked: a piece, the gate, a second piece, the end
 *   /cut         chunked: a piece, then the connection is closed
 */
#ifndef TESTS_HTTP_SERVER_H
#define TESTS_HTTP_SERVER_H

struct http_server;

/* key, certificate: PEM texts, or NULL for plain HTTP. */
struct http_server *http_server_new(const char *key, const char *certificate);
void http_server_free(struct http_server **serverp);

unsigned http_server_port(const struct http_server *server);

/* Lets all through that wait at the gate, and all that come. */
void http_server_open_gate(struct http_server *server);

/* Names in the order of arrival at the gate: "a b c ". */
const char *http_server_arrivals(struct http_server *server);

/* The most that were at the gate at the same time. */
unsigned http_server_crowd(struct http_server *server);

/* Requests answered with 401, and TCP connections made. */
unsigned http_server_refusals(struct http_server *server);
unsigned http_server_connections(struct http_server *server);

#endif
