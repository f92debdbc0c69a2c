/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keeps one engine process alive for a presence server's adapter: starts it
 * by exec at the other end of a socket pair, repeats to it what it has to
 * know, notices when it died or hangs, and starts another one after a moment.
 *
 * Runs in a process of its own in a loop of its own, with nothing but POSIX:
 * no library, no signal handler. Other processes of the server ring at its
 * doorbell, which never makes them wait.
 */
#ifndef MODULE_SUPERVISOR_H
#define MODULE_SUPERVISOR_H

#include "module/pipe.h"

enum {
	SUPERVISOR_PING_MS = 500,
	SUPERVISOR_HANG_MS = 2000,   /* without an answer to a ping */
	SUPERVISOR_BEGIN_MS = 60000, /* from the start to READY */
	SUPERVISOR_GRACE_MS = 1500,  /* to end by itself */
	SUPERVISOR_FIRST_MS = 200,   /* before it is started again; doubles */
	SUPERVISOR_LONGEST_MS = 10000,
	SUPERVISOR_LONGEST_READY_MS = 1000, /* for one that had been ready */
	SUPERVISOR_WELL_MS = 5000, /* up so long: the next wait is short */
	SUPERVISOR_ASKED_MAX = 16, /* commands under way */
	SUPERVISOR_ANSWER_MS = 20000,
};

struct supervisor_handlers {
	/* STATE, ENTITLED, SIGN_OUT, LOG, WRONG from the engine. */
	void (*take)(const struct pipe_message *message, void *arg);
	/* A line of the supervisor's own; level: enum log_level. */
	void (*log)(int level, const char *line, void *arg);
	/* A packet came, a ping was answered: the engine is well. */
	void (*alive)(void *arg);
	void *arg;
};

struct supervisor;

/* engine: path of the program. Made before the server forks. */
struct supervisor *supervisor_new(const char *engine,
				  const struct supervisor_handlers *handlers);
void supervisor_free(struct supervisor **supervisorp);

/* In the order in which they were given; WRONG's number counts from 1. */
void supervisor_directive(struct supervisor *supervisor, const char *name,
			  const char *value);

/*
 * Starts an engine that only judges the directives. False: they are wrong, as
 * the handlers were told, or it could not be asked.
 */
bool supervisor_check(struct supervisor *supervisor);

/* Until SIGTERM or SIGINT; the engine is gone when it returns. */
void supervisor_run(struct supervisor *supervisor);

/* From any process forked later; false if there was no room. */
bool supervisor_tell(const struct supervisor *supervisor,
		     const struct pipe_message *message);

/* For who may wait: for room, as long as an engine may hang. */
bool supervisor_tell_soon(const struct supervisor *supervisor,
			  const struct pipe_message *message);

/* Pieces of an answer in the order in which they come. */
typedef void supervisor_answer_h(const char *piece, void *arg);

/*
 * An admin command's exit code, or -1 with a sentence in why; waits for it, at
 * most SUPERVISOR_ANSWER_MS.
 */
int supervisor_ask(const struct supervisor *supervisor, const char *line,
		   supervisor_answer_h *h, void *arg, struct why *why);

#endif
