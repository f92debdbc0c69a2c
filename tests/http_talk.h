/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of base/http share: a server, an origin, and who listens. */
#ifndef TESTS_HTTP_TALK_H
#define TESTS_HTTP_TALK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/loop.h"
#include "tests/http_server.h"

enum { PATIENCE_MS = 10000 };

/* What the handlers of a request were told. */
struct talk {
	struct http_request *request;
	struct http_origin **free_at_head;
	struct http_request **cancel; /* inside done() */
	bool cancel_at_data;
	unsigned heads, dones, elapsed_ms;
	int status;
	struct why why;
	struct buf data;
	char answer[40]; /* header X-Answer */
	char peer[80];
};

extern struct http_server *server;
extern struct http_origin *origin;

/* Two requests at once, five seconds. */
extern const struct http_origin_options http_plain;

/* The fixture of every test: loop, HTTP, plain server and origin. */
void http_setup(void);
void http_teardown(void);

/* In place of the fixture's. */
void origin_is(const struct http_origin_options *options);

/* path: of the fixture's server, or a whole URL. */
void talk_start(struct talk *talk, const char *path);
void talk_start_with(struct talk *talk, struct http_request_options options,
		     const char *path);
void talk_end(struct talk *talk);

/* Turns the loop until the condition holds, and fails if it never does. */
#define UNTIL(condition)                                             \
	do {                                                         \
		uint64_t give_up_ms = clock_ms() + PATIENCE_MS;      \
		while (!(condition) && clock_ms() < give_up_ms)      \
			loop_step(20);                               \
		ck_assert_msg((condition), "never: %s", #condition); \
	} while (0)

/* Turns the loop so long, for what must not happen. */
void loop_turn(unsigned ms);

#endif
