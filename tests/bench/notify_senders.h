/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two sides that notify_load measures, each a process of its own: the
 * bundled server, and a loop that sends the same bytes and reads the answers.
 */
#ifndef TESTS_BENCH_NOTIFY_SENDERS_H
#define TESTS_BENCH_NOTIFY_SENDERS_H

#include <sys/types.h>

struct sender {
	pid_t pid;
	unsigned port; /* UDP, on 127.0.0.1 */
	int ask;       /* 'p': everybody's state changes; closed: the end */
	int told;      /* a struct told when the last answer was read */
};

struct told {
	double seconds, cpu_s;
};

/* They return when the sender is ready. port: where the watchers are. */
void start_server(struct sender *sender, unsigned presentities,
		  unsigned watchers, unsigned port);
void start_bare(struct sender *sender, unsigned presentities, unsigned watchers,
		unsigned port);

#endif
