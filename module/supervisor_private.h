/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the supervisor's files share; nobody else includes this. */
#ifndef MODULE_SUPERVISOR_PRIVATE_H
#define MODULE_SUPERVISOR_PRIVATE_H

#include <sys/types.h>

#include "base/log.h"
#include "module/keep.h"
#include "module/supervisor.h"

struct asked {
	int fd; /* where the answer goes; -1 free */
	uint32_t id;
};

struct supervisor {
	char *engine;
	struct supervisor_handlers handlers;
	struct directive_line {
		char *name, *value;
	} * lines;
	size_t line_count;
	int bell_in, bell_out; /* supervisor's end, everybody else's */
	struct keep *keep;

	int signals; /* TERM, INT, CHLD */
	bool stopping;
	pid_t pid; /* 0: no engine */
	int fd;    /* -1: no engine */
	bool ready;
	uint64_t started_ms, heard_ms, ping_ms;
	uint64_t again_ms; /* when the next one is started */
	unsigned wait_ms;  /* before it, 0 the first */
	unsigned starts;
	struct asked asked[SUPERVISOR_ASKED_MAX];
	uint32_t last_id;
	char out[PIPE_BYTES_MAX];
};

void supervisor_say(const struct supervisor *supervisor, enum log_level level,
		    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The engine with all directives and what is kept, but not yet told to go. */
bool supervisor_spawn(struct supervisor *supervisor);

/* False: it does not take it, and is to be given up. */
bool supervisor_send(struct supervisor *supervisor, enum pipe_kind kind);
bool supervisor_send_packet(struct supervisor *supervisor, const char *packet,
			    size_t bytes);

/*
 * Before the next engine is started: after a wait of last_ms (0 none yet) one
 * lived so long, and was ready or never came to that. Pure.
 */
unsigned supervisor_wait_ms(unsigned last_ms, uint64_t lived_ms, bool ready);

/* Ends the engine, kindly first; commands under way are let go of. */
void supervisor_bury(struct supervisor *supervisor, unsigned grace_ms);

#endif
